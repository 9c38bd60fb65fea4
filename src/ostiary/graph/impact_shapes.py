"""The types of `identity/conditionalAccess/impact`."""

from __future__ import annotations

from typing import Final

from ostiary.graph.shapes import MAYBE_TEXT, MAYBE_TIME
from ostiary.http.shapes import (
    FLAG,
    OBJECT,
    TEXT,
    TEXTS,
    TIME,
    WHOLE,
    Named,
    Shape,
    closed,
    list_of,
    one_of,
    whole,
)

OUTCOMES: Final = ("success", "failure", "userActionRequired", "notApplied")
CHANGES: Final = ("newlyPrompted", "newlyBlocked", "silentBackgroundBreak", "newlyAllowed")
_COUNTS: Final[dict[str, Shape]] = dict.fromkeys(OUTCOMES, WHOLE)
_CHANGES: Final[dict[str, Shape]] = dict.fromkeys(CHANGES, WHOLE)
NAMED: Final = Named("ostiary.named", whole({"id": TEXT, "displayName": TEXT}))
VALUE: Final = Named(
    "ostiary.impactByValue",
    whole(
        {"value": MAYBE_TEXT, "displayName": TEXT, "signIns": WHOLE, **_COUNTS, **_CHANGES},
    ),
)
PERSON: Final = Named(
    "ostiary.affectedIdentity",
    whole({"id": TEXT, "displayName": TEXT, "isWorkloadIdentity": FLAG, **_CHANGES}),
)
_CHANGE: Final = Named(
    "ostiary.impactChange",
    whole({"signIns": WHOLE, "identities": WHOLE, "restOnMissingFacts": WHOLE}),
)
_UNSEEN: Final = Named(
    "ostiary.neverSeen", whole({"count": WHOLE, "of": WHOLE, "named": list_of(NAMED)})
)
_MISSING: Final = Named(
    "ostiary.missingFact",
    whole({"fact": TEXT, "title": TEXT, "signIns": WHOLE, "of": WHOLE, "note": TEXT}),
)
SAMPLE: Final = Named(
    "ostiary.affectedSignIn",
    whole(
        {
            "id": MAYBE_TEXT,
            "change": one_of("unchanged", *CHANGES),
            "createdDateTime": MAYBE_TIME,
            "identity": NAMED,
            "isWorkloadIdentity": FLAG,
            "signInEventType": TEXT,
            "resource": NAMED,
            **dict.fromkeys(("ipAddress", "country", "clientAppType", "platform"), MAYBE_TEXT),
            "restsOnMissingFacts": FLAG,
        }
    ),
)
_PROGRAM: Final = Named(
    "ostiary.likelyServiceAccount",
    whole({"id": TEXT, "displayName": TEXT, "signs": TEXTS, "signIns": WHOLE, "breaks": WHOLE}),
)
IMPACT: Final = Named(
    "ostiary.policyImpact",
    closed(
        {
            "from": TIME,
            "to": TIME,
            "policy": whole({"id": TEXT, "displayName": TEXT, "state": TEXT}),
            "evaluatedAs": TEXT,
            "comparedWith": one_of("currentPolicies", "currentPoliciesWithoutIt"),
            "log": whole(
                {"signIns": WHOLE, "users": WHOLE, "first": MAYBE_TIME, "last": MAYBE_TIME}
            ),
            "outcomes": whole(_COUNTS),
            "identities": whole({"applied": WHOLE, "notSatisfied": WHOLE, "changed": WHOLE}),
            "changes": whole(dict.fromkeys(CHANGES, _CHANGE)),
            "unknown": WHOLE,
            **dict.fromkeys(
                ("byDay", "byApplication", "byPlatform", "byLocation", "byClientApp", "byRisk"),
                list_of(VALUE),
            ),
            "affected": list_of(PERSON),
            "likelyServiceAccounts": list_of(_PROGRAM),
            "neverSeen": {"type": "object", "additionalProperties": _UNSEEN},
            "missingFacts": list_of(_MISSING),
            "samples": list_of(SAMPLE),
        },
        needed=("@odata.context", "from", "to", "policy", "outcomes", "changes", "unknown"),
    ),
)
DIMENSIONS: Final = {
    "byApplication": "app",
    "byPlatform": "platform",
    "byLocation": "location",
    "byClientApp": "clientApp",
    "byRisk": "risk",
}
"""Lists of an answer → dimensions of the analysis."""
_BODY: Final[dict[str, Shape]] = {
    "policyId": TEXT,
    "policy": OBJECT,
    "evaluateAs": one_of("enabled", "stored"),
    "period": one_of("PT24H", "P7D", "P30D"),
    "from": TIME,
    "to": TIME,
    "signInType": one_of(
        "all", "interactive", "nonInteractive", "servicePrincipal", "managedIdentity"
    ),
}
IMPACT_MEMBERS: Final = tuple(_BODY)
IMPACT_BODY: Final = Named("ostiary.policyImpactBody", closed(_BODY))

_CHOSEN: Final[dict[str, Shape]] = {
    "changes": list_of(one_of(*CHANGES)),
    "identityId": TEXT,
    "by": one_of(*DIMENSIONS),
    "value": MAYBE_TEXT,
    "skip": WHOLE,
    "top": WHOLE,
}
CHOSEN_MEMBERS: Final = tuple(_CHOSEN)
CHANGED_BODY: Final = Named("ostiary.changedSignInsBody", closed({**_BODY, **_CHOSEN}))
CHANGED: Final = Named(
    "ostiary.changedSignIns",
    closed({"more": FLAG, "value": list_of(SAMPLE)}, needed=("@odata.context", "more", "value")),
)
