"""Whatever a template holds, it is deployed or refused: nothing else comes of it, and not late."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ostiary.arm import lenient_json
from ostiary.arm.template_expressions import read_expression
from ostiary.arm.template_functions import Work, call_function
from ostiary.arm.template_values import Frame, Values
from ostiary.http.errors import ApiError

EXAMPLES = 150
NAMES = st.sampled_from(
    [
        *("concat", "format", "if", "equals", "add", "div", "split", "replace", "substring"),
        *("union", "range", "json", "base64ToString", "int", "first", "copyIndex", "variables"),
        *("createObject", "createArray", "padLeft", "join", "contains", "items", "nothing"),
    ]
)
LEAVES = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.text(max_size=12).map(lambda text: "'" + text.replace("'", "''") + "'"),
    st.just("variables('v')"),
)


def _written(name: str, arguments: list[str]) -> str:
    return f"{name}({', '.join(arguments)})"


def _call(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(_written, NAMES, st.lists(inner, max_size=4))


EXPRESSIONS = st.recursive(LEAVES, _call, max_leaves=12).map(lambda text: f"[{text}]")
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), EXPRESSIONS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=10,
)


def _or_refusal(ask: Callable[[], Any]) -> Any:
    """Give what is answered, or the word of the refusal."""
    try:
        return ask()
    except ApiError as error:
        return {400: error.word}[error.status]


@settings(max_examples=EXAMPLES, deadline=None)
@given(VALUES, VALUES)
def test_a_value_is_evaluated_or_refused(value: Any, variable: Any) -> None:
    values = Values({"v": variable}, {})
    found = _or_refusal(lambda: values.evaluate(value, Frame()))
    json.dumps(found)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.text(max_size=60))
def test_any_text_in_brackets_is_read_or_refused(text: str) -> None:
    assert _or_refusal(lambda: read_expression(f"[{text}]"))


@settings(max_examples=EXAMPLES, deadline=None)
@given(VALUES, st.text(alphabet=" \n\t", max_size=3), st.text(max_size=10))
def test_json_is_read_as_json_with_comments_between(value: Any, blank: str, note: str) -> None:
    comment = f"/*{note.replace('*', '')}*/"
    text = json.dumps(value, indent=1).replace("\n", f"{blank}{comment}\n// x\n")
    assert lenient_json.read(text) == value


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_json_or_is_not(text: str) -> None:
    try:
        found = lenient_json.read(text)
    except (ValueError, RecursionError):
        return
    json.dumps(found)


def test_values_do_not_grow_without_end() -> None:
    doubling: dict[str, Any] = {"v0": "x" * 100}
    doubling |= {f"v{number}": [f"[variables('v{number - 1}')]"] * 10 for number in range(1, 12)}
    for text in ("[string(variables('v11'))]", "[variables('v11')]", "[length(variables('v8'))]"):
        with pytest.raises(ApiError, match="too large"):
            Values(doubling, {}).evaluate(text, Frame())


def test_an_unknown_function_is_named() -> None:
    with pytest.raises(ApiError, match="'listKeyz' is not supported"):
        call_function("listKeyz", [], Work())
