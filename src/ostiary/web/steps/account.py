"""Who signs in: the name, the accounts that the browser knows, another account."""

from __future__ import annotations

import json
from dataclasses import replace

from ostiary.factors.passkeys import Ceremony, sign_in_options
from ostiary.oidc.parameters import Parameters
from ostiary.pages import (
    AccountTile,
    Login,
    Page,
    PasskeyRequest,
    PickAccount,
    Problem,
    Refusal,
)
from ostiary.signin.accounts import Account, account_named
from ostiary.signin.dispatch import Kind, Step
from ostiary.signin.journey import Journey
from ostiary.signin.shown import read_shown
from ostiary.web.sessions import Known, known_sessions
from ostiary.web.steps.step import BrowserStep, Taken, again
from ostiary.web.visit import Visit


def as_account(visit: Visit, account: Account | None, name: str) -> Journey:
    """Give the journey of another account: with what its own session has shown, and no other."""
    journey = visit.journey
    mine = next(
        (
            each
            for each in known_sessions(visit.received)
            if account is not None and each.account.id == account.id
        ),
        None,
    )
    return replace(
        journey,
        # INVARIANT: a name nobody has goes on to the password like any other, as typed (EN01).
        user_id=account.id if account else None,
        name=name,
        shown=read_shown(mine.session.document["shown"]) if mine else (),
        session_id=mine.session.sid if mine else None,
        chosen=visit.received.service.clock.now(),
        method=None,
        choosing=False,
        password_changed=None,
        consented=None,
        confirmed=False,
        totp=None,
        recovery_codes=None,
        stay=None,
        tries=0,
    )


class PickStep(BrowserStep):
    """The accounts that are signed in in this browser."""

    name = "account"
    kinds = frozenset({Kind.LOGIN})

    def shows(self, visit: Visit, due: Step) -> bool:
        """Only where there are some, and another one was not asked for."""
        known = due.kind is Kind.LOGIN and not visit.journey.elsewhere
        return known and bool(known_sessions(visit.received))

    def page(self, visit: Visit, due: Step, refusal: Refusal | None) -> Page:
        """One tile for each."""
        known = known_sessions(visit.received)
        return PickAccount(
            accounts=tuple(_tile(visit, each) for each in known),
            another_account=visit.form("switch-account"),
            tenant=visit.received.service.tenant_name,
            app=visit.sought.app.display_name or None,
            refusal=refusal,
        )

    def take(self, visit: Visit, due: Step, form: Parameters) -> Taken:
        """Go on with the session of the account that was picked."""
        picked = form.get("sid")
        for each in known_sessions(visit.received):
            if each.session.sid == picked:
                return Taken(as_account(visit, each.account, each.account.name))
        return again(visit, Problem.LOGIN_MISSING)


class NameStep(BrowserStep):
    """The sign-in name, or a passkey that tells it."""

    name = "name"
    kinds = frozenset({Kind.LOGIN})

    def page(self, visit: Visit, due: Step, refusal: Refusal | None) -> Page:
        """Offer a passkey beside the name."""
        return Login(
            form=visit.form("name"),
            login=visit.journey.name,
            passkey=passkey_request(visit),
            tenant=visit.received.service.tenant_name,
            app=visit.sought.app.display_name or None,
            refusal=refusal,
        )

    def take(self, visit: Visit, due: Step, form: Parameters) -> Taken:
        """Go on as somebody, whether there is such an account or not."""
        name = (form.get("login") or "").strip()
        if not name:
            return again(visit, Problem.LOGIN_MISSING)
        account = account_named(visit.received.service.store, name)
        if account is not None and account.id == visit.journey.user_id:
            journey = replace(visit.journey, chosen=visit.received.service.clock.now())
            return Taken(journey)
        return Taken(as_account(visit, account, name))


class SwitchStep(BrowserStep):
    """Signing in as somebody else; a link on other pages, without one of its own."""

    name = "switch-account"
    kinds = frozenset(Kind) - {Kind.USER_CODE, Kind.DONE, Kind.KEEP_CODES}

    def shows(self, visit: Visit, due: Step) -> bool:
        """Never: it has no page."""
        return False

    def take(self, visit: Visit, due: Step, form: Parameters) -> Taken:
        """Forget the account; the page of accounts leads to the name, others to the accounts."""
        journey = replace(as_account(visit, None, ""), chosen=None)
        return Taken(replace(journey, elsewhere=due.kind is Kind.LOGIN))


def passkey_request(visit: Visit) -> PasskeyRequest:
    """Ask the browser for any passkey of this site: whose it is, the answer tells (EN01)."""
    challenge = visit.challenge(Ceremony.SIGN_IN)
    options = sign_in_options(challenge, visit.received.service.passkeys)
    return PasskeyRequest(visit.form("passkey"), json.dumps(options))


def _tile(visit: Visit, known: Known) -> AccountTile:
    account = known.account
    form = visit.form("account", sid=known.session.sid)
    name = account.display_name or None
    return AccountTile(login=account.name, form=form, name=name, signed_in=True)
