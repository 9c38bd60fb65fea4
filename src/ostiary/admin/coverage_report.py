"""The coverage report: one HTML file that needs nothing else, for an auditor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from markupsafe import Markup

from ostiary.admin.rendering import rendered
from ostiary.analysis.coverage_kinds import Kind
from ostiary.analysis.report_style import STYLE
from ostiary.analysis.world import world_json

_EDGES: Final = {
    "none": "solid var(--bad)",
    "unknown": "dashed var(--wait)",
    **dict.fromkeys(("other", "deviceOrMfa", "device"), "solid var(--wait)"),
    **dict.fromkeys(("mfa", "mfaAndDevice"), "solid var(--good)"),
    **dict.fromkeys(
        ("phishingResistant", "phishingResistantAndDevice", "more"), "solid var(--open)"
    ),
    "block": "solid var(--none)",
}
_STYLE: Final = "".join(
    (
        STYLE,
        ".matrix td{padding-left:.6rem}",
        *(f".matrix .k-{kind}{{border-left:4px {edge}}}" for kind, edge in _EDGES.items()),
    )
)


def report(
    matrix: Mapping[str, Any],
    *,
    tenant: str,
    tenant_id: str,
    made_by: str,
    query: Mapping[str, str],
) -> str:
    """Write the report of a matrix, as Graph told it; the query says what was asked."""
    named = {each["id"]: each["displayName"] for each in matrix["policies"]}
    values: dict[str, Any] = {
        "matrix": matrix,
        "named": named,
        "tenant": tenant,
        "tenant_id": tenant_id,
        "made_by": made_by,
        "asked": dict(query),
        "kinds": [each.value for each in Kind],
        "world": world_json(),
        "style": Markup(_STYLE),  # noqa: S704  # ours, and of constants,
    }
    return rendered("coverage_report", values)
