"""How each session control is written in Graph JSON (api-reference, resources of its name).

The words of a control are read from the control; a control without an entry here is taken as it
comes, and `parse` of the control decides what it means.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import Field, create_model

from ostiary.controls import SESSION_CONTROLS
from ostiary.controls.session_switches import (
    AppControl,
    AppEnforcedRestrictions,
    ContinuousAccessEvaluation,
    PersistentBrowser,
    ResilienceDefaults,
    SecurityProfile,
    TokenProtection,
)
from ostiary.controls.sign_in_frequency import SignInFrequency
from ostiary.schema.edge_types import GraphObject, Version, beta_member, word

LONGEST_FREQUENCY = 365 * 24
"""Hours of a year: no period is longer, in whatever unit. Undocumented, a bound of ours."""
_PERIOD: Any = Annotated[int | None, Field(le=LONGEST_FREQUENCY)]
_SWITCH: tuple[Any, Any] = (bool | None, None)


def _one_word(*words: str, unset: str | None = None) -> tuple[Any, Any]:
    return word(dict(zip(words, words, strict=True))) | None, unset


_MEMBERS: Mapping[str, Mapping[str, tuple[Any, Any]]] = MappingProxyType(
    {
        AppEnforcedRestrictions.key: {"isEnabled": _SWITCH},
        AppControl.key: {
            "isEnabled": _SWITCH,
            "cloudAppSecurityType": _one_word(*AppControl.strictness),
        },
        SignInFrequency.key: {
            "isEnabled": _SWITCH,
            "value": (_PERIOD, None),
            "type": _one_word("days", "hours"),
            "frequencyInterval": _one_word("timeBased", "everyTime", unset="timeBased"),
            "authenticationType": _one_word(
                "primaryAndSecondaryAuthentication",
                "secondaryAuthentication",
                unset="primaryAndSecondaryAuthentication",
            ),
        },
        PersistentBrowser.key: {"isEnabled": _SWITCH, "mode": _one_word("always", "never")},
        TokenProtection.key: {"isEnabled": _SWITCH},
        ContinuousAccessEvaluation.key: {"mode": _one_word(*ContinuousAccessEvaluation.strictness)},
        SecurityProfile.key: {"isEnabled": _SWITCH, "profileId": (str | None, None)},
    }
)
"""Members of the controls that are objects: type and what an unsent member becomes."""


def _object_type(key: str) -> Any:
    members: dict[str, Any] = dict(_MEMBERS[key])
    return create_model(f"{key[0].upper()}{key[1:]}", __base__=GraphObject, **members) | None


_TYPES: Mapping[str, Any] = MappingProxyType(
    {ResilienceDefaults.key: bool | None, **{key: _object_type(key) for key in _MEMBERS}}
)


@cache
def session_model(version: Version) -> type[GraphObject]:
    """Generate the model of `sessionControls`: one member for each session control."""
    fields: dict[str, Any] = {
        control.key: beta_member(control.key)
        if control.beta and version == "v1.0"
        else (_TYPES.get(control.key, Any), Field(default=None, title=control.title))
        for control in SESSION_CONTROLS
    }
    return create_model("SessionControls", __base__=GraphObject, **fields)
