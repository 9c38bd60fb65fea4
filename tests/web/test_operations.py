"""Every operation of both APIs says who may call it (checklist AD01, AD02)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ostiary.arm.app import API as ARM
from ostiary.graph.app import API as GRAPH
from ostiary.graph.app import VERSIONS as VERSIONS_OF_GRAPH
from ostiary.graph.batch import AnyToken
from ostiary.graph.permissions import (
    CONDITIONAL_ACCESS_ADMINISTRATOR,
    GLOBAL_ADMINISTRATOR,
    GLOBAL_READER,
    LOG_READERS,
    POLICY_READERS,
    POLICY_WRITERS,
    REPORTS_READER,
    SECURITY_ADMINISTRATOR,
    SECURITY_READER,
    USER_ADMINISTRATOR,
    Allowed,
)
from ostiary.http.calls import Answer, Call
from ostiary.http.document import template
from ostiary.http.operations import Operation, Operations, Undeclared
from tests.web.calling import Apis, called
from tests.web.directory_matrix import DIRECTORY, READING
from tests.web.serving import Served

ALL = (*ARM.operations, *GRAPH.operations)
CA = "identity/conditionalAccess"
STRENGTHS = (f"{CA}/authenticationStrength/policies", "policies/authenticationStrengthPolicies")
COLLECTIONS = (
    f"{CA}/policies",
    f"{CA}/namedLocations",
    f"{CA}/authenticationContextClassReferences",
    *STRENGTHS,
)
CONFIGURED = "combinationConfigurations"
CONFIGURATION = f"{CONFIGURED}/{{configuration}}"
MODES = f"{CA}/authenticationStrength/authenticationMethodModes"
DELETED = tuple(f"{CA}/deletedItems/{each}" for each in ("policies", "namedLocations"))
VERSIONS = f"{CA}/policies/{{id}}/versions"
EXCLUSIONS = f"{CA}/policies/{{id}}/temporaryExclusions"
ROLLOUTS = f"{CA}/rollouts"
STEPS = ("advance", "approve", "excuse", "stepBack", "undo", "stop")
ACTIONS = "roleManagement/directory/resourceNamespaces/microsoft.directory/resourceActions"
PARTS = re.compile(r"(/microsoft\.graph\.\w+)?(/\$count)?$")
_PROVIDER = "/subscriptions/{subscription}/providers/{namespace}"
_TAG = "/subscriptions/{subscription}/tagNames/{tag}"
BODILESS = {
    *(f"POST /{each}/auditLogs/directoryAudits/verify" for each in ("v1.0", "beta")),
    *(
        f"POST /subscriptions/{{subscription}}{group}/providers/Microsoft.Resources/deployments"
        f"/{{deployment}}/{action}"
        for group in ("/resourcegroups/{group}", "")
        for action in ("cancel", "exportTemplate")
    ),
    "POST /providers/Microsoft.Authorization/elevateAccess",
    "PUT /providers/Microsoft.Management/managementGroups/{group}/subscriptions/{subscription}",
    f"POST {_PROVIDER}/register",
    f"POST {_PROVIDER}/unregister",
    f"PUT {_TAG}",
    f"PUT {_TAG}/tagValues/{{value}}",
} | {
    f"POST /{version}/{path}"
    for version in VERSIONS_OF_GRAPH
    for path in (
        "users/{id}/revokeSignInSessions",
        "users/{id}/authentication/requireReregistration",
        "me/revokeSignInSessions",
        "directory/deletedItems/{id}/restore",
        "domains/{id}/verify",
        *(f"{CA}/deletedItems/{kind}/{{id}}/restore" for kind in ("policies", "namedLocations")),
        f"{CA}/policies/{{id}}/versions/{{version}}/restore",
        f"{CA}/emergencyAccess/accounts/{{id}}/beginDrill",
    )
}
"""What is done without a body."""
WHAT_IF = f"POST {CA}/evaluate"
ASKED = ("gaps", "assertions", "compare", "equivalent")
PROOFS = {f"POST {CA}/policies/verdict", *(f"POST {CA}/proofs/{each}" for each in ASKED)}
ASKING = {WHAT_IF, *PROOFS, f"POST {CA}/impact", f"POST {CA}/impact/signIns"}
"""What is asked by POST and changes nothing."""
MANDATORY_MFA = "policies/mandatoryMultifactorAuthentication"
EMERGENCY = f"{CA}/emergencyAccess"
AGREEMENTS = "identityGovernance/termsOfUse/agreements"
READ_AGREEMENTS = {
    f"GET {AGREEMENTS}{more}"
    for more in (
        "",
        *(f"/{{id}}{each}" for each in ("", "/file", "/files", "/file/localizations")),
        "/{id}/acceptances",
    )
}
READ_POLICIES = {
    f"GET {each}{one}" for each in (*COLLECTIONS, MODES, f"{CA}/templates") for one in ("", "/{id}")
} | {
    *(ASKING - {f"POST {CA}/impact/signIns"}),
    *(f"GET {CA}/proofs/{each}" for each in ("standing/{name}", "lockout", "shadowed")),
    f"GET {CA}/lint",
    f"GET {CA}/coverage",
    f"GET {MANDATORY_MFA}",
    f"GET {EMERGENCY}",
    "GET admin/ostiary/server",
    *(f"GET {each}{one}" for each in DELETED for one in ("", "/{id}")),
    f"GET {VERSIONS}",
    f"GET {VERSIONS}/{{version}}",
    f"GET {CA}/lastPolicyChanges",
    f"GET {CA}/recentEffects",
    f"GET {CA}/recentOutcomes",
    f"GET {EXCLUSIONS}",
    *(f"GET {ROLLOUTS}{each}" for each in ("", "/{id}", "/{id}/gates", "/{id}/health")),
    f"GET {ACTIONS}",
    f"GET {ACTIONS}/{{id}}",
    *READ_AGREEMENTS,
    f"GET {CA}/authenticationStrength/combinations",
    *(
        f"GET {each}/{{id}}/{more}"
        for each in STRENGTHS
        for more in ("usage", "usage()", "microsoft.graph.usage()", CONFIGURED, CONFIGURATION)
    ),
}
WRITE_POLICIES = {
    f"{method} {each}"
    for kind in COLLECTIONS
    for method, each in (("POST", kind), ("PATCH", f"{kind}/{{id}}"), ("DELETE", f"{kind}/{{id}}"))
} | {
    f"POST {CA}/templates/{{id}}/deploy",
    f"POST {CA}/applyPlan",
    f"POST {AGREEMENTS}",
    f"PATCH {AGREEMENTS}/{{id}}",
    f"DELETE {AGREEMENTS}/{{id}}",
    f"POST {AGREEMENTS}/{{id}}/file/localizations",
    *(f"POST {each}/{{id}}/restore" for each in DELETED),
    *(f"DELETE {each}/{{id}}" for each in DELETED),
    f"POST {VERSIONS}/{{version}}/restore",
    f"POST {EXCLUSIONS}",
    f"POST {ROLLOUTS}",
    *(f"POST {ROLLOUTS}/{{id}}/{each}" for each in STEPS),
    f"PATCH {ACTIONS}/{{id}}",
    f"PATCH {MANDATORY_MFA}",
    f"DELETE {EXCLUSIONS}/{{exclusion}}",
    *(f"POST {each}/{{id}}/updateAllowedCombinations" for each in STRENGTHS),
    *(f"POST {each}/{{id}}/{CONFIGURED}" for each in STRENGTHS),
    *(f"{way} {each}/{{id}}/{CONFIGURATION}" for each in STRENGTHS for way in ("PATCH", "DELETE")),
}
CHANGED = f"POST {CA}/impact/signIns"
_REGISTERED = "GET reports/authenticationMethods/userRegistrationDetails"
READ_LOGS = {CHANGED, *(f"{_REGISTERED}{each}" for each in ("", "/{id}"))} | {
    f"GET auditLogs/{each}"
    for each in ("signIns", "signIns/{id}", "signIns/{id}/evaluation", "directoryAudits")
}
VERIFY = "POST auditLogs/directoryAudits/verify"
"""What reads the whole audit log, and changes nothing."""
VERIFIERS = LOG_READERS & {
    GLOBAL_ADMINISTRATOR,
    SECURITY_ADMINISTRATOR,
    SECURITY_READER,
    GLOBAL_READER,
}
WRITE_USERS = {"PATCH users/{id}", "POST users/{id}/revokeSignInSessions"}
ANYBODY = {
    "GET me",
    "GET me/agreementAcceptances",
    "GET organization",
    *(
        f"GET {each}{one}"
        for each in ("users", "groups", "applications", "servicePrincipals")
        for one in ("", "/{id}")
    ),
    "GET groups/{id}/members",
    "GET users/{id}/memberOf",
    "GET users/{id}/transitiveMemberOf",
}
"""Whoever signed in, with the scope: the directory can be read by its members, as in Entra."""


def _graph() -> dict[str, Allowed]:
    found: dict[str, Allowed] = {}
    names = {f"{each.method} {each.path.split('/', 2)[2]}" for each in GRAPH.operations}
    for each in GRAPH.operations:
        if isinstance(each.needs, AnyToken):
            assert each.path.endswith("/$batch")  # each of its requests is asked for by itself
            continue
        assert isinstance(each.needs, Allowed)
        # Counting, and asking for those of one kind, needs what the list itself needs.
        name = f"{each.method} {each.path.split('/', 2)[2]}"
        name = PARTS.sub("", name) if PARTS.sub("", name) in names else name
        assert found.setdefault(name, each.needs) == each.needs, "v1.0 and beta differ"
    return found


def expected_roles(operation: str) -> frozenset[str] | None:
    """Give the roles that an operation asks for as the tables here say; None: any member."""
    stripped = PARTS.sub("", operation)
    tables = {**DIRECTORY, **dict.fromkeys(ANYBODY), **dict.fromkeys(READ_POLICIES, POLICY_READERS)}
    tables |= dict.fromkeys(WRITE_POLICIES, POLICY_WRITERS) | dict.fromkeys(READ_LOGS, LOG_READERS)
    tables[VERIFY] = VERIFIERS
    tables |= dict.fromkeys(WRITE_USERS, frozenset({GLOBAL_ADMINISTRATOR, USER_ADMINISTRATOR}))
    return tables[operation] if operation in tables else tables[stripped]


def test_AD02_the_matrix_of_roles_and_operations() -> None:
    roles = {name: each.roles for name, each in _graph().items()}
    directory = {name: roles.pop(name) for name in DIRECTORY}
    assert directory == DIRECTORY
    assert {name for name, held in roles.items() if held is None} == ANYBODY
    assert {name for name, held in roles.items() if held == POLICY_READERS} == READ_POLICIES
    assert {name for name, held in roles.items() if held == POLICY_WRITERS} == WRITE_POLICIES
    reports = {name for name, held in roles.items() if held and REPORTS_READER in held}
    assert reports == READ_LOGS
    assert roles.pop(VERIFY) == VERIFIERS
    users = {name for name, held in roles.items() if held and USER_ADMINISTRATOR in held}
    assert users == WRITE_USERS
    assert set(roles) == ANYBODY | READ_POLICIES | WRITE_POLICIES | READ_LOGS | WRITE_USERS
    writers = {name for name, held in roles.items() if held and GLOBAL_READER in held}
    assert all(name.startswith("GET ") for name in writers - ASKING)
    assert not any(
        held and CONDITIONAL_ACCESS_ADMINISTRATOR in held
        for name, held in roles.items()
        if name in WRITE_USERS
    )


def test_AD02_no_application_writes_without_a_permission_to_write() -> None:
    for name, each in _graph().items():
        for permissions in (*each.delegated, *each.application):
            assert permissions, name
            if not name.startswith("GET ") and name not in {*ASKING, VERIFY, *READING}:
                writes = ("Write", "AccessAsUser")
                assert any(each in word for word in permissions for each in writes), name


def test_AD01_an_operation_without_a_declaration_fails_at_import() -> None:
    undeclared: Any = None
    with pytest.raises(Undeclared, match="GET /secrets does not say what its caller needs"):

        @Operations().add("GET", "/secrets", needs=undeclared)
        def secrets(call: Call) -> Answer:  # pyright: ignore[reportUnusedFunction]
            """Tell them."""
            return Answer()


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


def _address(each: Operation) -> str:
    return each.path.replace("{", "").replace("}", "")


def test_AD01_every_operation_wants_a_token(apis: Apis) -> None:
    for each in ALL:
        api = apis.arm if each in ARM.operations else apis.graph
        answer = api.request(each.method, _address(each))
        assert answer.status_code == 401, each.path
        assert len(answer.headers.get_list("www-authenticate")) == 1
    assert [each.path for each in (*ARM.open, *GRAPH.open)] == ["/metadata/endpoints"]


def test_the_openapi_documents_tell_what_each_operation_needs(apis: Apis) -> None:
    for api, own in ((apis.arm, ARM), (apis.graph, GRAPH)):
        document = api.get("/openapi.json").json()
        assert document["openapi"] == "3.1.0"
        for each in own.operations:
            described = document["paths"][template(each.path)][each.method.lower()]
            assert described["x-needs"], each.path
            assert described["operationId"]


def test_every_operation_says_what_it_answers_and_takes() -> None:
    for each in ALL:
        said = f"{each.method} {each.path}"
        assert each.answers, f"{said} does not say what it answers (`answers=`)"
        if each.method in {"PUT", "PATCH", "POST"} and said not in BODILESS:
            assert each.body is not None, f"{said} does not say what it takes (`body=`)"
