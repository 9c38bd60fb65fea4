"""Sign-ins that should not pass, each tried on the policies that are on.

A probe is one concrete sign-in of a typical person. If the engine grants it, that is a gap with
its witness; if a policy that is not on would have stopped it, that policy closes the gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ostiary.analysis.lint_stage import ADMINISTRATOR, ORDINARY, Stage
from ostiary.analysis.world import EXCHANGE_ONLINE
from ostiary.conditions.users import GUESTS
from ostiary.model.signin import (
    MISSING,
    Device,
    Proofs,
    Resources,
    SignIn,
    TokenGrant,
    UserAction,
)

PASSWORD = Proofs(methods=frozenset({"password"}))
"""A password and nothing else, by somebody who could show more when asked."""
EVERYTHING = Proofs(methods=frozenset({"password", "microsoftAuthenticatorPush"}), mfa=True)
"""A password and a notification that was approved: what a phished user shows."""
NEWCOMER = Proofs(methods=frozenset({"password"}), mfa_registered=False)
"""A password, and no method registered yet."""
MANAGED = Device(
    (("deviceid", "managed"), ("iscompliant", True), ("trusttype", "ServerAD")),
)
"""A device that is compliant and hybrid joined."""


IMPLIED = {"managed": "password"}
"""Probes that tell nothing where another one, which they follow from, passes too."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A sign-in, and what it means if it is granted: as a clause, and as a word or two."""

    name: str
    sign_in: SignIn
    means: str
    short: str

    @property
    def anywhere(self) -> SignIn:
        """Give the sign-in on whichever platform it is, but for the one that is about that."""
        if self.sign_in.platform is None:
            return self.sign_in
        return replace(self.sign_in, platform=MISSING)


def probes(stage: Stage) -> dict[str, Probe]:
    """Give every probe by its name."""
    found = (*_passwords(stage), *_old_clients(), *_others())
    return {each.name: each for each in found}


_NOBODY = "a member who is in none of the groups that policies name"


def _passwords(stage: Stage) -> Iterator[Probe]:
    ordinary = replace(ORDINARY, proofs=PASSWORD)
    yield Probe(
        "password",
        ordinary,
        f"{_NOBODY} reaches a resource with a password alone",
        "members with a password alone",
    )
    yield Probe(
        "managed",
        replace(ordinary, device=MANAGED),
        f"{_NOBODY} reaches a resource with a password alone on a managed device",
        "members with a password alone on managed devices",
    )
    yield Probe(
        "administrator",
        replace(ordinary, identity=stage.people[ADMINISTRATOR]),
        "a Global Administrator reaches a resource with a password alone",
        "administrators with a password alone",
    )
    yield Probe(
        "guest",
        replace(ordinary, identity=stage.people[GUESTS]),
        "a guest reaches a resource with a password alone",
        "guests with a password alone",
    )
    yield Probe(
        "registration",
        replace(ORDINARY, target=UserAction.REGISTER_SECURITY_INFORMATION, proofs=NEWCOMER),
        "whoever has the password of somebody without a method registers one in their place",
        "the registration of a first method with a password alone",
    )


def _old_clients() -> Iterator[Probe]:
    mail = replace(ORDINARY, target=Resources((EXCHANGE_ONLINE,)), proofs=PASSWORD)
    yield Probe(
        "legacy",
        replace(mail, client_app_type="other"),
        f"{_NOBODY} reads mail with a legacy client (basic authentication)",
        "legacy clients",
    )
    yield Probe(
        "activeSync",
        replace(mail, client_app_type="exchangeActiveSync"),
        f"{_NOBODY} reads mail with an Exchange ActiveSync client (basic authentication)",
        "Exchange ActiveSync with basic authentication",
    )


def _others() -> Iterator[Probe]:
    phished = replace(ORDINARY, proofs=EVERYTHING)
    yield Probe(
        "deviceCode",
        replace(
            phished,
            client_app_type="mobileAppsAndDesktopClients",
            authentication_flow="deviceCodeFlow",
            grant=TokenGrant.DEVICE_CODE,
        ),
        f"{_NOBODY} completes a device code flow that somebody else began",
        "the device code flow",
    )
    yield Probe(
        "unknownPlatform",
        replace(phished, platform=None),
        f"{_NOBODY} signs in from a device platform that Entra does not know",
        "unknown device platforms",
    )
    yield Probe(
        "risk",
        replace(phished, sign_in_risk="high"),
        "a sign-in of high risk is granted",
        "sign-ins of high risk",
    )
    yield Probe(
        "userRisk",
        replace(phished, user_risk="high"),
        "a user of high risk signs in",
        "users of high risk",
    )
