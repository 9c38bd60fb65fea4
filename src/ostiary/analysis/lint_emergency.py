"""Pitfalls around emergency access accounts: the way back in when everything else fails."""

from __future__ import annotations

from typing import ClassVar

from ostiary.analysis.lint_pitfall import Finds, Found, Pitfall, Severity
from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.analysis.lint_subject import Subject
from ostiary.analysis.lint_trial import union
from ostiary.analysis.lint_words import (
    counted,
    policy_names,
    quoted,
    user_name,
    verb,
)
from ostiary.conditions.memberships import index
from ostiary.model.policy import Policy, PolicyState

_SOURCE = "entra-docs role-based-access-control/security-emergency-access"
_FEWEST = 2


class NotExcluded(Pitfall):
    """An enabled policy between an emergency access account and the admin center."""

    code = "OST101"
    name = "emergency-account-not-excluded"
    severity = Severity.ERROR
    title = "An emergency access account is in scope of a policy that can keep it out"
    why = (
        "Emergency access accounts exist for the day on which a policy locks everybody else out. "
        "A policy that blocks them, or demands a device or app they do not have, takes that way "
        "back: the tenant can then be opened only by Microsoft, which takes days."
    )
    fix = "exclude the emergency access accounts, best through one group that every policy excludes"
    source = f"{_SOURCE}; conditional-access/plan-conditional-access"
    states: ClassVar[frozenset[PolicyState]] = frozenset({PolicyState.ENABLED})
    may: ClassVar[str] = "can be"

    def look(self, subject: Subject) -> Finds:
        """Try each account against every policy."""
        for number, policy in subject.live:
            if policy.state not in self.states:
                continue
            names = [
                user_name(subject.directory, account)
                for account, reach in subject.emergency.accounts.items()
                if reach.refused & reach.about & 1 << number
            ]
            if names:
                yield Found(
                    f"emergency access {verb(names, 'account', 'accounts')} {quoted(names)} "
                    f"{self.may} kept out of the admin center: {_demand(policy)}",
                    (policy,),
                )


def _demand(policy: Policy) -> str:
    words = {each.control for each in policy.requirements}
    if "block" in words:
        return "access is blocked"
    return "it asks for something that the account does not have"


class NotExcludedReportOnly(NotExcluded):
    """The same of a policy that is about to be switched on."""

    code = "OST102"
    name = "emergency-account-not-excluded-yet"
    severity = Severity.WARNING
    title = "A policy would keep an emergency access account out once it is on"
    why = (
        "Report-only shows nothing of accounts that nobody signs in with. The day the policy is "
        "switched on is the day on which the emergency access accounts are lost."
    )
    states = frozenset({PolicyState.REPORT_ONLY, PolicyState.DISABLED})
    may = "could be"


class MayNotMeet(Pitfall):
    """An emergency access account that is asked for a method it may not have."""

    code = "OST103"
    name = "emergency-account-asked"
    severity = Severity.WARNING
    title = "An emergency access account has to show a method that it may not have"
    why = (
        "Whoever needs the account needs its method too. Without a registration nobody can tell "
        "that it has one, and registering one in an emergency may be out of reach."
    )
    fix = (
        "exclude the account, or register a passkey for it and export "
        "`reports/authenticationMethods/userRegistrationDetails` so that this can be checked"
    )
    source = _SOURCE

    def look(self, subject: Subject) -> Finds:
        """Collect the policies that ask, once for each set of accounts."""
        reach = subject.emergency.accounts
        together: dict[int, list[str]] = {}
        for account, each in reach.items():
            mask = each.asked & each.about & subject.checked
            if mask:
                together.setdefault(mask, []).append(user_name(subject.directory, account))
        for mask, names in together.items():
            policies = subject.chosen(mask)
            yield Found(
                f"emergency access {verb(names, 'account', 'accounts')} {quoted(names)} "
                f"{verb(names, 'is', 'are')} asked for a method by {policy_names(policies)}, and "
                "the export does not show that one is registered which they accept",
                policies,
            )


class InScopeElsewhere(Pitfall):
    """A policy that cannot close the admin center but does not exclude the account either."""

    code = "OST104"
    name = "emergency-account-in-scope-elsewhere"
    severity = Severity.NOTE
    title = "Policies that spare the admin center do not exclude the emergency access accounts"
    why = (
        "They block other resources, older clients or special flows only, so they lock nobody out "
        "today. Microsoft advises to exclude the accounts all the same: policies get wider."
    )
    fix = "exclude the group of the emergency access accounts from every policy"
    source = _SOURCE

    def look(self, subject: Subject) -> Finds:
        """Collect them in one finding."""
        reach = subject.emergency.accounts.values()
        mask = union(each.elsewhere & each.about for each in reach)
        policies = subject.chosen(mask & subject.checked)
        if policies:
            yield Found(
                f"{policy_names(policies)} {verb(policies, 'does', 'do')} not exclude all "
                f"emergency access accounts; the admin center is not touched",
                policies,
            )


