"""A sign-in under way, as it is stored between two requests of a browser."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import Enum
from typing import Any

from ostiary.factors.kinds import Factor
from ostiary.model.json_types import JsonObject
from ostiary.secrecy.randomness import Randomness
from ostiary.signin.shown import Shown, read_shown, written_shown


class Purpose(Enum):
    """What a browser signs in for."""

    APPLICATION = "application"
    DEVICE = "device"
    SECURITY_INFO = "securityInfo"
    FORWARD = "forward"


class Stay(Enum):
    """The answer to *Stay signed in?*."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Journey:
    """What a browser asked for and has shown so far.

    `parameters` are the request verbatim, checked anew at each step; `csrf` must come back with
    each form. `challenge` is what a passkey has to sign, drawn anew with every form that is taken,
    so that it serves once. `chosen`: when the account was picked; `elsewhere`: as another one than
    the browser knows. `method` is the factor picked to be shown, `registering` the one to be set
    up; `adding`: setting it up is what the person came for. `totp` is a new authenticator app whose
    first code is awaited: its id and its sealed seed in base64. `recovery_codes` and `user_code`
    are sealed, in base64. `tries` counts second factors that failed (checklist MF03).
    `password_changed` is when the person chose a new one in this very sign-in.
    """

    tenant: str
    parameters: tuple[tuple[str, str], ...]
    received: datetime
    csrf: str
    challenge: str = ""
    challenged: datetime | None = None
    purpose: Purpose = Purpose.APPLICATION
    user_id: str | None = None
    name: str = ""
    shown: Shown = ()
    chosen: datetime | None = None
    elsewhere: bool = False
    session_id: str | None = None
    method: Factor | None = None
    choosing: bool = False
    registering: Factor | None = None
    adding: bool = False
    totp: tuple[str, str] | None = None
    recovery_codes: str | None = None
    user_code: str | None = None
    confirmed: bool = False
    consented: datetime | None = None
    password_changed: datetime | None = None
    stay: Stay | None = None
    tries: int = 0

    @property
    def began(self) -> bool:
        """Whether a first factor was shown: a password, or one that is enough alone."""
        return any(each.factor is Factor.PASSWORD or each.factor.value.alone for each in self.shown)

    def challenged_anew(self, randomness: Randomness, now: datetime) -> Journey:
        """Give it with another challenge for a passkey (checklist WA01: single use)."""
        return replace(self, challenge=randomness.token().reveal(), challenged=now)

    def document(self) -> JsonObject:
        """Write it."""
        return {
            **{each.name: getattr(self, each.name) for each in fields(self)},
            "parameters": [list(each) for each in self.parameters],
            "received": self.received.isoformat(),
            "challenged": self.challenged.isoformat() if self.challenged else None,
            "purpose": self.purpose.value,
            "shown": written_shown(self.shown),
            "chosen": self.chosen.isoformat() if self.chosen else None,
            "method": self.method.name if self.method else None,
            "registering": self.registering.name if self.registering else None,
            "totp": list(self.totp) if self.totp else None,
            "consented": self.consented.isoformat() if self.consented else None,
            "password_changed": self.password_changed.isoformat()
            if self.password_changed
            else None,
            "stay": self.stay.value if self.stay else None,
        }


def read_journey(document: JsonObject) -> Journey:
    """Read what `Journey.document` wrote."""
    totp = document["totp"]
    read: dict[str, Any] = {
        **document,
        "parameters": tuple((name, value) for name, value in document["parameters"]),
        "received": datetime.fromisoformat(document["received"]),
        "challenged": _moment(document["challenged"]),
        "purpose": Purpose(document["purpose"]),
        "shown": read_shown(document["shown"]),
        "chosen": _moment(document["chosen"]),
        "method": _factor(document["method"]),
        "registering": _factor(document["registering"]),
        "totp": (totp[0], totp[1]) if totp else None,
        "consented": _moment(document["consented"]),
        "password_changed": _moment(document["password_changed"]),
        "stay": Stay(document["stay"]) if document["stay"] else None,
    }
    return Journey(**read)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _factor(name: str | None) -> Factor | None:
    return Factor[name] if name else None
