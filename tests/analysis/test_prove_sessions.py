"""Differences between sessions: limited more, limited less, and where there is no session."""

from typing import Any

import ostiary
from tests.cli.running import LIFEBOAT, NORA, founding_policy
from tests.cli.test_prove import tenant

Json = dict[str, Any]
NEVER: Json = {"persistentBrowser": {"isEnabled": True, "mode": "never"}}


def policy(number: int, name: str, users: Json, **members: Any) -> Json:
    """A policy on all resources."""
    conditions = {
        "clientAppTypes": ["all"],
        "users": users,
        "applications": {"includeApplications": ["All"]},
    }
    blank: Json = {"grantControls": None, "conditions": conditions, "displayName": name}
    return founding_policy(id=f"7d1c0b52-0000-4000-8000-0000000000{number}", **blank) | members


EVERYBODY: Json = {"includeUsers": ["All"]}
KEPT = policy(31, "Never persistent", EVERYBODY, sessionControls=NEVER)
BLOCK = {"operator": "OR", "builtInControls": ["block"]}


def compared(old: list[Json], new: list[Json]) -> tuple[list[Json], list[Json]]:
    """Give what is limited more, and less."""
    document = tenant()
    found = ostiary.prove(
        document,
        "compare",
        old={"conditionalAccessPolicies": old},
        new={"conditionalAccessPolicies": new},
    ).to_json()
    return found["newlyLimited"], found["noLongerLimited"]


def test_a_new_session_control_limits_sessions() -> None:
    more, less = compared(
        [policy(32, "Block Nora", {"includeUsers": [NORA]}, grantControls=BLOCK)], [KEPT]
    )
    assert less == []
    (each,) = more
    assert NORA not in each["users"]["ids"], "she was let in by no session before"
    assert LIFEBOAT in each["users"]["ids"]


def test_where_the_new_policies_let_nobody_in_no_session_is_limited() -> None:
    block = policy(32, "Block Nora", {"includeUsers": [NORA]}, grantControls=BLOCK)
    other = policy(33, "Something else", EVERYBODY, state="disabled")
    (each,), less = compared([other], [KEPT, block])
    assert NORA not in each["users"]["ids"]
    assert less == []


def test_a_control_that_goes_limits_no_longer() -> None:
    other = policy(33, "Something else", EVERYBODY, state="disabled")
    more, (each,) = compared([KEPT], [other])
    assert more == []
    assert {NORA, LIFEBOAT} <= set(each["users"]["ids"])
    assert each["witness"]["confirmed"] is True


def test_a_policy_that_is_as_strict_makes_no_difference() -> None:
    twin = policy(34, "Never persistent for Nora", {"includeUsers": [NORA]}, sessionControls=NEVER)
    assert compared([KEPT], [KEPT, twin]) == ([], [])
