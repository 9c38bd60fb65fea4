"""What becomes of a gap: it is wider where something is more open, whatever the sentences say."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

import ostiary
from ostiary.analysis.prove_draft import Change, Sides, standing, standing_changes
from ostiary.tenant.proofs import names_of
from tests.oracle.shapes import Json

NORA = {"id": "nora", "displayName": "Nora"}


def policy(control: str, client_app: str = "all") -> Json:
    return {
        "id": f"{control} {client_app}",
        "displayName": f"{control} {client_app}",
        "state": "enabled",
        "conditions": {
            "users": {"includeUsers": ["All"]},
            "applications": {"includeApplications": ["All"]},
            "clientAppTypes": [client_app],
        },
        "grantControls": {"operator": "OR", "builtInControls": [control]},
    }


BROWSER, OTHER = policy("mfa", "browser"), policy("mfa", "other")


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ([BROWSER], [BROWSER], Change.LEFT),
        ([BROWSER], [policy("block", "browser")], Change.LEFT),
        ([BROWSER, OTHER], [BROWSER], Change.WIDENED),
        ([BROWSER], [BROWSER, OTHER], Change.NARROWED),
        ([BROWSER], [OTHER], Change.WIDENED),
        ([BROWSER], [policy("mfa")], Change.CLOSED),
        ([policy("mfa")], [BROWSER], Change.OPENED),
        ([policy("mfa")], [policy("block")], Change.NONE),
    ],
)
def test_what_becomes_of_a_gap(old: Sequence[Json], new: Sequence[Json], change: Change) -> None:
    before, after = (
        ostiary.load_tenant(
            {
                "users": [NORA],
                "groups": [],
                "roleAssignments": [],
                "conditionalAccessPolicies": list(each),
            }
        )
        for each in (old, new)
    )
    names = names_of(after)
    sides = Sides(before.compiled, after.compiled, names)
    was, now = (standing(each.compiled, names) for each in (before, after))
    found = standing_changes(was, now, sides)
    everybody = next(each for each in found if each.name == "everybodyMfa")
    assert everybody.change is change
