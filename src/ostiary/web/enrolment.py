"""The pages behind an enrolment link: a new password, a passkey or app, recovery codes.

Nothing is kept until the passkey, or the app's first code, was shown; then all of it is, and the
link is over.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from datetime import datetime

from starlette.responses import RedirectResponse, Response

from ostiary.directory.errors import ObjectExists
from ostiary.directory.interactions import Interaction
from ostiary.factors import recovery_codes, totp
from ostiary.factors.kinds import Refused
from ostiary.factors.passkeys import Ceremony, PasskeyChallenge
from ostiary.factors.totp import TotpMethod
from ostiary.model.base64url import decoded
from ostiary.oidc.errors import oauth_error
from ostiary.pages import (
    EnrolmentFinished,
    Link,
    LinkOver,
    PasswordChange,
    PasswordChangeReason,
    Post,
    Problem,
    RecoveryCodes,
    Refusal,
    RegisterPasskey,
    RegisterTotp,
)
from ostiary.secrecy.hashing import digest_of
from ostiary.secrecy.secret import Secret
from ostiary.signin.accounts import Account
from ostiary.signin.enrolment_links import PATH, NewMethod, SetUp, account_of_link, redeem
from ostiary.signin.stored_methods import PASSKEY, TOTP, passkey_document, totp_document
from ostiary.web.error_page import error_page
from ostiary.web.new_passkey import asked_passkey, made_passkey
from ostiary.web.new_password import new_password, shortest
from ostiary.web.own_forms import from_own_page
from ostiary.web.purposes.security_info import METHODS_PAGE
from ostiary.web.received import Received
from ostiary.web.refusal import accepted
from ostiary.web.visit import BROWSER, CHALLENGE_LASTS
from ostiary.web.written import html, set_cookie


@dataclass(frozen=True)
class _Visit:
    """A browser that goes on with a link: what it has set up so far."""

    received: Received
    link: str
    name: str
    account: Account
    interaction: Interaction

    @property
    def csrf(self) -> str:
        """What forms have to bring back."""
        return str(self.interaction.document["csrf"])

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"{PATH}/{self.link}/{self.name}"

    @property
    def challenge(self) -> PasskeyChallenge:
        """What a new passkey has to sign; another one is drawn with every answer."""
        value, drawn = self.interaction.document["challenge"]
        expires = datetime.fromisoformat(drawn) + CHALLENGE_LASTS
        return PasskeyChallenge(value, Ceremony.REGISTER, self.csrf, expires, self.account.id)

    @property
    def pending(self) -> TotpMethod:
        """The authenticator app whose first code is awaited."""
        identifier, sealed = self.interaction.document["totp"]
        at = self.received.at
        return TotpMethod(identifier, self.account.id, b64decode(sealed), at)


def open_link(received: Received) -> Response:
    """Show what the link is for. It is not used up by that: mail programs and previews look too."""
    link = received.path["link"]
    account = account_of_link(received.service.store, link)
    return _over(received) if account is None else _password_page(received, link, account)


def take_password(received: Received) -> Response:
    """Take the new password; nothing of it counts before a method was set up too."""
    service, link = received.service, received.path["link"]
    account = account_of_link(service.store, link)
    if account is None:
        return _over(received)
    form = accepted(received.form)
    if not from_own_page(received, form, _first_csrf(link)):
        return _foreign(received)
    typed = new_password(form, account, received.service.settings.password_rules)
    if isinstance(typed, Refusal):
        return _password_page(received, link, account, typed)
    enrolment = totp.enrol(
        account.id,
        account=account.name,
        issuer=(received.service.tenant_name or "Ostiary"),
        sealer=service.seeds,
        randomness=service.randomness,
        now=received.at,
    )
    document = {
        "csrf": service.randomness.token().reveal(),
        "password": service.attempts.passwords.hash(typed),
        "challenge": _challenge(received),
        "totp": [enrolment.method.id, b64encode(enrolment.method.sealed_seed).decode("ascii")],
    }
    browser = received.cookies.get(BROWSER) or service.randomness.token().reveal()
    name, _ = service.store.interactions.begin(browser, document, link=link)
    response = RedirectResponse(f"{PATH}/{link}/{name}", 303, {"Cache-Control": "no-store"})
    set_cookie(response, BROWSER, browser)
    return response


def show_app(received: Received) -> Response:
    """Show the authenticator app's key."""
    visit = _visit(received)
    return _over(received) if visit is None else _app_page(visit)


def take_code(received: Received) -> Response:
    """Take the app's first code: with it everything is kept, and the recovery codes are shown."""
    visit = _visit(received)
    if visit is None:
        return _over(received)
    service, form = received.service, accepted(received.form)
    if not from_own_page(received, form, visit.csrf):
        return _foreign(received)
    shown = totp.confirm(
        visit.pending, form.get("otp") or "", sealer=service.seeds, now=service.clock.now()
    )
    if isinstance(shown, Refused):
        missing = not (form.get("otp") or "").strip()
        problem = Problem.CODE_MISSING if missing else Problem.REGISTRATION_CODE_WRONG
        return _app_page(visit, Refusal(problem))
    method = shown.method
    new = NewMethod(TOTP, method.id, totp_document(method), sealed=method.sealed_seed)
    return _kept(visit, new)


