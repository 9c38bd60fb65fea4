"""A sign-in under way, as it is stored between two requests of a browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ostiary.model.json_types import JsonObject
from ostiary.signin.shown import Shown, read_shown, written_shown


@dataclass(frozen=True, slots=True)
class Journey:
    """What a browser asked for and has shown so far.

    `parameters` are the authorization request verbatim, checked anew at each step; `csrf` must come
    back with each form. `tries` counts second factors that failed (checklist MF03). `totp` is a new
    authenticator app whose first code is awaited: its id and its sealed seed in base64.
    """

    tenant: str
    parameters: tuple[tuple[str, str], ...]
    received: datetime
    csrf: str
    user_id: str | None = None
    name: str = ""
    shown: Shown = ()
    chosen: datetime | None = None
    session_id: str | None = None
    recovery: bool = False
    tries: int = 0
    totp: tuple[str, str] | None = None

    def document(self) -> JsonObject:
        """Write it."""
        return {
            "tenant": self.tenant,
            "parameters": [list(each) for each in self.parameters],
            "received": self.received.isoformat(),
            "csrf": self.csrf,
            "userId": self.user_id,
            "name": self.name,
            "shown": written_shown(self.shown),
            "chosen": self.chosen.isoformat() if self.chosen else None,
            "sessionId": self.session_id,
            "recovery": self.recovery,
            "tries": self.tries,
            "totp": list(self.totp) if self.totp else None,
        }


def read_journey(document: JsonObject) -> Journey:
    """Read what `Journey.document` wrote."""
    chosen, totp = document["chosen"], document["totp"]
    return Journey(
        tenant=document["tenant"],
        parameters=tuple((name, value) for name, value in document["parameters"]),
        received=datetime.fromisoformat(document["received"]),
        csrf=document["csrf"],
        user_id=document["userId"],
        name=document["name"],
        shown=read_shown(document["shown"]),
        chosen=datetime.fromisoformat(chosen) if chosen else None,
        session_id=document["sessionId"],
        recovery=document["recovery"],
        tries=document["tries"],
        totp=(totp[0], totp[1]) if totp else None,
    )
