"""The types of the sign-in log and the audit log.

Sources: api-reference resources signin, directoryaudit; what we add has our own member names.
"""

from __future__ import annotations

from typing import Final

from ostiary.graph.shapes import MAYBE_TEXT
from ostiary.http.shapes import (
    FLAG,
    OBJECT,
    OBJECTS,
    TEXT,
    TEXTS,
    TIME,
    WHOLE,
    Named,
    closed,
    list_of,
    maybe,
    opened,
    whole,
)

_USER: Final = dict.fromkeys(
    (
        "userId",
        "userPrincipalName",
        "userDisplayName",
        "userType",
        "homeTenantId",
        "crossTenantAccessType",
        "servicePrincipalId",
        "servicePrincipalName",
    ),
    MAYBE_TEXT,
)
_KNOWN_OR_NOT: Final = dict.fromkeys(
    (
        "appId",
        "appDisplayName",
        "resourceId",
        "resourceDisplayName",
        "ipAddress",
        "userAgent",
        "correlationId",
        "sessionId",
        "uniqueTokenIdentifier",
    ),
    MAYBE_TEXT,
)
_WORDS: Final = dict.fromkeys(
    (
        "id",
        "clientAppUsed",
        "authenticationProtocol",
        "originalTransferMethod",
        "authenticationRequirement",
        "riskLevelDuringSignIn",
        "riskLevelAggregated",
        "conditionalAccessStatus",
    ),
    TEXT,
)
_STEP: Final = whole(
    {
        "authenticationStepDateTime": TIME,
        "authenticationMethod": TEXT,
        "succeeded": FLAG,
        "authenticationStepResultDetail": TEXT,
        "authenticationStepRequirement": TEXT,
    }
)
_DEVICE: Final = whole(
    {
        **dict.fromkeys(("deviceId", "displayName", "operatingSystem", "browser"), TEXT),
        "isCompliant": FLAG,
        "isManaged": FLAG,
        "trustType": TEXT,
    }
)
APPLIED: Final = Named(
    "appliedConditionalAccessPolicy",
    opened(
        {
            "id": TEXT,
            "displayName": TEXT,
            "result": TEXT,
            "enforcedGrantControls": TEXTS,
            "enforcedSessionControls": TEXTS,
            "conditionsSatisfied": TEXT,
            "conditionsNotSatisfied": TEXT,
            "authenticationStrength": maybe(OBJECT),
        },
        needed=("id", "displayName", "result"),
    ),
)
SIGN_IN: Final = Named(
    "signIn",
    closed(
        {
            **_WORDS,
            **_USER,
            **_KNOWN_OR_NOT,
            "createdDateTime": TIME,
            "snapshotVersion": WHOLE,
            "managedServiceIdentity": OBJECT,
            "isInteractive": FLAG,
            "signInEventTypes": TEXTS,
            "authenticationDetails": list_of(_STEP),
            "deviceDetail": _DEVICE,
            "location": whole(dict.fromkeys(("city", "state", "countryOrRegion"), TEXT)),
            "status": whole({"errorCode": WHOLE, "failureReason": TEXT, "additionalDetails": TEXT}),
            "conditionalAccessAudiences": list_of(whole({"applicationId": TEXT})),
            "appliedConditionalAccessPolicies": list_of(APPLIED),
        }
    ),
)
_INITIATOR: Final = whole(
    {
        "user": maybe(whole({"id": TEXT, "userPrincipalName": TEXT, "ipAddress": TEXT})),
        "app": maybe(whole({"servicePrincipalId": MAYBE_TEXT, "displayName": TEXT})),
    }
)
_TARGET: Final = whole(
    {
        "id": TEXT,
        "displayName": TEXT,
        "type": TEXT,
        "modifiedProperties": list_of(
            whole({"displayName": TEXT, "oldValue": MAYBE_TEXT, "newValue": MAYBE_TEXT})
        ),
    }
)
AUDIT: Final = Named(
    "directoryAudit",
    closed(
        {
            **dict.fromkeys(
                (
                    "id",
                    "category",
                    "result",
                    "resultReason",
                    "activityDisplayName",
                    "loggedByService",
                    "operationType",
                ),
                TEXT,
            ),
            "correlationId": MAYBE_TEXT,
            "activityDateTime": TIME,
            "initiatedBy": _INITIATOR,
            "targetResources": list_of(_TARGET),
            "additionalDetails": OBJECTS,
        }
    ),
)
_OUTCOME: Final = whole(
    {
        "outcome": TEXT,
        "errorCode": WHOLE,
        "nextChallenge": TEXTS,
        "why": TEXT,
        "session": OBJECT,
        "conditionalAccessStatus": TEXT,
    }
)
_POLICY_THEN_AND_NOW: Final = whole(
    {
        "id": TEXT,
        "displayName": TEXT,
        "logged": MAYBE_TEXT,
        "today": MAYBE_TEXT,
        "changed": FLAG,
        "reasons": OBJECTS,
    }
)
EVALUATION: Final = Named(
    "ostiary.signInEvaluation",
    closed(
        {
            "id": TEXT,
            "request": maybe(OBJECT),
            "loggedStatus": TEXT,
            "today": maybe(_OUTCOME),
            "changed": maybe(FLAG),
            "policies": list_of(_POLICY_THEN_AND_NOW),
        },
        needed=("id", "request", "loggedStatus", "today", "changed", "policies"),
    ),
)
VERIFICATION: Final = Named(
    "ostiary.auditVerification",
    closed(
        {
            "holds": FLAG,
            "rows": WHOLE,
            "deletedRows": WHOLE,
            "head": TEXT,
            "checkpoints": WHOLE,
            "findings": list_of(whole({"row": WHOLE, "what": TEXT})),
            "verifiedDateTime": TIME,
        },
        needed=("holds", "rows", "deletedRows", "head", "checkpoints", "findings"),
    ),
)
