"""The Azure Government suite: the management API a second time, as an application of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from ostiary.directory.protocols import SYSTEM
from ostiary.tenant.catalogue import AZURE_GOVERNMENT_SUITE
from ostiary.web.app import sign_in_app
from ostiary.web.resource_apis import government_api
from ostiary.web.service import open_service
from tests.web.calling import Apis, called, challenge
from tests.web.serving import ARM_SCOPE, POLICY, Served

SCOPE = "https://management.core.usgovcloudapi.net//.default offline_access openid profile"
URL = "https://localhost:8447"


@pytest.fixture
def apis(tmp_path: Path, served: Served) -> Any:
    """Serve the tenant again, with the suite."""
    service = served.service
    settings = replace(service.settings, government_url=URL)
    service.store.close()
    again = open_service(
        tmp_path,
        settings,
        clock=service.clock,
        randomness=service.randomness,
        environment={},
    )
    served.service = again
    served.http = TestClient(
        sign_in_app(again), base_url="https://localhost:8443", client=("127.0.0.1", 5)
    )
    yield called(served)
    again.store.close()


@pytest.fixture
def government(apis: Apis) -> Any:
    api = government_api(apis.served.service)
    return TestClient(api, base_url=URL, client=("127.0.0.1", 5))


def test_a_client_finds_it_as_it_finds_the_public_one(government: Any, apis: Apis) -> None:
    found = government.get("/metadata/endpoints").json()
    assert found["authentication"]["audiences"][0] == "https://management.core.usgovcloudapi.net/"
    assert (found["resourceManager"], found["name"]) == (URL, "OstiaryUSGovernment")
    public = apis.arm.get("/metadata/endpoints").json()
    assert public["authentication"]["audiences"][0] == "https://management.core.windows.net/"


def test_TK06_a_token_of_one_suite_is_refused_at_the_other(government: Any, apis: Apis) -> None:
    own, public = (apis.sign_in(scope)["access_token"] for scope in (SCOPE, ARM_SCOPE))
    assert apis.call(government, own, "/subscriptions").status_code == 200
    assert apis.call(apis.arm, public, "/subscriptions").status_code == 200
    assert apis.call(government, public, "/subscriptions").status_code == 401
    assert apis.call(apis.arm, own, "/subscriptions").status_code == 401


def test_every_name_of_the_suite_is_its_audience(government: Any, apis: Apis) -> None:
    for name in ("https://management.usgovcloudapi.net", URL, AZURE_GOVERNMENT_SUITE):
        token = apis.sign_in(f"{name}/.default")["access_token"]
        assert apis.call(government, token, "/tenants").status_code == 200


def test_both_have_the_same_resources_and_roles(government: Any, apis: Apis) -> None:
    own, public = (apis.sign_in(scope)["access_token"] for scope in (SCOPE, ARM_SCOPE))
    group = f"/subscriptions/{apis.subscription}/resourceGroups/rg1"
    made = apis.call(government, own, group, "PUT", json={"location": "local"})
    assert made.status_code == 201
    assert apis.call(apis.arm, public, group).json() == made.json()
    deleted = apis.call(government, own, group, "DELETE")
    assert deleted.headers["location"].startswith(URL)


@pytest.mark.parametrize("target", ["public", "government"])
def test_a_policy_targets_either(government: Any, apis: Apis, target: str) -> None:
    tokens = {"public": apis.sign_in(ARM_SCOPE), "government": apis.sign_in(SCOPE)}
    faces = {"public": apis.arm, "government": government}
    store = apis.served.service.store
    conditions = dict(store.policies.need(POLICY).document["conditions"])
    if target == "government":
        conditions["applications"] = {"includeApplications": [AZURE_GOVERNMENT_SUITE]}
    store.policies.modify(POLICY, {"conditions": conditions, "state": "enabled"}, by=SYSTEM)
    apis.served.service.snapshots.refresh()
    for name, face in faces.items():
        answer = apis.call(face, tokens[name]["access_token"], "/subscriptions")
        if name == target:
            assert "capolids" in challenge(answer)["access_token"]
        else:
            assert answer.status_code == 200


def test_without_the_setting_there_is_no_such_application(served: Served) -> None:
    form = {"grant_type": "client_credentials", "client_id": "x", "scope": SCOPE}
    assert served.token(form).status_code in {400, 401}
    assert AZURE_GOVERNMENT_SUITE not in served.service.resources.by_name
    assert served.service.store.applications.by_app_id(AZURE_GOVERNMENT_SUITE) is None
