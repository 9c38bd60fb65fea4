"""Requests made up from the document of an API by schemathesis, sent to a tenant that is served.

The same requests each time (derandomized), few for each operation, each once with ids that were
made up too and once with ids that exist: the run is bounded, and reaches into the operations.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi_checks

from ostiary.directory.protocols import SYSTEM
from ostiary.http.api import Api
from ostiary.http.document import openapi_document
from tests.web.calling import Apis
from tests.web.serving import DAEMON, HQ, LIFEBOAT, PLACES

_ALL: tuple[Any, Any] = (checks, openapi_checks)  # generic in ways that no caller can name
CHECKS = [
    _ALL[0].not_a_server_error,
    _ALL[1].status_code_conformance,
    _ALL[1].content_type_conformance,
    _ALL[1].response_schema_conformance,
]
EXAMPLES = 5
_SETTINGS = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)
GROUP, DEVICE = (f"5a1f9a40-0000-4000-8000-0000000000b{n}" for n in (1, 2))
STRENGTH = "00000000-0000-0000-0000-000000000002"
GLOBAL_READER_ROLE = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
_KNOWN = {
    "users": LIFEBOAT,
    "groups": GROUP,
    "directoryObjects": GROUP,
    "devices": DEVICE,
    "agreements": "ag1",
    "oauth2PermissionGrants": "gr1",
    "directoryRoleTemplates": GLOBAL_READER_ROLE,
    "applications": "a1",
    "servicePrincipals": DAEMON,
    "policies": PLACES,
    "authenticationStrengthPolicies": STRENGTH,
    "namedLocations": HQ,
    "authenticationContextClassReferences": "c1",
    "riskyUsers": LIFEBOAT,
    "directoryRoles": GLOBAL_READER_ROLE,
    "roleDefinitions": GLOBAL_READER_ROLE,
    "authenticationMethodModes": "password",
    "resourceActions": "microsoft.directory-conditionalAccessPolicies-create-post",
    "resourcegroups": "rg",
    "providers": "Microsoft.Storage",
    "versions": "1",
}
"""Ids that exist, by the segment before them."""


def fill(apis: Apis) -> None:
    """Add objects of the kinds that the tenant of the tests has none of."""
    store = apis.served.service.store
    group = {"id": GROUP, "displayName": "Operators", "members": [LIFEBOAT]}
    store.groups.create(group, by=SYSTEM)
    store.devices.create({"id": DEVICE, "deviceId": DEVICE, "displayName": "Laptop"}, by=SYSTEM)
    store.contexts.create({"id": "c1", "displayName": "Sensitive", "isAvailable": False}, by=SYSTEM)
    store.agreements.create({"id": "ag1", "displayName": "Terms", "files": []}, by=SYSTEM)
    consent = {"id": "gr1", "clientId": DAEMON, "resourceId": DAEMON, "scope": "access"}
    store.consents.create(consent, by=SYSTEM)
    apis.served.service.snapshots.refresh()


def operations_of(api: Api, beginning: str = "") -> list[Any]:
    """Give what the document of an API has of operations, those that change nothing first."""
    document: dict[str, Any] = json.loads(json.dumps(openapi_document(api)))
    paths = {path: each for path, each in document["paths"].items() if path.startswith(beginning)}
    schema: Any = schemathesis.openapi.from_dict({**document, "paths": paths})
    found: list[Any] = [each.ok() for each in schema.get_all_operations()]
    order = ("get", "head", "post", "put", "patch", "delete")
    return sorted(found, key=lambda each: order.index(each.method.lower()))


def tried(operation: Any, send: Callable[..., Any], apis: Apis) -> Counter[int]:
    """Send made-up requests of an operation, and judge each answer by the document."""
    seen: Counter[int] = Counter()

    @_SETTINGS
    @given(case=operation.as_strategy())
    def run(case: Any) -> None:
        made_up = dict(case.path_parameters or {})
        for parameters in (made_up, _known(operation.path, made_up, apis)):
            case.path_parameters = parameters
            wanted = case.as_transport_kwargs()
            options = {name: wanted[name] for name in ("json", "params", "data") if name in wanted}
            response = send(wanted["method"], wanted["url"], **options)
            case.validate_response(response, checks=CHECKS)
            seen[response.status_code] += 1
            if not parameters:
                break

    run()
    return seen


def _known(path: str, made_up: dict[str, Any], apis: Apis) -> dict[str, Any]:
    """Put ids that exist in the place of those that were made up, where there are some."""
    segments, known = path.split("/"), {**_KNOWN, "subscriptions": apis.subscription}
    found = dict(made_up)
    for before, segment in pairwise(segments):
        name = segment[1:-1]
        if segment.startswith("{") and before in known:
            found[name] = known[before]
        elif name == "scope":
            found[name] = f"subscriptions/{apis.subscription}"
    return found
