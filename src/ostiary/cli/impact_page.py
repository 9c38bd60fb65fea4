"""The impact of policies for people: the answer first, then policies, people, evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ostiary.analysis.impact import Impact
from ostiary.analysis.impact_results import DraftImpact, PolicyImpact, Unseen, moment
from ostiary.cli.tables import console, line

STATES = {
    "enabled": "On",
    "enabledForReportingButNotEnforced": "Report-only",
    "disabled": "Off",
}
CHANGE_WORDS = {
    "unchanged": "unchanged",
    "newlyPrompted": "newly prompted",
    "newlyBlocked": "newly blocked",
    "silentBackgroundBreak": "silent background break",
    "newlyAllowed": "newly allowed",
}
_STYLES = {"newlyBlocked": "bold red", "silentBackgroundBreak": "bold red"} | {
    "newlyPrompted": "bold yellow",
    "newlyAllowed": "bold cyan",
}
_MOST_ROWS = 15


def show_impact(found: Impact) -> None:
    """Print the whole answer."""
    page = console()
    window = f"{moment(found.first)} to {moment(found.last)}" if found.first else "time unknown"
    page.print(line(f"{found.rows:,} sign-ins of {found.users:,} users, {window}", "bold"))
    kinds = (f"{count:,} {name}" for name, count in found.by_category.items() if count)
    page.print(line(", ".join(kinds)))
    if found.unreadable:
        page.print(line(f"{found.unreadable:,} records could not be read", "red"))
        for each in found.unreadable_samples[:3]:
            page.print(line(f"  {each}"))
    page.print()
    if found.change is not None:
        _show_change(page, found.change, found.rows)
    _show_policies(page, found)
    _show_samples(page, found)
    _show_service_accounts(page, found)
    _show_evidence(page, found)


def _show_change(page: Console, change: DraftImpact, rows: int) -> None:
    page.print(line("What the draft changes", "bold"))
    for name, count in change.counts.items():
        words = CHANGE_WORDS[name]
        people = change.users.get(name, 0)
        told = f", {people:,} {'identity' if people == 1 else 'identities'}"
        users = told if name in change.users and count else ""
        missing = change.doubtful[name]
        doubt = f" ({missing:,} of them rest on missing facts)" if missing and users else ""
        style = _STYLES.get(name, "") if count else ""
        page.print(line(f"  {count:>12,}  {words}{users}{doubt}", style))
    for what, policies in (
        ("adds", change.added),
        ("changes", change.changed),
        ("removes", change.removed),
    ):
        if policies:
            names = ", ".join(each.name or each.id for each in policies[:5])
            more = f" and {len(policies) - 5} more" if len(policies) > 5 else ""
            page.print(line(f"  The draft {what} {len(policies)}: {names}{more}"))
    if change.causes:
        page.print(line("  Policies behind it:"))
        for cause in change.causes[:_MOST_ROWS]:
            page.print(line(f"    {cause.policy.name}: {_counts(cause.counts)}"))
    if change.people:
        page.print(line(f"  Who is affected most, of {change.people_affected:,}:"))
        for person in change.people[:_MOST_ROWS]:
            name = person.person.name or person.person.id
            page.print(line(f"    {name}: {_counts(person.counts)}"))
    page.print()


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {CHANGE_WORDS[name]}" for name, count in counts.items() if count)


def _show_policies(page: Console, found: Impact) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Policy", overflow="fold", ratio=1)
    table.add_column("State", no_wrap=True)
    for head in ("Success", "Failure", "Interrupted", "Not applied", "Users"):
        table.add_column(head, justify="right", no_wrap=True)
    for each in sorted(found.policies, key=_weight):
        success, failure, interrupted, absent = _four(each)
        table.add_row(
            line(each.policy.name or each.policy.id),
            STATES[each.state],
            *(f"{n:,}" for n in (success, failure, interrupted, absent, each.users)),
        )
    page.print(table)
    page.print(line("Report-only policies: what they would come to."))
    page.print()


def _weight(each: PolicyImpact) -> tuple[int, int]:
    _, failure, interrupted, absent = _four(each)
    return (-failure - interrupted, absent)


def _four(each: PolicyImpact) -> tuple[int, int, int, int]:
    results = each.results
    return (
        results.success + results.report_only_success,
        results.failure + results.report_only_failure,
        results.interrupted + results.report_only_interrupted,
        results.not_applied + results.report_only_not_applied,
    )


def _show_samples(page: Console, found: Impact) -> None:
    if not found.samples:
        return
    page.print(line("Sign-ins to look at", "bold"))
    kind = ""
    shown = 0
    for each in found.samples:
        shown = shown + 1 if each.kind == kind else 0
        kind = each.kind
        if shown >= 3:
            continue
        when = moment(each.created) or "time unknown"
        who = each.person.name or each.person.id
        app = each.app.name or each.app.id or "no resource"
        where = each.ip or "address not recorded"
        why = ", ".join(policy.name or policy.id for policy in each.policies[:3])
        page.print(line(f"  {CHANGE_WORDS.get(kind, kind)}: {when} {who}, {app}, {where}: {why}"))
    page.print()


def _show_service_accounts(page: Console, found: Impact) -> None:
    if not found.service_accounts:
        return
    count = len(found.service_accounts)
    looking = (
        "account looks like a service account"
        if count == 1
        else "accounts look like service accounts"
    )
    page.print(line(f"{count:,} {looking}", "bold"))
    for each in found.service_accounts[:_MOST_ROWS]:
        name = each.person.name or each.person.id
        broken = (
            f"; {each.breaks:,} of {each.sign_ins:,} sign-ins would fail" if each.breaks else ""
        )
        page.print(line(f"  {name}: {'; '.join(each.signs)}{broken}"))
    page.print()


def _show_evidence(page: Console, found: Impact) -> None:
    page.print(line("What this log cannot prove", "bold"))
    for text in evidence_lines(found):
        page.print(line(f"  {text}"))
    for each in found.notes:
        page.print(line(f"  {each}"))


_NEVER = {
    "users": "users",
    "administrators": "administrators",
    "emergencyAccess": "emergency access accounts",
    "apps": "applications",
}


def evidence_lines(found: Impact) -> Iterator[str]:
    """Say who was never seen and which facts are missing; silence is not proof."""
    yield f"The log covers {found.days} days; whoever signs in more rarely is not in it."
    for name, each in found.never_seen.items():
        if each.count:
            yield f"{each.count:,} of {each.of:,} {_NEVER[name]} never seen{_first_names(each)}."
    for fact in found.missing_facts:
        count = len(fact.policies)
        asked = f"{count} {'policy asks' if count == 1 else 'policies ask'} for it"
        note = f" ({fact.note})" if fact.note else ""
        yield f"{fact.title}: missing in {fact.rows:,} of {fact.of:,} rows; {asked}{note}."
    if found.doubtful:
        yield (
            f"{found.doubtful:,} of {found.rows:,} sign-ins fail or prompt on missing facts:"
            " what came of these is unknown, and counted to the restrictive side."
        )
    for name, word in found.assumed.items():
        yield f"Assumed where the log does not tell: {name} is {word}."
    if found.refused:
        yield f"{len(found.refused)} policies were refused and are not counted."


def _first_names(each: Unseen) -> str:
    named = [person.name or person.id for person in each.named[:3]]
    more = f" and {each.count - 3:,} more" if each.count > 3 else ""
    return f": {', '.join(named)}{more}" if named else ""
