"""What holds of every tenant and every folder: nothing to do twice, no exclusion lost."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from ostiary.model.json_types import as_object, as_strings, flags
from ostiary.policycode.changes import Action, Kind, placeholders_in
from ostiary.policycode.exporting import Form, export
from ostiary.policycode.folder import CodeFolder, load_folder
from ostiary.policycode.planning import make_plan
from ostiary.policycode.target import Target, target_of
from ostiary.tenant.reading import read_raw
from tests.oracle.draw_policy import policies
from tests.oracle.draw_tenant import World, world
from tests.policycode.tenants import MADE, write_files

SEEDS = range(20)
EXCLUDING = ("excludeUsers", "excludeGroups", "excludeRoles")
GUESTS = "excludeGuestsOrExternalUsers"


def drawn(rng: Random, found: World, **members: Any) -> Target:
    """Read a world with policies of its own; their ids are the same for each drawing."""
    asked = policies(rng, found)[1]
    named = [{**each, "displayName": f"policy {number}"} for number, each in enumerate(asked)]
    document = {**found.tenant, "conditionalAccessPolicies": named, **members}
    return target_of(read_raw(document), "the drawn tenant")


def folder_of(target: Target, root: Path, form: Form = Form.JSON) -> CodeFolder:
    """Export a target and read the folder."""
    return load_folder(write_files(root, {each.path: each.text for each in export(target, form)}))


@pytest.mark.parametrize("seed", SEEDS)
def test_an_export_plans_to_nothing(seed: int, tmp_path: Path) -> None:
    rng = Random(seed)  # noqa: S311  # a drawing, no secret
    target = drawn(rng, world(rng))
    form = Form.YAML if seed % 4 == 0 else Form.JSON
    found = make_plan(folder_of(target, tmp_path, form), target, made=MADE)
    assert (found.plan.changes, found.kept, found.unmanaged) == ((), (), ())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_is_done_once_and_loses_no_exclusion(seed: int, tmp_path: Path) -> None:
    rng = Random(seed)  # noqa: S311  # a drawing, no secret
    place = world(rng)
    wanted, current = drawn(rng, place), drawn(rng, place)
    folder = folder_of(wanted, tmp_path)
    found = make_plan(folder, current, made=MADE)
    for identifier, before in found.before.of(Kind.POLICY).items():
        after = found.after.of(Kind.POLICY)[identifier]
        assert excluded(before) <= excluded(after) or other_identities(before, after)
    again = make_plan(folder, found.after, made=MADE)
    assert again.plan.changes == ()
    assert [each.name for each in again.kept] == [each.name for each in found.kept]


@pytest.mark.parametrize("seed", SEEDS[::4])
def test_against_a_tenant_without_policies_everything_is_made_in_order(
    seed: int, tmp_path: Path
) -> None:
    rng = Random(seed)  # noqa: S311  # a drawing, no secret
    place = world(rng)
    wanted = drawn(rng, place)
    none: dict[str, Any] = {"namedLocations": [], "authenticationStrengthPolicies": []}
    empty = target_of(
        read_raw({**place.tenant, "conditionalAccessPolicies": [], **none}), "the empty tenant"
    )
    found = make_plan(folder_of(wanted, tmp_path), empty, made=MADE)
    known: set[str] = set()
    for each in found.plan.changes:
        assert each.action is Action.CREATE
        assert placeholders_in(each.after) <= known
        known.add(each.id)
    assert make_plan(found.folder, found.after, made=MADE).plan.changes == ()


def excluded(policy: Any) -> set[str]:
    """Give who is excluded from a policy."""
    users = as_object(as_object(policy.get("conditions")).get("users"))
    guests = flags(as_object(users.get(GUESTS)).get("guestOrExternalUserTypes"))
    words = (each for name in EXCLUDING for each in as_strings(users.get(name)))
    return {each.casefold() for each in (*words, *guests)}


def other_identities(before: Any, after: Any) -> bool:
    """Tell whether one is about people and the other about workload identities."""
    sides = (as_object(as_object(each.get("conditions"))) for each in (before, after))
    return len({bool(each.get("clientApplications")) for each in sides}) > 1
