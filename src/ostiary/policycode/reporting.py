"""A plan with its checks as lines: for a terminal, and as Markdown for a pull request.

One list of sections is written in either form, so that a reviewer and an administrator read the
same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from ostiary.analysis.lint_pitfall import Finding
from ostiary.analysis.prove_draft import Change as GapKind
from ostiary.analysis.prove_draft import GapChange
from ostiary.analysis.prove_results import Answer, Verdict
from ostiary.analysis.way_back import Access
from ostiary.policycode.changes import TITLES, Action
from ostiary.policycode.checking import Checks
from ostiary.policycode.planning import Planned
from ostiary.policycode.telling import Told

_MOST: Final = 25
_NAMED: Final = 3
_LONGEST: Final = 60_000
"""Characters of a comment on a pull request (GitHub takes 65,536)."""
_SIGNS: Final = {Action.CREATE: "+", Action.UPDATE: "~", Action.DELETE: "\N{MINUS SIGN}"}
_IMPACT: Final = {
    "newlyPrompted": "newly prompted",
    "newlyBlocked": "newly blocked",
    "silentBackgroundBreak": "silent background break",
    "newlyAllowed": "newly allowed",
    "unchanged": "unchanged",
}
_GAPS: Final = {
    "managementMfa": "management of Azure and the admin centers without MFA",
    "administratorsMfa": "administrators without MFA",
    "everybodyMfa": "anybody without MFA",
}
_CAN: Final = {True: "gets in", False: "cannot get in", None: "unknown whether it gets in"}


class Weight(Enum):
    """How a line is meant."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Line:
    """A line, with what stands below it."""

    text: str
    below: tuple[str, ...] = ()
    weight: Weight = Weight.PLAIN


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its lines."""

    heading: str
    lines: tuple[Line, ...]


def report_json(planned: Planned, told: Sequence[Told], checks: Checks | None) -> dict[str, Any]:
    """Give the answer of `ostiary plan --json`; `plan` is what `--out` writes."""
    return {
        "plan": planned.plan.to_json(),
        "digest": planned.plan.digest,
        "changes": [each.to_json() for each in told],
        "keptExclusions": [
            {
                "id": each.id,
                "policy": each.name,
                "exclusions": [
                    {"path": k.path, "label": k.label, "id": k.word, "name": k.name}
                    for k in each.kept
                ],
            }
            for each in planned.kept
        ],
        "notInFolder": [
            {"kind": each.kind.value, "id": each.id, "name": each.name}
            for each in planned.unmanaged
        ],
        "unreadable": [each.to_json() for each in planned.before.parts.refused],
        "checks": None if checks is None else checks.to_json(),
        "refused": [] if checks is None else list(checks.refusals),
    }


def summary(told: Sequence[Told]) -> str:
    """Count the changes: `2 to create, 1 to change, 0 to delete`."""
    counts = {action: sum(each.change.action is action for each in told) for action in Action}
    words = {Action.CREATE: "to create", Action.UPDATE: "to change", Action.DELETE: "to delete"}
    if not told:
        return "Nothing to change."
    return f"{', '.join(f'{counts[each]} {words[each]}' for each in Action)}."


def sections(planned: Planned, told: Sequence[Told], checks: Checks) -> Iterator[Section]:
    """Give all that is to be read, the verdict first."""
    yield from _refusals(checks)
    yield from changes(told)
    yield from beside(planned)
    if told:
        yield from _checks(checks)


def changes(told: Sequence[Told]) -> Iterator[Section]:
    """Give the changes, each with its sentences."""
    lines = tuple(
        Line(f"{_SIGNS[each.change.action]} {each.what}", each.sentences) for each in told
    )
    if lines:
        yield Section("Changes, in this order", lines)


def differences(told: Sequence[Told]) -> Iterator[Section]:
    """Give where a target differs from its folder, as `told_from_the_target` tells it."""
    if told:
        lines = tuple(Line(each.what, each.sentences, Weight.DOUBTFUL) for each in told)
        yield Section("Not as the folder says", lines)


def beside(planned: Planned) -> Iterator[Section]:
    """Give what the folder does not say and what stays all the same."""
    kept = tuple(
        Line(
            f"policy `{each.name}`",
            tuple(f"{kept.label}: {kept.name}" for kept in each.kept),
            Weight.DOUBTFUL,
        )
        for each in planned.kept
    )
    if kept:
        yield Section("Exclusions that the folder does not name; they stay", kept)
    left = [f"{TITLES[each.kind]} `{each.name}`" for each in planned.unmanaged]
    if left:
        yield Section("Not in the folder; left alone", tuple(_cut([Line(each) for each in left])))
    hidden = [Line(f"policy `{each.name}`") for each in planned.before.parts.refused]
    if hidden:
        heading = "Policies of the target that cannot be read; nothing is proved beside them"
        yield Section(heading, tuple(_cut(hidden)))


def markdown(planned: Planned, told: Sequence[Told], checks: Checks) -> str:
    """Write it for a pull request; cut where it would be too long for a comment."""
    found = ["## Conditional Access plan", "", f"Against {_md(planned.plan.target)}:"]
    found[-1] += f" **{summary(told)}**"
    for section in sections(planned, told, checks):
        found += ["", f"### {_md(section.heading)}", ""]
        for each in section.lines:
            strong = each.weight is Weight.BAD
            found.append(f"- **{_md(each.text)}**" if strong else f"- {_md(each.text)}")
            found += [f"  - {_md(below)}" for below in each.below]
    text = "\n".join(found) + "\n"
    if len(text) <= _LONGEST:
        return text
    cut = text[:_LONGEST].rpartition("\n")[0]
    return f"{cut}\n\nThe rest is left out here; `ostiary plan` prints it.\n"


def _refusals(checks: Checks) -> Iterator[Section]:
    lines = tuple(Line(each, weight=Weight.BAD) for each in checks.refusals)
    if lines:
        yield Section("Refused", lines)


def _checks(checks: Checks) -> Iterator[Section]:
    yield Section("Who gets back in", tuple(_lockout(checks)))
    if checks.tests:
        yield Section("Tests", tuple(map(_test, checks.tests)))
    if checks.brought or checks.mended:
        yield Section("Pitfalls", tuple(_pitfalls(checks)))
    gaps = tuple(_gap(each) for each in checks.gaps if each.change is not GapKind.NONE)
    if gaps:
        yield Section("Gaps", gaps)
    if checks.impact is not None:
        yield Section("Impact on the log", tuple(_impact(checks)))


def _lockout(checks: Checks) -> Iterator[Line]:
    found = checks.lockout
    yield from (_access("emergency access account", each) for each in found.emergency)
    if not found.emergency:
        yield Line("no emergency access account is declared", weight=Weight.DOUBTFUL)
    if found.other_can:
        yield Line(f"another administrator, `{found.others[0].name}`, gets in", weight=Weight.GOOD)
    elif found.others:
        yield from (_access("administrator", each) for each in found.others)
    else:
        yield Line("nobody can tell who else administers the tenant", weight=Weight.DOUBTFUL)


def _access(what: str, access: Access) -> Line:
    weight = {True: Weight.GOOD, False: Weight.BAD, None: Weight.DOUBTFUL}[access.can]
    below = () if access.can else (access.why,)
    return Line(f"{what} `{access.name}` {_CAN[access.can]}", below, weight)


def _test(answer: Answer) -> Line:
    said = {Verdict.PROVED: "holds", Verdict.BROKEN: "does not hold"}
    weight = {Verdict.PROVED: Weight.GOOD, Verdict.BROKEN: Weight.BAD}
    verdict = answer.verdict
    below = [*answer.open[:3], *answer.undecided[:3]]
    return Line(
        f"`{answer.name}` {said.get(verdict, 'is undecided')}",
        tuple(each.text for each in below[:3]),
        weight.get(verdict, Weight.DOUBTFUL),
    )


def _pitfalls(checks: Checks) -> Iterator[Line]:
    yield from _cut(
        [
            Line(
                f"brings {each.pitfall.code} ({each.severity.value}): {_about(each)}"
                f"{each.found.reason}",
                weight=Weight.BAD if each.severity.rank == 0 else Weight.DOUBTFUL,
            )
            for each in checks.brought
        ]
    )
    if checks.mended:
        counted = "1 pitfall" if len(checks.mended) == 1 else f"{len(checks.mended)} pitfalls"
        codes = sorted({each.pitfall.code for each in checks.mended})
        yield Line(f"mends {counted}: {', '.join(codes)}", weight=Weight.GOOD)


def _about(finding: Finding) -> str:
    """Name the policies that a finding is about."""
    names = [f"`{each.display_name}`" for each in finding.found.policies]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}: " if names else ""


def _gap(gap: GapChange) -> Line:
    kind = gap.change
    weight = {
        GapKind.CLOSED: Weight.GOOD,
        GapKind.NARROWED: Weight.GOOD,
        GapKind.OPENED: Weight.BAD,
        GapKind.WIDENED: Weight.BAD,
    }
    ways = f"{len(gap.before.open)} \N{RIGHTWARDS ARROW} {len(gap.after.open)} ways"
    text = f"{_GAPS.get(gap.name, gap.name)}: {kind.value} ({ways})"
    below = tuple(each.text for each in gap.after.open[:2])
    return Line(text, below, weight.get(kind, Weight.DOUBTFUL))


def _impact(checks: Checks) -> Iterator[Line]:
    found = checks.impact
    if found is None or found.change is None:
        return
    yield Line(f"{found.rows:,} sign-ins of {found.users:,} users over {found.days} days")
    for name, words in _IMPACT.items():
        count = found.change.counts.get(name, 0)
        users = found.change.users.get(name, 0)
        worse = count and name in {"newlyBlocked", "silentBackgroundBreak"}
        identities = f", {users:,} identities" if count and users else ""
        yield Line(f"{count:,} {words}{identities}", weight=Weight.BAD if worse else Weight.PLAIN)
    for cause in found.change.causes[:5]:
        counts = ", ".join(f"{n:,} {_IMPACT.get(k, k)}" for k, n in cause.counts.items() if n)
        yield Line(f"because of `{cause.policy.name}`: {counts}")


def _cut(lines: Sequence[Line]) -> list[Line]:
    """Give the first lines, and how many there are besides."""
    if len(lines) <= _MOST:
        return list(lines)
    return [*lines[:_MOST], Line(f"… and {len(lines) - _MOST} more; --json has all of them")]


_MARKS: Final = re.compile(r"([\\*_\[\]<>#|~`])")


def _md(text: str) -> str:
    """Escape what would be markup, but for what stands in backticks already."""
    plain = " ".join(text.split())
    if "``" in plain or plain.count("`") % 2:
        return _MARKS.sub(r"\\\1", plain)
    parts = plain.split("`")
    parts[::2] = [_MARKS.sub(r"\\\1", each) for each in parts[::2]]
    return "`".join(parts)
