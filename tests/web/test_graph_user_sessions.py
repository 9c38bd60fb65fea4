"""Sessions of a user through Graph, and the end of everything that he proves himself by."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.factors.kinds import Factor, ShownFactor
from ostiary.graph.directory_permissions import AUTHENTICATION_ADMINISTRATOR
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR
from ostiary.signin.shown import written_shown
from tests.secrecy.seeded import START
from tests.web.calling import GRAPH_SCOPE, Apis, called
from tests.web.serving import ASTRID, LIFEBOAT, Served
from tests.web.test_graph_users import holds


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


def test_sessions_are_told_without_their_secrets(apis: Apis) -> None:
    token = apis.sign_in(GRAPH_SCOPE)["access_token"]
    shown = written_shown([ShownFactor(Factor.PASSWORD, START)])
    hour = timedelta(hours=1)
    apis.served.service.store.sessions.begin(
        ASTRID, {"shown": shown, "stays": True}, lasts=hour, idle=hour
    )
    (found,) = apis.call(apis.graph, token, f"/v1.0/users/{ASTRID}/signInSessions").json()["value"]
    assert (found["methods"], found["isPersistent"]) == (["Password"], True)
    assert found["createdDateTime"] <= found["lastSeenDateTime"] < found["expirationDateTime"]
    assert set(found) == {
        *("id", "createdDateTime", "lastSeenDateTime", "expirationDateTime"),
        *("isPersistent", "methods"),
    }
    others = apis.call(apis.graph, token, f"/v1.0/users/{LIFEBOAT}/signInSessions").json()
    assert others["value"] == []


def test_registering_anew_takes_every_method_and_ends_the_sessions(apis: Apis) -> None:
    store = apis.served.service.store
    apis.served.enrol(LIFEBOAT)
    token = apis.sign_in(GRAPH_SCOPE)["access_token"]
    path = f"/v1.0/users/{LIFEBOAT}/authentication/requireReregistration"
    assert apis.call(apis.graph, token, path, "POST").status_code == 204
    assert store.methods.of_user(LIFEBOAT) == []
    standing = store.users.standing(LIFEBOAT)
    assert standing is not None
    assert standing.sessions_valid_from is not None
    own = f"/v1.0/users/{ASTRID}/authentication/requireReregistration"
    assert apis.call(apis.graph, token, own, "POST").status_code == 403


def test_AD03_nobody_makes_a_higher_administrator_register_anew(apis: Apis) -> None:
    for each in apis.served.service.store.roles.all():
        apis.served.service.store.roles.delete(each.id, by=SYSTEM)
    holds(apis, AUTHENTICATION_ADMINISTRATOR, ASTRID)
    holds(apis, GLOBAL_ADMINISTRATOR)
    apis.served.enrol(LIFEBOAT)
    token = apis.sign_in(GRAPH_SCOPE)["access_token"]
    path = f"/v1.0/users/{LIFEBOAT}/authentication/requireReregistration"
    assert apis.call(apis.graph, token, path, "POST").status_code == 403
    assert len(apis.served.service.store.methods.of_user(LIFEBOAT)) == 1
