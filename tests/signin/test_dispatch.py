"""The dispatcher: which step comes next, for whom, and what it offers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ostiary.directory.factors import Method
from ostiary.directory.sign_in_verdicts import frame_of
from ostiary.directory.snapshot import Snapshot
from ostiary.factors.kinds import Factor, ShownFactor
from ostiary.factors.proofs import proofs_of
from ostiary.model.json_types import JsonObject
from ostiary.model.signin import Resources, SignIn, UserAction, UserIdentity
from ostiary.signin.accounts import Account
from ostiary.signin.dispatch import Kind, Situation, Step, next_step
from ostiary.signin.journey import Journey, Purpose, Stay, read_journey
from ostiary.signin.stored_methods import PASSKEY, RECOVERY_CODES, TOTP
from ostiary.signin.wanted import Wanted
from ostiary.tenant.tenant import load_tenant

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
USER, APP = (f"5a1f9a40-0000-4000-8000-00000000000{n}" for n in (1, 2))
RESISTANT = "00000000-0000-0000-0000-000000000004"
P, T, K, R = Factor.PASSWORD, Factor.TOTP, Factor.PASSKEY, Factor.RECOVERY_CODE
KINDS = {T: TOTP, K: PASSKEY, R: RECOVERY_CODES}
ALL: JsonObject = {"includeApplications": ["All"]}
ACTION: JsonObject = {"includeUserActions": ["urn:user:registersecurityinfo"]}
BLOCK: JsonObject = {"operator": "OR", "builtInControls": ["block"]}
MFA: JsonObject = {"operator": "OR", "builtInControls": ["mfa"]}
STRENGTH: JsonObject = {"operator": "OR", "authenticationStrength": {"id": RESISTANT}}
CHANGE: JsonObject = {"operator": "AND", "builtInControls": ["mfa", "passwordChange"]}


def policy(grant: JsonObject | None, target: JsonObject = ALL, **session: Any) -> JsonObject:
    """Give a policy for everybody."""
    return {
        "id": f"5a1f9a40-0000-4000-8000-0000000001{len(str(target)):02d}",
        "displayName": "p",
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "users": {"includeUsers": ["All"]},
            "applications": target,
        },
        "grantControls": grant,
        "sessionControls": session or None,
    }


def snapshot(*policies: JsonObject) -> Snapshot:
    """Give a tenant with one user and these policies."""
    tenant = load_tenant(
        {
            "users": [{"id": USER, "userPrincipalName": "a@b.example"}],
            "groups": [],
            "roleAssignments": [],
            "conditionalAccessPolicies": list(policies),
        }
    )
    assert not tenant.parts.refused, tenant.parts.refused
    return Snapshot(1, 1, tenant, tenant.compiled, frame_of(tenant.compiled))


@dataclass(frozen=True)
class Given:
    """One row: what is known of a sign-in."""

    policies: tuple[JsonObject, ...] = ()
    has: tuple[Factor, ...] = ()
    shown: tuple[Factor, ...] = (P,)
    want: Wanted | None = None
    named: bool = True
    silent: bool = False
    must_change: bool = False
    more: tuple[tuple[str, Any], ...] = ()

    def step(self) -> Step:
        """Ask the dispatcher."""
        shown = tuple(ShownFactor(each, NOW) for each in self.shown)
        journey = Journey("t", (), NOW, "c", user_id=USER, name="a@b.example", shown=shown)
        journey = replace(journey, **dict(self.more))
        if not self.named:
            journey = replace(journey, name="", user_id=None)
        account = _account(self.has, must_change=self.must_change) if self.named else None
        proofs = proofs_of(shown, {*self.has, P}, now=NOW)
        action = journey.purpose is Purpose.SECURITY_INFO
        target = UserAction.REGISTER_SECURITY_INFORMATION if action else Resources((APP,), ())
        sign_in = SignIn(UserIdentity(USER), target, client_app_type="browser", proofs=proofs)
        made = snapshot(*self.policies)
        return next_step(
            Situation(
                journey, account, self.want, made, sign_in if account else None, silent=self.silent
            )
        )


def _account(has: tuple[Factor, ...], *, must_change: bool) -> Account:
    methods = tuple(
        Method(each.name, USER, KINDS[each], "e", NOW, None, None, {"digests": ["d"]})
        for each in has
    )
    return Account(USER, "a@b.example", "A", "Member", True, None, methods, must_change)


def more(**members: Any) -> tuple[tuple[str, Any], ...]:
    """Give members of the journey."""
    return tuple(members.items())


STAYED = more(stay=Stay.NO)
SECURITY = more(purpose=Purpose.SECURITY_INFO, stay=Stay.NO)
DEVICE = more(purpose=Purpose.DEVICE, stay=Stay.NO)
TYPED = more(purpose=Purpose.DEVICE, stay=Stay.NO, user_code="sealed")
NEVER = {"persistentBrowser": {"isEnabled": True, "mode": "never"}}

ROWS: dict[str, tuple[Given, Kind, tuple[Factor, ...]]] = {
    "nobody is named": (Given(named=False, shown=()), Kind.LOGIN, ()),
    "an account is to be picked": (
        Given(want=Wanted.CHOICE_OF_ACCOUNT),
        Kind.LOGIN,
        (),
    ),
    "nothing was shown": (Given(shown=()), Kind.FIRST_FACTOR, (P, K, Factor.ACCESS_PASS)),
    "a second factor alone opens nothing": (
        Given(has=(T,), shown=(T,)),
        Kind.FIRST_FACTOR,
        (P, K, Factor.ACCESS_PASS),
    ),
    "a new sign-in is wanted": (
        Given(want=Wanted.NEW_SIGN_IN),
        Kind.FIRST_FACTOR,
        (P, K, Factor.ACCESS_PASS),
    ),
    "no policy": (Given(), Kind.STAY_SIGNED_IN, ()),
    "no policy, and stay is answered": (Given(more=STAYED), Kind.DONE, ()),
    "a session is known": (Given(more=more(session_id="s")), Kind.DONE, ()),
    "a policy answers stay": (Given((policy(None, **NEVER),)), Kind.DONE, ()),
    "no page may be shown": (Given(silent=True), Kind.DONE, ()),
    "a block": (Given((policy(BLOCK),)), Kind.BLOCKED, ()),
    "a block comes before consent": (
        Given((policy(BLOCK),), want=Wanted.CONSENT),
        Kind.BLOCKED,
        (),
    ),
    "MFA, with all methods": (
        Given((policy(MFA),), has=(R, K, T)),
        Kind.SECOND_FACTOR,
        (T, K, R),
    ),
    "MFA was shown": (Given((policy(MFA),), has=(T,), shown=(P, T), more=STAYED), Kind.DONE, ()),
    "a passkey is enough": (
        Given((policy(MFA),), has=(K,), shown=(K,), more=STAYED),
        Kind.DONE,
        (),
    ),
    "MFA, and nothing is registered": (Given((policy(MFA),)), Kind.REGISTER, (T, K)),
    "a strength offers what meets it": (
        Given((policy(STRENGTH),), has=(T, K)),
        Kind.SECOND_FACTOR,
        (K,),
    ),
    "a strength, nothing registered": (Given((policy(STRENGTH),)), Kind.REGISTER, (K,)),
    "own method first, then another is set up": (
        Given((policy(STRENGTH),), has=(T, R)),
        Kind.SECOND_FACTOR,
        (T, R),
    ),
    "own method was shown": (
        Given((policy(STRENGTH),), has=(T,), shown=(P, T)),
        Kind.REGISTER,
        (K,),
    ),
    "the action is blocked": (
        Given((policy(MFA), policy(BLOCK, ACTION))),
        Kind.BLOCKED,
        (),
    ),
    "the action itself asks for MFA": (
        Given((policy(MFA), policy(MFA, ACTION))),
        Kind.BLOCKED,
        (),
    ),
    "a password was reset": (Given(must_change=True), Kind.CHANGE_PASSWORD, ()),
    "a passkey does not ask for a new password": (
        Given(has=(K,), shown=(K,), must_change=True, more=STAYED),
        Kind.DONE,
        (),
    ),
    "MFA comes before a new password": (
        Given((policy(CHANGE),), has=(T,), must_change=True),
        Kind.SECOND_FACTOR,
        (T,),
    ),
    "a policy asks for a new password": (
        Given((policy(CHANGE),), has=(T,), shown=(P, T)),
        Kind.CHANGE_PASSWORD,
        (),
    ),
    "consent": (Given(want=Wanted.CONSENT), Kind.CONSENT, ()),
    "recovery codes are shown first": (
        Given(want=Wanted.CONSENT, more=more(recovery_codes="sealed")),
        Kind.KEEP_CODES,
        (),
    ),
    "a device without its code": (Given(named=False, shown=(), more=DEVICE), Kind.USER_CODE, ()),
    "a device to be confirmed": (Given(more=TYPED), Kind.CONFIRM_DEVICE, ()),
    "a device that was confirmed": (Given(more=(*TYPED, ("confirmed", True))), Kind.DONE, ()),
    "security info, without methods": (Given(more=SECURITY), Kind.DONE, ()),
    "security info, with methods": (
        Given(has=(T, R), more=SECURITY),
        Kind.SECOND_FACTOR,
        (T, R),
    ),
    "security info, to add": (
        Given(more=(*SECURITY, ("adding", True))),
        Kind.REGISTER,
        (T, K, R),
    ),
    "security info, blocked": (Given((policy(BLOCK, ACTION),), more=SECURITY), Kind.BLOCKED, ()),
}


@pytest.mark.parametrize(("given", "kind", "options"), ROWS.values(), ids=ROWS)
def test_next_step(given: Given, kind: Kind, options: tuple[Factor, ...]) -> None:
    step = given.step()
    assert (step.kind, step.options) == (kind, options)


def test_every_kind_of_step_but_those_of_other_tests_is_in_the_table() -> None:
    elsewhere = {Kind.TERMS, Kind.UNANSWERABLE}
    assert {kind for _, kind, _ in ROWS.values()} | elsewhere == set(Kind)


def test_a_journey_is_read_as_it_was_written() -> None:
    journey = Journey(
        "t",
        (("client_id", "x"), ("client_id", "y")),
        NOW,
        "csrf",
        "challenge",
        NOW,
        Purpose.DEVICE,
        USER,
        "a@b.example",
        (ShownFactor(K, NOW, "aaguid"),),
        NOW,
        True,
        "sid",
        T,
        True,
        K,
        True,
        ("id", "seed"),
        "codes",
        "code",
        True,
        NOW,
        NOW,
        Stay.YES,
        3,
    )
    assert read_journey(journey.document()) == journey
