"""What a valid request still wants from the user, given what the session has (AZ09, AZ10, AZ16).

Pure: asked again after every step, it must come to an end. So a step counts if it was taken after
the request came in, however long it has been since.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol


class Request(Protocol):
    """What a request says of asking; `received` with its full resolution."""

    @property
    def prompts(self) -> frozenset[str]:
        """The words of `prompt`."""
        ...

    @property
    def max_age(self) -> int | None:
        """The oldest sign-in that counts, in seconds."""
        ...

    @property
    def received(self) -> datetime:
        """When it came in."""
        ...


class Wanted(Enum):
    """The next thing to ask for, in the order it is asked."""

    CHOICE_OF_ACCOUNT = "choice of account"
    SIGN_IN = "sign-in"
    NEW_SIGN_IN = "new sign-in"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class SessionSeen:
    """What the browser's session has shown; all times in full resolution, None for never.

    `hinted` tells whether the user is the one that `id_token_hint` names (True without a hint).
    `consented` is the time of consent given on a page; `consent_on_record`: nothing more is to be
    consented to.
    """

    authenticated: datetime | None = None
    account_chosen: datetime | None = None
    consented: datetime | None = None
    consent_on_record: bool = False
    hinted: bool = True


NO_SESSION = SessionSeen()


def wanted(request: Request, session: SessionSeen, *, now: datetime) -> Wanted | None:
    """Give the next thing the request wants from the user, None where it can be answered."""
    if _again(request, "select_account", session.account_chosen):
        return Wanted.CHOICE_OF_ACCOUNT
    if session.authenticated is None or not session.hinted:
        return Wanted.SIGN_IN
    if _again(request, "login", session.authenticated) or _too_old(
        request, session.authenticated, now
    ):
        return Wanted.NEW_SIGN_IN
    if _again(request, "consent", session.consented):
        return Wanted.CONSENT
    agreed = session.consent_on_record or _since(request, session.consented)
    return None if agreed else Wanted.CONSENT


def _again(request: Request, prompt: str, last: datetime | None) -> bool:
    """Tell whether a prompt is asked for and was not yet answered since the request came in."""
    return prompt in request.prompts and not _since(request, last)


def _since(request: Request, moment: datetime | None) -> bool:
    return moment is not None and moment >= request.received


def _too_old(request: Request, authenticated: datetime, now: datetime) -> bool:
    """Tell whether `max_age` has passed; what came after the request is never too old for it."""
    if request.max_age is None or _since(request, authenticated):
        return False
    return now - authenticated > timedelta(seconds=request.max_age)
