"""Long-running operations over HTTP: answered before they are done, carried on by who asks next."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ostiary.arm import long_running
from ostiary.directory.azure_operations import HELD_FOR, KEPT_FOR, AzureOperation
from ostiary.directory.store import Store
from tests.web.arm_calls import VAULT, Caller, assigned, daemon, owner
from tests.web.calling import Apis, called
from tests.web.serving import Served


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def astrid(apis: Apis) -> Caller:
    return owner(apis)


def _process_ended(store: Store, operation: AzureOperation) -> None:
    """Do nothing of what was to be done."""


def test_a_group_is_deleted_after_the_answer(
    apis: Apis, astrid: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = astrid.group()
    path = astrid.resource(group, "kv")
    with monkeypatch.context() as stopped:
        stopped.setattr(long_running, "carry_out", _process_ended)
        begun = astrid.ask(group, "DELETE")
        place = begun.headers["location"]
        assert (begun.status_code, begun.headers["retry-after"]) == (202, "1")
        assert place.startswith("https://localhost:8444/subscriptions/")
        assert "api-version=" in place
        assert astrid.get(group)["properties"] == {"provisioningState": "Deleting"}
        body = {"location": "local"}
        deleting = (409, "ResourceGroupBeingDeleted")
        for each in (group, path, f"resourceGroups/rg1/providers/{VAULT}/new"):
            assert astrid.refused(each, "PUT", json=body) == deleting
        assert astrid.ask(group, "DELETE").headers["location"] == place
    polled = astrid.ask(place)
    assert (polled.status_code, polled.headers["location"]) == (202, place)
    status = place.replace("operationresults", "operationStatuses")
    assert astrid.get(status)["status"] == "Running"
    assert astrid.get(path)["name"] == "kv"
    apis.served.clock.move(HELD_FOR + timedelta(seconds=1))
    assert astrid.ask(place).status_code == 202
    assert astrid.ask(place).status_code == 200
    told = astrid.get(status)
    assert (told["status"], "endTime" in told) == ("Succeeded", True)
    assert astrid.ask(group, "HEAD").status_code == 404
    assert astrid.ask(path, "HEAD").status_code == 404


def test_who_began_an_operation_may_ask_about_it(apis: Apis, astrid: Caller) -> None:
    group = astrid.group()
    place = astrid.ask(group, "DELETE").headers["location"]
    app = daemon(apis)
    assert app.ask(place).status_code == 200
    assigned(apis, "Owner", astrid.at(astrid.group("rg2")))
    assert app.refused(place) == (404, "OperationNotFound")
    own = app.ask("resourceGroups/rg2", "DELETE").headers["location"]
    assert app.ask(own).status_code == 200
    assert astrid.ask(own).status_code == 200
    elsewhere = own.replace(apis.subscription, "00000000-0000-0000-0000-000000000001")
    assert astrid.refused(elsewhere) == (404, "OperationNotFound")


def test_what_ended_a_day_ago_is_forgotten(apis: Apis, astrid: Caller) -> None:
    place = astrid.ask(astrid.group(), "DELETE").headers["location"]
    store = apis.served.service.store
    store.forget_expired()
    assert astrid.ask(place).status_code == 200
    apis.served.clock.move(KEPT_FOR + timedelta(seconds=1))
    store.forget_expired()
    assert owner(apis).refused(place) == (404, "OperationNotFound")
