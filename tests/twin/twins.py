"""A twin in a folder, served in this process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from pyotp.totp import TOTP as OneTimeCodes
from starlette.testclient import TestClient

from ostiary.secrecy.clock import FixedClock
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.signin.client_address import trusted_proxies
from ostiary.tenant.reading import read_raw
from ostiary.twin.completing import Completed, completed
from ostiary.twin.credentials import Credentials
from ostiary.twin.making import made
from ostiary.web.app import sign_in_app
from ostiary.web.service import Service, Settings, open_service
from tests.secrecy.seeded import START

AZ = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
SCOPE = "https://management.core.windows.net//.default"


@dataclass
class Twin:
    """A twin that answers."""

    data: Path
    done: Completed
    told: Credentials
    service: Service
    clock: FixedClock
    http: Any  # starlette types its client by a package that is not installed

    def by_password(self, name: str, **headers: str) -> dict[str, Any]:
        """Ask for a token as the Azure CLI, with the twin's password."""
        form = {"grant_type": "password", "username": name, "password": self.told.password}
        return self._asked({**form, "client_id": AZ, "scope": SCOPE}, headers)

    def as_workload(self, number: int = 0) -> dict[str, Any]:
        """Ask for a token as one of the applications."""
        own = self.told.workloads[number]
        form = {"grant_type": "client_credentials", "client_id": own.app_id}
        return self._asked({**form, "client_secret": own.secret, "scope": SCOPE}, {})

    def code_of(self, name: str) -> str:
        """Give the code that somebody's app shows now."""
        key = self.told.person(name).otp_key
        return OneTimeCodes(key).at(int(self.clock.seconds()))

    def _asked(self, form: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, Any]:
        where = f"/{self.told.tenant_id}/oauth2/v2.0/token"
        return self.http.post(where, data=form, headers=headers).json()


def twin_of(data: Path, export: Any) -> Twin:
    """Make and serve a twin of an export; close its store in the end."""
    clock, randomness = FixedClock(START), SystemRandomness()
    done = completed(read_raw(export))
    told = made(
        data, "an export", done, {}, clock=clock, randomness=randomness, tell=lambda people: None
    )
    settings = Settings(
        login_url="https://localhost:8443",
        password_grant_apps=frozenset({AZ}),
        proxies=trusted_proxies(["127.0.0.1"]),
    )
    service = open_service(data, settings, clock=clock, randomness=randomness, environment={})
    clock.move(timedelta(seconds=1))
    http = TestClient(sign_in_app(service), base_url=settings.login_url, client=("127.0.0.1", 5))
    return Twin(data, done, told, service, clock, http)
