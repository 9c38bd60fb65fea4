"""A naming standard for policies, written as a pattern: `CA<number>-<persona>-<resource>`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ostiary.model.errors import InputError

NUMBERED = "CA<number>-<persona>-<resource>-<control>"
"""The community's usual standard: a number, for whom, for what, what is asked."""
STANDARDS = {
    "numbered": NUMBERED,
    "microsoft": "CA<number>: <resource>: <response> For <who> When <condition>",
}
"""Standards that have a name. The second: entra-docs conditional-access/
plan-conditional-access, naming standards."""
_PLACE = re.compile(r"<([a-zA-Z][a-zA-Z ]*)>")
_EXAMPLES = {
    "number": "001",
    "persona": "Admins",
    "resource": "AllApps",
    "control": "MFA",
    "response": "Require MFA",
    "who": "marketing",
    "condition": "on external networks",
}


@dataclass(frozen=True, slots=True)
class NamingStandard:
    """A standard: its pattern as written, and the expression that names have to match."""

    pattern: str
    expression: re.Pattern[str]

    def number_in(self, name: str) -> str | None:
        """Give the number in a name; None where it has none or does not follow the standard."""
        found = self.expression.fullmatch(name)
        return found.groupdict().get("number") if found else None

    @property
    def example(self) -> str:
        """Give a name that follows the standard."""
        return _PLACE.sub(lambda place: _EXAMPLES.get(place[1].lower(), place[1]), self.pattern)


def naming_standard(written: str) -> NamingStandard | None:
    """Read a standard: `off`, the name of one, or a pattern with places in angle brackets.

    `<number>` takes digits; every other place takes what reaches to the text that follows it, the
    last one the rest of the name. Raises InputError where the pattern has no place.
    """
    if written.casefold() == "off":
        return None
    pattern = STANDARDS.get(written.casefold(), written)
    if not _PLACE.search(pattern):
        known = ", ".join(f"`{each}`" for each in ("off", *STANDARDS))
        raise InputError(
            f"expected {known} or a pattern such as `{NUMBERED}`, came `{written}`",
            hint="write each part that varies in angle brackets",
        )
    return NamingStandard(pattern, re.compile(_expression(pattern)))


def _expression(pattern: str) -> str:
    parts = _PLACE.split(pattern)
    # `split` gives text and places in turn: text, place, text, place, text
    found = re.escape(parts[0])
    for place, following in zip(parts[1::2], parts[2::2], strict=True):
        if place.casefold() == "number":
            found += r"(?P<number>\d+)" if "(?P<number>" not in found else r"\d+"
        elif following:
            found += rf"(?:(?!{re.escape(following)}).)+"
        else:
            found += ".+"
        found += re.escape(following)
    return found
