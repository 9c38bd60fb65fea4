"""What a control is: what a policy can demand before (grant) or during (session) access."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from ostiary.model.decision import ControlStatus, Judgement
from ostiary.model.directory import Directory
from ostiary.model.json_types import JsonObject, as_strings
from ostiary.model.lookup import Lookup
from ostiary.model.policy import Requirement
from ostiary.model.signin import SignIn

MET = Judgement(ControlStatus.MET)


class GrantControl(ABC):
    """One thing that *Grant access* can require (or *Block access*).

    `key` is its word in `builtInControls` or its member of `grantControls`; `log_word` its word in
    the sign-in log; `interactive` tells whether the user can satisfy it by doing something, which
    is what report-only calls *user action required*.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    log_word: ClassVar[str]
    interactive: ClassVar[bool] = False
    built_in: ClassVar[bool] = True
    """Whether it is a word of `builtInControls`, not a member of its own."""
    beta: ClassVar[bool] = False
    lookup: ClassVar[Lookup | None] = None
    """What it is written with the ids of, in a member of its own (a strength, terms of use)."""
    several: ClassVar[bool] = False
    """Whether it takes several of those."""
    forbids_registration: ClassVar[bool] = False
    """True where a user who must register a method first is blocked instead."""

    def requirements(self, grant: JsonObject) -> tuple[Requirement, ...]:
        """Read what a policy's `grantControls` demand of this control."""
        folded = {word.casefold() for word in as_strings(grant.get("builtInControls"))}
        return (Requirement(self.key),) if self.key.casefold() in folded else ()

    @abstractmethod
    def judge(self, argument: str, sign_in: SignIn, directory: Directory) -> Judgement:
        """Tell whether the sign-in meets it, could meet it by a prompt, or cannot."""

    def name(self, argument: str, directory: Directory) -> str:
        """Name the demand for people."""
        return self.title


class SessionControl(ABC):
    """One limit that holds after access was granted.

    `key` is its member of `sessionControls` and its name in the effective session settings, unless
    `effective` says otherwise; `log_word` its word in the sign-in log.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    log_word: ClassVar[str]
    effective: ClassVar[str] = ""
    unset: ClassVar[Any] = None
    """The effective value while no policy sets it."""
    beta: ClassVar[bool] = False
    modes: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """The words that it takes, with their labels on screen."""
    member: ClassVar[str] = ""
    """Where its word is written, beside `isEnabled`."""

    @abstractmethod
    def parse(self, body: Any) -> Any | None:  # each control has a type of its own
        """Read the member of `sessionControls`; None where it is off or absent."""

    def told(self, body: Any) -> str:
        """Tell in words what the member of `sessionControls` sets, nothing where it is off."""
        value = self.parse(body)
        return "" if value is None else "on" if value is True else str(value)

    @abstractmethod
    def merge(self, values: list[Any]) -> Any:
        """Give the strictest of several policies' values (undocumented: our choice)."""

    def judge(self, value: Any, sign_in: SignIn) -> Judgement:
        """Tell whether the session still satisfies the control; most ask nothing of a sign-in."""
        return MET


class OnOff(SessionControl):
    """A session control that is on or off, written `{"isEnabled": true}`."""

    unset = False

    def parse(self, body: Any) -> bool | None:
        """Read the switch."""
        return True if isinstance(body, dict) and body.get("isEnabled") is True else None  # pyright: ignore[reportUnknownMemberType]  # JSON

    def merge(self, values: list[Any]) -> bool:
        """On wins."""
        return any(values)


def prompt(challenge: str, code: int, why: str) -> Judgement:
    """The user can be asked for it now."""
    return Judgement(ControlStatus.PROMPT, code, challenge, why)


def refused(code: int, why: str) -> Judgement:
    """Nothing the user does on this request meets it."""
    return Judgement(ControlStatus.REFUSED, code, "", why)
