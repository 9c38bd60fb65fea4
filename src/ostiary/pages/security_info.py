"""Security info: the methods of the person who looks, to add and to remove."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from ostiary.pages.parts import Link, Method, MethodOption, Page, Post, Refusal, Way


class Notice(StrEnum):
    """What has just been done (`security_info.*` in the texts)."""

    METHOD_ADDED = "method_added"
    METHOD_REMOVED = "method_removed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  # a name, not a secret
    SESSIONS_ENDED = "sessions_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredMethod:
    """A registered method; `remove` is None for one that must stay, `left` counts codes."""

    method: Method
    name: str | None = None
    added: datetime | None = None
    last_used: datetime | None = None
    left: int | None = None
    remove: Post | None = None
    change: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityInfo(Page):
    """Lists a person's methods, offers more, and ends other sessions.

    Its first form adds the first method of `add`.
    """

    template: ClassVar[str] = "security_info"

    account: str
    name: str | None = None
    methods: tuple[RegisteredMethod, ...]
    add: tuple[MethodOption, ...]
    notice: Notice | None = None
    refusal: Refusal | None = None
    end_sessions: Post | None = None
    sign_out: Way | None = None
