"""The pydantic model of a policy, generated from the declarations of conditions and controls.

A new condition, field or word needs no change here. The model does three jobs: it finds every
structural error at once, it gives words Graph's spelling, and its defaults are the members that a
Graph answer always has (api-reference conditionalaccesspolicy-get).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any

from pydantic import Field, PlainSerializer, create_model

from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Condition, Shape, WordCondition
from ostiary.conditions.base import Field as FormField
from ostiary.controls import GRANT_CONTROLS
from ostiary.controls.authentication_strength import AuthenticationStrength
from ostiary.controls.not_understood import NotUnderstood
from ostiary.model.policy import Operator, PolicyState
from ostiary.schema.edge_session import session_model
from ostiary.schema.edge_types import (
    GraphObject,
    Version,
    beta_member,
    flag_words,
    list_default,
    list_of,
    word,
    word_or_id,
)

STATES = {
    PolicyState.ENABLED.value: "On",
    PolicyState.DISABLED.value: "Off",
    PolicyState.REPORT_ONLY.value: "Report-only",
}
OPERATORS = {
    Operator.AND.value: "Require all the selected controls",
    Operator.OR.value: "Require one of the selected controls",
}
BETA_CONDITIONS = ("times", "clients", "deviceStates", "agentContext", "agents")
"""Members of `conditions` that beta answers have beside those of our conditions: null, as a rule.

Source: exports of beta policies; `deviceStates` is deprecated in favour of `devices`
(api-reference beta conditionalaccessconditionset).
"""


_MODE: Any = word({"include": "Include", "exclude": "Exclude"})
_MEMBERSHIP: Any = word({"all": "All", "enumerated": "Select"})

FILTER = create_model("Filter", __base__=GraphObject, mode=(_MODE, ...), rule=(str, ...))
"""A filter rule and what it does with what it matches (conditionalAccessFilter)."""

EXTERNAL_TENANTS = create_model(
    "ExternalTenants",
    __base__=GraphObject,
    membershipKind=(_MEMBERSHIP, ...),
    members=(list[str] | None, None),
)
"""The home tenants of external users that count (conditionalAccessExternalTenants)."""


def _as_sent(value: GraphObject | None) -> dict[str, Any] | None:
    return None if value is None else value.model_dump(exclude_unset=True)


class StrengthReference(GraphObject):
    """The strength a policy requires, by id; answers hold the whole strength.

    Without an id Graph refuses the policy as one that does not match its schema.
    """

    id: str


def _guests(words: Any) -> Any:
    tenants: Any = Annotated[EXTERNAL_TENANTS | None, PlainSerializer(_as_sent)]
    members: dict[str, Any] = {
        "guestOrExternalUserTypes": (flag_words(words), None),
        "externalTenants": (tenants, None),
    }
    return create_model("GuestsOrExternalUsers", __base__=GraphObject, **members) | None


def _member(field: FormField, unset: Sequence[str] = ()) -> tuple[Any, Any]:
    """Give type and default of one declared field."""
    title = field.label
    if field.shape is Shape.FLAGS:
        return flag_words(field.words), Field(default=None, title=title)
    if field.shape is Shape.FILTER:
        return FILTER | None, Field(default=None, title=title)
    if field.shape is Shape.GUESTS:
        return _guests(field.words), Field(default=None, title=title)
    item = word_or_id(field.words, field.lookup.value) if field.lookup else word(field.words)
    return list_of(item, unset=unset), Field(default_factory=list_default(unset), title=title)


def _condition_member(
    key: str, conditions: Sequence[Condition[Any]], version: Version
) -> tuple[Any, Any]:
    """Give type and default of a member of `conditions`; several conditions may share one."""
    v1 = version == "v1.0"
    if v1 and all(condition.beta for condition in conditions):
        return beta_member(key)
    whole = next((each for each in conditions if not each.fields[0].name), None)
    if whole is not None:
        universal = whole.universal if isinstance(whole, WordCondition) else ()
        return _member(whole.fields[0], universal)
    fields: dict[str, Any] = {
        field.name: beta_member(field.name) if v1 and field.beta else _member(field)
        for condition in conditions
        for field in condition.fields
    }
    name = f"Conditional{key[0].upper()}{key[1:]}"
    model = create_model(name, __base__=GraphObject, **fields)
    return model | None, Field(default=None, title=conditions[0].title)


@cache
def conditions_model(version: Version) -> type[GraphObject]:
    """Generate the model of `conditions`, one member for each JSON key of a condition."""
    keys = list(dict.fromkeys(condition.key for condition in CONDITIONS))
    fields: dict[str, Any] = {
        key: _condition_member(key, [each for each in CONDITIONS if each.key == key], version)
        for key in keys
    }
    for key in BETA_CONDITIONS:
        fields[key] = (Any, None) if version == "beta" else beta_member(key)
    return create_model("Conditions", __base__=GraphObject, **fields)


@cache
def grant_model() -> type[GraphObject]:
    """Generate the model of `grantControls`; unknown built-in controls are for the rules.

    They are no structural error: the engine takes them as never met (fail closed).
    """
    built_in = {control.key: control.title for control in GRANT_CONTROLS if control.built_in}
    fields: dict[str, Any] = {
        "operator": (word(OPERATORS) | None, None),
        "builtInControls": (
            list_of(word_or_id(built_in, "control of a later version")),
            Field(default_factory=list_default()),
        ),
    }
    for control in GRANT_CONTROLS:
        if control.built_in or isinstance(control, NotUnderstood):
            continue
        if isinstance(control, AuthenticationStrength):
            fields[control.key] = (
                StrengthReference | None,
                Field(default=None, title=control.title),
            )
            continue
        identifiers = list_of(word_or_id({}, f"id of {control.title.lower()}"))
        fields[control.key] = (
            identifiers,
            Field(default_factory=list_default(), title=control.title),
        )
    return create_model("GrantControls", __base__=GraphObject, **fields)


@cache
def policy_model(version: Version) -> type[GraphObject]:
    """Generate the model of a policy document for one version of Graph."""
    text = (str | None, None)
    partial = text if version == "beta" else beta_member("partialEnablementStrategy")
    fields: dict[str, Any] = {
        "id": text,
        "templateId": text,
        "displayName": text,
        "createdDateTime": text,
        "modifiedDateTime": text,
        "deletedDateTime": text,
        "state": (word(STATES), Field(title="Enable policy")),
        "partialEnablementStrategy": partial,
        "conditions": (conditions_model(version), ...),
        "grantControls": (grant_model() | None, Field(default=None, title="Grant")),
        "sessionControls": (session_model(version) | None, Field(default=None, title="Session")),
    }
    return create_model("ConditionalAccessPolicy", __base__=GraphObject, **fields)
