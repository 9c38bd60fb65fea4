"""What is checked of a plan before anybody applies it, and what refuses it.

Lockout, the folder's own assertions, the pitfalls that it brings, gaps, and the impact on a log.
What was wrong before and does not get worse refuses nothing: a plan may be what mends it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ostiary.analysis.assertions import check as check_assertions
from ostiary.analysis.lint import lint
from ostiary.analysis.lint_pitfall import Finding
from ostiary.analysis.naming import Names
from ostiary.analysis.prove_draft import GapChange, Sides, standing, standing_changes
from ostiary.analysis.prove_lockout import Lockout, lockout, newly_locked_out
from ostiary.analysis.prove_results import Answer
from ostiary.engine.policyset import PolicySet
from ostiary.policycode.both_sides import both_sides
from ostiary.policycode.configuration import Gate, Gates
from ostiary.policycode.feasible import what_graph_refuses
from ostiary.policycode.planning import Planned
from ostiary.policycode.target import Target
from ostiary.tenant.proofs import names_for

if TYPE_CHECKING:
    from ostiary.analysis.impact import Impact

Progress = Callable[[float, int], None]


@dataclass(frozen=True, slots=True)
class Checks:
    """What came of all checks. `brought` and `mended` are pitfalls of one side only."""

    brought: tuple[Finding, ...]
    mended: tuple[Finding, ...]
    lockout: Lockout
    locked_out: tuple[str, ...]
    """Whom the plan locks out, in sentences; who was so before is not among them."""
    tests: tuple[Answer, ...]
    gaps: tuple[GapChange, ...]
    impact: Impact | None
    refusals: tuple[str, ...]
    """Why the plan is refused: what Graph would not take, and a sentence for each gate."""

    def to_json(self) -> dict[str, Any]:
        """Give the member `checks` of the answer of `ostiary plan --json`."""
        return {
            "lint": {
                "brought": [dict(each.to_json()) for each in self.brought],
                "mended": [dict(each.to_json()) for each in self.mended],
            },
            "lockout": {**self.lockout.to_json(), "newlyLockedOut": list(self.locked_out)},
            "tests": [each.to_json_short() for each in self.tests],
            "gaps": [each.to_json() for each in self.gaps],
            "impact": None if self.impact is None else self.impact.to_json(),
            "refusals": list(self.refusals),
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """What checks are handed: the moment, a log or none, whether "nobody can tell" may pass."""

    now: datetime
    logs: tuple[str, ...] = ()
    allow_unknown: bool = False


def run_checks(planned: Planned, asked: Asked, progress: Progress | None = None) -> Checks:
    """Check a plan; one without changes only for who gets in, and by the folder's tests.

    `progress` is told the share of the log that is decided, and the rows. Raises InputError where
    an assertion means nothing or the log cannot be read.
    """
    changes = bool(planned.plan.changes)
    before, after = _compiled(planned.before), _compiled(planned.after)
    names = names_for(after, planned.after.catalogue)
    old_names = names_for(before, planned.before.catalogue)
    refused = _refused(planned)
    found = lockout(after, names, refused=refused, examples=False)
    was = lockout(before, old_names, refused=refused, examples=False) if changes else found
    brought, mended = _pitfalls(planned, (before, after), asked.now) if changes else ((), ())
    assertions = planned.folder.assertions
    tests = check_assertions(assertions, after, names, refused=refused) if assertions else ()
    checks = Checks(
        brought=brought,
        mended=mended,
        lockout=found,
        locked_out=tuple(_locked_out(was, found)),
        tests=tests,
        gaps=_gaps(planned, (before, old_names), (after, names)) if changes else (),
        impact=_impact(planned, asked.logs, progress) if asked.logs and changes else None,
        refusals=(),
    )
    gates = planned.folder.configuration.gates
    refusals = (
        *what_graph_refuses(planned),
        *_refusals(checks, gates, allow_unknown=asked.allow_unknown),
        *(_over_budget(checks, gates) if changes else ()),
    )
    return replace(checks, refusals=refusals)


def _compiled(target: Target) -> PolicySet:
    return PolicySet(target.parts.policies, target.parts.directory)


def _refused(planned: Planned) -> tuple[str, ...]:
    """Name the target's policies that cannot be read: nothing is proved beside them."""
    return tuple(each.name for each in planned.before.parts.refused)