class ExclusionUnknown(Pitfall):
    """Nobody can tell whether the accounts are excluded."""

    code = "OST105"
    name = "emergency-exclusion-unknown"
    severity = Severity.WARNING
    title = "Whether the emergency access accounts are excluded cannot be told from the export"
    why = (
        "The policy excludes a group, and the export does not show who is in it. A group that was "
        "deleted or left behind in another tenant looks the same and protects nobody."
    )
    fix = "export the groups with their members (`groups?$expand=members`) and check again"
    source = "asks of administrators: exclusions lost on import (IntuneManagement #391)"

    def look(self, subject: Subject) -> Finds:
        """Collect the policies once."""
        reach = subject.emergency.accounts.values()
        mask = union(each.refused & each.perhaps for each in reach)
        policies = subject.chosen(mask & subject.checked)
        if policies:
            yield Found(
                f"{counted(len(policies), 'policy', 'policies')} may apply to the emergency "
                f"access accounts: who is in the groups they exclude is not in the export",
                policies,
            )


class NoneDeclared(Pitfall):
    """Nobody said which accounts are for emergencies."""

    code = "OST106"
    name = "emergency-accounts-not-declared"
    severity = Severity.WARNING
    title = "No emergency access accounts are declared"
    why = (
        "Which accounts are for emergencies cannot be guessed from names without guessing wrong. "
        "As long as none is declared, nobody can check that a policy spares them."
    )
    fix = (
        "name at least two accounts, or the group they are in, in `settings.emergencyAccess` of "
        "the tenant"
    )
    source = _SOURCE

    def look(self, subject: Subject) -> Finds:
        """Look at the settings."""
        if not subject.directory.settings.emergency_access:
            yield Found("the settings of the tenant declare no emergency access account")


class TooFew(Pitfall):
    """Fewer than two accounts that work."""

    code = "OST107"
    name = "fewer-than-two-emergency-accounts"
    severity = Severity.WARNING
    title = "Fewer than two emergency access accounts"
    why = "One lost key or one locked account must not be the end. Microsoft advises two or more."
    fix = "create a second account with a key of its own, kept in another place"
    source = _SOURCE

    def look(self, subject: Subject) -> Finds:
        """Count the accounts that can sign in."""
        emergency = subject.emergency
        if emergency.unknown or not subject.directory.settings.emergency_access:
            return
        users = subject.directory.users
        off = [each for each in emergency.accounts if each in users and not users[each].enabled]
        working = len(emergency.accounts) - len(off)
        if working < _FEWEST:
            named = [user_name(subject.directory, each) for each in off]
            disabled = f"; {quoted(named)} cannot sign in (disabled)" if named else ""
            yield Found(
                f"{counted(working, 'emergency access account')} can be used{disabled}",
            )


class NoAdministrator(Pitfall):
    """An emergency access account that may not change anything."""

    code = "OST108"
    name = "emergency-account-without-role"
    severity = Severity.WARNING
    title = "An emergency access account does not hold Global Administrator"
    why = (
        "An eligible role has to be activated, which may need the very method or approver that is "
        "out of reach. The role has to be active, permanent and tenant-wide."
    )
    fix = "assign Global Administrator to the account, active and permanent"
    source = _SOURCE

    def look(self, subject: Subject) -> Finds:
        """Look the role up, directly and through groups."""
        directory = subject.directory
        if directory.role_assignments is None:
            return
        memberships = index(directory, frozenset(), frozenset({GLOBAL_ADMINISTRATOR}))
        if GLOBAL_ADMINISTRATOR in memberships.uncertain_roles:
            return
        lacking = [
            user_name(directory, account)
            for account in subject.emergency.accounts
            if not memberships.roles_of(account, memberships.groups_of(account))
        ]
        if lacking:
            yield Found(
                f"emergency access {verb(lacking, 'account', 'accounts')} {quoted(lacking)} "
                f"{verb(lacking, 'has', 'have')} no active assignment of Global Administrator"
            )


PITFALLS: tuple[Pitfall, ...] = (
    NotExcluded(),
    NotExcludedReportOnly(),
    MayNotMeet(),
    InScopeElsewhere(),
    ExclusionUnknown(),
    NoneDeclared(),
    TooFew(),
    NoAdministrator(),
)
