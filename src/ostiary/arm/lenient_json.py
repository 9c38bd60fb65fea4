"""JSON as the Azure CLI sends deployments: a template with comments, spliced in without quotes.

The body is `{"properties": {…, template: <the file as it is>}}`: that one name without quotes, and
the file with comments (`//`, `/* */`), line breaks in texts and commas before a closing bracket.
Source: wire contract section 3; azure-docs templates/syntax (comments, multi-line strings).
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from ostiary.arm.depth import require_shallow
from ostiary.http.calls import Call
from ostiary.http.errors import ApiError
from ostiary.model.json_types import JsonObject, is_object

_TOKEN: Final = re.compile(
    r"""("(?:[^"\\]|\\.)*")|(//[^\n]*|/\*.*?\*/)|\btemplate(?=\s*:)|(,)|([}\]])|(\s+)""", re.DOTALL
)


def lenient_document(call: Call) -> JsonObject:
    """Read the body of a call, an object. Raises ApiError (400)."""
    if not call.body:
        raise _unreadable("the body is empty")
    try:
        found = read(call.body.decode("utf-8-sig"))
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise _unreadable(str(error)[:200]) from error
    if not is_object(found):
        raise _unreadable("expected an object")
    require_shallow(found)
    return found


def read(text: str) -> Any:
    """Read JSON with comments. Raises ValueError."""
    return json.loads(_plain(text), strict=False)


def _plain(text: str) -> str:
    parts: list[str] = []
    place, comma = 0, -1
    for found in _TOKEN.finditer(text):
        between = text[place : found.start()]
        place = found.end()
        if between:
            parts.append(between)
            comma = -1
        quoted, comment, separator, closing, blank = found.groups()
        if comment is not None:
            parts.append(" ")
        elif blank is not None:
            parts.append(blank)
        elif separator is not None:
            comma = len(parts)
            parts.append(separator)
        else:
            if closing is not None and comma >= 0:
                parts[comma] = ""
            comma = -1
            parts.append(quoted or closing or '"template"')
    parts.append(text[place:])
    return "".join(parts)


def _unreadable(why: str) -> ApiError:
    return ApiError(
        400,
        "InvalidRequestContent",
        f"The request content was invalid and could not be deserialized: {why}.",
    )