def _pitfalls(
    planned: Planned, sides: tuple[PolicySet, PolicySet], now: datetime
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Give what lint finds on one side only: brought by the plan, and mended by it."""
    configuration = planned.folder.configuration
    old, new = (
        lint(
            side,
            now=now,
            refused=planned.before.parts.refused,
            warnings=target.parts.warnings,
            naming=configuration.naming,
            ignored=configuration.ignored,
        ).findings
        for side, target in zip(sides, (planned.before, planned.after), strict=True)
    )
    known, left = ({_key(each) for each in found} for found in (old, new))
    return (
        tuple(each for each in new if _key(each) not in known),
        tuple(each for each in old if _key(each) not in left),
    )


def _key(finding: Finding) -> tuple[str, str, frozenset[str]]:
    policies = frozenset(each.display_name for each in finding.found.policies)
    return finding.pitfall.code, finding.found.reason, policies


def _locked_out(was: Lockout, found: Lockout) -> Iterator[str]:
    """Tell who could get in and, as far as anybody can tell, cannot any more."""
    accounts, others = newly_locked_out(was, found)
    for each in accounts:
        named = (f"`{name}`" for _, name in each.policies)
        policies = ", ".join(name for name in named if name not in each.why)
        yield f"`{each.name}`: {each.why}" + (f" ({policies})" if policies else "")
    if others:
        yield "no administrator beside the emergency access accounts could surely get in"


def _gaps(
    planned: Planned, before: tuple[PolicySet, Names], after: tuple[PolicySet, Names]
) -> tuple[GapChange, ...]:
    directory, old, new = both_sides(planned)
    policies = PolicySet(new, directory)
    names = names_for(policies, planned.after.catalogue)
    sides = Sides(policies.with_policies(old), policies, names)
    return standing_changes(standing(*before), standing(*after), sides)


def _impact(planned: Planned, logs: Sequence[str], progress: Progress | None) -> Impact:
    from ostiary.analysis.impact import impact

    directory, old, new = both_sides(planned)
    return impact(
        PolicySet(old, directory),
        list(logs),
        draft=new,
        refused=[each.to_json() for each in planned.before.parts.refused],
        progress=progress,
    )


def _refusals(checks: Checks, gates: Gates, *, allow_unknown: bool) -> Iterator[str]:
    if gates.lockout is Gate.REFUSE and checks.locked_out:
        yield f"it locks out: {'; '.join(checks.locked_out)}"
    failed = [each.name for each in checks.tests if not each.holds(allow_unknown=allow_unknown)]
    if gates.tests is Gate.REFUSE and failed:
        yield f"tests do not hold: {', '.join(f'`{each}`' for each in failed)}"
    if gates.lint is not None:
        worst = [each for each in checks.brought if each.severity.rank <= gates.lint.rank]
        if worst:
            codes = ", ".join(sorted({each.pitfall.code for each in worst}))
            yield f"it brings pitfalls of severity {gates.lint.value} or worse: {codes}"


def _over_budget(checks: Checks, gates: Gates) -> Iterator[str]:
    if not gates.impact:
        return
    if checks.impact is None or checks.impact.change is None:
        yield "the folder limits the impact, and no log was given: --log"
        return
    for name, most in gates.impact.items():
        count = checks.impact.change.counts.get(name, 0)
        if count > most:
            yield f"impact: {count:,} sign-ins of the log are {name}, at most {most:,} may be"
