"""The result in a notebook: the headline numbers and the policies, as plain tables."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ostiary.analysis.report_tables import table

if TYPE_CHECKING:
    from ostiary.analysis.impact import Impact

_MOST = 30


def notebook(found: Impact) -> str:
    """Give a short HTML fragment without style of its own."""
    changes = found.change.counts if found.change is not None else found.total.to_json()
    head = table(
        ("", "Sign-ins"), [(escape(name), f"{count:,}") for name, count in changes.items()]
    )
    heads = ("Policy", "State", "Failure", "Interrupted", "Success", "Not applied", "Users")
    lines = [
        (
            escape(each.policy.name or each.policy.id),
            escape(each.state),
            f"{each.results.failure + each.results.report_only_failure:,}",
            f"{each.results.interrupted + each.results.report_only_interrupted:,}",
            f"{each.results.success + each.results.report_only_success:,}",
            f"{each.results.not_applied + each.results.report_only_not_applied:,}",
            f"{each.users:,}",
        )
        for each in found.policies[:_MOST]
    ]
    left = len(found.policies) - _MOST
    more = f"<p>and {left} more</p>" if left > 0 else ""
    return f"<p>{found.rows:,} sign-ins, {found.days} days</p>{head}{table(heads, lines)}{more}"
