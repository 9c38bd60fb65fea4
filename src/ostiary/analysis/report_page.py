"""The report as one HTML page: the answer, who is affected, the policies, what is not proven."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from ostiary.analysis.impact_results import (
    DraftImpact,
    Named,
    PolicyImpact,
    Results,
    SampleSignIn,
    moment,
)
from ostiary.analysis.report_evidence import evidence, service_accounts
from ostiary.analysis.report_style import STYLE
from ostiary.analysis.report_svg import Bar, Part, columns, mini, rows
from ostiary.analysis.report_tables import folded, table
from ostiary.conditions.client_apps import WORDS as CLIENT_APPS
from ostiary.conditions.platforms import WORDS as PLATFORMS

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
_EACH = 4
"""Samples of a kind, and policies of a sample, that are shown at once."""


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


def _parts(results: Results, changes: Mapping[str, int], *, drafted: bool) -> list[Part]:
    if drafted:
        return [Part(colour, words, changes[name]) for name, colour, words, _ in _CHANGES[:4]]
    return [Part(colour, words, getattr(results, name)) for name, colour, words, _ in _RESULTS]


def _key(*, drafted: bool) -> str:
    found = _CHANGES[:4] if drafted else _RESULTS
    items = (f"<li><i class='b-{colour}'></i>{words}</li>" for _, colour, words, _ in found)
    return f"<ul class='key'>{''.join(items)}</ul>"


def _days(found: Impact) -> str:
    drafted = found.change is not None
    bars = [
        Bar(each.value or "no date", _parts(each.results, each.changes, drafted=drafted))
        for each in found.by["day"]
    ]
    short = [Bar(bar.label[5:] if len(bar.label) == 10 else bar.label, bar.parts) for bar in bars]
    if not any(bar.total for bar in short):
        return ""
    heading = "Changed sign-ins by day" if drafted else "Sign-ins by day"
    chart = f"<div class='wide'>{columns(short, heading)}</div>"
    return f"<h2>{heading}</h2>{_key(drafted=drafted)}{chart}"


def _dimensions(found: Impact) -> str:
    drafted = found.change is not None
    charts: list[str] = []
    for name, heading in _DIMENSIONS:
        every = (
            Bar(each.name, _parts(each.results, each.changes, drafted=drafted))
            for each in found.by[name]
        )
        bars = sorted((bar for bar in every if bar.total), key=lambda bar: -bar.total)
        more = f"<p class='soft small'>and {len(bars) - _MOST_BARS} more</p>"
        rest = more if len(bars) > _MOST_BARS else ""
        if bars:
            drawn = rows(bars[:_MOST_BARS], heading)
            charts.append(f"<div><h3>{heading}</h3>{drawn}{rest}</div>")
    if not charts:
        return ""
    title, key = "Where it changes" if drafted else "Where", _key(drafted=drafted)
    return f"<h2>{title}</h2>{key}<div class='charts'>{''.join(charts)}</div>"


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
    others = folded(f"{len(rest)} more", table(["Who", *heads], rest)) if rest else ""
    return (
        f"<h2>Which policies do it</h2>{table(['Policy', *heads], causes)}"
        f"<h2>Who is affected</h2>{table(['Who', *heads], first)}{others}{more}"
    )


def _samples(found: Impact) -> str:
    if not found.samples:
        return ""
    words = {name: text for name, _, text, _ in _CHANGES}
    kinds = [*words, *(each.kind for each in found.samples)]
    ordered = sorted(found.samples, key=lambda each: kinds.index(each.kind))
    heads = ("What", "When", "Who", "Application", "From", "Client", "Policies")
    lines = [
        (
            escape(words.get(each.kind, each.kind)),
            f"<span class='when'>{_when(each.created)}</span>",
            _named(each.person),
            escape(each.app.name or each.app.id or "no resource"),
            escape(" ".join(filter(None, (each.ip, each.country))) or "not recorded"),
            escape(_client(each)),
            escape(_few(each.policies)),
        )
        for each in ordered
    ]
    first = [line for n, line in enumerate(lines) if _place(ordered, n) < _EACH]
    rest = [line for n, line in enumerate(lines) if _place(ordered, n) >= _EACH]
    more = folded(f"{len(rest)} more", table(heads, rest)) if rest else ""
    return f"<h2>Sign-ins to look at</h2>{table(heads, first)}{more}"


def _place(samples: Sequence[SampleSignIn], number: int) -> int:
    """Tell how many samples of the same kind stand before one."""
    return sum(1 for each in samples[:number] if each.kind == samples[number].kind)


def _few(policies: Sequence[Named]) -> str:
    names = ", ".join(each.name or each.id for each in policies[:_EACH])
    return f"{names} and {len(policies) - _EACH} more" if len(policies) > _EACH else names


def _when(created: datetime | None) -> str:
    return created.strftime("%Y-%m-%d %H:%M") if created is not None else "not recorded"


def _client(each: SampleSignIn) -> str:
    words = {**CLIENT_APPS, **PLATFORMS}
    told = [words.get(word, word) for word in (each.client_app, each.platform) if word]
    return ", ".join(told) or "not recorded"


def _policies(found: Impact) -> str:
    ordered = sorted(found.policies, key=lambda each: (-_open(each), each.policy.name))
    live = [each for each in ordered if each.state != "disabled"]
    off = len(ordered) - len(live)
    heads = ("Policy", "State", "", "Success", "Failure", "Interrupted", "Not applied", "Users")
    shown = table(heads, (_policy(each) for each in live[:40]))
    rest = live[40:]
    hidden = folded(f"{len(rest)} more", table(heads, map(_policy, rest))) if rest else ""
    switched = f"<p class='soft small'>{off} policies are off.</p>" if off else ""
    return (
        "<h2>Every policy</h2><p class='soft small'>Report-only policies: what they would come"
        f" to. Interrupted: the user can be asked for what is missing.</p>{shown}{hidden}{switched}"
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


def _foot(found: Impact) -> str:
    count = len(found.refused)
    refused = f" {count} policies were refused and are not counted." if count else ""
    return (
        "<footer class='soft small'><p>Every sign-in was decided again by the same rules as a"
        " single one. What nobody recorded counts the restrictive way: a condition as met, a"
        f" control as not met.{refused}</p>"
        "<p>Made with Ostiary. Independent of Microsoft.</p></footer>"
    )
