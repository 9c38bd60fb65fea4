"""The shape of a step of a sign-in: its name, its page and its form."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass
from typing import ClassVar, Final, TypedDict

from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.parameters import Parameters
from ostiary.pages import Page, Problem, Refusal, Way
from ostiary.signin.dispatch import Kind, Step
from ostiary.signin.journey import Journey
from ostiary.web.visit import Visit

DECLINED: Final = 65004
"""The person said no."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a form added to the journey; `refusal` says why the page asks again.

    `declined`: the person ended the sign-in. `wait`: too many tries; not before so many seconds.
    """

    journey: Journey
    refusal: Refusal | None = None
    declined: OAuthError | None = None
    wait: int = 0


class BrowserStep(ABC):
    """A page and the form on it. INVARIANT: taking a form only adds to the journey."""

    name: ClassVar[str]
    """What its form is posted to, in the address."""
    kinds: ClassVar[frozenset[Kind]]
    """What the dispatcher may be at when the form is taken; anything else is refused."""

    def shows(self, visit: Visit, due: Step) -> bool:
        """Tell whether its page is the one to show; a step without a page never is."""
        return self.takes(visit, due)

    def takes(self, visit: Visit, due: Step) -> bool:
        """Tell whether its form may be taken now."""
        return due.kind in self.kinds

    def page(self, visit: Visit, due: Step, refusal: Refusal | None) -> Page:
        """Give its page."""
        raise NotImplementedError(self.name)

    def take(self, visit: Visit, due: Step, form: Parameters) -> Taken:
        """Take its form."""
        raise NotImplementedError(self.name)


class Around(TypedDict):
    """What every step's page shows beside what it asks."""

    tenant: str | None
    app: str | None
    account: str | None
    refusal: Refusal | None
    switch_account: Way | None


def around(visit: Visit, refusal: Refusal | None) -> Around:
    """Give what a page shows around its form."""
    account = visit.journey.name or None
    return {
        "tenant": visit.received.service.tenant_name,
        "app": visit.sought.app.display_name or None,
        "account": account,
        "refusal": refusal,
        "switch_account": visit.form("switch-account") if account else None,
    }


def again(visit: Visit, problem: Problem, **values: str) -> Taken:
    """Ask again, for a reason."""
    return Taken(visit.journey, Refusal(problem, values))


def failed(visit: Visit, code: int, failure: str = "") -> None:
    """Log a try that did not succeed."""
    visit.log(code=code, failure=failure or oauth_error(code).text)
