"""One's own security info: the methods to sign in with, and signing out (checklist SS05).

Looking at it is the user action *Register security information* to the policies; a change needs a
sign-in of the last ten minutes beside that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from starlette.responses import RedirectResponse, Response

from ostiary.administration import methods
from ostiary.administration.guard import LockedOut
from ostiary.directory.factors import Method as Registered
from ostiary.factors.kinds import Factor
from ostiary.model.json_types import as_strings
from ostiary.oidc.errors import oauth_error
from ostiary.oidc.parameters import Parameters
from ostiary.pages import (
    Link,
    Method,
    MethodOption,
    Notice,
    PasswordChangeReason,
    Post,
    Refusal,
    RegisteredMethod,
    SecurityInfo,
    SignedOut,
)
from ostiary.secrecy.hashing import keyed_digest
from ostiary.secrecy.secret import Secret
from ostiary.signin.accounts import Account
from ostiary.signin.dispatch import Kind
from ostiary.signin.journey import Journey, Purpose
from ostiary.signin.stored_methods import ACCESS_PASS, PASSKEY, RECOVERY_CODES, TOTP
from ostiary.web.error_page import error_page
from ostiary.web.own_forms import from_own_page
from ostiary.web.purposes.security_info import (
    METHODS_PAGE,
    PASSWORD_PAGE,
    TO_CHANGE,
    TO_PASSWORD,
)
from ostiary.web.received import Received
from ostiary.web.refusal import accepted
from ostiary.web.sessions import Known, known_sessions
from ostiary.web.sign_in import begun, new_journey, visit_of
from ostiary.web.steps.another_way import METHODS
from ostiary.web.steps.change_password import changed_password, password_page
from ostiary.web.steps.new_methods import with_new_app
from ostiary.web.visit import SESSION, Visit
from ostiary.web.written import drop_cookie, html, set_cookie

_KINDS: Mapping[str, Method] = MappingProxyType(
    {
        TOTP: Method.TOTP,
        PASSKEY: Method.PASSKEY,
        RECOVERY_CODES: Method.RECOVERY_CODE,
        ACCESS_PASS: Method.ACCESS_PASS,
    }
)
_USUAL_APP = "Authenticator app"
"""What an app is called that nobody gave a name: it would only repeat the kind."""
_ADDABLE = (Factor.TOTP, Factor.PASSKEY, Factor.RECOVERY_CODE)


@dataclass(frozen=True)
class _Mine:
    """A person at his own security info, whom the policies let in."""

    visit: Visit
    known: Known

    @property
    def account(self) -> Account:
        """The person."""
        return self.known.account

    @property
    def csrf(self) -> str:
        """What forms have to bring back: only who holds the session's secret can compute it."""
        return keyed_digest(Secret(self.known.secret.encode()), METHODS_PAGE)

    def form(self, name: str, **hidden: str) -> Post:
        """Give a form of the page."""
        return Post(f"{METHODS_PAGE}/{name}", (("csrf", self.csrf), *hidden.items()))


def show_methods(received: Received) -> Response:
    """Show the methods of whoever is signed in."""
    mine = _mine(received)
    if isinstance(mine, Response):
        return mine
    query = accepted(received.query)
    notices = [each for each in Notice if each.value == query.get("notice")]
    service, account = received.service, mine.account
    page = SecurityInfo(
        tenant=service.tenant_name,
        account=account.name,
        name=account.display_name or None,
        methods=tuple(_listed(mine)),
        add=tuple(
            MethodOption(METHODS[each], mine.form("add", method=each.name)) for each in _ADDABLE
        ),
        notice=next(iter(notices), None),
        end_sessions=mine.form("end-sessions"),
        sign_out=mine.form("sign-out"),
    )
    return html(received, page, ())


def add_method(received: Received) -> Response:
    """Begin to set up a method: by the steps of a sign-in, which asks anew what is too old."""
    known = _own_form(received)
    if isinstance(known, Response):
        return known
    named = accepted(received.form).get("method")
    factor = next((each for each in _ADDABLE if each.name == named), None)
    if factor is None:
        return error_page(received, oauth_error(90023, detail="there is no such method"))
    journey = replace(_journey(received, TO_CHANGE), adding=True, registering=factor)
    if factor is Factor.TOTP:
        journey = with_new_app(received.service, known.account, journey)
    return begun(received, journey)


def remove_method(received: Received) -> Response:
    """Remove a method of the person's own; somebody else's is not found.

    Not the one without which nobody could administer the tenant any more (checklist BG04).
    """
    known = _own_form(received)
    mine = known if isinstance(known, Response) else _mine(received, TO_CHANGE)
    if isinstance(mine, Response):
        return mine
    wanted = accepted(received.form).get("id")
    found = next((each for each in mine.account.methods if each.id == wanted), None)
    if found is None:
        return error_page(received, oauth_error(90023, detail="there is no such method"), 404)
    by = mine.account.actor(received.address or "", received.trace.correlation_id)
    service = received.service
    try:
        methods.remove_method(
            service.store, service.snapshots, mine.account.id, found.kind, found.id, by=by
        )
    except LockedOut:
        why = "without this method no administrator could get in: set up another one first"
        return error_page(received, oauth_error(90023, detail=why), 409)
    return _back(Notice.METHOD_REMOVED)


