"""Read a policy from Graph JSON into what the engine understands, and write it back.

The document is kept beside it, so members that this version does not know survive a round trip.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ostiary.conditions import CONDITIONS, Condition
from ostiary.controls import GRANT_CONTROLS, SESSION_CONTROLS
from ostiary.controls.not_understood import NotUnderstood
from ostiary.model.json_types import JsonObject, as_object, as_strings, is_object
from ostiary.model.policy import Grant, Operator, Policy, PolicyState, Requirement
from ostiary.model.setting import Effect, Setting
from ostiary.schema.unknown_members import Path, unknown_conditions, unknown_grants

_BUILT_IN = frozenset(each.key.casefold() for each in GRANT_CONTROLS if each.built_in)
_STATES = {state.value.casefold(): state for state in PolicyState}


def read_policy(
    document: JsonObject, *, conditions_known: Sequence[Condition[Any]] = CONDITIONS
) -> Policy:
    """Read a policy whose structure has been checked; raises RuleError for a broken filter.

    A state that is missing or not known counts as enabled (fail closed).
    """
    conditions = as_object(document.get("conditions"))
    unknown = unknown_conditions(conditions, conditions_known)
    return Policy(
        id=str(document.get("id") or ""),
        display_name=str(document.get("displayName") or ""),
        state=_STATES.get(str(document.get("state")).casefold(), PolicyState.ENABLED),
        settings=_settings(conditions, conditions_known, unknown),
        grant=_grant(as_object(document.get("grantControls"))),
        session=_session(as_object(document.get("sessionControls"))),
        document=document,
        not_understood=tuple(".".join(path) for path in unknown),
    )


def write_policy(policy: Policy) -> dict[str, Any]:
    """Give the policy's document with its id, name and state; nothing else was touched."""
    return {
        **policy.document,
        "id": policy.id,
        "displayName": policy.display_name,
        "state": policy.state.value,
    }


def _settings(
    conditions: JsonObject, known: Sequence[Condition[Any]], unknown: Sequence[Path]
) -> dict[str, Setting]:
    """Read every condition; what an unknown member could change is read as the policy's widest.

    INVARIANT: nothing that this version does not know keeps a policy from applying. An unknown
    exclusion is left out; so is a known one with something unknown in it.
    """
    inside = [path for path in unknown if len(path) > 1]
    widened = {key for key, member, *_ in inside if not _excludes(member)}
    doubtful = {(key, member) for key, member, *deeper in inside if deeper and _excludes(member)}
    trusted = {
        key: {name: each for name, each in body.items() if (key, name) not in doubtful}
        if is_object(body)
        else body
        for key, body in conditions.items()
    }
    parsed = (
        (each.name, _widest(each, trusted) if each.key in widened else each.parse(trusted))
        for each in known
    )
    return {name: setting for name, setting in parsed if setting is not None}


def _excludes(member: str) -> bool:
    return member.casefold().startswith("exclude")


def _widest(condition: Condition[Any], conditions: JsonObject) -> Setting | None:
    """Give a setting that includes everything and excludes what is surely excluded."""
    body = as_object(conditions.get(condition.key))
    if condition.required:  # who is selected also tells people from workload identities
        first = condition.fields[0]
        everybody = [*first.read(body), next(iter(first.words))]
        return condition.parse({**conditions, condition.key: {**body, first.name: everybody}})
    excluded = condition.select(body, Effect.EXCLUDE)
    return Setting(None, excluded) if excluded else None


def _grant(body: JsonObject) -> Grant | None:
    if not body:
        return None
    demanded = [each for control in GRANT_CONTROLS for each in control.requirements(body)]
    demanded.extend(
        Requirement(NotUnderstood.key, word)
        for word in as_strings(body.get("builtInControls"))
        if word.casefold() not in _BUILT_IN
    )
    demanded.extend(Requirement(NotUnderstood.key, name) for name in unknown_grants(body))
    # Without an operator all controls are demanded, as the admin center preselects (fail closed).
    operator = Operator.OR if str(body.get("operator")).upper() == "OR" else Operator.AND
    return Grant(operator, tuple(demanded)) if demanded else None


def _session(body: JsonObject) -> dict[str, object]:
    parsed = ((each.key, each.parse(body.get(each.key))) for each in SESSION_CONTROLS)
    return {key: value for key, value in parsed if value is not None}
