"""OData query options of the API: `$filter`, `$select`, `$top`, `$skip`, `$count`.

Source: OData 4.01 part 2 (URL conventions), sections 5.1.1 and 5.1.4 to 5.1.6, as far as Graph
offers it for policies (api-reference conditionalaccessroot-list-policies).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ostiary.model.errors import InputError
from ostiary.schema.odata_filter import Test, holds, read_filter

_OPTIONS = frozenset({"$filter", "$select", "$top", "$skip", "$count"})
_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


@dataclass(frozen=True, slots=True)
class Query:
    """The options of one request, by their name with the dollar sign."""

    options: Mapping[str, str]

    @classmethod
    def of(cls, text: str) -> Query:
        """Read the part of a path behind `?`; raises InputError for options not offered."""
        pairs = (part.partition("=") for part in text.split("&") if part)
        options = {_plain(name): _plain(value) for name, _, value in pairs}
        for name in options:
            if name.startswith("$") and name not in _OPTIONS:
                raise InputError(f"query option `{name}` is not supported")
        return cls(options)

    def page(self, objects: list[dict[str, Any]]) -> dict[str, Any]:
        """Give the members of a list answer: the objects that are asked for."""
        wanted = self.options.get("$filter")
        test = filter_test(wanted) if wanted else None
        found = [each for each in objects if test is None or test(each)]
        skip, top = self._number("$skip") or 0, self._number("$top")
        shown = found[skip:] if top is None else found[skip : skip + top]
        answer: dict[str, Any] = {}
        if self.options.get("$count", "").casefold() == "true":
            answer["@odata.count"] = len(found)
        answer["value"] = [self.select(each) for each in shown]
        return answer

    def select(self, document: dict[str, Any]) -> dict[str, Any]:
        """Leave only the selected members, and annotations."""
        names = self.options.get("$select")
        if not names or names.strip() == "*":
            return document
        wanted = {name.strip().partition("/")[0] for name in names.split(",")}
        return {
            key: value for key, value in document.items() if key in wanted or key.startswith("@")
        }

    def _number(self, name: str) -> int | None:
        text = self.options.get(name)
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise InputError(f"expected a whole number in `{name}`, came `{text[:20]}`")
        return int(text)


def filter_test(text: str) -> Test:
    """Read a `$filter` as a test of documents; raises InputError with what was expected."""
    found = read_filter(text)
    return lambda document: holds(found, document)


def _plain(text: str) -> str:
    """Undo the escapes of a URL."""
    return _ESCAPED.sub(
        lambda found: bytes.fromhex(found.group().replace("%", "")).decode(errors="replace"),
        text.replace("+", " "),
    )
