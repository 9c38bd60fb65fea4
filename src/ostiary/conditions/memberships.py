"""Which of the groups and roles that policies name a user or service principal is in.

Nesting counts to any depth, also through cycles. Membership is *unknown* in a group that the
export does not have, or has without its members, or that contains such a group
(docs/decisions/0002-unknown-facts.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ostiary.model.directory import Directory, Group, User

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An invented user of whom everything is known: in these groups, holding these roles only."""

    user: User
    groups: tuple[str, ...] = ()
    roles: frozenset[str] = _NONE


@dataclass(frozen=True, slots=True)
class Memberships:
    """An index from principals to asked groups and roles, made once for a directory.

    `containing` maps a group to the asked groups it is part of (itself among them); `direct`
    maps a principal to groups that list it. `overlay` replaces `direct` for single principals.
    """

    containing: Mapping[str, frozenset[str]]
    direct: Mapping[str, Sequence[str]]
    uncertain_groups: frozenset[str]
    roles: Mapping[str, frozenset[str]]
    uncertain_roles: frozenset[str]
    asked_groups: frozenset[str] = frozenset()
    asked_roles: frozenset[str] = frozenset()
    overlay: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])

    def groups_of(self, principal: str) -> frozenset[str]:
        """Give the asked groups (and those that hold asked roles) the principal is in."""
        listed = self.overlay.get(principal)
        if listed is None:
            listed = self.direct.get(principal)
        return self.groups_through(listed) if listed else _NONE

    def groups_through(self, listed: Sequence[str]) -> frozenset[str]:
        """Give the asked groups that somebody is in by being a member of some groups."""
        containing = self.containing
        if len(listed) == 1:
            return containing.get(listed[0], _NONE)
        return _NONE.union(*(containing[group] for group in listed if group in containing))

    def roles_of(self, principal: str, groups: frozenset[str]) -> frozenset[str]:
        """Give the asked roles held directly or through one of `groups`."""
        roles = self.roles
        held = roles.get(principal, _NONE)
        if groups and not groups.isdisjoint(roles):
            held = held.union(*(roles[group] for group in groups if group in roles))
        return held

    def moved(self, principal: str, groups: Sequence[str]) -> Memberships:
        """Give the index after a principal's direct groups became `groups`."""
        return replace(self, overlay={**self.overlay, principal: tuple(groups)})


def index(directory: Directory, groups: frozenset[str], roles: frozenset[str]) -> Memberships:
    """Build the index for the groups and roles that some policy names."""
    role_holders, uncertain_roles = _roles(directory, roles)
    asked = groups | (frozenset(role_holders) & frozenset(directory.groups))
    containing: dict[str, set[str]] = defaultdict(set)
    uncertain: set[str] = set()
    for group in asked:
        parts, complete = _parts(directory.groups, group)
        if not complete:
            uncertain.add(group)
        for part in parts:
            containing[part].add(group)
    through_unknown = (role_holders[group] for group in uncertain if group in role_holders)
    return Memberships(
        containing={part: frozenset(wholes) for part, wholes in containing.items()},
        direct=_direct(directory.groups, containing),
        uncertain_groups=frozenset(uncertain),
        roles=role_holders,
        uncertain_roles=uncertain_roles.union(*through_unknown),
        asked_groups=groups,
        asked_roles=roles,
    )


def extend(
    known: Memberships, directory: Directory, groups: frozenset[str], roles: frozenset[str]
) -> Memberships:
    """Add the groups and roles that `known` was not asked for; all the rest is shared."""
    if groups <= known.asked_groups and roles <= known.asked_roles:
        return known
    more = index(directory, groups - known.asked_groups, roles - known.asked_roles)
    containing = dict(known.containing)
    for part, wholes in more.containing.items():
        containing[part] = containing.get(part, _NONE) | wholes
    direct = dict(known.direct)
    for principal, listed in more.direct.items():
        new = [group for group in listed if group not in known.containing]
        if new:
            direct[principal] = [*direct.get(principal, ()), *new]
    held = {
        principal: known.roles.get(principal, _NONE) | more.roles.get(principal, _NONE)
        for principal in known.roles.keys() | more.roles.keys()
    }
    return Memberships(
        containing=containing,
        direct=direct,
        uncertain_groups=known.uncertain_groups | more.uncertain_groups,
        roles=held,
        uncertain_roles=known.uncertain_roles | more.uncertain_roles,
        asked_groups=known.asked_groups | groups,
        asked_roles=known.asked_roles | roles,
        overlay=known.overlay,
    )


def _parts(groups: Mapping[str, Group], whole: str) -> tuple[set[str], bool]:
    """Give a group with all groups nested in it, and whether the members of all are known."""
    found, open_ = {whole}, [whole]
    complete = True
    while open_:
        group = groups.get(open_.pop())
        if group is None or group.members is None:
            complete = False
            continue
        nested = [member for member in group.members if member in groups and member not in found]
        found.update(nested)
        open_.extend(nested)
    return found, complete


def _direct(groups: Mapping[str, Group], relevant: Iterable[str]) -> dict[str, list[str]]:
    direct: dict[str, list[str]] = {}
    for group_id in relevant:
        group = groups.get(group_id)
        for member in (group.members if group else None) or ():
            listed = direct.get(member)
            if listed is None:
                direct[member] = [group_id]
            else:
                listed.append(group_id)
    return direct


def _roles(
    directory: Directory, asked: frozenset[str]
) -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """Give who holds which asked role, and the roles of which nobody can tell.

    Only built-in roles assigned for the whole tenant count
    (entra-docs conditional-access/concept-conditional-access-users-groups, directory roles).
    """
    if directory.role_assignments is None:
        return {}, asked
    holders: dict[str, set[str]] = defaultdict(set)
    uncertain: set[str] = set() if directory.has_people else set(asked)
    for assignment in directory.role_assignments:
        if assignment.role_id not in asked or not assignment.built_in:
            continue
        if assignment.scope not in {"/", None}:
            continue
        if assignment.scope == "/":
            holders[assignment.principal_id].add(assignment.role_id)
        if assignment.scope is None or not _explained(directory, assignment.principal_id):
            uncertain.add(assignment.role_id)
    held = {principal: frozenset(roles) for principal, roles in holders.items()}
    return held, frozenset(uncertain)


def _explained(directory: Directory, principal: str) -> bool:
    """Whether the export has the principal; one it does not have could be a group."""
    return (
        principal in directory.users
        or principal in directory.groups
        or principal in directory.service_principals
    )
