"""A device that asks for a code, and a person who approves it in a browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ostiary.factors.kinds import Factor, ShownFactor
from ostiary.signin.device_approvals import DeviceApproval, written_approval
from ostiary.signin.shown import written_shown
from tests.web.serving import ARM_SCOPE, ASTRID, AZ, TENANT, Served

LONG = "urn:ietf:params:oauth:grant-type:device_code"
_DAY = timedelta(days=1)
CAPABLE = '{"access_token":{"xms_cc":{"values":["CP1"]}}}'


@dataclass
class Device:
    """A device that shows its code."""

    served: Served
    body: dict[str, Any]

    def poll(self, grant: str = LONG, **more: str) -> Any:
        """Poll as MSAL for Python does: the code under both names, no scope."""
        code = self.body["device_code"]
        form = {"grant_type": grant, "client_id": AZ, "code": code, "device_code": code}
        return self.served.token({**form, **more}, "organizations")

    def approve(self, *factors: Factor, user: str = ASTRID) -> None:
        """Approve it as a person who showed factors just now, in a session of his."""
        store, now = self.served.service.store, self.served.clock.now()
        shown = tuple(ShownFactor(each, now) for each in (Factor.PASSWORD, *factors))
        document = {"shown": written_shown(shown)}
        _, session = store.sessions.begin(user, document, lasts=_DAY, idle=_DAY)
        done = store.device_codes.approve(
            self.body["user_code"], user, session.sid, written_approval(DeviceApproval(shown))
        )
        assert done


def ask(served: Served, version: str = "/v2.0", **more: str) -> Any:
    """Ask for a code as the Azure CLI does."""
    form = {"client_id": AZ, "scope": ARM_SCOPE, "claims": CAPABLE, **more}
    return served.http.post(f"/{TENANT}/oauth2{version}/devicecode", data=form)


def device(served: Served, **more: str) -> Device:
    """Give a device that has its code."""
    response = ask(served, **more)
    assert response.status_code == 200, response.text
    return Device(served, response.json())
