"""The index of memberships: made in two steps, and after somebody changed groups."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ostiary.conditions.memberships import extend, index
from ostiary.model.directory import Directory, Group, RoleAssignment, User

INNER, OUTER, OTHER, ROLE = "inner", "outer", "other", "role"
DIRECTORY = Directory(
    users={each: User(each) for each in ("ann", "bob")},
    groups={
        INNER: Group(INNER, members=("ann",)),
        OUTER: Group(OUTER, members=(INNER,)),
        OTHER: Group(OTHER, members=("bob", INNER)),
    },
    role_assignments=(RoleAssignment(ROLE, OUTER),),
)
NO_ROLES: frozenset[str] = frozenset()


def test_an_index_made_in_two_steps_knows_what_one_made_at_once_knows() -> None:
    first = index(DIRECTORY, frozenset({INNER, OTHER}), NO_ROLES)
    both = extend(first, DIRECTORY, frozenset({OUTER}), frozenset({ROLE}))
    assert both.groups_of("ann") == {INNER, OUTER, OTHER}
    assert both.groups_of("bob") == {OTHER}
    assert both.roles_of("ann", both.groups_of("ann")) == {ROLE}


@pytest.mark.parametrize(
    ("assignment", "held", "uncertain"),
    [
        (RoleAssignment(ROLE, "ann"), True, False),
        (RoleAssignment(ROLE, "ann", scope="/administrativeUnits/1"), False, False),
        (RoleAssignment(ROLE, "ann", scope=None), False, True),
        (RoleAssignment(ROLE, "ann", built_in=False), False, False),
        (RoleAssignment(ROLE, "somebody else"), False, True),  # it could be a group she is in
    ],
)
def test_who_holds_a_role(assignment: RoleAssignment, held: bool, uncertain: bool) -> None:
    directory = replace(DIRECTORY, role_assignments=(assignment,))
    known = index(directory, NO_ROLES, frozenset({ROLE}))
    assert (ROLE in known.roles_of("ann", known.groups_of("ann"))) is held
    assert (ROLE in known.uncertain_roles) is uncertain


def test_everybody_who_changed_groups_keeps_the_change() -> None:
    known = index(DIRECTORY, frozenset({INNER, OUTER, OTHER}), NO_ROLES)
    moved = known.moved("ann", [OTHER]).moved("bob", [INNER])
    assert moved.groups_of("ann") == {OTHER}
    assert moved.groups_of("bob") == {INNER, OUTER, OTHER}
    assert known.groups_of("ann") == {INNER, OUTER, OTHER}
