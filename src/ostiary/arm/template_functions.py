"""Functions of the template language that need nothing but their arguments, called by name.

Source: azure-docs azure-resource-manager/templates/template-functions. Names do not count case. A
function that is not here is refused by its name; none is guessed at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ostiary.arm.template_arguments import ANY_NUMBER, LARGEST, Known, Value, weight
from ostiary.arm.template_collections import COLLECTIONS
from ostiary.arm.template_expressions import invalid_template
from ostiary.arm.template_numbers import NUMBERS
from ostiary.arm.template_texts import TEXTS

_MOST_WORK: Final = 20_000_000
"""Characters and elements that one deployment may handle (we choose)."""
_FUNCTIONS: Final[Mapping[str, Known]] = {**TEXTS, **COLLECTIONS, **NUMBERS}


class Work:
    """How much one evaluation has handled: what grows without end is refused."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._done = 0

    def spend(self, *values: Value) -> None:
        """Count what is handled. Raises ApiError (400)."""
        sizes = [weight(each) for each in values]
        self._done += sum(sizes) + 1
        if sum(sizes) > LARGEST or self._done > _MOST_WORK:
            raise invalid_template("the template makes values that are too large.")


def call_function(name: str, arguments: list[Value], work: Work) -> Value:
    """Call a function. Raises ApiError (400) for one that is not here, or other arguments."""
    found = _FUNCTIONS.get(name.casefold())
    if found is None:
        raise invalid_template(f"The template function '{name[:60]}' is not supported here.")
    function, fewest, most = found
    require_number(name, len(arguments), fewest, most)
    work.spend(*arguments)
    try:
        value = function(*arguments)
    except (TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise invalid_template(
            f"The template function '{name}' cannot take these arguments: {error}."
        ) from error
    work.spend(value)
    return value


def require_number(name: str, came: int, fewest: int, most: int) -> None:
    """Refuse another number of arguments. Raises ApiError (400)."""
    if fewest <= came <= most:
        return
    number = str(fewest) if fewest == most else f"{fewest} to {most}"
    if most == ANY_NUMBER:
        number = f"at least {fewest}"
    raise invalid_template(
        f"The template function '{name}' expects {number} argument(s), came {came}."
    )
