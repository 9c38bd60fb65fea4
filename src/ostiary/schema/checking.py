"""Check a policy document: everything that is wrong with it, at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ostiary.conditions import CONDITIONS
from ostiary.conditions.applications import AGENTS as AGENT_RESOURCES
from ostiary.conditions.base import Condition, Field, Shape
from ostiary.conditions.users import AGENTS as AGENT_USERS
from ostiary.model.errors import Problem, RuleError
from ostiary.model.json_types import JsonObject, as_object, as_strings, is_object
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
    if version == "v1.0":
        problems += tuple(_beta_words(as_object(document)))
    conditions = as_object(as_object(document).get("conditions"))
    broken = {_region(problem.path) for problem in problems}
    return problems + tuple(
        problem for problem in _filter_problems(conditions) if _region(problem.path) not in broken
    )


def misspelled_members(document: JsonObject, path: str = "") -> tuple[Problem, ...]:
    """Give members that differ from another one only in case; `document` is in normal form.

    Kept beside the right one they would be a change that changes nothing.
    """
    found: list[Problem] = []
    first: dict[str, str] = {}
    for name, value in document.items():
        where = f"{path}.{name}" if path else name
        right = first.setdefault(name.casefold(), name)
        if right != name:
            found.append(Problem(where, "malformed", f"expected `{right}`, came `{name}`"))
        elif is_object(value):
            found.extend(misspelled_members(value, where))
    return tuple(found)


def rule_problems(
    document: JsonObject, *, references: References | None = None
) -> tuple[Problem, ...]:
    """Give the rules that a readable policy breaks (semantics section 1.1)."""
    policy = read_for_rules(document)
    found = [problem for rule in RULES for problem in rule(policy)]
    if references is not None:
        found += [each for rule in REFERENCE_RULES for each in rule(policy, references)]
    return tuple(found)


_BETA_WORDS = {"users": AGENT_USERS, "applications": AGENT_RESOURCES}
"""Words of a list that v1.0 does not have, by condition (api-reference beta
conditionalaccessusers, conditionalaccessapplications)."""


def _beta_words(document: JsonObject) -> Iterator[Problem]:
    conditions = as_object(document.get("conditions"))
    for key, word in _BETA_WORDS.items():
        for member, listed in as_object(conditions.get(key)).items():
            for number, each in enumerate(as_strings(listed)):
                if each.casefold() == word.casefold():
                    sentence = f"`{word}` exists in the beta version of Graph only"
                    path = f"conditions.{key}.{member}[{number}]"
                    yield Problem(path, "betaOnly", sentence)


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
