"""The part of the report that says what the log cannot prove."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ostiary.analysis.impact import Impact
    from ostiary.analysis.impact_results import MissingFact, Unseen

_WHO = {
    "users": "users",
    "administrators": "administrators",
    "emergencyAccess": "emergency access accounts",
    "apps": "applications",
}


def evidence(found: Impact) -> str:
    """Say who was never seen, which facts are missing, what could not be read."""
    unseen = "".join(_unseen(name, each) for name, each in found.never_seen.items() if each.of)
    facts = "".join(map(_fact, found.missing_facts))
    facts += "".join(
        f"<li>Assumed where the log does not tell: {escape(name)} is {escape(word)}.</li>"
        for name, word in found.assumed.items()
    )
    if found.doubtful:
        facts += (
            f"<li>{found.doubtful:,} of {found.rows:,} sign-ins fail or prompt on missing facts:"
            " what came of these is unknown, and counted to the restrictive side.</li>"
        )
    missing = f"<h3>Facts that the log does not tell</h3><ul class='plain'>{facts}</ul>"
    return (
        "<h2>What this log cannot prove</h2>"
        f"<p>The log covers {found.days} days. Whoever signs in more rarely is not in it, and"
        " silence is not proof that nothing breaks.</p>"
        f"<ul class='plain'>{unseen}</ul>{missing if facts else ''}{_unread(found)}"
    )


def _unseen(name: str, each: Unseen) -> str:
    who = _WHO[name]
    if not each.count:
        return f"<li>All {each.of:,} {who} were seen.</li>"
    told = f"<b>{each.count:,}</b> of {each.of:,} {who} were never seen."
    names = ", ".join(escape(one.name or one.id) for one in each.named)
    more = f" and {each.count - len(each.named):,} more" if each.count > len(each.named) else ""
    return (
        f"<li><details><summary>{told}</summary><p class='small'>{names}{more}</p></details></li>"
    )


def _fact(fact: MissingFact) -> str:
    count = len(fact.policies)
    asks = f"{count} {'policy asks' if count == 1 else 'policies ask'} for it"
    note = f"; {escape(fact.note)}" if fact.note else ""
    share = fact.rows / fact.of if fact.of else 0
    return (
        f"<li>{escape(fact.title)}: missing in {fact.rows:,} of {fact.of:,} sign-ins"
        f" ({share:.0%}); {asks}{note}.</li>"
    )


def _unread(found: Impact) -> str:
    lines = [f"<li>{escape(each)}</li>" for each in found.notes]
    if found.unreadable:
        shown = "".join(
            f"<li><code>{escape(each)}</code></li>" for each in found.unreadable_samples
        )
        lines.append(
            f"<li><b>{found.unreadable:,}</b> records could not be read"
            f"<ul class='plain'>{shown}</ul></li>"
        )
    return f"<h3>The files</h3><ul class='plain'>{''.join(lines)}</ul>" if lines else ""


def service_accounts(found: Impact) -> str:
    """Name the accounts that look as if programs used them."""
    if not found.service_accounts:
        return ""
    lines = "".join(
        f"<tr><td class='name'><span title='{escape(each.person.id)}'>"
        f"{escape(each.person.name or each.person.id)}</span></td>"
        f"<td>{escape('; '.join(each.signs))}</td><td class='n'>{each.sign_ins:,}</td>"
        f"<td class='n'>{each.breaks:,}</td></tr>"
        for each in found.service_accounts[:50]
    )
    left = len(found.service_accounts) - 50
    more = f"<p class='soft small'>and {left:,} more</p>" if left > 0 else ""
    return (
        "<h2>Accounts that look like service accounts</h2>"
        "<p>Programs cannot answer a prompt. Move them to workload identities before a policy"
        " reaches them.</p>"
        "<div class='wide'><table><thead><tr><th>Account</th><th>Signs</th><th class='n'>Sign-ins"
        "</th><th class='n'>Would fail</th></tr></thead>"
        f"<tbody>{lines}</tbody></table></div>{more}"
    )
