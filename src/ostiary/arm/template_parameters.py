"""Parameters of a template: declared types, defaults and limits, and the values that were given.

Source: azure-docs templates/parameters, syntax (parameters), parameter-files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ostiary.arm.template_arguments import Value
from ostiary.arm.template_expressions import invalid_template
from ostiary.arm.template_values import Frame, Values
from ostiary.model.json_types import JsonObject, as_object, is_list, is_object

_MOST: Final = 256
_TYPES: Final[Mapping[str, Callable[[Value], bool]]] = {
    "string": lambda value: isinstance(value, str),
    "securestring": lambda value: isinstance(value, str),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "bool": lambda value: isinstance(value, bool),
    "object": is_object,
    "secureobject": is_object,
    "array": is_list,
}
_SECURE: Final = frozenset({"securestring", "secureobject"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter with its value; that of a secure one is neither kept nor shown."""

    name: str
    type: str
    value: Value

    @property
    def is_secure(self) -> bool:
        """Tell whether the value is a secret."""
        return self.type.casefold() in _SECURE


def declare(values: Values, declared: JsonObject, given: JsonObject) -> None:
    """Make the parameters known to the values of the template. Raises ApiError (400)."""
    if len(declared) > _MOST:
        raise invalid_template(f"expected at most {_MOST} parameters, came {len(declared)}.")
    sent = {name.casefold(): as_object(value) for name, value in given.items()}
    names = {each.casefold() for each in declared}
    unknown = [name for name in given if name.casefold() not in names]
    if unknown:
        raise invalid_template(
            "The following parameters were supplied, but do not correspond to any parameters "
            f"defined in the template: '{', '.join(unknown)[:200]}'. The parameters supported by "
            f"the template are: '{', '.join(declared)[:400]}'."
        )
    for name, each in declared.items():
        values.parameters[name.casefold()] = _maker(
            values, name, as_object(each), sent.get(name.casefold())
        )


def all_parameters(values: Values, declared: JsonObject) -> Iterator[Parameter]:
    """Evaluate every parameter, whether something asks for it or not. Raises ApiError (400)."""
    for name, each in declared.items():
        value = values.evaluate(f"[parameters('{name.replace(chr(39), chr(39) * 2)}')]", Frame())
        yield Parameter(name, str(as_object(each).get("type")), value)


def _maker(
    values: Values, name: str, declared: JsonObject, sent: JsonObject | None
) -> Callable[[], Value]:
    kind = str(declared.get("type")).casefold()
    if kind not in _TYPES:
        raise invalid_template(
            f"The template parameter '{name}' has the type '{kind[:40]}': expected one of "
            f"{', '.join(_TYPES)}."
        )
    if sent is not None and "reference" in sent:
        raise invalid_template(
            f"The value of the template parameter '{name}' is in a key vault: there is none here "
            "to read it from. Give the value itself."
        )
    if (sent is None or sent.get("value") is None) and "defaultValue" not in declared:
        raise invalid_template(
            f"The value for the template parameter '{name}' is not provided. Please see "
            "https://aka.ms/arm-create-parameter-file for usage details."
        )

    def made() -> Value:
        if sent is not None and sent.get("value") is not None:
            value: Any = sent["value"]
        else:
            value = values.evaluate(declared["defaultValue"], Frame(default=True))
        if kind == "int" and isinstance(value, float) and value.is_integer():
            value = int(value)
        _require_fit(name, kind, declared, value)
        return value

    return made


def _require_fit(name: str, kind: str, declared: JsonObject, value: Value) -> None:
    if not _TYPES[kind](value):
        raise invalid_template(
            f"Template parameter JToken type is not valid. Expected '{kind}' for '{name}'."
        )
    allowed = declared.get("allowedValues")
    if is_list(allowed) and not _is_allowed(value, allowed):
        shown = ", ".join(map(str, allowed))[:400]
        raise invalid_template(
            f"The provided value for the template parameter '{name}' is not valid. The value is "
            f"not part of the allowed value(s): '{shown}'."
        )
    size = len(value) if isinstance(value, str) or is_list(value) else value
    limits = ("minLength", "maxLength") if kind != "int" else ("minValue", "maxValue")
    for limit in limits:
        bound = declared.get(limit)
        if isinstance(bound, int) and isinstance(size, int):
            wrong = size < bound if limit.startswith("min") else size > bound
            if wrong:
                raise invalid_template(
                    f"The provided value for the template parameter '{name}' is not valid: "
                    f"'{limit}' is {bound}."
                )


def _is_allowed(value: Value, allowed: Value) -> bool:
    if is_list(value) and value and not any(is_list(each) for each in allowed):
        return all(each in allowed for each in value)
    return value in allowed
