"""The part that each policy played in a logged sign-in, in words."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from ostiary.conditions import CONDITIONS
from ostiary.controls import GRANT_CONTROLS, SESSION_CONTROLS
from ostiary.model.json_types import JsonObject, as_object, as_strings, flags

_REPORT_ONLY: Final = "reportOnly"
_TONES: Final = MappingProxyType(
    {
        "success": "good",
        "reportOnlySuccess": "good",
        "failure": "bad",
        "reportOnlyFailure": "bad",
        "reportOnlyInterrupted": "warn",
        "unknown": "warn",
    }
)
_ORDER: Final = (
    *("failure", "reportOnlyFailure", "reportOnlyInterrupted", "unknown"),
    *("success", "reportOnlySuccess", "notApplied", "reportOnlyNotApplied"),
)
KNOWN: Final = frozenset({*_ORDER, "notEnabled"})
"""Results that there is a text for."""
_CONDITIONS: Final = MappingProxyType(
    {(each.log_word or each.reason).casefold(): each.title for each in reversed(CONDITIONS)}
)
_GRANT: Final = MappingProxyType({each.key.casefold(): each.title for each in GRANT_CONTROLS})
_SESSION: Final = MappingProxyType({each.key.casefold(): each.title for each in SESSION_CONTROLS})


@dataclass(frozen=True, slots=True)
class LoggedPolicy:
    """A policy in a sign-in: its result, the conditions that were not met, and what it asked."""

    id: str
    name: str
    result: str
    tone: str
    met: tuple[str, ...]
    not_met: tuple[str, ...]
    grant: tuple[str, ...]
    session: tuple[str, ...]
    strength: str

    @property
    def applied(self) -> bool:
        """Whether it asked anything; the policy itself says what it would have asked."""
        return bool(self.tone)


def verdicts_of(applied: list[dict[str, Any]]) -> tuple[list[LoggedPolicy], list[LoggedPolicy]]:
    """Give the policies of *Conditional Access* and of *Report-only*, what mattered most first."""
    every = sorted(map(_read, applied), key=_rank)
    report_only = [each for each in every if each.result.startswith(_REPORT_ONLY)]
    return [each for each in every if each not in report_only], report_only


def _rank(policy: LoggedPolicy) -> int:
    return _ORDER.index(policy.result) if policy.result in _ORDER else len(_ORDER)


def _read(applied: JsonObject) -> LoggedPolicy:
    result = str(applied.get("result"))
    strength = as_object(applied.get("authenticationStrength")).get("displayName")
    return LoggedPolicy(
        str(applied.get("id")),
        str(applied.get("displayName")),
        result if result in KNOWN else "unknown",
        _TONES.get(result, ""),
        _titles(applied.get("conditionsSatisfied")),
        _titles(applied.get("conditionsNotSatisfied")),
        _named(_GRANT, applied.get("enforcedGrantControls")),
        _named(_SESSION, applied.get("enforcedSessionControls")),
        str(strength or ""),
    )


def _titles(words: object) -> tuple[str, ...]:
    """Name conditions as the policy form does."""
    found = (_CONDITIONS.get(each.casefold(), each) for each in flags(words) if each != "none")
    return tuple(dict.fromkeys(found))


def _named(titles: MappingProxyType[str, str], controls: object) -> tuple[str, ...]:
    return tuple(titles.get(each.casefold(), each) for each in as_strings(controls))
