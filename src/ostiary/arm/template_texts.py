"""Text functions of the template language (azure-docs templates/template-functions-string)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, unquote, urljoin

from ostiary.arm.template_arguments import (
    ANY_NUMBER,
    Known,
    Value,
    elements,
    number,
    require_length,
    strict_text,
    text,
    text_of,
)
from ostiary.arm.template_formats import formatted
from ostiary.arm.unique_names import name_guid, unique_string
from ostiary.model.json_types import is_list

_LONGEST_PADDING: Final = 16 * 1024
_MOST_MARKS: Final = 100


def _concat(*values: Value) -> Value:
    if values and all(is_list(each) for each in values):
        return [item for each in values for item in each]
    return "".join(text(each) for each in values)


def _replace(whole: Value, old: Value, new: Value) -> str:
    if not strict_text(old):
        raise ValueError("what is replaced cannot be empty")
    times = strict_text(whole).count(old)
    require_length(len(whole) + times * (len(strict_text(new)) - len(old)))
    return whole.replace(old, new)


def _split(whole: Value, by: Value) -> list[str]:
    marks = [strict_text(each) for each in (elements(by) if is_list(by) else [by])]
    if not all(marks) or len(marks) > _MOST_MARKS:
        raise ValueError(f"expected at most {_MOST_MARKS} marks to split at, none of them empty")
    found = [strict_text(whole)]
    for mark in marks:
        found = [part for each in found for part in each.split(mark)]
    return found


def _substring(whole: Value, start: Value, length: Value = None) -> str:
    begin, every = number(start), strict_text(whole)
    end = len(every) if length is None else begin + number(length)
    if not 0 <= begin <= end <= len(every):
        raise ValueError("the part is not inside of the text")
    return every[begin:end]


def _pad_left(value: Value, length: Value, filling: Value = " ") -> str:
    if not 0 <= number(length) <= _LONGEST_PADDING or len(strict_text(filling)) != 1:
        raise ValueError(f"expected a length up to {_LONGEST_PADDING} and one character")
    return text(value).rjust(length, filling)


def _join(values: Value, by: Value) -> str:
    parts = [text(each) for each in elements(values)]
    require_length(sum(map(len, parts)) + len(parts) * len(strict_text(by)))
    return by.join(parts)


def _starts_with(whole: Value, part: Value) -> bool:
    return strict_text(whole).casefold().startswith(strict_text(part).casefold())


def _ends_with(whole: Value, part: Value) -> bool:
    return strict_text(whole).casefold().endswith(strict_text(part).casefold())


def _index_of(whole: Value, part: Value) -> int:
    return strict_text(whole).casefold().find(strict_text(part).casefold())


def _last_index_of(whole: Value, part: Value) -> int:
    return strict_text(whole).casefold().rfind(strict_text(part).casefold())


def _lower(whole: Value) -> str:
    return strict_text(whole).lower()


def _upper(whole: Value) -> str:
    return strict_text(whole).upper()


def _trim(whole: Value) -> str:
    return strict_text(whole).strip()


def _base64(whole: Value) -> str:
    return base64.b64encode(strict_text(whole).encode()).decode()


def _from_base64(whole: Value) -> str:
    return base64.b64decode(strict_text(whole), validate=True).decode()


def _json_from_base64(whole: Value) -> Value:
    return json.loads(_from_base64(whole))


def _unique_string(*texts: Value) -> str:
    return unique_string([text(each) for each in texts])


def _guid(*texts: Value) -> str:
    return name_guid([text(each) for each in texts])


def _uri(base: Value, inner: Value) -> str:
    return urljoin(strict_text(base), strict_text(inner))


def _uri_component(whole: Value) -> str:
    return quote(strict_text(whole), safe="-_.!~*'()")


def _from_uri_component(whole: Value) -> str:
    return unquote(strict_text(whole))


TEXTS: Final[Mapping[str, Known]] = {
    "base64": (_base64, 1, 1),
    "base64tojson": (_json_from_base64, 1, 1),
    "base64tostring": (_from_base64, 1, 1),
    "concat": (_concat, 0, ANY_NUMBER),
    "endswith": (_ends_with, 2, 2),
    "format": (formatted, 1, ANY_NUMBER),
    "guid": (_guid, 1, ANY_NUMBER),
    "indexof": (_index_of, 2, 2),
    "join": (_join, 2, 2),
    "lastindexof": (_last_index_of, 2, 2),
    "padleft": (_pad_left, 2, 3),
    "replace": (_replace, 3, 3),
    "split": (_split, 2, 2),
    "startswith": (_starts_with, 2, 2),
    "string": (text_of, 1, 1),
    "substring": (_substring, 2, 3),
    "tolower": (_lower, 1, 1),
    "toupper": (_upper, 1, 1),
    "trim": (_trim, 1, 1),
    "uniquestring": (_unique_string, 1, ANY_NUMBER),
    "uri": (_uri, 2, 2),
    "uricomponent": (_uri_component, 1, 1),
    "uricomponenttostring": (_from_uri_component, 1, 1),
}
