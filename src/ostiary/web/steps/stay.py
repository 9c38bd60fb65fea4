"""*Stay signed in?*: whether the session outlives the browser."""

from __future__ import annotations

from dataclasses import replace

from ostiary.oidc.parameters import Parameters
from ostiary.pages import Page, Refusal, StaySignedIn
from ostiary.signin.dispatch import Kind, Step
from ostiary.signin.journey import Stay
from ostiary.web.steps.step import BrowserStep, Taken, around
from ostiary.web.visit import Visit


class StayStep(BrowserStep):
    """Asked once a sign-in, unless a policy decides it."""

    name = "stay"
    kinds = frozenset({Kind.STAY_SIGNED_IN})

    def page(self, visit: Visit, due: Step, refusal: Refusal | None) -> Page:
        """Ask."""
        return StaySignedIn(
            form=visit.form("stay", answer=Stay.YES.value),
            refuse=visit.form("stay", answer=Stay.NO.value),
            **around(visit, refusal),
        )

    def take(self, visit: Visit, due: Step, form: Parameters) -> Taken:
        """Keep the answer; anything but yes is no."""
        yes = form.get("answer") == Stay.YES.value
        return Taken(replace(visit.journey, stay=Stay.YES if yes else Stay.NO))
