"""The types of proofs, lint and coverage (ours)."""

from __future__ import annotations

from typing import Final

from ostiary.analysis.lint_pitfall import Severity
from ostiary.analysis.prove_draft import Change
from ostiary.analysis.prove_results import Verdict
from ostiary.http.shapes import (
    FLAG,
    TEXT,
    TEXTS,
    WHOLE,
    Named,
    closed,
    list_of,
    maybe,
    one_of,
    opened,
    whole,
)

_VERDICT: Final = one_of(*(each.value for each in Verdict))
_OF_POLICY: Final = closed({"id": TEXT, "displayName": TEXT, "state": TEXT}, needed=("id",))
GUARD_SAYS: Final = Named(
    "ostiary.guardVerdict",
    whole(
        {
            "verdict": one_of("nobody", "lockedOut", "unusable"),
            "why": TEXT,
            "accounts": list_of(
                closed(
                    {
                        "code": TEXT,
                        "target": TEXT,
                        "message": TEXT,
                        "policies": list_of(_OF_POLICY),
                        "witness": maybe({"type": "object"}),
                    },
                    needed=("code", "target", "message", "policies"),
                )
            ),
            "noOtherAdministrator": FLAG,
        }
    ),
)
_WHOM: Final = opened({"text": TEXT, "count": WHOLE, "ids": TEXTS}, needed=("text", "count"))
_WITNESS: Final = opened(
    {
        "text": TEXT,
        "label": TEXT,
        "outcome": TEXT,
        "why": TEXT,
        "confirmed": FLAG,
        "request": {"type": "object"},
    },
    needed=("text", "label", "outcome", "confirmed", "request"),
)
STATEMENT: Final = Named(
    "ostiary.statement",
    opened(
        {
            "statement": TEXT,
            "users": _WHOM,
            "resources": _WHOM,
            "doubts": TEXTS,
            "note": TEXT,
            "witness": _WITNESS,
        },
        needed=("statement", "witness"),
    ),
)
GAP_CHANGE: Final = Named(
    "ostiary.gapChange",
    whole(
        {
            "name": TEXT,
            "question": TEXT,
            "change": one_of(*(each.value for each in Change)),
            "before": _VERDICT,
            "after": _VERDICT,
            "waysBefore": WHOLE,
            "waysAfter": WHOLE,
            "leaves": list_of(STATEMENT),
            "closes": list_of(STATEMENT),
            "undecided": list_of(STATEMENT),
            "unknown": TEXTS,
        }
    ),
)
LINT_FINDING: Final = Named(
    "ostiary.lintFinding",
    whole(
        {
            "code": TEXT,
            "name": TEXT,
            "severity": one_of(*(each.value for each in Severity)),
            "title": TEXT,
            "policies": list_of(_OF_POLICY),
            "reason": TEXT,
            "fix": TEXT,
            "documentation": TEXT,
        }
    ),
)
