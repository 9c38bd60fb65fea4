"""What policies do to the emergency access accounts: tried on the engine, account by account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from ostiary.analysis.lint_trial import try_out
from ostiary.conditions.memberships import index
from ostiary.conditions.users import Person
from ostiary.engine.policyset import PolicySet
from ostiary.model.directory import Directory
from ostiary.model.signin import MISSING, Proofs, Resources, SignIn, UserIdentity

ADMIN_CENTER = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
GRAPH = "00000003-0000-0000-c000-000000000000"
_FIRST = frozenset({"mfaRegistration"})
_METHODS = _FIRST | frozenset({"mfa", "authenticationStrength"})
"""Challenges that ask for a method."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What the policies, in whatever state, do to one account; masks of policy numbers.

    `about` it for certain, `perhaps` about it (memberships unknown). On the way to the admin
    center it is `refused`, or `asked` for a method that nobody can tell it has; `elsewhere` it is
    refused for other resources or clients only.
    """

    about: int
    perhaps: int
    refused: int
    asked: int
    elsewhere: int


@dataclass(frozen=True, slots=True)
class Emergency:
    """The emergency access accounts of a tenant and what becomes of them.

    `unknown` are groups declared as such whose members nobody can tell.
    """

    accounts: Mapping[str, Reach]
    unknown: frozenset[str]


def emergency_of(policies: PolicySet) -> Emergency:
    """Resolve what the settings declare (users, members of groups), and try every account."""
    accounts, unknown = emergency_accounts(policies.directory)
    return Emergency(
        MappingProxyType({account: _reach(policies, account) for account in sorted(accounts)}),
        unknown,
    )


def emergency_accounts(directory: Directory) -> tuple[frozenset[str], frozenset[str]]:
    """Give the users that the settings declare, and the groups whose members nobody can tell."""
    declared = directory.settings.emergency_access
    groups = frozenset(each for each in declared if each in directory.groups)
    memberships = index(directory, groups, frozenset())
    members = {
        principal
        for principal in memberships.direct
        if memberships.groups_of(principal) & groups and principal not in directory.groups
    }
    return (declared - groups) | members, memberships.uncertain_groups


def _reach(policies: PolicySet, account: str) -> Reach:
    """Try what the account has to be able to do: open the admin center and change policies.

    Where it signs in from, and what risk Entra sees in it, nobody can choose in an emergency;
    the browser and a Windows computer can be chosen.
    """
    table = next(each for each in policies.tables if each.condition.name == "users")
    users = table.accepted(table.key(Person(UserIdentity(account))))
    to_admin_center = SignIn(
        UserIdentity(account),
        target=Resources((ADMIN_CENTER, GRAPH)),
        client_app_type="browser",
        platform="windows",
        address=MISSING,
        country=MISSING,
        device=MISSING,
        sign_in_risk=MISSING,
        user_risk=MISSING,
        insider_risk=MISSING,
        proofs=_proofs(policies.directory, account),
    )
    anywhere = replace(
        to_admin_center,
        target=Resources(("any-other-application",)),
        client_app_type=MISSING,
        platform=MISSING,
        authentication_flow=MISSING,
    )
    trial = try_out(policies, to_admin_center)
    # A method that is registered and accepted is no trouble; one nobody knows of may be.
    known = to_admin_center.proofs.registered_methods is not None
    asked = trial.asking(_FIRST if known else _METHODS)
    refused_elsewhere = try_out(policies, anywhere).refused
    return Reach(
        about=users.lower,
        perhaps=users.upper & ~users.lower,
        refused=trial.refused,
        asked=asked,
        elsewhere=refused_elsewhere & ~trial.refused & ~asked,
    )


def _proofs(directory: Directory, account: str) -> Proofs:
    registration = directory.registrations.get(account)
    if registration is None or registration.methods is None:
        return Proofs()
    able = bool(registration.methods) if registration.mfa is None else registration.mfa
    return Proofs(mfa_registered=able, registered_methods=registration.methods)
