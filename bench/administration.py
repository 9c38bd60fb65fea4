"""`python -m bench.administration`: changes behind the lockout guard, the policy list, `evaluate`.

Asked as Graph is: whole requests to its application, in this process, with a token that is checked
and judged by the policies each time. A change is a PATCH of a policy: authorised, proved to lock
nobody out on the tenant as it would be, written with its audit row, compiled.
"""

import argparse
import asyncio
import itertools
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import names, page, sign_in_tenant
from bench.names import Size
from bench.page import machine
from ostiary.directory.protocols import SYSTEM
from ostiary.oidc.first_party import GRAPH
from ostiary.secrecy.clock import SystemClock
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.tokens.claims import AppGrant, ClientProof, TokenClient, TokenResource
from ostiary.web.resource_apis import graph_api
from ostiary.web.service import Service, open_service

ROOT = "/v1.0/identity/conditionalAccess"
PERMISSIONS = ("Application.Read.All", "Policy.Read.All", "Policy.ReadWrite.ConditionalAccess")
CHANGE, LIST, FIRST_LIST, EVALUATE = (
    "change of a policy, behind the guard",
    "list of the policies",
    "list, the first after a change",
    "evaluate, all policies told",
)
PROMISED = {CHANGE: 0.5, LIST: 0.02, FIRST_LIST: 0.02, EVALUATE: 0.03}


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of request: seconds by the clock, the median, the slowest of ten, and processor."""

    what: str
    median: float
    slow: float
    processor: float


@dataclass(frozen=True, slots=True)
class Measured:
    """A run."""

    users: int
    rows: tuple[Row, ...]
    load: float


class Refused(Exception):
    """An answer that is none: the times would mean nothing."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and unless quick write the page; 1 where a promise does not hold then."""
    parser = argparse.ArgumentParser(prog="python -m bench.administration", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small tenant; writes nothing")
    quick = parser.parse_args(arguments).quick
    print("bench: administration …", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="ostiary-bench-") as folder:
        measured = measure(Path(folder), names.QUICK if quick else names.FULL, 5 if quick else 40)
    lines = table(measured)
    print("\n".join(lines))
    if quick:
        return 0
    page.write("administration", "\n".join(section(measured)))
    return int(any("**no**" in line for line in lines))


def measure(folder: Path, size: Size, times: int) -> Measured:
    """Make the tenant, and ask everything so many times."""
    sign_in_tenant.fill(folder / "data", size)
    settings, clock = sign_in_tenant.settings(), SystemClock()
    service = open_service(
        folder / "data", settings, clock=clock, randomness=SystemRandomness(), environment={}
    )
    try:
        with asyncio.Runner() as runner:
            asking = _Asking(service, runner)
            return Measured(size.users, tuple(_rows(asking, size, times)), os.getloadavg()[0])
    finally:
        service.store.close()


class _Asking:
    """Requests to Graph, of an application with the permissions for policies."""

    def __init__(self, service: Service, runner: asyncio.Runner) -> None:
        self.service = service
        self._runner = runner
        self._app = graph_api(service)
        self._token = _token(service)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Give the answer to a request. Raises Refused."""
        return self._runner.run(self._asked(method, path, body))

    async def _asked(self, method: str, path: str, body: Any) -> Any:
        text = b"" if body is None else json.dumps(body).encode()
        headers = {
            "authorization": f"Bearer {self._token}",
            "content-type": "application/json",
            "host": "localhost:8445",
            "x-forwarded-for": sign_in_tenant.ADDRESS,
        }
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "scheme": "https",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 5),
            "server": ("localhost", 8445),
        }
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": text, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        answer = b"".join(each.get("body", b"") for each in sent)
        if sent[0]["status"] >= 400:
            raise Refused(f"{method} {path}: {sent[0]['status']} {answer[:500]!r}")
        return json.loads(answer) if answer else None


def _token(service: Service) -> str:
    """Register an application, and give it a token with the permissions."""
    document = {"displayName": "Administration", "signInAudience": "AzureADMyOrg"}
    app = service.store.applications.create(document, by=SYSTEM)
    app_id = str(app.document["appId"])
    principal = service.store.principals.create(
        {"appId": app_id, "displayName": "Administration"}, by=SYSTEM
    )
    service.snapshots.refresh()
    service.keys.ensure()
    client = TokenClient(app_id, "Administration", ClientProof.SECRET)
    grant = AppGrant(principal.id, client, TokenResource(GRAPH, GRAPH), PERMISSIONS)
    return service.issuer.access_token(grant).token.reveal()


def _rows(asking: _Asking, size: Size, times: int) -> list[Row]:
    listed = asking.ask("GET", f"{ROOT}/policies")["value"]
    numbers = itertools.cycle(range(len(listed)))
    request = {
        "signInIdentity": {
            "@odata.type": "#microsoft.graph.userSignIn",
            "userId": names.user_id(size.users // 2),
        },
        "signInContext": {
            "@odata.type": "#microsoft.graph.applicationContext",
            "includeApplications": ["797f4846-ba00-4fd7-ba43-dac1f8f63013"],
        },
        "signInConditions": {"clientAppType": "browser", "devicePlatform": "windows"},
    }

    def change() -> None:
        """Take turns with all policies: no two changes are of the same one."""
        policy = listed[next(numbers)]
        policy["displayName"] += "'"
        name = {"displayName": policy["displayName"]}
        asking.ask("PATCH", f"{ROOT}/policies/{policy['id']}", name)

    def whole_list() -> None:
        asking.ask("GET", f"{ROOT}/policies")

    def evaluate() -> None:
        asking.ask("POST", f"{ROOT}/evaluate", request)

    return [
        _timed(CHANGE, times, change),
        _timed(LIST, times, whole_list),
        _timed(FIRST_LIST, times, whole_list, before=change),
        _timed(EVALUATE, times, evaluate),
    ]


def _timed(
    what: str,
    times: int,
    action: Callable[[], None],
    before: Callable[[], None] | None = None,
) -> Row:
    (before or (lambda: None))()
    action()
    walls: list[float] = []
    processor: list[float] = []
    for _ in range(times):
        if before is not None:
            before()
        began = time.perf_counter(), time.process_time()
        action()
        walls.append(time.perf_counter() - began[0])
        processor.append(time.process_time() - began[1])
    slow = sorted(walls)[len(walls) * 9 // 10]
    return Row(what, statistics.median(walls), slow, statistics.median(processor))


def table(measured: Measured) -> list[str]:
    """Give one line a kind of request, and whether it keeps its promise."""
    lines = [
        "| request to Graph | by the clock | nine of ten within | processor | promise |",
        "|---|--:|--:|--:|---|",
    ]
    for row in measured.rows:
        bound = PROMISED[row.what]
        holds = "yes" if row.processor <= bound else "**no**"
        times = " | ".join(
            f"{1000 * each:.1f} ms" for each in (row.median, row.slow, row.processor)
        )
        lines.append(f"| {row.what} | {times} | ≤ {1000 * bound:g} ms: {holds} |")
    return lines


def section(measured: Measured) -> list[str]:
    """Give the part of docs/benchmarks.md about administration."""
    return [
        "## Administration",
        "",
        f"{sign_in_tenant.POLICIES} policies and {measured.users:,} users in a store on SQLite; "
        "whole requests to the application",
        "of Microsoft Graph in one process, without TLS. The token is checked and judged by the",
        "policies each time. A change is proved to lock nobody out, on the tenant as it would be,",
        "written with its audit row, and compiled before it is answered. Medians; promises are",
        "held to processor time, as everywhere here: the clock counts other programs, too.",
        "",
        *table(measured),
        "",
        f"{machine()}; load of the machine {measured.load:.1f}.",
    ]


if __name__ == "__main__":
    sys.exit(main())
