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
_STATEMENTS: Final = list_of(STATEMENT)
_COUNTED: Final = {"openCount": WHOLE, "open": _STATEMENTS}
_DOUBTED: Final = {"undecidedCount": WHOLE, "undecided": _STATEMENTS}
_LIMITS: Final = {"refused": TEXTS, "unknown": TEXTS}
_WORLD: Final = list_of(closed({"name": TEXT, "sentence": TEXT, "why": TEXT}))
_ANSWER: Final = {"name": TEXT, "question": TEXT, "verdict": _VERDICT, **_COUNTED, **_DOUBTED}
ANSWER: Final = Named(
    "ostiary.proof",
    closed(
        {**_ANSWER, **_LIMITS, "world": _WORLD},
        needed=("question", "verdict", *_COUNTED, *_DOUBTED, *_LIMITS),
    ),
)
ANSWERS: Final = Named(
    "ostiary.proofs", closed({"assertions": list_of(ANSWER), "world": _WORLD}, needed=("world",))
)
_ACCESS: Final = opened({"id": TEXT, "displayName": TEXT, "why": TEXT}, needed=("id", "why"))
LOCKOUT: Final = Named(
    "ostiary.lockoutProof",
    closed(
        {
            "question": TEXT,
            "verdict": _VERDICT,
            "emergencyAccess": list_of(_ACCESS),
            "otherAdministrators": list_of(_ACCESS),
            "otherAdministratorsCount": WHOLE,
            "applications": TEXTS,
            **_LIMITS,
            "world": _WORLD,
        },
        needed=("question", "verdict", "emergencyAccess", "otherAdministrators"),
    ),
)
SHADOWED: Final = Named(
    "ostiary.shadowedProof", opened({"verdict": _VERDICT, **_LIMITS}, needed=("verdict",))
)
COMPARED: Final = Named(
    "ostiary.comparison",
    closed(
        {
            "question": TEXT,
            "verdict": _VERDICT,
            "counts": opened({}),
            **dict.fromkeys(
                ("newlyBlocked", "newlyPrompted", "newlyAllowed", "newlyLimited"), _STATEMENTS
            ),
            "noLongerLimited": _STATEMENTS,
            **_DOUBTED,
            **_LIMITS,
            "world": _WORLD,
        },
        needed=("question", "verdict", "counts"),
    ),
)
_WORDS: Final = {"anyOf": [TEXT, TEXTS]}
_ASKING: Final = {
    "users": _WORDS,
    "except": _WORDS,
    "resources": _WORDS,
    "when": opened({}),
    "requires": {"anyOf": [TEXT, opened({"anyOf": TEXTS})]},
    "never": one_of("block"),
}
QUESTION_BODY: Final = Named("ostiary.questionBody", closed(_ASKING))
ASSERTIONS_BODY: Final = Named(
    "ostiary.assertionsBody",
    closed(
        {"assertions": list_of(closed({"name": TEXT, **_ASKING}, needed=("name",)))},
        needed=("assertions",),
    ),
)
_POLICIES: Final = list_of(opened({"displayName": TEXT}))
COMPARE_BODY: Final = Named(
    "ostiary.comparisonBody",
    closed(
        {"old": maybe(_POLICIES), "new": _POLICIES, "draftIs": one_of("whole", "part", None)},
        needed=("new",),
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
LINT: Final = Named(
    "ostiary.lintReport",
    closed(
        {
            "policies": WHOLE,
            "counts": opened({each.value: WHOLE for each in Severity}),
            "findings": list_of(LINT_FINDING),
            "refused": list_of(opened({"policy": TEXT})),
        },
        needed=("policies", "counts", "findings", "refused"),
    ),
)
