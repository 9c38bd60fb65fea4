"""A served tenant, and what an administrator does to it while clients sign in."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from pyotp.totp import TOTP as OneTimeCodes

from ostiary.demo.outside import Outside
from ostiary.demo.tenant import SUBJECT
from ostiary.directory.azure import SUBSCRIPTION
from ostiary.directory.documents import Stored
from ostiary.directory.sign_ins import Asked
from ostiary.directory.store import Store
from ostiary.secrecy.clock import SystemClock
from tests.clients import tenant
from tests.clients.tenant import Filled

ROOT = Path(__file__).resolve().parents[2]
LOG = "server.log"
SECONDS = 60
STEP = 30
OSTIARY = [sys.executable, "-c", "import sys; from ostiary.cli.main import main; sys.exit(main())"]
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("OSTIARY_")},
    "PYTHONPATH": str(ROOT / "src"),
}
Found = TypeVar("Found")


def eventually(look: Callable[[], Found | None], what: str, seconds: float = SECONDS) -> Found:
    """Look until there is something, for a bounded time."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"after {seconds} s there was still no {what}")


def free_ports(number: int) -> list[int]:
    """Give ports that nobody listens on."""
    held = [socket.socket() for _ in range(number)]
    for each in held:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


@dataclass
class Person:
    """Somebody who signs in; an app's code is never shown twice (MF01)."""

    number: int
    key: str
    last_step: int = 0

    @property
    def id(self) -> str:
        """The object id."""
        return tenant.person_id(self.number)

    @property
    def name(self) -> str:
        """The name to sign in with."""
        return tenant.person_name(self.number)

    def otp(self) -> str:
        """Give a code that was not shown before, the app's next one: good for a minute at least.

        The server takes the code of one step before and after its own (RFC 6238, 5.2).
        """

        def look() -> int | None:
            following = int(time.time()) // STEP + 1
            return following if following > self.last_step else None

        self.last_step = eventually(look, "new code of the app")
        return OneTimeCodes(self.key).at(self.last_step * STEP)

    def answers(self, *, mfa: bool = False, **more: str) -> dict[str, Any]:
        """Give what this person types into the pages."""
        otp = {"otp": [self.otp()]} if mfa else {}
        return {"login": self.name, "passwd": tenant.PASSWORD, **otp, **more}


@dataclass
class Served:
    """A server and its tenant."""

    data: Path
    login: str
    arm: str
    graph: str
    government: str
    tenant_id: str
    filled: Filled
    store: Store
    exports: dict[str, str]
    beyond: Outside
    on_443: bool
    used: int = 0
    addresses: str = tenant.EVERYWHERE

    @property
    def ca(self) -> str:
        """The file of the certificate that clients have to trust."""
        return str(self.data / "ca.pem")

    @property
    def authority(self) -> str:
        """The authority of the tenant."""
        return f"{self.login}/{self.tenant_id}"

    @property
    def subscription(self) -> str:
        """The id of the one subscription."""
        return str(self.store.azure.of_type(SUBSCRIPTION)[0].document["subscriptionId"])

    def pipeline_token(self, subject: str = SUBJECT) -> str:
        """Issue a token, as a pipeline gets it for its run."""
        return self.beyond.token(SystemClock().now(), subject)

    def log(self, lines: int = 20) -> str:
        """Give the last lines that the server wrote."""
        written = (self.data.parent / LOG).read_text("utf-8").splitlines()
        return "\n".join(written[-lines:])

    def person(self) -> Person:
        """Give somebody who did not sign in yet."""
        number, self.used = self.used, self.used + 1
        assert number < tenant.PEOPLE - 1, "there are too few people: raise tenant.PEOPLE"
        return Person(number, self.filled.apps[tenant.person_name(number)])

    def policy(self, name: str, state: str) -> None:
        """Set the state of a policy as an administrator does on the host, and wait for it."""
        ostiary("policy", "set-state", name, state, "--data", str(self.data))
        expected = {"off": "notEnabled", "report-only": "reportOnly"}.get(state)
        eventually(lambda: self._in_force(name, expected), f"policy {name} that is {state}")

    def stored_policy(self, name: str) -> Stored:
        """Give a policy by its name, as it is kept."""
        kept = self.store.policies.all()
        return next(each for each in kept if each.document.get("displayName") == name)

    def place(self, addresses: str) -> None:
        """Move the head office to a range of addresses."""
        self.store.locations.replace(
            tenant.HEAD_OFFICE, tenant.location(addresses), by=tenant.SYSTEM
        )
        self.addresses = addresses
        office = self.stored_policy(tenant.OFFICE)
        if office.document["state"] == "enabled":
            blocked = addresses != tenant.EVERYWHERE
            eventually(
                lambda: (self._probed(tenant.OFFICE) == "failure") is blocked,
                f"head office at {addresses}",
            )

    def sign_ins(self, principal_id: str) -> list[dict[str, Any]]:
        """Give the sign-ins of a person or application, the latest first."""
        log = self.store.sign_ins
        return log.as_graph(log.find(Asked(principal_id=principal_id), limit=50))

    def results(self, principal_id: str, name: str) -> list[str]:
        """Give what a policy came to in the sign-ins of somebody, the latest first."""
        return [
            str(policy["result"])
            for entry in self.sign_ins(principal_id)
            for policy in entry["appliedConditionalAccessPolicies"]
            if policy["displayName"] == name
        ]

    def _in_force(self, name: str, expected: str | None) -> bool:
        result = self._probed(name)
        if expected is None:
            return result != "notEnabled" and not result.startswith("reportOnly")
        return result.startswith(expected)

    def _probed(self, name: str) -> str:
        """Sign somebody in whom no test knows, and give what the log says of a policy."""
        probe = tenant.PEOPLE - 1
        form = {
            "grant_type": "password",
            "client_id": tenant.CLI,
            "username": tenant.person_name(probe),
            "password": tenant.PASSWORD,
            "scope": "https://management.core.windows.net//.default",
        }
        self.post(f"{self.authority}/oauth2/v2.0/token", form)
        return self.results(tenant.person_id(probe), name)[0]

    def get(self, address: str) -> dict[str, Any]:
        """Get JSON."""
        return self._asked(Request(address))  # noqa: S310  # ours

    def post(self, address: str, form: dict[str, str]) -> dict[str, Any]:
        """Post a form and read the JSON that comes, an error's too."""
        return self._asked(Request(address, urlencode(form).encode()))  # noqa: S310  # ours

    def _asked(self, request: Request) -> dict[str, Any]:
        context = ssl.create_default_context(cafile=self.ca)
        try:
            with urlopen(request, context=context, timeout=SECONDS) as answer:  # noqa: S310  # ours
                return json.loads(answer.read())
        except HTTPError as error:
            with error:
                return json.loads(error.read())


def ostiary(*arguments: str) -> str:
    """Run `ostiary` on the host and give what it answers."""
    done = subprocess.run(  # noqa: S603  # our own command
        [*OSTIARY, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        env=ENVIRONMENT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
