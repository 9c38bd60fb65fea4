"""Evaluates the values of a template: expressions, copy loops, parameters and variables.

Source: azure-docs templates/template-expressions, copy-properties, copy-variables,
template-functions-deployment. A value that depends on itself is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from ostiary.arm.depth import require_shallow
from ostiary.arm.template_arguments import Value, kind
from ostiary.arm.template_expressions import (
    Expression,
    FunctionCall,
    Literal,
    Member,
    invalid_template,
    is_expression,
    plain,
    read_expression,
)
from ostiary.arm.template_functions import Work, call_function, require_number
from ostiary.model.json_types import JsonObject, is_list, is_object

MOST_COPIES: Final = 800
"""Repetitions of a copy loop (azure-docs templates/copy-resources, limits)."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a value stands: in which copy loops, and whether resources are known already."""

    loops: Mapping[str, int] = field(default_factory=dict[str, int])
    loop: str | None = None
    runtime: bool = False
    default: bool = False
    """Whether it is the default of a parameter: only there time and chance may be asked."""

    def within(self, loop: str, index: int) -> Frame:
        """Give the frame of one repetition of a loop."""
        return replace(self, loops={**self.loops, loop.casefold(): index}, loop=loop.casefold())


Special: TypeAlias = "Callable[[list[Value], Frame], Value]"


class Values:
    """The values of one template. `specials` are functions that need to know the deployment."""

    def __init__(self, variables: JsonObject, specials: Mapping[str, Special]) -> None:
        """Begin without parameters; variables are evaluated when they are asked for."""
        self.parameters: dict[str, Callable[[], Value]] = {}
        self._variables = {name.casefold(): value for name, value in variables.items()}
        self._known: dict[str, Value] = {}
        self._under_way: set[str] = set()
        self._specials = specials
        self._work = Work()
        loops = self._variables.pop("copy", None)
        self._loops = {} if loops is None else _loops_of(loops)

    def evaluate(self, value: Value, frame: Frame) -> Value:
        """Give a value with every expression in it replaced. Raises ApiError (400)."""
        try:
            found = self._value(value, frame)
            # Parts that are used many times stand in memory once, and would be written out.
            self._work.spend(found)
            require_shallow(found)
            return found
        except RecursionError as error:
            raise invalid_template("the template is nested too deeply.") from error

    def _value(self, value: Value, frame: Frame) -> Value:
        if isinstance(value, str):
            self._work.spend(value)
            if is_expression(value):
                return self._result(read_expression(value), frame)
            return plain(value)
        if is_list(value):
            return [self._value(each, frame) for each in value]
        if is_object(value):
            return self._object(value, frame)
        return value

    def _object(self, value: JsonObject, frame: Frame) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name, each in value.items():
            if name.casefold() == "copy" and is_list(each):
                for loop in _loops_of(each).values():
                    found[loop.name] = self._repeated(loop, frame)
            else:
                key = self._value(name, frame)
                found[key if isinstance(key, str) else name] = self._value(each, frame)
        return found

    def _repeated(self, loop: _Loop, frame: Frame) -> list[Value]:
        count = self.count_of(loop.count, frame)
        return [self._value(loop.input, frame.within(loop.name, index)) for index in range(count)]

    def count_of(self, value: Value, frame: Frame) -> int:
        """Give how often a loop is repeated. Raises ApiError (400)."""
        count = self.evaluate(value, frame)
        if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST_COPIES:
            raise invalid_template(
                f"The copy count has to be a whole number from 0 to {MOST_COPIES}, came "
                f"'{str(count)[:40]}'."
            )
        return count

    def _result(self, found: Expression, frame: Frame) -> Value:
        match found:
            case Literal(value):
                return value
            case Member(of, index):
                return _member(self._result(of, frame), self._result(index, frame))
            case FunctionCall():
                return self._called(found, frame)

    def _called(self, call: FunctionCall, frame: Frame) -> Value:
        name = call.name.casefold()
        if name == "if":
            return self._chosen(call, frame)
        arguments = [self._result(each, frame) for each in call.arguments]
        match name:
            case "parameters":
                return self._parameter(_one_name(call.name, arguments))
            case "variables":
                return self._variable(_one_name(call.name, arguments))
            case "copyindex":
                return _copy_index(arguments, frame)
            case _ if name in self._specials:
                value = self._specials[name](arguments, frame)
                self._work.spend(value)
                return value
            case _:
                return call_function(call.name, arguments, self._work)

    def _chosen(self, call: FunctionCall, frame: Frame) -> Value:
        """Give one branch; the other is not evaluated."""
        require_number(call.name, len(call.arguments), 3, 3)
        condition = self._result(call.arguments[0], frame)
        if not isinstance(condition, bool):
            raise invalid_template(
                f"The template function 'if' expects true or false first, came {kind(condition)}."
            )
        return self._result(call.arguments[1 if condition else 2], frame)

    def _parameter(self, name: str) -> Value:
        found = self.parameters.get(name.casefold())
        if found is None:
            raise invalid_template(f"The template parameter '{name[:80]}' is not found.")
        return self._once(f"parameter '{name}'", found)

    def _variable(self, name: str) -> Value:
        key = name.casefold()
        if key in self._variables:
            value = self._variables[key]
            return self._once(f"variable '{name}'", lambda: self._value(value, Frame()))
        loop = self._loops.get(key)
        if loop is None:
            raise invalid_template(f"The template variable '{name[:80]}' is not found.")
        return self._once(f"variable '{name}'", lambda: self._repeated(loop, Frame()))

    def _once(self, name: str, make: Callable[[], Value]) -> Value:
        key = name.casefold()
        if key not in self._known:
            with self.under_way(key):
                self._known[key] = make()
        return self._known[key]

    @contextmanager
    def under_way(self, name: str) -> Any:
        """Refuse what depends on itself. Raises ApiError (400)."""
        if name in self._under_way:
            raise invalid_template(f"Circular dependency detected: {name} depends on itself.")
        self._under_way.add(name)
        try:
            yield
        finally:
            self._under_way.discard(name)


