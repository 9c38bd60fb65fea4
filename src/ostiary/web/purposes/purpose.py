"""The shape of a purpose: what is sought, and how a sign-in for it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response

from ostiary.oidc.errors import OAuthError
from ostiary.pages import Way
from ostiary.signin.deciding import Decided
from ostiary.signin.dispatch import Step
from ostiary.signin.journey import Journey
from ostiary.web.received import Received
from ostiary.web.visit import Sought, Visit


@dataclass(frozen=True, slots=True)
class Ending:
    """What somebody signs in for, and how it ends.

    `sought` reads it from the journey, or answers why nobody can sign in for it. `finish` answers
    a sign-in that the policies grant, `refuse` any other; `back` is the way from a block page to
    whoever waits for the answer. `begin` is where a sign-in begins anew that no application asked
    for.
    """

    sought: Callable[[Received, Journey], Sought | Response]
    finish: Callable[[Visit, Decided], Response]
    refuse: Callable[[Visit, Step, OAuthError | None], Response]
    back: Callable[[Visit, OAuthError], Way | None]
    begin: str | None = None
