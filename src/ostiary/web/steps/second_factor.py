"""What the steps that show a second factor share."""

from __future__ import annotations

from dataclasses import replace

from ostiary.factors.kinds import Factor, Refused, ShownFactor
from ostiary.factors.limits import TRIES_IN_A_SIGN_IN
from ostiary.oidc.parameters import Parameters
from ostiary.pages import Post, Problem, Refusal
from ostiary.signin.dispatch import Kind, Step
from ostiary.web.steps.step import BrowserStep, Taken, failed
from ostiary.web.visit import Visit

_WRONG = 500121


def picked(visit: Visit, due: Step) -> Factor | None:
    """Give the factor that is asked for: the one that was picked, else the first."""
    method = visit.journey.method
    return method if method in due.options else next(iter(due.options), None)


def another_way(visit: Visit, due: Step) -> Post | None:
    """Give the form that leads to the other factors, where there are some."""
    return visit.form("another-way") if len(due.options) > 1 else None


def second_factor(visit: Visit, found: ShownFactor | Refused, problem: Problem) -> Taken:
    """Add a second factor; after some failures the first is asked for again (MF03)."""
    journey = visit.journey
    if isinstance(found, ShownFactor):
        shown = (*journey.shown, found)
        return Taken(replace(journey, shown=shown, method=None, tries=0))
    failed(visit, _WRONG, f"{found.reason.value} {found.detail}".strip())
    tries = journey.tries + 1
    if tries >= TRIES_IN_A_SIGN_IN:
        again = replace(journey, shown=(), method=None, tries=0)
        return Taken(again, Refusal(Problem.TOO_MANY_TRIES))
    return Taken(replace(journey, tries=tries), Refusal(problem))


class AskedFactor(BrowserStep):
    """A step that asks for one of the factors it knows."""

    factors: frozenset[Factor]

    def takes(self, visit: Visit, due: Step) -> bool:
        """Only where the factor helps."""
        return due.kind in self.kinds and bool(self.factors & set(due.options))

    def shows(self, visit: Visit, due: Step) -> bool:
        """Only where it is the one that is asked for."""
        asked = due.kind in self.kinds and picked(visit, due) in self.factors
        return asked and not visit.journey.choosing


_METHOD_FIELD = "method"


def method_of(form: Parameters, options: tuple[Factor, ...]) -> Factor | None:
    """Give the factor that a form names, if it is one of those on offer."""
    named = form.get(_METHOD_FIELD)
    return next((each for each in options if each.name == named), None)


SECOND_ONLY = frozenset({Kind.SECOND_FACTOR})
EITHER = frozenset({Kind.FIRST_FACTOR, Kind.SECOND_FACTOR})
