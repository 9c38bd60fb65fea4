"""Whether administrators get back in, held against every sign-in of a small world."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

import ostiary
from ostiary.analysis.administrators import ADMIN_CENTER
from ostiary.analysis.answering import Question
from ostiary.analysis.identities import Somebody
from ostiary.analysis.prove_lockout import Lockout, lockout
from ostiary.analysis.shown import BLOCK
from ostiary.analysis.solving import Prover
from ostiary.analysis.targets import Aim
from ostiary.conditions.users import ALL
from ostiary.model.policy import Policy, PolicyState
from ostiary.model.setting import Setting
from ostiary.model.signin import Resources, UserIdentity
from tests.analysis.prove_cases import Small
from tests.analysis.prove_checking import enabled
from tests.analysis.prove_grid import Grid
from tests.analysis.prove_proofs import Proofs, Registered
from tests.analysis.prove_world import LEGACY, Someone, Value, seen_by_oracle
from tests.oracle import expectation, names
from tests.oracle.draw import chance, some
from tests.oracle.shapes import Json, objects, part
from tests.oracle.users import has_role

METHODS = {
    "microsoftAuthenticatorPush": ("microsoftAuthenticatorPush",),
    "mobilePhone": ("sms", "voice"),
    "fido2SecurityKey": ("fido2",),
    "softwareOneTimePasscode": ("softwareOath",),
    "email": (),
}
"""Words of the registration report, and what an authentication strength calls them."""


def with_administrators(small: Small) -> tuple[Small, list[Json]]:
    """Declare emergency accounts and administrators, and tell what some have registered."""
    rng, document = small.rng, dict(small.document)
    users = [each["id"] for each in objects(document, "users")]
    document["settings"] = {**document["settings"], "emergencyAccess": some(rng, users, 2)}
    document["roleAssignments"] = [
        *objects(document, "roleAssignments"),
        *(
            {
                "id": f"admin-{each}",
                "roleDefinitionId": rng.choice(names.ROLES[:2]),
                "principalId": each,
                "directoryScopeId": "/",
            }
            for each in some(rng, users, 2)
        ),
    ]
    details: list[Json] = []
    for each in users:
        if chance(rng, 0.8):
            one: Json = {"id": each}
            if chance(rng, 0.85):
                one["methodsRegistered"] = some(rng, tuple(METHODS), 3, 0)
            if chance(rng, 0.85):
                one["isMfaRegistered"] = chance(rng, 0.8)
            details.append(one)
    document["userRegistrationDetails"] = details
    loaded = ostiary.load_tenant(document, catalogue=ostiary.NO_CATALOGUE).compiled
    known = replace(small.names, directory=loaded.directory)
    return replace(small, document=document, compiled=loaded, names=known), details


def lockout_complaints(drawn: Small) -> Iterator[str]:
    """Give every account of which it is said wrongly that it gets in, or does not."""
    if not drawn.document.get("users"):
        return
    small, details = with_administrators(drawn)
    found = lockout(small.compiled, small.names)
    listed = {each["id"]: each for each in objects(small.document, "users")}
    for access in (*found.emergency, *found.others):
        if access.id not in listed:
            continue
        expected = _can(small, listed[access.id], details)
        if access.can is not expected:
            yield f"{access.id} can {access.can}, not {expected}: {access}"
        if access.can and access.request is not None:
            facts = part(access.request, "facts")
            answer = expectation(small.document, small.policies, access.request, facts)
            if answer["outcome"] != "grant":
                yield f"the oracle says {answer['outcome']} to {access}"
        if access.can is False and _in_the_way(small, access.policies):
            yield f"not in the way: {access}"
    yield from _verdict(small, found, listed, details)


def _in_the_way(small: Small, policies: Sequence[tuple[str, str]]) -> bool:
    on = {each["id"] for each in small.policies if each["state"] == "enabled"}
    return not {each for each, _ in policies} <= on


def _can(small: Small, user: Json, details: Sequence[Json]) -> bool | None:
    if user["accountEnabled"] is False:
        return False
    nothing: Json = {}
    known = next((each for each in details if each["id"] == user["id"]), nothing)
    words = known.get("methodsRegistered")
    methods = None if words is None else frozenset(m for w in words for m in METHODS[w])
    mfa = known.get("isMfaRegistered")
    if _some_way(small, user["id"], Registered(methods, mfa, sure=True)):
        return True
    return None if _some_way(small, user["id"], Registered(methods, mfa, sure=False)) else False


def _some_way(small: Small, user_id: str, registered: Registered) -> bool:
    asking = Policy(
        "q", "q", PolicyState.DISABLED, {"users": Setting.of([ALL])}, BLOCK.grant, {}, {}
    )
    policies = small.compiled.with_policies([*small.compiled.policies, asking])
    aim = Aim(Resources((ADMIN_CENTER, names.GRAPH)))
    question = Question(len(small.policies), BLOCK, policies.enabled)
    everybody = [Somebody(UserIdentity(user_id))]
    prover = Prover(policies, everybody, [aim], [question], also=policies.enabled)
    target = Value(context={"includeApplications": [ADMIN_CENTER, names.GRAPH]})
    proofs = Proofs(small.document, small.policies, registered=registered)
    agent = prover.terrain.people_where(agent=True) != 0
    someone = [Someone(user_id, small.document, agent=agent)]
    grid = Grid(
        prover.terrain, small.policies, someone, [target], small.values, small.rng, proofs=proofs
    )
    on = np.uint32(enabled(small.policies))
    legacy = grid.where("clientAppTypes", lambda v: v.conditions.get("clientAppType") in LEGACY)
    masks, free = (
        (grid.upper, ~grid.where("devices", _has_device))
        if registered.sure
        else (grid.lower, grid.possible)
    )
    ways = grid.exists(masks & on, lambda way: (way.plain, way.waived))
    return bool((ways & free & grid.possible & ~legacy).any())


def _has_device(value: Value) -> bool:
    return bool(value.conditions.get("deviceInfo"))


def _verdict(
    small: Small, found: Lockout, listed: dict[str, Json], details: Sequence[Json]
) -> Iterator[str]:
    declared = part(small.document, "settings")["emergencyAccess"]
    if {each.id for each in found.emergency} != set(declared):
        yield f"emergency accounts {declared}, came {[each.id for each in found.emergency]}"
    admins = {
        each
        for each in listed
        for role in names.ROLES[:2]
        if has_role(seen_by_oracle(Someone(each, small.document), Value()), role) is True
    }
    others = [each for each in admins if each not in declared]
    able = any(_can(small, listed[each], details) is True for each in others)
    if able != found.other_can:
        yield f"another administrator can: {able}, came {found.other_can}"
