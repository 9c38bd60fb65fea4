"""`lint`: the pitfalls of Conditional Access, looked for in a tenant.

The registry is a visible tuple: its order is the order of the reference page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ostiary.analysis import (
    lint_coverage,
    lint_devices,
    lint_emergency,
    lint_exclusions,
    lint_hygiene,
    lint_naming,
    lint_networks,
    lint_references,
    lint_resources,
    lint_satisfiable,
    lint_workload,
)
from ostiary.analysis.lint_naming_standard import NamingStandard
from ostiary.analysis.lint_pitfall import Finding, Pitfall, Severity
from ostiary.analysis.lint_subject import LIVE, Closes, Refused, Subject, Warned
from ostiary.engine.policyset import PolicySet
from ostiary.model.policy import PolicyState

PITFALLS: tuple[Pitfall, ...] = (
    *lint_emergency.PITFALLS,
    *lint_exclusions.PITFALLS,
    *lint_coverage.PITFALLS,
    *lint_devices.PITFALLS,
    *lint_satisfiable.PITFALLS,
    *lint_workload.PITFALLS,
    *lint_references.PITFALLS,
    *lint_hygiene.PITFALLS,
    *lint_networks.PITFALLS,
    *lint_resources.PITFALLS,
    *lint_naming.PITFALLS,
)


@dataclass(frozen=True, slots=True)
class LintReport:
    """What lint found, the worst first; within one severity by code."""

    findings: tuple[Finding, ...]
    policies: int

    def worst(self) -> Severity | None:
        """Give the worst severity there is, None where nothing was found."""
        return self.findings[0].severity if self.findings else None

    def counts(self) -> Mapping[Severity, int]:
        """Count the findings of each severity."""
        counted = Counter(each.severity for each in self.findings)
        return {severity: counted[severity] for severity in Severity}

    def to_json(self) -> dict[str, Any]:
        """Give the answer of `ostiary lint --json`."""
        return {
            "policies": self.policies,
            "counts": {severity.value: count for severity, count in self.counts().items()},
            "findings": [each.to_json() for each in self.findings],
        }


def lint(
    policies: PolicySet,
    *,
    now: datetime,
    refused: Sequence[Refused] = (),
    warnings: Sequence[Warned] = (),
    naming: NamingStandard | None = None,
    closes: Closes | None = None,
    states: frozenset[PolicyState] = LIVE,
    ignored: frozenset[str] = frozenset(),
) -> LintReport:
    """Look for every pitfall in a compiled tenant.

    `now` (aware) is the day by which age is judged; `refused` and `warnings` come from the
    reading of the tenant; `naming` is a standard for names, or none; `closes` says of a policy
    that is not on which gaps it would close; codes in `ignored` are not looked for. Policies in
    one of `states` are checked one by one; where none is in one of them, all are: a folder of
    drafts.
    """
    if not any(policy.state in states for policy in policies.policies):
        states = frozenset(PolicyState)
    subject = Subject(
        policies,
        now,
        refused=tuple(refused),
        warnings=tuple(warnings),
        naming=naming,
        closes=closes,
        states=states,
    )
    findings = [
        Finding(pitfall, found)
        for pitfall in PITFALLS
        if pitfall.code not in ignored
        for found in pitfall.look(subject)
    ]
    findings.sort(key=lambda each: (each.severity.rank, each.pitfall.code))
    return LintReport(tuple(findings), len(policies.policies))
