"""Setting up a method in the middle of a sign-in (AADSTS50079), or from one's security info."""

from __future__ import annotations

from dataclasses import replace

from ostiary.directory.errors import ObjectExists
from ostiary.factors import totp
from ostiary.factors.kinds import Factor, Refused
from ostiary.factors.passkeys import Ceremony
from ostiary.model.base64url import decoded
from ostiary.oidc.parameters import Parameters
from ostiary.pages import (
    MethodOption,
    Page,
    Problem,
    RecoveryCodes,
    Refusal,
    RegisterChoice,
    RegisterPasskey,
    RegisterTotp,
)
from ostiary.signin.accounts import Account
from ostiary.signin.dispatch import Kind, Step
from ostiary.signin.stored_methods import PASSKEY, TOTP, passkey_document, totp_document
from ostiary.web.new_passkey import asked_passkey, made_passkey
from ostiary.web.steps.another_way import METHODS
from ostiary.web.steps.new_methods import (
    ISSUER,
    awaited_app,
    codes_to_keep,
    with_new_app,
    with_new_codes,
    with_shown,
)
from ostiary.web.steps.second_factor import method_of
from ostiary.web.steps.step import BrowserStep, Taken, again, around
from ostiary.web.visit import Visit

_REGISTER = frozenset({Kind.REGISTER})


def _account(visit: Visit) -> Account:
    if visit.account is None:
        raise RuntimeError("nobody sets up a method without having signed in")
    return visit.account


class RegisterChoiceStep(BrowserStep):
    """Offers what can be set up; recovery codes only where the person came for them."""

    name = "register"
    kinds = _REGISTER

    def shows(self, visit: Visit, due: Step) -> bool:
        """Unless one was picked."""
        return due.kind is Kind.REGISTER and not _under_way(visit, due)

    def page(self, visit: Visit, due: Step, refusal: Refusal | None) -> Page:
        """Offer each with a form of its own, or only the one that the person came for."""
        wished = visit.journey.registering if visit.journey.adding else None
        offered = (wished,) if wished in due.options else due.options
        options = tuple(
            MethodOption(METHODS[each], visit.form("register", method=each.name))
            for each in offered
        )
        return RegisterChoice(options=options, **around(visit, refusal))

    def take(self, visit: Visit, due: Step, form: Parameters) -> Taken:
        """Begin with the one that was picked; without a pick, show them again."""
        journey, picked = visit.journey, method_of(form, due.options)
        if picked is Factor.TOTP:
            account = _account(visit)
            return Taken(with_new_app(visit.received.service, account, journey))
        if picked is Factor.RECOVERY_CODE:
            return Taken(with_new_codes(visit, _account(visit), journey))
        return Taken(replace(journey, registering=picked, totp=None))


class RegisterTotpStep(BrowserStep):
    """The QR code of an authenticator app, and its first code."""

    name = "register-totp"
    kinds = _REGISTER

    def takes(self, visit: Visit, due: Step) -> bool:
        """Only with a seed that was drawn for this person."""
        picked = visit.journey.registering is Factor.TOTP and Factor.TOTP in due.options
        return due.kind is Kind.REGISTER and picked and visit.journey.totp is not None

    def page(self, visit: Visit, due: Step, refusal: Refusal | None) -> Page:
        """Show the seed, until its first code was typed."""
        account, service = _account(visit), visit.received.service
        method = awaited_app(visit, account)
        if method is None:
            raise RuntimeError("the step shows only with a seed")
        shown = totp.shown_again(
            method,
            account=account.name,
            issuer=service.tenant_name or ISSUER,
            sealer=service.seeds,
        )
        return RegisterTotp(
            form=visit.form("register-totp"),
            uri=shown.uri.reveal(),
            secret=shown.key.reveal(),
            cancel=visit.form("register"),
            **around(visit, refusal),
        )

    def take(self, visit: Visit, due: Step, form: Parameters) -> Taken:
        """Keep the app once it shows the right code, which counts as shown in this sign-in."""
        account, service = _account(visit), visit.received.service
        method = awaited_app(visit, account)
        if method is None:
            return again(visit, Problem.REGISTRATION_CODE_WRONG)
        found = totp.confirm(
            method, form.get("otp") or "", sealer=service.seeds, now=service.clock.now()
        )
        if isinstance(found, Refused):
            return again(visit, Problem.REGISTRATION_CODE_WRONG)
        service.store.methods.add(
            account.id,
            TOTP,
            totp_document(found.method),
            by=account.actor(visit.address or "", visit.received.trace.correlation_id),
            method_id=method.id,
            sealed=method.sealed_seed,
        )
        return Taken(with_shown(visit, account, found.shown))


class RegisterPasskeyStep(BrowserStep):
    """A new passkey."""

    name = "register-passkey"
    kinds = _REGISTER

    def takes(self, visit: Visit, due: Step) -> bool:
        """Only after it was picked."""
        picked = visit.journey.registering is Factor.PASSKEY and Factor.PASSKEY in due.options
        return due.kind is Kind.REGISTER and picked

    def page(self, visit: Visit, due: Step, refusal: Refusal | None) -> Page:
        """Ask the browser for one that the person does not have yet."""
        account, form = _account(visit), visit.form("register-passkey")
        challenge = visit.challenge(Ceremony.REGISTER, account.id)
        return RegisterPasskey(
            passkey=asked_passkey(visit.received, account, challenge, form),
            cancel=visit.form("register"),
            **around(visit, refusal),
        )

    def take(self, visit: Visit, due: Step, form: Parameters) -> Taken:
        """Check the browser's answer and keep the passkey."""
        account, service = _account(visit), visit.received.service
        found = made_passkey(visit.received, visit.challenge(Ceremony.REGISTER, account.id), form)
        if isinstance(found, Problem):
            return again(visit, found)
        try:
            service.store.methods.add(
                account.id,
                PASSKEY,
                passkey_document(found.passkey),
                by=account.actor(visit.address or "", visit.received.trace.correlation_id),
                credential=decoded(found.passkey.credential_id),
            )
        except ObjectExists:
            return again(visit, Problem.PASSKEY_KNOWN)
        return Taken(with_shown(visit, account, found.shown))


class KeepCodesStep(BrowserStep):
    """New recovery codes, shown this once."""

    name = "recovery-codes"
    kinds = frozenset({Kind.KEEP_CODES})

    def page(self, visit: Visit, due: Step, refusal: Refusal | None) -> Page:
        """Show them."""
        return RecoveryCodes(
            form=visit.form("recovery-codes"),
            codes=codes_to_keep(visit),
            tenant=visit.received.service.tenant_name,
            account=visit.journey.name or None,
            refusal=refusal,
        )

    def take(self, visit: Visit, due: Step, form: Parameters) -> Taken:
        """Forget them: the person says that they are kept."""
        return Taken(replace(visit.journey, recovery_codes=None))


def _under_way(visit: Visit, due: Step) -> bool:
    steps = (RegisterTotpStep(), RegisterPasskeyStep())
    return any(each.takes(visit, due) for each in steps)
