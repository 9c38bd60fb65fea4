"""Continuous access evaluation: tokens that live for a day, challenged when something changes."""

from __future__ import annotations

import base64
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.az import AzureCli, Said
from tests.clients.driving import Driver, needs_node, needs_sdk, node_client, python_client
from tests.clients.serving import Served
from tests.clients.tenant import (
    CONTEXT,
    EVERYWHERE,
    FAR_AWAY,
    GRAPH_MFA,
    MFA,
    OFFICE,
    STEP_UP,
    SYSTEM,
)
from tests.clients.test_az_conditional_access import refused, works

_ADVICE = re.compile(r'^(?:WARNING: )?az (login .*--claims-challenge "[^"]+")$', re.MULTILINE)


def advised(said: Said) -> list[str]:
    """Give what az says that `az login` has to be told to meet a challenge."""
    advice = _ADVICE.search(said.err)
    assert advice is not None, said.err
    return shlex.split(advice[1])[1:]


@pytest.fixture
def identity(long_served: Served) -> Iterator[Driver]:
    """Give azure-identity that nobody signed in with."""
    with python_client("identity_flows.py", long_served) as driver:
        yield driver


@pytest.fixture
def node_identity(long_served: Served, tmp_path: Path) -> Iterator[Driver]:
    """Give @azure/identity that nobody signed in with."""
    with node_client("identity.mjs", long_served, tmp_path) as driver:
        yield driver


def test_az_meets_a_challenge_silently_where_its_session_did_mfa(
    long_az: AzureCli, long_served: Served
) -> None:
    person = long_served.person()
    works(long_az.browser_login(person.answers()).said)
    works(long_az.run("group", "list"))
    # MFA for another resource: the session has it, the token at hand does not.
    long_served.policy(GRAPH_MFA, "on")
    scope = ("--scope", f"{long_served.graph}/.default")
    signed_in = long_az.browser_login(
        person.answers(mfa=True), "--tenant", long_served.tenant_id, *scope
    )
    works(signed_in.said)
    assert "otp" in signed_in.asked
    before = len(long_served.sign_ins(person.id))
    works(long_az.run("group", "list"))
    assert len(long_served.sign_ins(person.id)) == before, "the token at hand was not used"
    long_served.policy(MFA, "on")
    works(long_az.run("group", "list"))
    assert len(long_served.sign_ins(person.id)) == before + 1
    assert long_served.results(person.id, MFA)[0] == "success"
    works(long_az.run("group", "list"))
    assert len(long_served.sign_ins(person.id)) == before + 1


def test_az_advises_how_to_meet_a_challenge_and_that_works(
    long_az: AzureCli, long_served: Served
) -> None:
    person = long_served.person()
    works(long_az.browser_login(person.answers()).said)
    long_served.policy(MFA, "on")
    said = long_az.run("group", "list")
    refused(said, "AADSTS50076")
    signed_in = long_az.browser_login(person.answers(mfa=True), *advised(said))
    works(signed_in.said)
    assert "otp" in signed_in.asked
    works(long_az.run("group", "list"))


def test_az_meets_a_challenge_by_device_code(long_az: AzureCli, long_served: Served) -> None:
    person = long_served.person()
    works(long_az.device_login(person.answers()).said)
    long_served.policy(MFA, "on")
    arguments = advised(long_az.run("group", "list"))
    works(long_az.device_login(person.answers(mfa=True), *arguments).said)
    works(long_az.run("group", "list"))


def test_az_steps_up_to_an_authentication_context(long_az: AzureCli, long_served: Served) -> None:
    person = long_served.person()
    long_served.policy(STEP_UP, "on")
    works(long_az.browser_login(person.answers()).said)
    assert "acrs" not in long_az.access_claims()
    asked = {"access_token": {"acrs": {"essential": True, "value": CONTEXT}}}
    challenge = base64.b64encode(json.dumps(asked).encode()).decode()
    scope = ("--scope", "https://management.core.windows.net//.default")
    where = ("--tenant", long_served.tenant_id, *scope, "--claims-challenge", challenge)
    signed_in = long_az.browser_login(person.answers(mfa=True), *where)
    works(signed_in.said)
    assert "otp" in signed_in.asked
    assert long_az.access_claims()["acrs"] == [CONTEXT]


