"""The types of `identity/conditionalAccess`, from the models that read what is written.

An answer has every member that a body may have, and those that the service alone gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel

from ostiary.graph.shapes import MAYBE_TEXT, MAYBE_TIME, hoisted
from ostiary.http.shapes import (
    FLAG,
    OBJECT,
    OBJECTS,
    TEXT,
    TEXTS,
    TIME,
    WHOLE,
    Named,
    Shape,
    closed,
    list_of,
    one_of,
    opened,
)
from ostiary.schema.edge import policy_model
from ostiary.schema.edge_objects import (
    AllowedCombinations,
    CombinationConfiguration,
    ContextReference,
    CountryNamedLocation,
    IpNamedLocation,
    StrengthChange,
    StrengthPolicy,
)

_TIMES: Final = {"createdDateTime": MAYBE_TIME, "modifiedDateTime": MAYBE_TIME}
_DELETED: Final = {"deletedDateTime": MAYBE_TIME}
EXCLUSION: Final = Named(
    "ostiary.temporaryExclusion",
    closed(
        {
            "id": TEXT,
            "userId": TEXT,
            "startDateTime": TIME,
            "endDateTime": TIME,
            "reason": TEXT,
            "createdBy": MAYBE_TEXT,
        }
    ),
)
EXCLUSION_BODY: Final = Named(
    "ostiary.temporaryExclusionBody",
    closed(
        {"userId": TEXT, "startDateTime": MAYBE_TIME, "endDateTime": TIME, "reason": TEXT},
        needed=("userId", "endDateTime", "reason"),
    ),
)


def _body(model: type[BaseModel], name: str) -> Named:
    return hoisted(model.model_json_schema(mode="validation"), f"{name}Body")


def _answered(body: Named, members: Mapping[str, Shape]) -> Named:
    """Give the type of an answer: `$select` may leave out any member."""
    known: Mapping[str, Any] = body.shape["properties"]
    return Named(body.name.removesuffix("Body"), opened({**known, **members}))


POLICY_BODY: Final = _body(policy_model("beta"), "conditionalAccessPolicy")
POLICY_CHANGE: Final = Named(
    "conditionalAccessPolicyChange", opened(POLICY_BODY.shape["properties"])
)
POLICY: Final = _answered(
    POLICY_BODY,
    {
        "id": TEXT,
        **_TIMES,
        **_DELETED,
        "@ostiary.temporaryExclusions": list_of(EXCLUSION),
        "@ostiary.excluded": TEXTS,
    },
)
_LOCATION_BODIES: Final = (
    _body(IpNamedLocation, "ipNamedLocation"),
    _body(CountryNamedLocation, "countryNamedLocation"),
)
_OF_LOCATION: Final = {"id": TEXT, "@odata.type": TEXT, **_TIMES, **_DELETED}
LOCATION_BODY: Final = Named("namedLocationBody", {"anyOf": list(_LOCATION_BODIES)})
LOCATION: Final = Named(
    "namedLocation", {"anyOf": [_answered(each, _OF_LOCATION) for each in _LOCATION_BODIES]}
)
LOCATION_CHANGE: Final = Named(
    "namedLocationChange",
    opened(
        {key: each for body in _LOCATION_BODIES for key, each in body.shape["properties"].items()}
    ),
)
CONTEXT_BODY: Final = _body(ContextReference, "authenticationContextClassReference")
CONTEXT_CHANGE: Final = Named(
    "authenticationContextClassReferenceChange", opened(CONTEXT_BODY.shape["properties"])
)
CONTEXT: Final = _answered(CONTEXT_BODY, {"id": TEXT})
STRENGTH_BODY: Final = _body(StrengthPolicy, "authenticationStrengthPolicy")
STRENGTH: Final = _answered(
    STRENGTH_BODY,
    {
        "id": TEXT,
        **_TIMES,
        "policyType": one_of("builtIn", "custom"),
        "requirementsSatisfied": one_of("none", "mfa"),
    },
)
CONFIGURATION_BODY: Final = _body(
    CombinationConfiguration, "authenticationCombinationConfiguration"
)
CONFIGURATION: Final = _answered(CONFIGURATION_BODY, {"id": TEXT, "@odata.type": TEXT})
CONFIGURATION_CHANGE: Final = Named(
    "authenticationCombinationConfigurationChange",
    opened(CONFIGURATION_BODY.shape["properties"]),
)
STRENGTH_CHANGE: Final = _body(StrengthChange, "authenticationStrengthPolicyChange")
COMBINATIONS_BODY: Final = _body(AllowedCombinations, "updateAllowedCombinations")
COMBINATIONS: Final = Named(
    "updateAllowedCombinationsResult",
    closed(
        {
            "previousCombinations": TEXTS,
            "currentCombinations": TEXTS,
            "conditionalAccessReferences": TEXTS,
            "additionalInformation": TEXT,
        },
        needed=("previousCombinations", "currentCombinations", "conditionalAccessReferences"),
    ),
)
USAGE: Final = Named(
    "authenticationStrengthUsage",
    closed({"mfa": list_of(POLICY), "none": list_of(POLICY)}, needed=("mfa", "none")),
)
TEMPLATE: Final = Named(
    "conditionalAccessTemplate",
    closed({"id": TEXT, "name": TEXT, "description": TEXT, "scenarios": TEXT, "details": OBJECT}),
)
TEMPLATE_BODY: Final = closed({"displayName": TEXT, "state": TEXT})
WHAT_IF: Final = Named(
    "whatIfAnalysisResult",
    opened(
        {
            **POLICY.shape["properties"],
            "policyApplies": FLAG,
            "analysisReasons": TEXT,
            "@ostiary.reasons": OBJECTS,
        },
        needed=("id", "policyApplies", "analysisReasons"),
    ),
)
_CHANGE: Final = {"id": TEXT, "version": WHOLE, "changedDateTime": TIME, "changedBy": TEXT}
VERSION: Final = Named(
    "ostiary.policyVersion",
    closed(
        {**_CHANGE, "action": TEXT, "policy": POLICY},
        needed=("id", "version", "changedDateTime", "action", "policy"),
    ),
)
LAST_CHANGE: Final = Named("ostiary.lastPolicyChange", closed(_CHANGE, needed=tuple(_CHANGE)))
