"""How strict a rollout is: what its gates demand, and when it steps back by itself.

Written as the member `rollout` of `ostiary.yaml`, as options of `ostiary rollout start`, and on a
server with the rollout.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from ostiary.model.errors import InputError
from ostiary.model.json_types import is_object
from ostiary.rollout.stages import Ring, rings_from_json, share_of


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many people and workloads: a number, or a share of all that the log has.

    Neither: no limit.
    """

    number: int | None = None
    share: float | None = None

    def allows(self, count: int, of: int) -> bool:
        """Whether `count` of `of` are within it."""
        if self.number is not None:
            return count <= self.number
        return self.share is None or count <= self.share * of

    @property
    def text(self) -> str:
        """Tell it as it is written."""
        if self.number is not None:
            return str(self.number)
        return "no limit" if self.share is None else f"{100 * self.share:g}%"

    @property
    def told(self) -> str:
        """Tell it in a sentence."""
        limited = self.number is not None or self.share is not None
        return f"limit {self.text}" if limited else self.text

    def to_json(self) -> int | str | None:
        """Give what `limit_of` reads."""
        if self.number is not None:
            return self.number
        return None if self.share is None else self.text


def limit_of(written: object, of: str = "limit") -> Limit:
    """Read a limit: `0`, `25`, `2%`; None for none. Raises InputError."""
    if written is None or written == "none":
        return Limit()
    text = str(written).strip()
    if text.endswith("%"):
        return Limit(share=share_of(text, of))
    if isinstance(written, bool) or not text.isascii() or not text.isdigit() or len(text) > 9:
        raise InputError(
            f"expected a {of} such as 25 (people), 2% (of them) or none, came `{written}`"
        )
    return Limit(number=int(text))


@dataclass(frozen=True, slots=True)
class Settings:
    """What the gates demand.

    `blocked`, `silent_breaks`, `prompts`: people and workloads whose sign-ins in the log the next
    stage would newly block, break in the background, or prompt. `days` of log, `users_seen`: the
    share of those the next stage is about who are in it. `administrators`: each of them whom the
    policy is about has to be in it, or excused. `stage_days`: how long a stage has to stand before
    the next one that enforces. `approval`: a second person agrees to each stage that enforces.

    Of the sign-ins a stage meets, at most `failed_share` may fail, else it steps back to
    report-only; not before `failed_least` of them failed, so that one odd sign-in does not do it.
    Microsoft's phased rollout pauses where more than 10 % are blocked.
    """

    blocked: Limit = Limit(number=0)
    silent_breaks: Limit = Limit(number=0)
    prompts: Limit = Limit()
    days: int = 14
    users_seen: float = 0.8
    administrators: bool = True
    stage_days: int = 1
    approval: bool = False
    failed_share: float = 0.1
    failed_least: int = 10
    rings: tuple[Ring, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give every member, under the names of `ostiary.yaml`."""
        found: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, Limit):
                value = value.to_json()
            elif each.name == "rings":
                value = [ring.to_json() for ring in self.rings]
            found[_MEMBERS[each.name]] = value
        return found


_MEMBERS: Final[Mapping[str, str]] = {
    "blocked": "blocked",
    "silent_breaks": "silentBreaks",
    "prompts": "prompts",
    "days": "days",
    "users_seen": "usersSeen",
    "administrators": "administrators",
    "stage_days": "stageDays",
    "approval": "approval",
    "failed_share": "failedShare",
    "failed_least": "failedLeast",
    "rings": "rings",
}
"""The name of each setting where people write it."""


def settings_from_json(raw: object) -> Settings:
    """Read settings; what is not there is as in `Settings()`. Raises InputError on the first fault.

    `raw` is the member `rollout` of `ostiary.yaml`, or what `to_json` wrote; None: nothing.
    """
    if raw is None:
        return Settings()
    if not is_object(raw):
        raise InputError(f"rollout: expected an object with {', '.join(_READERS)}")
    unknown = sorted(set(raw) - set(_READERS))
    if unknown:
        raise InputError(f"rollout: `{unknown[0]}` is none of {', '.join(_READERS)}")
    names = {member: name for name, member in _MEMBERS.items()}
    return Settings(**{names[each]: _READERS[each](raw[each], f"rollout.{each}") for each in raw})


def _whole(highest: int) -> Callable[[object, str], int]:
    def read(raw: object, path: str) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= highest:
            raise InputError(f"{path}: expected a number from 0 to {highest}, came `{raw}`")
        return raw

    return read


def _flag(raw: object, path: str) -> bool:
    if not isinstance(raw, bool):
        raise InputError(f"{path}: expected true or false, came `{raw}`")
    return raw


def _told_where(read: Callable[[object], Any]) -> Callable[[object, str], Any]:
    def found(raw: object, path: str) -> Any:
        try:
            return read(raw)
        except InputError as error:
            raise InputError(f"{path}: {error.message}", hint=error.hint) from None

    return found


def _share(raw: object) -> float:
    return share_of(raw, "share")


_READERS: Final[Mapping[str, Callable[[object, str], Any]]] = {
    "blocked": _told_where(limit_of),
    "silentBreaks": _told_where(limit_of),
    "prompts": _told_where(limit_of),
    "days": _whole(365),
    "usersSeen": _told_where(_share),
    "administrators": _flag,
    "stageDays": _whole(365),
    "approval": _flag,
    "failedShare": _told_where(_share),
    "failedLeast": _whole(1_000_000),
    "rings": _told_where(rings_from_json),
}