def test_az_rest_asks_to_authenticate(long_az: AzureCli, long_served: Served) -> None:
    works(long_az.browser_login(long_served.person().answers()).said)
    long_served.policy(MFA, "on")
    # It knows no challenge, and it never looks at the token that is at hand.
    works(long_az.run("account", "get-access-token"))
    said = long_az.run("rest", "--url", "/subscriptions?api-version=2022-12-01")
    refused(said, "Interactive authentication is needed")


def test_when_the_policy_is_off_the_token_at_hand_is_good_again(
    long_az: AzureCli, long_served: Served
) -> None:
    works(long_az.browser_login(long_served.person().answers()).said)
    long_served.policy(MFA, "on")
    refused(long_az.run("group", "list"), "AADSTS50076")
    long_served.policy(MFA, "off")
    works(long_az.run("group", "list"))


def test_a_named_location_that_moves_is_noticed_at_once(
    long_az: AzureCli, long_served: Served
) -> None:
    works(long_az.browser_login(long_served.person().answers()).said)
    long_served.policy(OFFICE, "on")
    works(long_az.run("group", "list"))
    long_served.place(FAR_AWAY)
    refused(long_az.run("group", "list"), "AADSTS53003")
    long_served.place(EVERYWHERE)
    works(long_az.run("group", "list"))


def test_revoked_sessions_end_at_once(long_az: AzureCli, long_served: Served) -> None:
    person = long_served.person()
    works(long_az.browser_login(person.answers()).said)
    works(long_az.run("group", "list"))
    long_served.store.users.revoke_sessions(person.id, by=SYSTEM)
    refused(long_az.run("group", "list"), "AADSTS50173")


def test_a_disabled_user_is_out_at_once(long_az: AzureCli, long_served: Served) -> None:
    person = long_served.person()
    works(long_az.browser_login(person.answers()).said)
    long_served.store.users.modify(person.id, {"accountEnabled": False}, by=SYSTEM)
    said = long_az.run("group", "list")
    assert said.code == 1
    assert re.search("AADSTS(50057|50173)", said.err), said.err


@needs_sdk
def test_a_python_client_asks_the_person_again(identity: Driver, long_served: Served) -> None:
    person = long_served.person()
    answers = (person.answers(), person.answers(mfa=True))
    browsers = [identity.browser(each) for each in answers]
    found = identity.ask("device", browsers=browsers, enable_cae=True)
    assert found["xms_cc"] == ["cp1"], found
    first = identity.ask("groups", subscription=long_served.subscription)
    assert first["browsers_left"] == 1, first
    long_served.policy(MFA, "on")
    again = identity.ask("groups", subscription=long_served.subscription)
    assert again["browsers_left"] == 0, again


@needs_sdk
def test_a_client_that_knows_no_challenge_is_left_alone(
    identity: Driver, long_served: Served
) -> None:
    person = long_served.person()
    found = identity.ask("device", browsers=[identity.browser(person.answers())])
    assert "xms_cc" not in found, found
    long_served.policy(MFA, "on")
    assert identity.ask("groups", subscription=long_served.subscription)["names"] == []


@needs_node
def test_a_node_client_asks_the_person_again(node_identity: Driver, long_served: Served) -> None:
    person = long_served.person()
    answers = (person.answers(), person.answers(mfa=True))
    browsers = [node_identity.browser(each) for each in answers]
    assert node_identity.ask("device", browsers=browsers)["oid"] == person.id
    assert node_identity.ask("groups", subscription=long_served.subscription) == {"names": []}
    before = len(long_served.sign_ins(person.id))
    long_served.policy(MFA, "on")
    assert node_identity.ask("groups", subscription=long_served.subscription) == {"names": []}
    assert len(long_served.sign_ins(person.id)) > before
    assert long_served.results(person.id, MFA)[0] == "success"


@needs_node
def test_a_node_client_of_graph_asks_the_person_again(long_served: Served, tmp_path: Path) -> None:
    person = long_served.person()
    with node_client("graph.mjs", long_served, tmp_path) as graph:
        answers = (person.answers(), person.answers(mfa=True))
        graph.ask("device", browsers=[graph.browser(each) for each in answers])
        assert graph.ask("me")["id"] == person.id
        long_served.policy(GRAPH_MFA, "on")
        again = graph.ask("me")
    assert (again["status"], again["id"], again["browsers_left"]) == (200, person.id, 0)
    assert long_served.results(person.id, GRAPH_MFA)[0] == "success"
