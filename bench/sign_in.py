"""`python -m bench.sign_in`: sign-ins and refreshes of one worker, beside npm's oidc-provider.

Server and clients have a core each; both servers are asked by the same clients, in the same run.
"""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from urllib.request import urlopen

from bench import names, page, sign_in_load, sign_in_report, sign_in_tenant
from bench.sign_in_load import Target
from bench.sign_in_report import Figures
from bench.sign_in_tenant import AZURE_CLI, PASSWORD, Person
from ostiary.model.json_types import JsonObject

PEER = Path(__file__).parent / "oidc_provider"
SCOPE = "https://management.core.windows.net//.default openid profile offline_access"
REDIRECT = "http://localhost:8400"
LOAD = 0.6
AT_ONCE, SIGN_INS_AT_ONCE = 16, 4
_PATIENCE = 180.0


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured."""

    size: names.Size
    people: int
    seconds: float


FULL = Effort(names.FULL, 200, 15.0)
QUICK = Effort(names.QUICK, 20, 1.5)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and unless quick write the page; 1 where a promise does not hold then."""
    parser = argparse.ArgumentParser(prog="python -m bench.sign_in", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small tenant; writes nothing")
    quick = parser.parse_args(arguments).quick
    with tempfile.TemporaryDirectory(prefix="ostiary-bench-") as folder:
        measured = measure(Path(folder), QUICK if quick else FULL)
    print("\n".join(sign_in_report.tables(measured)))
    if quick:
        return 0
    page.write("sign-in", sign_in_report.markdown(measured))
    return int(any("**no**" in line for line in sign_in_report.tables(measured)))


def measure(folder: Path, effort: Effort, *, beside: bool = True) -> sign_in_report.Measured:
    """Measure Ostiary and, where Node and the package are there, the peer."""
    _say(f"a tenant of {effort.size.users:,} users")
    people = sign_in_tenant.make(folder / "data", effort.size, effort.people)
    raw = [_raw()]
    _say("Ostiary")
    found = {sign_in_report.OURS: _figures(_ours(folder / "data"), people, effort, _our_target)}
    raw.append(_raw())
    missing = _missing() if beside else "not asked for"
    if not missing:
        _say("oidc-provider")
        given = {
            "people": [{"id": each.id, "name": each.name, "key": each.key} for each in people],
            "users": effort.size.users,
            "password": PASSWORD,
            "clientId": AZURE_CLI,
            "redirectUri": REDIRECT,
        }
        start = _peer(folder / "people.json", given)
        found[sign_in_report.PEER] = _figures(start, people, effort, _peer_target)
        raw.append(_raw())
    loads = os.getloadavg()
    return sign_in_report.Measured(effort.size.users, sum(raw) / len(raw), found, missing, loads[1])


def _our_target(port: int) -> Target:
    tenant = f"/{names.TENANT}/oauth2/v2.0"
    return Target(port, f"{tenant}/authorize", f"{tenant}/token", AZURE_CLI, REDIRECT, SCOPE)


def _peer_target(port: int) -> Target:
    return Target(
        port,
        "/auth",
        "/token",
        AZURE_CLI,
        REDIRECT,
        "openid profile user_impersonation",
    )


Start = Callable[[int], list[str]]


def _ours(data: Path) -> Start:
    return lambda port: [sys.executable, "-m", "bench.sign_in_server", str(data), str(port)]


def _peer(file: Path, given: JsonObject) -> Start:
    file.write_text(json.dumps(given), encoding="utf-8")
    return lambda port: ["node", str(PEER / "server.mjs"), str(file), str(port)]


def _missing() -> str:
    """Say why the peer is left out, '' where it is not."""
    if shutil.which("node") is None:
        return "Node is not installed"
    if not (PEER / "node_modules" / "oidc-provider").is_dir():
        return "oidc-provider is not installed (`npm ci` in bench/oidc_provider)"
    return ""


def _figures(
    start: Start, people: list[Person], effort: Effort, target_of: Callable[[int], Target]
) -> Figures:
    """Let everybody sign in, refresh at full speed, then at a part of that."""
    with _served(start) as (process, port):
        target, clock = target_of(port), _Clock(process)
        warm = people[: SIGN_INS_AT_ONCE * 2]
        tokens = asyncio.run(sign_in_load.everybody(target, warm, SIGN_INS_AT_ONCE))
        clock.begin()
        others = people[len(warm) :]
        tokens += asyncio.run(sign_in_load.everybody(target, others, SIGN_INS_AT_ONCE))
        sign_ins = clock.rates(len(others))
        asyncio.run(sign_in_load.closed(target, tokens, AT_ONCE, effort.seconds / 5))
        clock.begin()
        done = asyncio.run(sign_in_load.closed(target, tokens, AT_ONCE, effort.seconds))
        refreshes = clock.rates(done)
        taken = sorted(
            asyncio.run(
                sign_in_load.opened(target, tokens, LOAD * refreshes.of_clock, effort.seconds)
            )
        )
        return Figures(refreshes, sign_ins, taken[len(taken) // 2], taken[int(len(taken) * 0.99)])


class _Clock:
    """The time that passes, and what a process takes of a processor meanwhile."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._file = Path(f"/proc/{process.pid}/stat")
        self._began = (0.0, 0.0)

    def begin(self) -> None:
        self._began = time.perf_counter(), self._taken()

    def rates(self, done: int) -> sign_in_report.Rates:
        passed = time.perf_counter() - self._began[0]
        return sign_in_report.Rates(done / passed, done / (self._taken() - self._began[1]))

    def _taken(self) -> float:
        fields = self._file.read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _served(start: Start) -> Generator[tuple[subprocess.Popen[bytes], int]]:
    """Run a server on a core of its own until the block ends."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    cores = sorted(os.sched_getaffinity(0))
    process = subprocess.Popen([*_pinned(cores[0]), *start(port)])  # noqa: S603  # ours
    if len(cores) > 1:
        os.sched_setaffinity(0, set(cores[1:]))
    try:
        _wait_until_it_answers(process, port)
        yield process, port
    finally:
        os.sched_setaffinity(0, set(cores))
        process.terminate()
        process.wait()


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + _PATIENCE
    url = f"http://127.0.0.1:{port}/{names.TENANT}/v2.0/.well-known/openid-configuration"
    while time.monotonic() < end and process.poll() is None:
        try:
            urlopen(url).close()
        except OSError as error:
            if getattr(error, "code", None) is None:
                time.sleep(0.2)
                continue
        return
    raise TimeoutError("expected a server that answers, came none")


def _raw() -> float:
    core = min(os.sched_getaffinity(0))
    command = [*_pinned(core), sys.executable, "-m", "bench.sign_in_server", "raw"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # ours
    return float(done.stdout)


def _pinned(core: int) -> list[str]:
    return ["taskset", "-c", str(core)] if shutil.which("taskset") else []


def _say(what: str) -> None:
    print(f"bench: {what} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
