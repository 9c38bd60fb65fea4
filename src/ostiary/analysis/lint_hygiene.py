"""Pitfalls of upkeep: stale, doubled, contradictory and empty policies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ostiary.analysis.lint_pitfall import Finds, Found, Pitfall, Severity
from ostiary.analysis.lint_subject import Subject
from ostiary.analysis.lint_words import group_name, joined, policy_names, quoted, verb
from ostiary.conditions.applications import AGENTS
from ostiary.conditions.attributes import RULE
from ostiary.conditions.user_actions import USER_ACTIONS
from ostiary.conditions.users import ALL
from ostiary.controls.not_understood import NotUnderstood
from ostiary.engine.masks import Table, build_table
from ostiary.model.directory import Directory
from ostiary.model.json_types import as_object
from ostiary.model.policy import Operator, Policy, PolicyState
from ostiary.model.setting import Setting

_LONGEST = timedelta(days=90)


class StaleReportOnly(Pitfall):
    """A rehearsal that never ended."""

    code = "OST701"
    name = "report-only-too-long"
    severity = Severity.WARNING
    title = "A policy has been report-only for more than 90 days"
    why = (
        "Report-only is for finding out whom a policy touches. After months it only looks like "
        "protection: every sign-in it would stop has passed."
    )
    fix = "look at its impact, then switch it on or delete it"
    source = "asks of administrators (EntraZTAssess CA-009)"

    def look(self, subject: Subject) -> Finds:
        """Count the days since the policy was last changed."""
        for _, policy in subject.live:
            if policy.state is not PolicyState.REPORT_ONLY:
                continue
            changed = _moment(policy, "modifiedDateTime") or _moment(policy, "createdDateTime")
            if changed is not None and subject.now - changed > _LONGEST:
                days = (subject.now - changed).days
                yield Found(
                    f"it is report-only and was last changed {days} days ago "
                    f"({changed.date().isoformat()})",
                    (policy,),
                )


def _moment(policy: Policy, member: str) -> datetime | None:
    """Read a date of the document; a text that is none counts as absent."""
    written = policy.document.get(member)
    if not isinstance(written, str):
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Duplicates(Pitfall):
    """Policies that say the same."""

    code = "OST702"
    name = "duplicate-policies"
    severity = Severity.WARNING
    title = "Several policies have equal settings"
    why = (
        "A change to one of them changes nothing while the other stands, and an exclusion has to "
        "be made twice: the one that was forgotten decides."
    )
    fix = "keep one of them"
    source = "pitfalls collected from administrators; governance (optimization agent)"

    def look(self, subject: Subject) -> Finds:
        """Compare assignments, conditions and controls; names and states do not count."""
        same: dict[object, list[Policy]] = defaultdict(list)
        for _, policy in subject.every:
            same[_meaning(policy)].append(policy)
        for policies in same.values():
            if len(policies) > 1:
                yield Found(
                    f"{policy_names(policies)} have the same assignments, conditions and controls",
                    tuple(policies),
                )


def _meaning(policy: Policy) -> object:
    """Give all that decides what a policy does, but for its state."""
    demanded = frozenset(policy.requirements)
    conditions = as_object(policy.document.get("conditions"))
    # One control is demanded alike by AND and OR.
    operator = policy.grant.operator if policy.grant and len(demanded) > 1 else Operator.OR
    return (
        frozenset(policy.settings.items()),
        demanded,
        operator,
        frozenset((key, repr(value)) for key, value in policy.session.items()),
        # Members that this version does not know are compared as they are written.
        tuple(repr(conditions.get(each)) for each in policy.not_understood),
    )


class NeverApplies(Pitfall):
    """A condition that no sign-in meets."""

    code = "OST703"
    name = "never-applies"
    severity = Severity.WARNING
    title = "A policy contradicts itself and never applies"
    why = (
        "Exclusion wins: what is included and excluded is excluded. A policy with a condition "
        "that no sign-in meets does nothing, whatever its name promises."
    )
    fix = "correct the condition"
    source = "entra-docs conditional-access/concept-conditional-access-conditions"

    def look(self, subject: Subject) -> Finds:
        """Show each condition of a policy every kind of value there is."""
        known: dict[tuple[str, Setting], bool] = {}
        for _, policy in subject.live:
            unmet = list(_unmet(policy, subject, known))
            resources = policy.settings.get("applications")
            if resources is not None and resources.include == frozenset():
                yield Found("it selects no resource (*None*)", (policy,), "select resources")
            elif unmet:
                yield Found(f"no sign-in meets its condition {joined(unmet)}", (policy,))
            elif _excludes_all_it_includes(policy.settings.get("users")):
                yield Found("it excludes all users that it includes", (policy,))


def _unmet(
    policy: Policy, subject: Subject, known: dict[tuple[str, Setting], bool]
) -> Iterator[str]:
    """Name the conditions that nothing passes; equal settings are looked at once."""
    for table in subject.policies.tables:
        setting = policy.settings.get(table.condition.name)
        if setting is None:
            continue
        key = table.condition.name, setting
        if key not in known:
            known[key] = _accepts_nothing(table, policy, setting, subject.directory)
        if known[key]:
            yield f"*{table.condition.title}*"


def _accepts_nothing(whole: Table, policy: Policy, setting: Setting, directory: Directory) -> bool:
    """Whether a condition is configured so that none of its sample values passes.

    Who is in scope changes from day to day and is told elsewhere; so is what attributes select.
    """
    condition = whole.condition
    if condition.name in _ABOUT_IDENTITIES:
        return False
    if condition.name == "applications" and any(_by_attribute(tag) for tag in setting.tags):
        return False
    table = build_table(condition, [policy], directory, previous=whole)
    samples = condition.samples(directory, setting.tags)
    return not any(table.accepted(table.key(each)).upper for each in samples)


def _by_attribute(tag: str) -> bool:
    return tag == AGENTS or tag.startswith(RULE)


_ABOUT_IDENTITIES = frozenset(
    {"users", "workloadIdentities", "servicePrincipalFilter", "agentIdServicePrincipalFilter"}
)


def _excludes_all_it_includes(setting: Setting | None) -> bool:
    if setting is None or not setting.include:
        return False
    return setting.include <= setting.exclude or ALL in setting.exclude


class AppliesToNobody(Pitfall):
    """A policy for people that has no people."""

    code = "OST704"
    name = "applies-to-nobody"
    severity = Severity.WARNING
    title = "A policy applies to nobody"
    why = "A policy for an empty group looks like protection in every list and protects nobody."
    fix = "add the people it is meant for, or delete it"
    source = "pitfalls collected from administrators"

    def look(self, subject: Subject) -> Finds:
        """Look for policies that include nothing but groups without members."""
        for _, policy in subject.live:
            setting = policy.settings.get("users")
            include = setting.include if setting else None
            if include is None or policy.not_understood:
                continue  # what is not known to this version may select people
            if not include:
                yield Found("it includes no user, group or role", (policy,))
                continue
            groups = [tag.removeprefix("group:") for tag in sorted(include)]
            if all(subject.nobody_in(each) for each in groups):
                named = [group_name(subject.directory, each) for each in groups]
                empty = verb(named, "group", "groups")
                has = verb(named, "has", "have")
                yield Found(
                    f"it includes only the {empty} {quoted(named)}, which {has} no members",
                    (policy,),
                )


class EmptyPolicy(Pitfall):
    """A policy that demands nothing."""

    code = "OST705"
    name = "empty-policy"
    severity = Severity.WARNING
    title = "A policy demands nothing"
    why = "Without a grant control and without a session control that is on, nothing happens."
    fix = "select a control, or delete the policy"
    source = "graph conditionalaccesspolicy (grantControls and sessionControls)"

    def look(self, subject: Subject) -> Finds:
        """Look for controls."""
        for _, policy in subject.live:
            if not policy.requirements and not policy.session:
                yield Found("it has no grant control and no session control that is on", (policy,))


class NotUnderstoodMembers(Pitfall):
    """What this version cannot judge."""

    code = "OST706"
    name = "not-understood"
    severity = Severity.NOTE
    title = "A policy has conditions or controls that this version does not know"
    why = (
        "A condition that is not known counts as met and a control as out of reach, so that "
        "nothing is promised in vain; what Entra makes of the policy may differ."
    )
    fix = "look for a newer version of Ostiary, and check the policy in the admin center"
    source = "docs/decisions/0002-unknown-facts.md"

    def look(self, subject: Subject) -> Finds:
        """List the members and words."""
        for _, policy in subject.live:
            controls = [
                each.argument for each in policy.requirements if each.control == NotUnderstood.key
            ]
            unknown = [*policy.not_understood, *controls]
            if unknown:
                yield Found(f"{quoted(unknown)} cannot be judged", (policy,))


class ReportOnlyAction(Pitfall):
    """A rehearsal that cannot take place."""

    code = "OST707"
    name = "report-only-user-action"
    severity = Severity.NOTE
    title = "A report-only policy on a user action reports nothing"
    why = (
        "Policies on user actions are not evaluated in report-only: the sign-in log stays silent, "
        "whomever they will touch."
    )
    fix = "try it on a pilot group, switched on"
    source = "entra-docs conditional-access/concept-conditional-access-report-only"

    def look(self, subject: Subject) -> Finds:
        """Look for user actions."""
        for _, policy in subject.live:
            if policy.state is PolicyState.REPORT_ONLY and "userActions" in policy.settings:
                tags = subject.named(policy, "userActions")
                actions = [f"*{USER_ACTIONS[each]}*" for each in sorted(tags & set(USER_ACTIONS))]
                yield Found(f"{joined(actions)} is not evaluated in report-only", (policy,))


PITFALLS: tuple[Pitfall, ...] = (
    StaleReportOnly(),
    Duplicates(),
    NeverApplies(),
    AppliesToNobody(),
    EmptyPolicy(),
    NotUnderstoodMembers(),
    ReportOnlyAction(),
)
