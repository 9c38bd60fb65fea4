"""Findings for people: what concerns the tenant first, then policy by policy, the worst first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ostiary.analysis.lint import LintReport
from ostiary.analysis.lint_pitfall import PAGE, Finding, Severity
from ostiary.analysis.lint_words import counted
from ostiary.cli.tables import console, line
from ostiary.model.policy import PolicyState

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_STATES = {
    PolicyState.ENABLED: "On",
    PolicyState.REPORT_ONLY: "Report-only",
    PolicyState.DISABLED: "Off",
}
_NARROW = 100
_MOST_ALIKE = 5
"""Findings of one rule that one group shows; the others are counted."""


def show_report(report: LintReport) -> None:
    """Print every finding below the policy it is about, then the counts."""
    page = console()
    for heading, findings in _groups(report.findings):
        page.print(line(heading, "bold"))
        if page.width < _NARROW:
            _print_lines(page, findings)
        else:
            page.print(_table(findings))
        page.print()
    page.print(line(_summary(report), "bold"))
    if report.findings:
        page.print(line(f"{PAGE} explains every code.", "dim"))


def _groups(findings: Sequence[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    """Give the findings of the tenant, then those of each policy; findings come sorted."""
    tenant = [each for each in findings if len(each.found.policies) != 1]
    if tenant:
        yield "The tenant", tenant
    by_policy: dict[str, list[Finding]] = defaultdict(list)
    for each in findings:
        if len(each.found.policies) == 1:
            by_policy[each.found.policies[0].id].append(each)
    for group in by_policy.values():
        policy = group[0].found.policies[0]
        yield f"{policy.display_name or policy.id} ({_STATES[policy.state]})", group


def _table(findings: Sequence[Finding]) -> Padding:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, show_header=False)
    table.add_column(no_wrap=True, width=7)
    table.add_column(no_wrap=True, width=6)
    table.add_column(overflow="fold", ratio=3)
    table.add_column(overflow="fold", ratio=2)
    for severity, code, reason, fix in _rows(findings):
        style = _STYLES[severity]
        table.add_row(line(severity.value, style), line(code), line(reason), line(fix, "dim"))
    return Padding(table, (0, 0, 0, 2))


def _print_lines(page: Console, findings: Sequence[Finding]) -> None:
    for severity, code, reason, fix in _rows(findings):
        head = Text.assemble(
            line(f"{severity.value} {code}", _STYLES[severity]), ": ", line(reason)
        )
        page.print(Padding(head, (0, 0, 0, 2)))
        if fix:
            page.print(Padding(line(f"→ {fix}", "dim"), (0, 0, 0, 4)))


def _rows(findings: Sequence[Finding]) -> Iterator[tuple[Severity, str, str, str]]:
    """Give the cells of each row; of many findings of one rule only the first ones."""
    alike: dict[str, list[Finding]] = defaultdict(list)
    for each in findings:
        alike[each.pitfall.code].append(each)
    for code, same in alike.items():
        for each in same[:_MOST_ALIKE]:
            yield each.severity, code, each.found.reason, each.fix
        more = len(same) - _MOST_ALIKE
        if more > 0:
            yield same[0].severity, code, f"… and {more} more; --json lists all", ""


def _summary(report: LintReport) -> str:
    counts = report.counts()
    if not report.findings:
        return f"{counted(report.policies, 'policy', 'policies')}: nothing found"
    found = ", ".join(counted(number, each.value) for each, number in counts.items())
    return f"{counted(report.policies, 'policy', 'policies')}: {found}"
