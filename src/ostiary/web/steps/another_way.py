"""Picking another factor than the one that is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from ostiary.factors.kinds import Factor
from ostiary.oidc.parameters import Parameters
from ostiary.pages import Method, MethodChoice, MethodOption, Page, Refusal
from ostiary.signin.dispatch import Step
from ostiary.web.steps.second_factor import EITHER, method_of
from ostiary.web.steps.step import BrowserStep, Taken, around
from ostiary.web.visit import Visit

METHODS: Mapping[Factor, Method] = MappingProxyType(
    {
        Factor.PASSWORD: Method.PASSWORD,
        Factor.TOTP: Method.TOTP,
        Factor.PASSKEY: Method.PASSKEY,
        Factor.RECOVERY_CODE: Method.RECOVERY_CODE,
        Factor.ACCESS_PASS: Method.ACCESS_PASS,
        Factor.ACCESS_PASS_ONCE: Method.ACCESS_PASS,
    }
)


class AnotherWayStep(BrowserStep):
    """Lists the factors that help here."""

    name = "another-way"
    kinds = EITHER

    def shows(self, visit: Visit, due: Step) -> bool:
        """Only after it was asked for."""
        return due.kind in self.kinds and visit.journey.choosing

    def page(self, visit: Visit, due: Step, refusal: Refusal | None) -> Page:
        """Offer each with a form of its own."""
        options = tuple(
            MethodOption(METHODS[each], visit.form("another-way", method=each.name))
            for each in due.options
        )
        return MethodChoice(options=options, **around(visit, refusal))

    def take(self, visit: Visit, due: Step, form: Parameters) -> Taken:
        """Take the pick, or show what there is to pick from."""
        picked = method_of(form, due.options)
        return Taken(replace(visit.journey, method=picked, choosing=picked is None))
