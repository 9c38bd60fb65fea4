"""What a person should know of a policy that was read: members and words that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

from ostiary.conditions import CONDITIONS
from ostiary.conditions.attributes import ATTRIBUTES
from ostiary.conditions.base import Shape
from ostiary.conditions.devices import DEVICE_FILTER, Devices
from ostiary.conditions.rule_language import parse_rule
from ostiary.model.errors import Problem
from ostiary.model.json_types import JsonObject, as_object
from ostiary.model.policy import Policy
from ostiary.schema.unknown_members import unknown_grants, unknown_session

_UNKNOWN = "this version does not know it"


def remarks(policy: Policy, document: JsonObject) -> Iterator[Problem]:
    """Give the remarks on a policy and its document, whose structure has been checked."""
    for member in policy.not_understood:
        message = f"{_UNKNOWN}; the policy counts as if it were met"
        yield Problem(f"conditions.{member}", "unknownCondition", message)
    for member in unknown_grants(as_object(document.get("grantControls"))):
        yield Problem(f"grantControls.{member}", "unknownControl", f"{_UNKNOWN}; it is never met")
    for member in unknown_session(as_object(document.get("sessionControls"))):
        message = f"{_UNKNOWN}; it is not followed"
        yield Problem(f"sessionControls.{member}", "unknownSessionControl", message)
    yield from _of_filters(as_object(document.get("conditions")))


def _of_filters(conditions: JsonObject) -> Iterator[Problem]:
    """Give what the parser of filter rules remarks, such as words that a property never has."""
    for condition in CONDITIONS:
        vocabulary = DEVICE_FILTER if isinstance(condition, Devices) else ATTRIBUTES
        body = as_object(conditions.get(condition.key))
        for field in condition.fields:
            rule = as_object(body.get(field.name)).get("rule")
            if field.shape is not Shape.FILTER or not isinstance(rule, str):
                continue
            path = f"conditions.{condition.key}.{field.name}.rule"
            for each in parse_rule(rule, vocabulary).warnings:
                yield Problem(path, each.code, each.message)
