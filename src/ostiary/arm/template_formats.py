"""`format` of the template language: composite formats as .NET writes them.

Source: azure-docs template-functions-string (format); dotnet standard numeric format strings. Only
`{0}`, an alignment (`{0,8}`) and the formats D, N and X of numbers are known, others refused.
"""

from __future__ import annotations

import re
from typing import Any, Final

from ostiary.arm.template_arguments import require_length
from ostiary.model.json_types import is_list, is_object

_ITEM: Final = re.compile(r"{{|}}|{(\d{1,3})(?:,(-?\d{1,4}))?(?::([^{}]*))?}|[{}]", re.ASCII)
_NUMBER: Final = re.compile(r"([DdNnXx])(\d{0,2})", re.ASCII)


def formatted(pattern: Any, *values: Any) -> str:
    """Write values into a text. Raises ValueError or TypeError for a format that is none."""
    if not isinstance(pattern, str):
        raise TypeError("expected a text as the format")

    length = 0

    def written(found: re.Match[str]) -> str:
        nonlocal length
        text = replaced(found)
        length += len(text)
        require_length(length)
        return text

    def replaced(found: re.Match[str]) -> str:
        if found.group() in {"{{", "}}"}:
            return found.group()[0]
        if found.group(1) is None:
            raise ValueError(f"a bracket stands alone in '{pattern[:60]}'")
        number = int(found.group(1))
        if number >= len(values):
            raise ValueError(f"'{pattern[:60]}' asks for more values than there are")
        text = _written(values[number], found.group(3) or "")
        width = int(found.group(2) or 0)
        return text.rjust(width) if width >= 0 else text.ljust(-width)

    return _ITEM.sub(written, pattern)


def _written(value: Any, form: str) -> str:
    if isinstance(value, bool):
        return "True" if value else "False"
    if value is None:
        return ""
    if is_list(value) or is_object(value):
        raise TypeError("arrays and objects cannot be formatted")
    return str(value) if not form or isinstance(value, str) else _number(value, form)


def _number(value: int, form: str) -> str:
    found = _NUMBER.fullmatch(form)
    if found is None:
        raise ValueError(f"the format '{form[:20]}' is not known here: D, N and X are")
    kind, digits = found.group(1), int(found.group(2) or 0)
    sign, number = ("-" if value < 0 else ""), abs(value)
    if kind in "Dd":
        return f"{sign}{number:0{digits or 1}d}"
    if kind in "Nn":
        return f"{sign}{number:,.{digits if found.group(2) else 2}f}"
    if value < 0:
        raise ValueError("a negative number has no hexadecimal form here")
    return f"{number:0{digits or 1}{kind}}"