@dataclass(frozen=True, slots=True)
class _Loop:
    name: str
    count: Value
    input: Value


def _loops_of(value: Value) -> dict[str, _Loop]:
    found: dict[str, _Loop] = {}
    for each in value if is_list(value) else [None]:
        name = each.get("name") if is_object(each) else None
        if not is_object(each) or not isinstance(name, str) or "input" not in each:
            raise invalid_template("a copy loop needs 'name', 'count' and 'input'.")
        found[name.casefold()] = _Loop(name, each.get("count"), each["input"])
    return found


def _one_name(function: str, arguments: list[Value]) -> str:
    require_number(function, len(arguments), 1, 1)
    if not isinstance(arguments[0], str):
        raise invalid_template(
            f"The template function '{function}' expects a name, came {kind(arguments[0])}."
        )
    return arguments[0]


def _copy_index(arguments: list[Value], frame: Frame) -> int:
    require_number("copyIndex", len(arguments), 0, 2)
    named = [each for each in arguments if isinstance(each, str)]
    offset = next((each for each in arguments if isinstance(each, int)), 0)
    loop = named[0].casefold() if named else frame.loop
    index = frame.loops.get(loop) if loop is not None else None
    if index is None:
        raise invalid_template(
            "The template function 'copyIndex' is not expected at this location: it needs to be "
            "used inside of a copy loop" + (f" named '{named[0][:60]}'." if named else ".")
        )
    return index + offset


def _member(of: Value, index: Value) -> Value:
    if is_object(of) and isinstance(index, str):
        key = index if index in of else None
        key = key or next((each for each in of if each.casefold() == index.casefold()), None)
        if key is None:
            names = ", ".join(of)[:200]
            raise invalid_template(
                f"The language expression property '{index[:80]}' doesn't exist, available "
                f"properties are '{names}'."
            )
        return of[key]
    if is_list(of) and isinstance(index, int) and not isinstance(index, bool):
        if not 0 <= index < len(of):
            raise invalid_template(
                f"The language expression property array index '{index}' is out of bounds."
            )
        return of[index]
    raise invalid_template(
        f"The language expression property '{str(index)[:80]}' can't be evaluated: it is asked of "
        f"{kind(of)}."
    )