def show_passkey(received: Received) -> Response:
    """Ask for a passkey instead: emergency access accounts should have one (checklist BG01)."""
    visit = _visit(received)
    return _over(received) if visit is None else _passkey_page(visit)


def take_passkey(received: Received) -> Response:
    """Take the new passkey: with it everything is kept, and the recovery codes are shown."""
    visit = _visit(received)
    if visit is None:
        return _over(received)
    service, form = received.service, accepted(received.form)
    if not from_own_page(received, form, visit.csrf):
        return _foreign(received)
    drawn = {**visit.interaction.document, "challenge": _challenge(received)}
    kept = service.store.interactions.keep(visit.interaction, drawn)
    if kept is None:
        return _over(received)
    made = made_passkey(received, visit.challenge, form)
    visit = replace(visit, interaction=kept)
    if isinstance(made, Problem):
        return _passkey_page(visit, Refusal(made))
    document, credential = passkey_document(made.passkey), decoded(made.passkey.credential_id)
    new = NewMethod(PASSKEY, service.randomness.object_id(), document, credential=credential)
    try:
        return _kept(visit, new)
    except ObjectExists:
        return _passkey_page(visit, Refusal(Problem.PASSKEY_KNOWN))


def _challenge(received: Received) -> list[str]:
    return [received.service.randomness.token().reveal(), received.at.isoformat()]


def finish(received: Received) -> Response:
    """Say that everything is set up, after the recovery codes were kept."""
    if not from_own_page(received, accepted(received.form), _first_csrf(received.path["link"])):
        return _foreign(received)
    tenant = received.service.tenant_name or "Ostiary"
    page = EnrolmentFinished(tenant=tenant, security_info=Link(METHODS_PAGE))
    return html(received, page, ())


def _kept(visit: _Visit, new: NewMethod) -> Response:
    received, account = visit.received, visit.account
    service = received.service
    codes, plain = recovery_codes.make(account.id, randomness=service.randomness, now=received.at)
    done = SetUp(str(visit.interaction.document["password"]), new, codes)
    by = account.actor(received.address or "", received.trace.correlation_id)
    if not redeem(service.store, visit.link, account, done, by=by):
        return _over(received)
    service.store.interactions.end(visit.interaction)
    page = RecoveryCodes(
        tenant=(received.service.tenant_name or "Ostiary"),
        account=account.name,
        form=Post(f"{PATH}/{visit.link}/finish", (("csrf", _first_csrf(visit.link)),)),
        codes=tuple(each.reveal() for each in plain),
    )
    return html(received, page, ())


def _visit(received: Received) -> _Visit | None:
    store, link, name = received.service.store, received.path["link"], received.path["name"]
    account = account_of_link(store, link)
    browser = received.cookies.get(BROWSER, "")
    interaction = store.interactions.of(name, browser, link=link)
    if account is None or interaction is None:
        return None
    return _Visit(received, link, name, account, interaction)


def _first_csrf(link: str) -> str:
    """Give the value of the first form: only who has the link, which is secret, can know it."""
    return digest_of(Secret(f"csrf {link}"))


def _password_page(
    received: Received, link: str, account: Account, refusal: Refusal | None = None
) -> Response:
    page = PasswordChange(
        tenant=(received.service.tenant_name or "Ostiary"),
        account=account.name,
        form=Post(f"{PATH}/{link}", (("csrf", _first_csrf(link)),)),
        reason=PasswordChangeReason.ENROLMENT,
        minimum=shortest(received.service.settings.password_rules),
        ask_present=False,
        refusal=refusal,
    )
    return html(received, page, ())


def _app_page(visit: _Visit, refusal: Refusal | None = None) -> Response:
    tenant = visit.received.service.tenant_name or "Ostiary"
    shown = totp.shown_again(
        visit.pending,
        account=visit.account.name,
        issuer=tenant,
        sealer=visit.received.service.seeds,
    )
    page = RegisterTotp(
        tenant=tenant,
        account=visit.account.name,
        form=Post(visit.address, (("csrf", visit.csrf),)),
        uri=shown.uri.reveal(),
        secret=shown.key.reveal(),
        instead=Link(f"{visit.address}/passkey"),
        refusal=refusal,
    )
    return html(visit.received, page, ())


def _passkey_page(visit: _Visit, refusal: Refusal | None = None) -> Response:
    form = Post(f"{visit.address}/passkey", (("csrf", visit.csrf),))
    page = RegisterPasskey(
        tenant=visit.received.service.tenant_name or "Ostiary",
        account=visit.account.name,
        passkey=asked_passkey(visit.received, visit.account, visit.challenge, form),
        instead=Link(visit.address),
        refusal=refusal,
    )
    return html(visit.received, page, ())


def _over(received: Received) -> Response:
    page = LinkOver(tenant=received.service.tenant_name, sign_in=Link(METHODS_PAGE))
    return html(received, page, (), 404)


def _foreign(received: Received) -> Response:
    return error_page(received, oauth_error(90023, detail="the form is not from this page"), 403)
