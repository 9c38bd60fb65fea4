"""Signing in another device by its code (RFC 8628): the code, the question, the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ostiary.pages.parts import Page, Post, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCode(Step):
    """Asks for the code that the other device shows (field `user_code`)."""

    template: ClassVar[str] = "device_code"

    form: Post
    user_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceConfirmation(Step):
    """Asks in so many words whether to sign the other device in: `form` does, `refuse` does not.

    Names the app and the place that asked, because whoever was sent the code by somebody else can
    tell only from those (RFC 8628, 5.4). `place` is None where the country is unknown.
    """

    template: ClassVar[str] = "device_confirmation"

    form: Post
    refuse: Post
    client: str
    user_code: str
    address: str
    asked_at: datetime
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFinished(Page):
    """Says that the other device is signed in, or was refused."""

    template: ClassVar[str] = "device_finished"

    client: str
    approved: bool
