"""Errors of the edge models as problems: a JSON path, a stable code, a sentence to act on."""

from __future__ import annotations

import json
from collections.abc import Iterable

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ostiary.model.errors import Problem
from ostiary.model.json_types import is_list, is_object

STRUCTURAL_CODES = frozenset(
    {"missing", "wrongType", "unknownWord", "betaOnly", "malformed", "invalidFilter"}
)
"""Codes of documents that cannot be read as what they should be; all others break a rule."""

_LONGEST_VALUE = 60
_EXPECTED = {
    "string_type": "a text",
    "list_type": "a list",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "dict_type": "an object",
}


def problems_of(model: type[BaseModel], document: object) -> tuple[Problem, ...]:
    """Give everything in `document` that does not fit `model`, in the order of the model."""
    try:
        model.model_validate(document)
    except ValidationError as error:
        return tuple(_problem(each) for each in error.errors(include_url=False))
    return ()


def json_path(location: Iterable[str | int]) -> str:
    """Write a place in a document: `conditions.users.includeUsers[2]`."""
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += f".{step}" if path else step
    return path


def shown(value: object) -> str:
    """Write what came, short enough for a sentence."""
    try:
        text = json.dumps(value, default=repr)
    except ValueError:
        return "a number too long to show"  # Python writes no integer of more than 4,300 digits
    except RecursionError:
        return "a value nested too deep to show"
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 3]}..."


def value_at(document: object, path: str) -> object:
    """Give the value at a path that `json_path` wrote, None where there is nothing."""
    value = document
    for step in path.replace("[", ".[").split("."):
        if step.startswith("["):
            index = int(step[1:-1])
            value = value[index] if is_list(value) and index < len(value) else None
        elif step:
            value = value.get(step) if is_object(value) else None
    return value


def _problem(error: ErrorDetails) -> Problem:
    path, kind = json_path(error["loc"]), error["type"]
    if kind == "missing":
        return Problem(path, "missing", f"`{path}` is required, and it is missing")
    if kind in _EXPECTED:
        came = shown(error["input"])
        return Problem(path, "wrongType", f"expected {_EXPECTED[kind]}, came {came}")
    if kind in STRUCTURAL_CODES:
        return Problem(path, kind, error["msg"])
    limits = error.get("ctx", {})
    if kind == "too_short":
        return Problem(path, "malformed", f"expected at least {limits['min_length']} in the list")
    if kind == "less_than_equal":
        came = shown(error["input"])
        return Problem(path, "malformed", f"expected at most {limits['le']}, came {came}")
    sentence = error["msg"][:1].lower() + error["msg"][1:]
    return Problem(path, "malformed", sentence)
