"""Where a sign-in ends: back in the app, blocked, in an error, or signed out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ostiary.pages.parts import Link, Page, Post, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What the help desk needs to find this attempt in the sign-in log.

    `code` is the number of the error (53003 as `AADSTS53003`); the address is the one the service
    saw, after the configured proxies.
    """

    code: int
    request_id: str
    correlation_id: str
    time: datetime
    address: str
    app: str | None = None
    account: str | None = None
    place: str | None = None
    platform: str | None = None


def _outside(way: Way | None) -> tuple[str, ...]:
    """Give the form's address where it leaves this service."""
    if isinstance(way, Post) and not way.action.startswith("/"):
        return (way.action,)
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked(Page):
    """Says which Conditional Access policies block, what to tell the help desk, and the way back.

    `return_to` hands the error to the app that waits for it; without it a command-line tool would
    wait for ever (wire contract 2.1).
    """

    template: ClassVar[str] = "blocked"

    policies: tuple[str, ...]
    reference: Reference
    return_to: Way | None = None
    switch_account: Way | None = None

    @property
    def form_targets(self) -> tuple[str, ...]:
        """Give the app's address."""
        return _outside(self.return_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Error(Page):
    """Says that a request cannot be served: the protocol's sentence and how to find it again."""

    template: ClassVar[str] = "error"

    description: str
    reference: Reference
    return_to: Way | None = None
    start_again: Link | None = None

    @property
    def form_targets(self) -> tuple[str, ...]:
        """Give the app's address."""
        return _outside(self.return_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFound(Page):
    """Says that there is no page at an address, and where one's own security info is."""

    template: ClassVar[str] = "not_found"

    security_info: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPost(Page):
    """Hands an authorization response to the app as a form (OAuth 2.0 Form Post Response Mode)."""

    template: ClassVar[str] = "form_post"

    form: Post
    app: str | None = None

    @property
    def script(self) -> str | None:
        """Send the form at once; its button does the same without script."""
        return "submit.js"

    @property
    def form_targets(self) -> tuple[str, ...]:
        """Give the app's address."""
        return _outside(self.form)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOutConfirmation(Page):
    """Asks whether to sign out, where the request does not show who asks."""

    template: ClassVar[str] = "sign_out_confirmation"

    form: Post
    stay: Way | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(Page):
    """Says that this browser is signed out; `return_to` is the app's registered address."""

    template: ClassVar[str] = "signed_out"

    return_to: Link | None = None
    app: str | None = None
    sign_in: Link | None = None
