"""CC02: a served process is killed 40 times while it is used; nothing acknowledged is lost."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from ostiary.directory.audit_verify import verify
from ostiary.directory.database import check_integrity
from ostiary.directory.families import Presented
from ostiary.directory.protocols import SYSTEM
from ostiary.serving.host import opened_store
from ostiary.signin.emergency import USED
from tests.serving.processes import Process, free_ports, running
from tests.web.serving import ARM_SCOPE, AZ, LIFEBOAT, PASSWORD

ROUNDS = 40
_SEED = 20261122
GOOD = {Presented.CURRENT, Presented.RECENT}
NAME = "lifeboat@fjordvik.example"
ALLOWED = {
    "OSTIARY_PASSWORD_GRANT__ENABLED": "true",
    "OSTIARY_PASSWORD_GRANT__APPS": AZ,
    "OSTIARY_EMERGENCY_ACCESS__ACCOUNTS": NAME,
    # alerts wait for a webhook that does not answer
    "OSTIARY_ALERTS__WEBHOOK_URL": "https://127.0.0.1:9/hook",
    "OSTIARY_ALERTS__WEBHOOK_SECRET": "only for tests",
    "OSTIARY_OUTBOUND__NETWORKS": "127.0.0.1/32",
}


@dataclass
class Acknowledged:
    """What the server said that it had done."""

    sign_ins: list[str] = field(default_factory=list[str])
    tokens: list[str] = field(default_factory=list[str])
    refused: list[str] = field(default_factory=list[str])


def sign_in_until_it_ends(served: Process, told: Acknowledged, enough: Callable[[], None]) -> None:
    """Sign in and refresh again and again, until the server is gone."""
    form = {"client_id": AZ, "scope": ARM_SCOPE}
    url = "/organizations/oauth2/v2.0/token"
    with served.client(timeout=60) as client:
        try:
            token = ""
            while True:
                first = {"grant_type": "password", "username": NAME, "password": PASSWORD}
                more = {"grant_type": "refresh_token", "refresh_token": token} if token else first
                answer = client.post(url, data={**form, **more})
                if answer.status_code != 200:
                    told.refused.append(answer.text)
                    return
                body: dict[str, Any] = answer.json()
                told.sign_ins.append(answer.headers["x-ms-request-id"])
                if token:
                    told.tokens.remove(token)
                token = str(body["refresh_token"])
                told.tokens.append(token)
                enough()
        except httpx.TransportError:
            return


def one_round(data: Path, ports: list[int], told: Acknowledged, wanted: int, after: float) -> None:
    """Serve, wait for so many answers and a moment more, and kill."""
    left = threading.Semaphore(0)
    with running(data, ports=ports, environment=ALLOWED) as served:
        asking = threading.Thread(target=sign_in_until_it_ends, args=(served, told, left.release))
        asking.start()
        for _ in range(wanted):
            assert left.acquire(timeout=60), told.refused
        left.acquire(timeout=after)  # only chooses the moment; nothing is asserted of it
        served.kill()
        asking.join()


def dead_tokens(data: Path, told: Acknowledged) -> list[str]:
    """Name the tokens of a round that are no good, while an answer that was lost can come again.

    Source: checklist RT04; a client whose answer was lost repeats its request within the grace.
    """
    with opened_store(str(data), {}) as store:
        held, told.tokens = told.tokens, []
        return [each[:8] for each in held if store.families.look_up(each, AZ).presented not in GOOD]


def test_CC02_a_served_process_that_is_killed_40_times_loses_nothing(data: Path) -> None:
    with opened_store(str(data), {}) as store:
        known = store.passwords.of(LIFEBOAT)
        assert known is not None
        # by the host's clock, which is the one that the process will read
        store.passwords.set(LIFEBOAT, known.hash, by=SYSTEM)
    chance, told, ports = random.Random(_SEED), Acknowledged(), free_ports(3)  # noqa: S311  # when
    for _ in range(ROUNDS):
        one_round(data, ports, told, chance.randint(1, 4), chance.random() / 20)
        assert dead_tokens(data, told) == []
    assert (len(told.sign_ins) >= ROUNDS, told.refused) == (True, [])
    with opened_store(str(data), {}) as store:
        assert [each for each in told.sign_ins if store.sign_ins.get(each) is None] == []
        alerted = {
            each.row["detail"]["signInId"]
            for each in store.audit.newest(activity=USED, target_id=LIFEBOAT, limit=100_000)
        }
        assert set(told.sign_ins) <= alerted
        # BG01: every alert still waits for the webhook
        assert store.alerts.waiting() >= len(told.sign_ins)
        with store.database.reading() as connection:
            assert verify(connection).holds
        assert check_integrity(store.database) == []
