"""Another device: the code that it shows, and whether to sign it in."""

from __future__ import annotations

from dataclasses import replace

from ostiary.oidc.errors import oauth_error
from ostiary.oidc.parameters import Parameters
from ostiary.pages import DeviceCode, DeviceConfirmation, Page, Problem, Refusal
from ostiary.signin.dispatch import Kind, Step
from ostiary.signin.user_codes import TooManyGuesses, request_of
from ostiary.web.device_requests import read_device_request
from ostiary.web.purposes.device import sealed_code, typed_code
from ostiary.web.steps.step import DECLINED, BrowserStep, Taken, again, around
from ostiary.web.visit import BROWSER, Visit


class UserCodeStep(BrowserStep):
    """Asks for the code; one in the address is only filled in (DC04)."""

    name = "user-code"
    kinds = frozenset({Kind.USER_CODE})

    def page(self, visit: Visit, due: Step, refusal: Refusal | None) -> Page:
        """Fill in what `verification_uri_complete` brought; it counts once it is sent."""
        brought = Parameters(visit.journey.parameters).get("user_code") or ""
        tenant = visit.received.service.tenant_name
        return DeviceCode(
            form=visit.form("user-code"), user_code=brought, tenant=tenant, refusal=refusal
        )

    def take(self, visit: Visit, due: Step, form: Parameters) -> Taken:
        """Look for the device that waits; guessing is limited (DC03)."""
        typed = form.get("user_code")
        if typed is None:
            return again(visit, Problem.USER_CODE_MISSING)
        service = visit.received.service
        browser = visit.received.cookies.get(BROWSER, "")
        found = request_of(service.store, typed, address=visit.address, browser=browser)
        if isinstance(found, TooManyGuesses):
            minutes = str(-(-found.wait // 60))
            refusal = Refusal(Problem.USER_CODE_TOO_MANY, {"minutes": minutes})
            return Taken(visit.journey, refusal, wait=found.wait)
        if found is None:
            return again(visit, Problem.USER_CODE_WRONG)
        return Taken(replace(visit.journey, user_code=sealed_code(service, visit.journey, typed)))


class ConfirmDeviceStep(BrowserStep):
    """Names the application and the place that ask: whoever was sent the code can tell (DC04)."""

    name = "confirm-device"
    kinds = frozenset({Kind.CONFIRM_DEVICE})

    def page(self, visit: Visit, due: Step, refusal: Refusal | None) -> Page:
        """Ask in so many words."""
        service = visit.received.service
        typed = typed_code(service, visit.journey)
        found = service.store.device_codes.of_person(typed)
        asked = read_device_request(found.document) if found else None
        return DeviceConfirmation(
            form=visit.form("confirm-device", decision="approve"),
            refuse=visit.form("confirm-device", decision="refuse"),
            client=visit.sought.app.display_name or visit.sought.app.app_id,
            user_code=typed.upper(),
            address=(asked.address if asked else None) or "",
            asked_at=found.created if found else visit.received.at,
            place=asked.country if asked else None,
            **around(visit, refusal),
        )

    def take(self, visit: Visit, due: Step, form: Parameters) -> Taken:
        """Approve, or decline."""
        if form.get("decision") != "approve":
            return Taken(visit.journey, declined=oauth_error(DECLINED))
        return Taken(replace(visit.journey, confirmed=True))
