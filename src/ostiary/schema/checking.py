"""Check a policy document: everything that is wrong with it, at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Condition, Field, Shape
from ostiary.model.errors import Problem, RuleError
from ostiary.model.json_types import JsonObject, as_object, is_object
from ostiary.schema.edge import policy_model
from ostiary.schema.edge_types import Version
from ostiary.schema.problems import problems_of
from ostiary.schema.reading import read_for_rules
from ostiary.schema.rules import REFERENCE_RULES, RULES, References


def check_policy(
    document: object, *, version: Version = "beta", references: References | None = None
) -> tuple[Problem, ...]:
    """Give all problems of a policy document: first of its structure, then of the rules.

    `STRUCTURAL_CODES` tells the two apart. Places whose structure is wrong are not told a second
    time as a broken rule. With `references`, ids are checked too.
    """
    structural = structural_problems(document, version=version)
    broken = {_region(problem.path) for problem in structural}
    ruled = rule_problems(as_object(document), references=references)
    return structural + tuple(
        problem
        for problem in ruled
        if _region(problem.path) not in broken and _region(problem.path).split(".")[0] not in broken
    )


def structural_problems(document: object, *, version: Version = "beta") -> tuple[Problem, ...]:
    """Give what keeps a document from being read as a policy: types, words, filter rules."""
    problems = problems_of(policy_model(version), document)
    conditions = as_object(as_object(document).get("conditions"))
    broken = {_region(problem.path) for problem in problems}
    return problems + tuple(
        problem for problem in _filter_problems(conditions) if _region(problem.path) not in broken
    )


def rule_problems(
    document: JsonObject, *, references: References | None = None
) -> tuple[Problem, ...]:
    """Give the rules that a readable policy breaks (semantics section 1.1)."""
    policy = read_for_rules(document)
    found = [problem for rule in RULES for problem in rule(policy)]
    if references is not None:
        found += [each for rule in REFERENCE_RULES for each in rule(policy, references)]
    return tuple(found)


def _filter_problems(conditions: JsonObject) -> Iterator[Problem]:
    """Read every filter with the parser of the rule language."""
    for condition in CONDITIONS:
        body = as_object(conditions.get(condition.key))
        for field in condition.fields:
            if field.shape is Shape.FILTER and is_object(body.get(field.name)):
                yield from _rule_error(condition, field, as_object(body.get(field.name)))


def _rule_error(condition: Condition[Any], field: Field, body: JsonObject) -> Iterator[Problem]:
    try:
        condition.parse({condition.key: {field.name: body}})
    except RuleError as error:
        path = f"conditions.{condition.key}.{field.name}.rule"
        yield Problem(path, error.code, str(error))


def _region(path: str) -> str:
    """Give the first two members of a path: what one structural error makes unreadable."""
    return ".".join(path.replace("[", ".").split(".")[:2])
