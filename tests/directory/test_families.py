"""Families of refresh tokens: one successor for each use, and what an old token means."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from ostiary.directory.families import REUSED, Family, Presented, Redeemed, Use
from ostiary.directory.store import Store
from ostiary.directory.tables_sessions import families
from ostiary.model.base64url import decoded
from tests.directory.parallel import at_once
from tests.directory.stores import ADMIN, Made

AZ = "04B07795-8ddb-461a-bbee-02f9e1bf7b46"
FACTS = {"methods": ["password"], "scopes": ["https://management.azure.com//.default"]}


def begun(store: Store, use: Use = Use.ROTATING, days: float = 90) -> tuple[str, Family]:
    """Begin a family of the Azure CLI."""
    lasts = timedelta(days=days)
    return store.families.begin("u1", AZ, FACTS, use=use, lasts=lasts, idle=timedelta(days=14))


def redeemed(store: Store, token: str) -> Redeemed:
    """Use a token as the Azure CLI."""
    return store.families.redeem(token, AZ.lower())


def next_of(store: Store, token: str) -> str:
    """Use a token that is good."""
    found = redeemed(store, token)
    assert found.presented in {Presented.CURRENT, Presented.RECENT}
    assert found.token is not None
    return found.token


def test_RT01_the_store_holds_only_hashes(made_store: Made) -> None:
    store = made_store.store
    token, _ = begun(store)
    tokens = [token, next_of(store, token)]
    tokens.append(next_of(store, tokens[1]))
    with store.database.reading() as connection:
        row = connection.execute(select(families)).one()
    kept = b"|".join(each if isinstance(each, bytes) else str(each).encode() for each in row)
    for each in tokens:
        octets = decoded(each) or b""
        assert len(octets) == 52
        assert each.encode() not in kept
        assert octets[:16] not in kept
        assert octets[16:48] not in kept
    assert repr(Redeemed(Presented.CURRENT)).find(token) == -1


def test_RT02_each_use_makes_one_successor(store: Store) -> None:
    token, family = begun(store)
    found = redeemed(store, token)
    assert found.presented is Presented.CURRENT
    assert found.token != token
    assert found.family is not None
    assert (found.family.id, found.family.generation) == (family.id, 2)
    assert found.family.document == FACTS


def test_RT02_of_100_parallel_uses_on_3_replicas_there_is_one_generation(
    made_store: Made,
) -> None:
    token, family = begun(made_store.store)
    answers = at_once(made_store, 100, lambda store, _: redeemed(store, token))
    counted = Counter(each.presented for each in answers)
    assert counted == {Presented.CURRENT: 1, Presented.RECENT: 99}
    assert len({each.token for each in answers}) == 1
    now = made_store.store.families.get(family.id)
    assert now is not None
    assert (now.generation, now.revoked) == (2, None)


def test_RT02_a_retry_within_30_seconds_gets_the_same_successor(made_store: Made) -> None:
    store = made_store.store
    token, _ = begun(store)
    successor = next_of(store, token)
    made_store.clock.move(seconds=30)
    assert redeemed(store, token) == Redeemed(
        Presented.RECENT, redeemed(store, token).family, successor
    )


def test_RT02_a_retry_of_a_token_two_generations_old_gets_the_newest(store: Store) -> None:
    # Two processes of a client share a cache: the slower one read it before the faster refreshed.
    token, family = begun(store)
    second = next_of(store, token)
    third = next_of(store, second)
    assert next_of(store, token) == third
    found = store.families.get(family.id)
    assert found is not None
    assert found.revoked is None


def test_RT03_an_old_token_outside_the_grace_revokes_the_family(made_store: Made) -> None:
    store = made_store.store
    token, family = begun(store)
    newest = next_of(store, token)
    made_store.clock.move(seconds=30.000001)
    assert redeemed(store, token).presented is Presented.REUSED
    assert redeemed(store, newest).presented is Presented.REVOKED
    found = store.families.get(family.id)
    assert found is not None
    assert (found.revoked, found.revoked_why) == (made_store.clock.now(), REUSED)
    assert [each.row["activity"] for each in store.audit.newest()] == ["Revoke refresh tokens"]
    assert [each.document for each in store.risks.detections_of("u1")] == [
        {"riskEventType": "anomalousToken", "familyId": family.id}
    ]


def test_RT03_looking_a_token_up_changes_nothing(made_store: Made) -> None:
    store = made_store.store
    token, _ = begun(store)
    assert store.families.look_up(token, AZ).presented is Presented.CURRENT
    newest = next_of(store, token)
    made_store.clock.move(minutes=1)
    assert store.families.look_up(token, AZ).presented is Presented.REUSED
    assert store.families.look_up(newest, AZ).presented is Presented.CURRENT


def test_RT03_confidential_clients_are_refused_and_not_punished(made_store: Made) -> None:
    store = made_store.store
    token, _ = begun(store, Use.FORGIVING)
    newest = next_of(store, token)
    made_store.clock.move(minutes=1)
    assert redeemed(store, token).presented is Presented.REUSED
    assert redeemed(store, newest).presented is Presented.CURRENT


def test_as_entra_does_it_a_token_stays(made_store: Made) -> None:
    token, _ = begun(made_store.store, Use.LASTING)
    assert next_of(made_store.store, token) == token
    made_store.clock.move(days=1)
    assert next_of(made_store.store, token) == token


@pytest.mark.parametrize("how", ["cut", "changed", "padded", "not ours", "empty", "strange"])
def test_a_damaged_token_revokes_nothing(store: Store, how: str) -> None:
    token, _ = begun(store)
    damaged = {
        "cut": token[:-1],
        "changed": token[:40] + ("A" if token[40] != "A" else "B") + token[41:],
        "padded": token + "=",
        "not ours": "A" * len(token),
        "empty": "",
        "strange": token[:-2] + "\u00e9\ud800",
    }[how]
    assert redeemed(store, damaged) == Redeemed(Presented.UNKNOWN)
    assert redeemed(store, token).presented is Presented.CURRENT


def test_a_token_is_bound_to_its_client(store: Store) -> None:
    token, _ = begun(store)
    other = store.families.redeem(token, "1950a258-227b-4e31-a9cf-717495945fc2")
    assert other == Redeemed(Presented.UNKNOWN)
    assert redeemed(store, token).presented is Presented.CURRENT


def test_RT05_a_family_ends_however_often_it_is_used(made_store: Made) -> None:
    store = made_store.store
    token, _ = begun(store, days=1)
    made_store.clock.move(hours=23, minutes=59)
    token = next_of(store, token)
    made_store.clock.move(minutes=1)
    assert redeemed(store, token).presented is Presented.EXPIRED


def test_RT05_a_family_that_is_not_used_ends(made_store: Made) -> None:
    store = made_store.store
    token, _ = begun(store)
    made_store.clock.move(days=13)
    token = next_of(store, token)
    made_store.clock.move(days=13)
    token = next_of(store, token)
    made_store.clock.move(days=14)
    assert redeemed(store, token).presented is Presented.EXPIRED


def test_what_a_family_keeps_goes_on_with_it(store: Store) -> None:
    token, _ = begun(store)
    changed = {**FACTS, "transferMethod": "deviceCodeFlow"}
    found = store.families.redeem(token, AZ, document=changed)
    assert found.family is not None
    assert found.family.document == changed
    again = store.families.look_up(found.token or "", AZ).family
    assert again is not None
    assert json.dumps(again.document) == json.dumps(changed)


def test_a_revoked_family_is_over_and_audited(store: Store) -> None:
    token, family = begun(store)
    assert store.families.of_user("u1") == [family]
    assert store.families.revoke(family.id, by=ADMIN, why="adminRevoked")
    assert not store.families.revoke(family.id, by=ADMIN, why="adminRevoked")
    assert redeemed(store, token).presented is Presented.REVOKED
    assert store.families.of_user("u1") == []
    assert [each.row["detail"] for each in store.audit.newest()] == [{"why": "adminRevoked"}]


def test_families_that_are_over_are_forgotten(made_store: Made) -> None:
    begun(made_store.store, days=1)
    begun(made_store.store, days=2)
    made_store.clock.move(days=1)
    assert made_store.store.forget_expired() == 1