def show_password(received: Received) -> Response:
    """Show the page on which the person chooses a new password."""
    mine = _mine(received, TO_CHANGE, TO_PASSWORD)
    return mine if isinstance(mine, Response) else _password_page(mine, None)


def change_password(received: Received) -> Response:
    """Change the password: every other session ends, with what began in it (checklist SS04)."""
    known = _own_form(received)
    mine = known if isinstance(known, Response) else _mine(received, TO_CHANGE, TO_PASSWORD)
    if isinstance(mine, Response):
        return mine
    form, sid = accepted(received.form), mine.known.session.sid
    refusal = changed_password(mine.visit, mine.account, form, keep_sid=sid)
    if refusal is not None:
        return _password_page(mine, refusal)
    return _back(Notice.PASSWORD_CHANGED)


def _password_page(mine: _Mine, refusal: Refusal | None) -> Response:
    page = password_page(
        mine.visit,
        mine.form("password"),
        PasswordChangeReason.OWN_WISH,
        refusal,
        Link(METHODS_PAGE),
    )
    # Who changes to another account starts anew at the page of methods.
    return html(mine.visit.received, replace(page, app=None, switch_account=None), ())


def end_sessions(received: Received) -> Response:
    """Sign out everywhere: every session and refresh token ends."""
    known = _own_form(received)
    if isinstance(known, Response):
        return known
    by = known.account.actor(received.address or "", received.trace.correlation_id)
    received.service.store.users.revoke_sessions(known.account.id, by=by)
    return _signed_out(received)


def leave(received: Received) -> Response:
    """Sign out of this browser; applications keep the tokens that they have."""
    known = _own_form(received)
    if isinstance(known, Response):
        return known
    by = known.account.actor(received.address or "", received.trace.correlation_id)
    received.service.store.sessions.end(known.session.sid, by=by)
    return _signed_out(received)


def _journey(received: Received, *parameters: tuple[str, str]) -> Journey:
    return new_journey(received, Purpose.SECURITY_INFO, Parameters(parameters))


def _mine(received: Received, *parameters: tuple[str, str]) -> _Mine | Response:
    """Give who is signed in, if the policies agree; whoever is not is led to sign in."""
    journey = _journey(received, *parameters)
    visit = visit_of(received, journey)
    if isinstance(visit, Response):
        return visit
    known = known_sessions(received)
    if not known or visit.step(silent=True).kind is not Kind.DONE:
        return begun(received, journey)
    return _Mine(visit, known[0])


def _own_form(received: Received) -> Known | Response:
    """Give whose form this is; one from elsewhere is refused (CS01)."""
    known = known_sessions(received)
    if not known:
        return begun(received, _journey(received))
    csrf = keyed_digest(Secret(known[0].secret.encode()), METHODS_PAGE)
    if not from_own_page(received, accepted(received.form), csrf):
        return error_page(
            received, oauth_error(90023, detail="the form is not from this page"), 403
        )
    return known[0]


def _listed(mine: _Mine) -> Iterator[RegisteredMethod]:
    if mine.visit.received.service.store.passwords.of(mine.account.id) is not None:
        yield RegisteredMethod(method=Method.PASSWORD, change=Link(PASSWORD_PAGE))
    for each in mine.account.methods:
        if each.kind in _KINDS:
            yield _listed_method(mine, each)


def _listed_method(mine: _Mine, method: Registered) -> RegisteredMethod:
    name, kind = method.document.get("displayName"), _KINDS[method.kind]
    codes = method.kind == RECOVERY_CODES
    plain = kind.value.replace("_", " ").capitalize()
    return RegisteredMethod(
        method=kind,
        name=name if isinstance(name, str) and name not in {"", plain, _USUAL_APP} else None,
        added=method.created,
        last_used=method.used,
        left=len(as_strings(method.document.get("digests"))) if codes else None,
        remove=mine.form("remove", id=method.id),
    )


def _back(notice: Notice) -> Response:
    headers = {"Cache-Control": "no-store"}
    return RedirectResponse(f"{METHODS_PAGE}?notice={notice}", 303, headers)


def _signed_out(received: Received) -> Response:
    others = tuple(each.secret for each in known_sessions(received))
    response = html(received, SignedOut(tenant=received.service.tenant_name), ())
    if others:
        set_cookie(response, SESSION, ".".join(others))
    else:
        drop_cookie(response, SESSION)
    return response


ROUTES: tuple[tuple[str, Callable[[Received], Response], str], ...] = (
    (METHODS_PAGE, show_methods, "GET"),
    (f"{METHODS_PAGE}/add", add_method, "POST"),
    (f"{METHODS_PAGE}/remove", remove_method, "POST"),
    (PASSWORD_PAGE, show_password, "GET"),
    (PASSWORD_PAGE, change_password, "POST"),
    (f"{METHODS_PAGE}/end-sessions", end_sessions, "POST"),
    (f"{METHODS_PAGE}/sign-out", leave, "POST"),
)
