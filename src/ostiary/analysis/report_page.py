"""The report as one HTML page: the answer, who is affected, the policies, what is not proven."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from ostiary.analysis.impact_results import DraftImpact, Named, PolicyImpact, Results, moment
from ostiary.analysis.report_evidence import evidence, service_accounts
from ostiary.analysis.report_style import STYLE
from ostiary.analysis.report_svg import Bar, Part, columns, mini, rows

if TYPE_CHECKING:
    from ostiary.analysis.impact import Impact

_SAFE = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_CHANGES = (
    ("newlyBlocked", "bad", "newly blocked", "would be refused, whatever they do"),
    ("silentBackgroundBreak", "quiet", "silent background breaks", "fail with nobody there"),
    ("newlyPrompted", "wait", "newly prompted", "would be asked for something first"),
    ("newlyAllowed", "open", "newly allowed", "would get in, and do not today"),
    ("unchanged", "none", "unchanged", "same as today"),
)
_RESULTS = (
    ("failure", "bad", "failure", "refused by a policy"),
    ("interrupted", "wait", "interrupted", "asked for something first"),
    ("success", "good", "success", "every policy that applied was satisfied"),
    ("not_applied", "none", "not applied", "no policy applied"),
)
_STATES = {"enabled": "On", "disabled": "Off", "enabledForReportingButNotEnforced": "Report-only"}
_DIMENSIONS = (
    ("app", "By application"),
    ("location", "By location"),
    ("clientApp", "By client app"),
    ("platform", "By platform"),
    ("risk", "By sign-in risk"),
)
_MOST_BARS = 10


def page(found: Impact, *, title: str) -> str:
    """Give the whole document."""
    body = "".join(
        (
            _head(found, title),
            _answer(found),
            _days(found),
            _dimensions(found),
            _affected(found.change) if found.change is not None else "",
            _samples(found),
            _policies(found),
            service_accounts(found),
            evidence(found),
            _foot(found),
        )
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_SAFE)}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    )


def _head(found: Impact, title: str) -> str:
    window = (
        f"{moment(found.first)} to {moment(found.last)}, {found.days} days"
        if found.first is not None
        else "the log does not tell the time of its sign-ins"
    )
    kinds = ", ".join(
        f"{count:,} {_KINDS[name]}" for name, count in found.by_category.items() if count
    )
    names = "<p class='note'>People, addresses and requests have other names in this report.</p>"
    return (
        f"<header><h1>{escape(title)}</h1>"
        f"<p class='soft'>{found.rows:,} sign-ins of {found.users:,} users · {escape(window)}</p>"
        f"<p class='soft small'>{escape(kinds)}</p>{names if found.pseudonymised else ''}</header>"
    )


_KINDS = {
    "interactiveUser": "interactive",
    "nonInteractiveUser": "non-interactive",
    "servicePrincipal": "of service principals",
    "managedIdentity": "of managed identities",
}


def _answer(found: Impact) -> str:
    if found.change is None:
        tiles = (
            _tile(colour, getattr(found.total, name), words, why)
            for name, colour, words, why in _RESULTS
        )
        return f"<section class='tiles'>{''.join(tiles)}</section>"
    change = found.change
    tiles = (
        _tile(colour, change.counts[name], words, _people(change, name) or why)
        for name, colour, words, why in _CHANGES
    )
    return (
        f"<p class='lead'>{_sentence(change)}</p>"
        f"<section class='tiles'>{''.join(tiles)}</section>{_doubt(change)}{_draft(change)}"
    )


def _tile(colour: str, count: int, words: str, why: str) -> str:
    tone = colour if count else "none"
    return (
        f"<div class='tile {tone}'><b>{count:,}</b><span>{escape(words)}</span>"
        f"<span class='soft small'>{escape(why)}</span></div>"
    )


def _people(change: DraftImpact, name: str) -> str:
    count = change.users.get(name, 0)
    return f"{count:,} {'identity' if count == 1 else 'identities'}" if count else ""


def _sentence(change: DraftImpact) -> str:
    worse = sum(change.counts[name] for name, *_ in _CHANGES[:3])
    if not worse and not change.counts["newlyAllowed"]:
        return "The draft changes nothing for any sign-in of this log."
    allowed = change.counts["newlyAllowed"]
    opens = f" It lets through {allowed:,} that do not get in today." if allowed else ""
    if not worse:
        return f"The draft stops nobody in this log.{opens}"
    return (
        f"The draft stops or interrupts {worse:,} sign-ins that work today; "
        f"{change.people_affected:,} people and workloads are affected.{opens}"
    )


def _doubt(change: DraftImpact) -> str:
    doubtful = sum(change.doubtful[name] for name, *_ in _CHANGES[:4])
    if not doubtful:
        return ""
    return (
        f"<p class='note'>{doubtful:,} of the changed sign-ins rest on facts that the log does not"
        " tell. Unknown counts as not met, so these may turn out milder.</p>"
    )


def _draft(change: DraftImpact) -> str:
    found = [
        f"<li>{word}: {', '.join(escape(each.name or each.id) for each in policies)}</li>"
        for word, policies in (
            ("Added", change.added),
            ("Changed", change.changed),
            ("Removed", change.removed),
        )
        if policies
    ]
    kept = f"<li>Unchanged: {change.kept} policies</li>"
    return f"<h3>The draft</h3><ul class='plain'>{''.join(found)}{kept}</ul>"


def _parts(results: Results, changes: object, *, drafted: bool) -> list[Part]:
    if drafted and isinstance(changes, dict):
        counts: dict[str, int] = changes
        return [Part(colour, words, counts[name]) for name, colour, words, _ in _CHANGES]
    return [Part(colour, words, getattr(results, name)) for name, colour, words, _ in _RESULTS]


def _key(*, drafted: bool) -> str:
    found = _CHANGES if drafted else _RESULTS
    items = (f"<li><i class='b-{colour}'></i>{words}</li>" for _, colour, words, _ in found)
    return f"<ul class='key'>{''.join(items)}</ul>"


def _days(found: Impact) -> str:
    drafted = found.change is not None
    bars = [
        Bar(each.value or "no date", _parts(each.results, dict(each.changes), drafted=drafted))
        for each in found.by["day"]
    ]
    short = [Bar(bar.label[5:] if len(bar.label) == 10 else bar.label, bar.parts) for bar in bars]
    return f"<h2>By day</h2>{_key(drafted=drafted)}{columns(short, 'Sign-ins by day')}"


def _dimensions(found: Impact) -> str:
    drafted = found.change is not None
    charts: list[str] = []
    for name, heading in _DIMENSIONS:
        values = found.by[name]
        bars = [
            Bar(each.name, _parts(each.results, dict(each.changes), drafted=drafted))
            for each in values[:_MOST_BARS]
        ]
        more = f"<p class='soft small'>and {len(values) - _MOST_BARS} more</p>"
        rest = more if len(values) > _MOST_BARS else ""
        charts.append(f"<div><h3>{heading}</h3>{rows(bars, heading)}{rest}</div>")
    key = _key(drafted=drafted)
    return f"<h2>Where</h2>{key}<div class='charts'>{''.join(charts)}</div>"


def _affected(change: DraftImpact) -> str:
    if not change.people_affected:
        return ""
    heads = [words for _, _, words, _ in _CHANGES[:4]]
    causes = (
        (_named(each.policy), *(f"{each.counts[name]:,}" for name, *_ in _CHANGES[:4]))
        for each in change.causes
    )
    people = [
        (_named(each.person), *(f"{each.counts[name]:,}" for name, *_ in _CHANGES[:4]))
        for each in change.people
    ]
    left = change.people_affected - len(people)
    more = f"<p class='soft small'>and {left:,} more</p>" if left > 0 else ""
    first, rest = people[:15], people[15:]
    others = _folded(f"{len(rest)} more", table(["Who", *heads], rest)) if rest else ""
    return (
        f"<h2>Which policies do it</h2>{table(['Policy', *heads], causes)}"
        f"<h2>Who is affected</h2>{table(['Who', *heads], first)}{others}{more}"
    )


def _samples(found: Impact) -> str:
    if not found.samples:
        return ""
    words = {name: text for name, _, text, _ in _CHANGES}
    heads = ("What", "When", "Who", "Application", "From", "Client", "Policies")
    lines = [
        (
            escape(words.get(each.kind, each.kind)),
            escape(moment(each.created) or "not recorded"),
            _named(each.person),
            escape(each.app.name or each.app.id or "no resource"),
            escape(" ".join(filter(None, (each.ip, each.country))) or "not recorded"),
            escape(" ".join(filter(None, (each.client_app, each.platform))) or "not recorded"),
            escape(", ".join(policy.name or policy.id for policy in each.policies)),
        )
        for each in found.samples
    ]
    shown = table(heads, lines[:10])
    rest = _folded(f"{len(lines) - 10} more", table(heads, lines[10:])) if lines[10:] else ""
    return f"<h2>Sign-ins to look at</h2>{shown}{rest}"


def _policies(found: Impact) -> str:
    ordered = sorted(found.policies, key=lambda each: (-_open(each), each.policy.name))
    live = [each for each in ordered if each.state != "disabled"]
    off = len(ordered) - len(live)
    heads = ("Policy", "State", "", "Success", "Failure", "Interrupted", "Not applied", "Users")
    shown = table(heads, (_policy(each) for each in live[:40]))
    rest = live[40:]
    folded = _folded(f"{len(rest)} more", table(heads, map(_policy, rest))) if rest else ""
    switched = f"<p class='soft small'>{off} policies are off.</p>" if off else ""
    return (
        "<h2>Every policy</h2><p class='soft small'>Report-only policies: what they would come to."
        f" Interrupted: the user can be asked for what is missing.</p>{shown}{folded}{switched}"
    )


def _open(each: PolicyImpact) -> int:
    one = each.results
    return one.failure + one.interrupted + one.report_only_failure + one.report_only_interrupted


def _policy(each: PolicyImpact) -> Sequence[str]:
    one = each.results
    counts = {
        "success": one.success + one.report_only_success,
        "failure": one.failure + one.report_only_failure,
        "interrupted": one.interrupted + one.report_only_interrupted,
        "not_applied": one.not_applied + one.report_only_not_applied,
    }
    bar = Bar("", [Part(colour, words, counts[name]) for name, colour, words, _ in _RESULTS])
    told = (f"{counts[name]:,}" for name in ("success", "failure", "interrupted", "not_applied"))
    state = f"<span class='state'>{_STATES[each.state]}</span>"
    return (_named(each.policy), state, mini(bar), *told, f"{each.users:,}")


def _named(each: Named) -> str:
    return f"<span title='{escape(each.id)}'>{escape(each.name or each.id)}</span>"


def table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Give a table; cells are HTML already. Cells that are numbers stand to the right."""
    body = "".join(f"<tr>{''.join(_cells(line))}</tr>" for line in lines)
    top = "".join(f"<th scope='col'>{escape(head)}</th>" for head in heads)
    return (
        f"<div class='wide'><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cells(line: Sequence[str]) -> Iterator[str]:
    for number, cell in enumerate(line):
        if cell.replace(",", "").isdigit():
            yield f"<td class='n'>{cell}</td>"
        elif cell.startswith("<svg"):
            yield f"<td class='mini'>{cell}</td>"
        else:
            yield f"<td class='name'>{cell}</td>" if number == 0 else f"<td>{cell}</td>"


def _folded(summary: str, inner: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>{inner}</details>"


def _foot(found: Impact) -> str:
    refused = (
        f" {len(found.refused)} policies were refused and are not counted." if found.refused else ""
    )
    return (
        "<footer class='soft small'><p>Every sign-in was decided again by the same rules as a single"
        " one. What nobody recorded counts the restrictive way: a condition as met, a control as not"
        f" met.{refused}</p><p>Made with Ostiary. Independent of Microsoft.</p></footer>"
    )
