"""Comparisons and shadowed policies, held against every sign-in of a small world."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

import ostiary
from ostiary.analysis.comparing import Comparison, Sides
from ostiary.analysis.everything import provers
from ostiary.analysis.prove_compare import Compared, compare
from ostiary.analysis.prove_results import Verdict
from ostiary.analysis.prove_shadowed import shadowed
from ostiary.analysis.solving import Prover
from tests.analysis.prove_cases import Small, everybody, everything
from tests.analysis.prove_checking import enabled, union
from tests.analysis.prove_grid import Grid, Masks, Truths
from tests.analysis.prove_proofs import Satisfied
from tests.analysis.prove_world import Value, actions, apps_of, circumstances, workloads_of
from tests.oracle.draw import chance
from tests.oracle.draw_policy import policies as draw_policies
from tests.oracle.sessions import frequency_minutes
from tests.oracle.shapes import Json, part, texts
from tests.oracle.strengths import strength_of

LACKING = 1 << 31
"""Stands in for a policy that is not to be satisfied."""
_MODES = {"never": 2, "always": 1, "mcasConfigured": 2, "monitorOnly": 1}


def draft(small: Small) -> list[Json]:
    """The policies after somebody worked on them: some changed, one gone, one new."""
    rng = small.rng
    found: list[Json] = json.loads(json.dumps(small.policies))
    _, others = draw_policies(rng, small.drawn)
    for policy in found:
        about = bool(policy["conditions"].get("clientApplications"))
        if chance(rng, 0.2):
            policy["state"] = rng.choice(("enabled", "disabled"))
        if chance(rng, 0.25) and not about:
            _altered(rng, policy)
    if len(found) > 1 and chance(rng, 0.4):
        del found[rng.randrange(len(found))]
    if chance(rng, 0.5):
        found.append({**rng.choice(others), "id": "ffffffff-0000-4000-8000-000000000099"})
    return found


def _altered(rng: Random, policy: Json) -> None:
    conditions: Json = policy["conditions"]
    kind = rng.randrange(4)
    if kind == 0:
        conditions["clientAppTypes"] = rng.choice((["browser"], ["all"], ["other"]))
    elif kind == 1:
        conditions["platforms"] = {"includePlatforms": ["all"], "excludePlatforms": ["linux"]}
    elif kind == 2:
        conditions["users"]["excludeUsers"] = ["aaaaaaaa-0000-4000-8000-000000000001"]
    elif policy["grantControls"] and "mfa" in policy["grantControls"]["builtInControls"]:
        policy["grantControls"]["builtInControls"].remove("mfa")
        policy["grantControls"]["builtInControls"].append("compliantDevice")


def _grid(small: Small, prover: Prover, policies: Sequence[Json]) -> Grid | None:
    """The world of people or of workload identities, whichever a prover is about."""
    workload = prover.terrain.everyday.client_app_type is None
    if workload:
        values = circumstances(small.rng, [], workload=True)
        values["locations"] = small.values["locations"]
        people, targets = workloads_of(small.document), apps_of(small.document)
    else:
        values = small.values
        people = everybody(small, policies)
        named = {
            each
            for policy in policies
            for each in texts(
                policy["conditions"]["applications"], "includeAuthenticationContextClassReferences"
            )
        }
        targets = [*everything(small), *actions(sorted(named))]
        located = prover.terrain.targets_where(registers=True)
        if not located:
            targets = [each for each in targets if not _registers(each)]
    return Grid(prover.terrain, policies, people, targets, values, small.rng) if people else None


def _registers(target: Value) -> bool:
    return (target.context or {}).get("userAction") == "registerSecurityInformation"


@dataclass(frozen=True)
class _Change:
    """What some policies grant and others do not: surely, perhaps."""

    sure: Truths
    maybe: Truths


def _lost(grid: Grid, asking: int, preventing: int) -> _Change:
    """Where policies that prevent grant something that those asking do not."""
    sure: Truths = np.zeros(grid.shape, dtype=np.bool_)
    maybe: Truths = np.zeros(grid.shape, dtype=np.bool_)
    for number in range(len(grid.policies)):
        if asking >> number & 1:
            one = np.uint32(1 << number)
            strict, kind = (
                _granted_lacking(grid, masks & np.uint32(preventing), number, together=False)
                for masks in (grid.upper, grid.lower)
            )
            sure |= ((grid.lower & one) > 0) & strict & ~grid.doubted
            maybe |= ((grid.upper & one) > 0) & kind
    return _Change(sure & grid.possible, maybe & grid.possible)


def _granted_lacking(grid: Grid, applying: Masks, number: int, *, together: bool) -> Truths:
    def lacking(way: Satisfied) -> tuple[int, int]:
        plain, waived = (
            mask | (0 if mask >> number & 1 else LACKING) for mask in (way.plain, way.waived)
        )
        return (plain, waived) if together else (plain, plain)

    return grid.exists(applying | np.uint32(LACKING), lacking)


def _changed(some: Sequence[Json], others: Sequence[Json]) -> int:
    def meaning(policy: Json) -> str:
        kept = ("conditions", "grantControls", "sessionControls")
        return json.dumps({each: policy[each] for each in kept}, sort_keys=True)

    known = {meaning(each) for each in others if each["state"] == "enabled"}
    return sum(
        1 << n for n, e in enumerate(some) if e["state"] == "enabled" and meaning(e) not in known
    )


def compare_complaints(small: Small) -> Iterator[str]:
    """Give everything that is wrong with a comparison."""
    new = draft(small)
    document = {**small.document, "conditionalAccessPolicies": new}
    drafted = ostiary.load_tenant(document, catalogue=ostiary.NO_CATALOGUE).compiled
    old_policies, new_policies = small.compiled.policies, drafted.policies
    comparison = Comparison(Sides.of(old_policies, new_policies, small.compiled))
    lost, gained = list(comparison.lost()), list(comparison.gained())
    shift = len(small.policies)
    both = [*small.policies, *new]
    old, fresh = enabled(small.policies), enabled(new) << shift
    asking_new = _changed(new, small.policies) << shift
    asking_old = _changed(small.policies, new)
    compared = compare(old_policies, new_policies, small.compiled, small.names)
    certain = {"newlyBlocked": 0, "newlyPrompted": 0, "newlyAllowed": 0}
    for prover in comparison.provers:
        grid = _grid(small, prover, both)
        if grid is None:
            continue
        mine = [(each.way, shut) for each, shut in lost if each.prover is prover]
        back = [each.way for each in gained if each.prover is prover]
        gone = _lost(grid, asking_new, old)
        enters = grid.exists(grid.lower & np.uint32(fresh), lambda way: (way.plain, way.plain))
        parts = {
            "newlyBlocked": (
                [way for way, shut in mine if shut and not way.doubts],
                gone.sure & ~enters,
            ),
            "newlyPrompted": (
                [way for way, shut in mine if not shut and not way.doubts],
                gone.sure & enters,
            ),
            "newlyAllowed": (
                [way for way in back if not way.doubts],
                _lost(grid, asking_old, fresh).sure,
            ),
        }
        for what, (ways, expected) in parts.items():
            certain[what] += len(ways)
            found = union(grid, grid.inside(ways)) & grid.possible
            if (found & ~expected).any():
                yield f"{what} claimed: {grid.told(found & ~expected)}"
            if (expected & ~found).any():
                yield f"{what} not found: {grid.told(expected & ~found)}"
        yield from _undecided(grid, gone, [way for way, _ in mine])
        yield from _undecided(grid, _lost(grid, asking_old, fresh), back)
    yield from _told(compared, certain)


def _undecided(grid: Grid, change: _Change, ways: Sequence[object]) -> Iterator[str]:
    found = union(grid, grid.inside(ways)) & grid.possible  # type: ignore[arg-type]
    if (found & ~change.maybe).any():
        yield f"undecided claimed: {grid.told(found & ~change.maybe)}"
    if (change.maybe & ~found).any():
        yield f"undecided not found: {grid.told(change.maybe & ~found)}"


def _told(compared: Compared, certain: dict[str, int]) -> Iterator[str]:
    for what, count in certain.items():
        told = compared.kinds[what]
        if bool(told) != bool(count):
            yield f"{len(told)} statements of {what}, expected some of {count}"
    for what, statements in compared.kinds.items():
        for each in statements[:6]:
            if not each.witness.confirmed:
                yield f"{what} not confirmed: {each.text}: {each.witness.request}"
    if any(compared.kinds.values()) and compared.verdict is not Verdict.BROKEN:
        yield f"verdict {compared.verdict}"


def shadowed_complaints(small: Small) -> Iterator[str]:
    """Give every policy of which it is said wrongly that it changes something, or nothing."""
    told = {each.id: each.shadowed for each in shadowed(small.compiled).policies}
    on = enabled(small.policies)
    looked_at = provers(small.compiled, (), also=on)
    grids = [_grid(small, each, small.policies) for each in looked_at]
    strengths = sum(1 << n for n, p in enumerate(small.policies) if strength_of(p))
    for number, policy in enumerate(small.policies):
        if not on >> number & 1:
            continue
        found = [_counts(grid, number, on) for grid in grids if grid is not None]
        leads = any(grid and grid.leading >> number & 1 for grid in grids)
        if leads and strengths & on & ~(1 << number):
            continue  # others give way to it: said to count without a look
        surely, perhaps = (any(each[side] for each in found) for side in (0, 1))
        expected = False if surely else None if perhaps else True
        unsure = expected is not None and told[policy["id"]] is None and leads_unsurely(grids)
        if told[policy["id"]] is not expected and not unsure:
            yield f"{policy['displayName']} {policy['id']}: {told[policy['id']]}, not {expected}"


def leads_unsurely(grids: Sequence[Grid | None]) -> bool:
    """Whether it is unknown somewhere whether a strength leads at registration."""
    return any(
        bool((((grid.upper ^ grid.lower) & np.uint32(grid.leading)) > 0).any())
        for grid in grids
        if grid is not None
    )


def _counts(grid: Grid, number: int, on: int) -> tuple[bool, bool]:
    """Tell whether a policy surely, and perhaps, makes a difference."""
    one, others = np.uint32(1 << number), on & ~(1 << number)
    surely: Truths = np.zeros(grid.shape, dtype=np.bool_)
    perhaps: Truths = np.zeros(grid.shape, dtype=np.bool_)
    for masks, applies, into in (
        (grid.upper, grid.lower, surely),
        (grid.lower, grid.upper, perhaps),
    ):
        here = ((applies & one) > 0) & grid.possible
        into |= here & _granted_lacking(grid, masks & np.uint32(others), number, together=True)
        strict = _strictness(grid.policies[number])
        for key, value in strict.items():
            as_strict = sum(
                1 << n
                for n, other in enumerate(grid.policies)
                if others >> n & 1 and _strictness(other).get(key, 0) >= value
            )
            let_in = grid.exists(masks & np.uint32(others), lambda way: (way.plain, way.waived))
            into |= here & let_in & ((masks & np.uint32(as_strict)) == 0)
    return bool((surely & ~grid.doubted).any()), bool(perhaps.any())


def _strictness(policy: Json) -> dict[str, float]:
    """How much a policy limits sessions, by control; more is stricter."""
    session = part(policy, "sessionControls")
    found: dict[str, float] = {}
    minutes = frequency_minutes(policy)
    if minutes is not None:
        found["signInFrequency"] = 1 / (minutes + 1)
    for key, member in (
        ("persistentBrowser", "mode"),
        ("cloudAppSecurity", "cloudAppSecurityType"),
    ):
        if part(session, key).get("isEnabled"):
            found[key] = _MODES[part(session, key)[member]]
    for key in ("applicationEnforcedRestrictions", "secureSignInSession"):
        if part(session, key).get("isEnabled"):
            found[key] = 1
    if session.get("disableResilienceDefaults"):
        found["disableResilienceDefaults"] = 1
    return found
