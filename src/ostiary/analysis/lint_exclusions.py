"""Pitfalls of exclusions: nobody excluded, and groups that are not what they seem."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import replace

from ostiary.analysis.lint_pitfall import Finds, Found, Pitfall, Severity
from ostiary.analysis.lint_reach import ADMIN_CENTER, GRAPH
from ostiary.analysis.lint_stage import ORDINARY
from ostiary.analysis.lint_subject import Subject
from ostiary.analysis.lint_words import group_name, policy_names, quoted
from ostiary.model.policy import Policy
from ostiary.model.setting import Tag
from ostiary.model.signin import MISSING, Proofs, Resources

_USERS_PAGE = "entra-docs conditional-access/concept-conditional-access-users-groups"


class ExcludesNobody(Pitfall):
    """Everybody, the admin center, no way for the user to comply, and nobody spared."""

    code = "OST111"
    name = "excludes-nobody"
    severity = Severity.ERROR
    title = "A policy that can shut everybody out excludes nobody"
    why = (
        "A policy for all users that blocks, or demands a device or an app, and reaches the admin "
        "center, needs one mistake to lock out the whole tenant: a wrong address range, a country "
        "that Microsoft's geolocation gets wrong, a compliance service that is down. Then there "
        "is nobody left who could switch it off."
    )
    fix = "exclude the group of the emergency access accounts"
    source = "entra-docs conditional-access/plan-conditional-access; incident MO531859 (March 2023)"

    def look(self, subject: Subject) -> Finds:
        """Try an ordinary administrator with nothing but a browser and a second factor."""
        trial = subject.try_out(
            replace(
                ORDINARY,
                target=Resources((ADMIN_CENTER, GRAPH)),
                address=MISSING,
                country=MISSING,
                device=MISSING,
                sign_in_risk=MISSING,
                user_risk=MISSING,
                insider_risk=MISSING,
                proofs=Proofs(methods=frozenset({"password", "fido2"}), mfa=True),
            )
        )
        told = [each.refused & each.about for each in subject.emergency.accounts.values()]
        for number, policy in subject.live:
            if not trial.refused >> number & 1 or not subject.for_everybody(policy):
                continue
            if any(mask >> number & 1 for mask in told):
                continue  # said of the emergency access account itself
            setting = policy.settings["users"]
            empty = [each for each in setting.exclude if _spares_nobody(subject, each)]
            if len(empty) < len(setting.exclude):
                continue
            spared = (
                "the groups it excludes are empty" if empty else "it excludes no user and no group"
            )
            yield Found(f"it can keep every user out of the admin center, and {spared}", (policy,))


def _spares_nobody(subject: Subject, tag: Tag) -> bool:
    return tag.startswith("group:") and subject.nobody_in(tag.removeprefix("group:"))


class _ExcludedGroup(Pitfall):
    """A pitfall of a group that live policies exclude; told once a group."""

    def look(self, subject: Subject) -> Finds:
        """Ask of every excluded group."""
        for group, policies in excluded_groups(subject):
            reason = self.trouble(subject, group)
            if reason:
                where = f"excluded by {policy_names(policies)}"
                name = group_name(subject.directory, group)
                yield Found(f"group `{name}` ({where}) {reason}", policies)

    @abstractmethod
    def trouble(self, subject: Subject, group: str) -> str:
        """Say what is wrong with a group, the group being the subject; empty if nothing is."""


def excluded_groups(subject: Subject) -> Iterator[tuple[str, tuple[Policy, ...]]]:
    """Give every group that a live policy excludes, with these policies."""
    found: dict[str, list[Policy]] = {}
    for _, policy in subject.live:
        setting = policy.settings.get("users")
        for tag in sorted(setting.exclude if setting else ()):
            if tag.startswith("group:"):
                found.setdefault(tag.removeprefix("group:"), []).append(policy)
    return ((group, tuple(policies)) for group, policies in found.items())


class GroupMissing(_ExcludedGroup):
    """An excluded group that the export does not have."""

    code = "OST112"
    name = "excluded-group-missing"
    severity = Severity.WARNING
    title = "An excluded group is not in the export"
    why = (
        "A deleted group, or the id of a group in another tenant, excludes nobody. The admin "
        "center shows such an exclusion as a bare id, and the policy applies to all it spared."
    )
    fix = "replace it by the group that is meant, or remove it"
    source = "asks of administrators: exclusions lost on import (IntuneManagement #391, maester)"

    def trouble(self, subject: Subject, group: str) -> str:
        """Look the group up, if the export has any."""
        known = subject.directory.groups
        return "is not in the export: it excludes nobody" if known and group not in known else ""


class GroupEmpty(_ExcludedGroup):
    """An excluded group without members."""

    code = "OST113"
    name = "excluded-group-empty"
    severity = Severity.NOTE
    title = "An excluded group has no members"
    why = (
        "Often it is there for the exceptions of tomorrow. Where it is meant for emergency access "
        "or service accounts, the policy applies to them today."
    )
    fix = "add the accounts that are to be spared, or remove the group"
    source = "pitfalls collected from administrators (exclusion groups)"

    def trouble(self, subject: Subject, group: str) -> str:
        """Count the members, nested ones included."""
        return "has no members: it excludes nobody" if subject.nobody_in(group) else ""


class GroupDynamic(_ExcludedGroup):
    """An excluded group whose members follow from attributes."""

    code = "OST114"
    name = "excluded-group-dynamic"
    severity = Severity.WARNING
    title = "An excluded group has dynamic membership"
    why = (
        "Whoever may edit the attribute of its rule lets people out of the policy, often the help "
        "desk or a script of the personnel department, and nobody approves or notices."
    )
    fix = "exclude a group with assigned members, best a role-assignable one"
    source = "pitfalls collected from administrators (exclusion groups)"

    def trouble(self, subject: Subject, group: str) -> str:
        """Look at the kind of group."""
        known = subject.directory.groups.get(group)
        if known is None or not known.dynamic:
            return ""
        return "is dynamic: whoever may edit the attribute of its rule can leave the policy"


class GroupOpen(_ExcludedGroup):
    """An excluded group that lesser administrators may fill."""

    code = "OST115"
    name = "excluded-group-not-role-assignable"
    severity = Severity.WARNING
    title = "An excluded group is not role-assignable"
    why = (
        "Its owners, and every Groups Administrator or User Administrator, can add themselves and "
        "so leave the policy. Members of a role-assignable group are changed by Global "
        "Administrators, Privileged Role Administrators and its owners only."
    )
    fix = "create the group anew as role-assignable (this cannot be changed later) and exclude it"
    source = "entra-docs role-based-access-control/groups-concept"

    def trouble(self, subject: Subject, group: str) -> str:
        """Look at what the export says of it; where it says nothing, nothing is told."""
        known = subject.directory.groups.get(group)
        if known is None or known.dynamic or known.role_assignable is not False:
            return ""
        return "is not role-assignable: its owners and lesser administrators can add anybody"


class GroupUnclear(_ExcludedGroup):
    """An excluded group whose members the export does not show in full."""

    code = "OST116"
    name = "excluded-group-members-unknown"
    severity = Severity.NOTE
    title = "Who is in an excluded group cannot be told"
    why = (
        "The group, or one nested in it, came without members. Everything said of the policy "
        "counts those people as not excluded."
    )
    fix = "export the group and the groups in it with their members"
    source = f"{_USERS_PAGE}; docs/decisions/0002-unknown-facts.md"

    def trouble(self, subject: Subject, group: str) -> str:
        """Ask the index of memberships."""
        known = subject.directory.groups.get(group)
        if known is None:
            return ""
        if known.members is None:
            return "came without its members: nobody can tell whom it excludes"
        if group in subject.memberships.uncertain_groups:
            return "holds a group whose members are not in the export"
        strangers = _strangers(subject, group)
        if not strangers:
            return ""
        return f"has members that the export does not know, perhaps groups: {quoted(strangers)}"


def _strangers(subject: Subject, group: str) -> list[str]:
    """Give members that are no user, group or service principal, if the export has users."""
    directory = subject.directory
    if not directory.users:
        return []
    members = subject.members.get(group, frozenset())
    known = (directory.users, directory.service_principals)
    return sorted(each for each in members if not any(each in ids for ids in known))


PITFALLS: tuple[Pitfall, ...] = (
    ExcludesNobody(),
    GroupMissing(),
    GroupEmpty(),
    GroupDynamic(),
    GroupOpen(),
    GroupUnclear(),
)
