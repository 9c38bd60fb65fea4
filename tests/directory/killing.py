"""Processes that write and are killed: children by fork, so that a round takes milliseconds.

Run as a program of its own: `python -m tests.directory.killing write|migrate PLACE ROUNDS`. Prints
one line of JSON. A process with threads (pytest) must not fork.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import NoReturn

from ostiary.directory.audit_verify import verify
from ostiary.directory.database import check_integrity
from ostiary.directory.families import Presented, Use
from ostiary.directory.store import Store
from tests.directory.stores import ADMIN, TestClock, opened

_SEED = 20_261_122
_PATIENCE = 60
_DAYS = timedelta(days=90)


def forked(work: Callable[[int], None]) -> tuple[int, int]:
    """Run `work` in a child, which acknowledges through the pipe that it is handed."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _run(work, writing)
    os.close(writing)
    return child, reading


def _run(work: Callable[[int], None], pipe: int) -> NoReturn:
    try:
        work(pipe)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
        os._exit(1)
    os._exit(0)


def write_for_ever(place: str, number: int) -> Callable[[int], None]:
    """Make changes of every kind, each acknowledged once it returned."""

    def work(pipe: int) -> None:
        store = opened(place, TestClock())
        token, family = store.families.begin(
            "u1", "c", {}, use=Use.ROTATING, lasts=_DAYS, idle=_DAYS
        )
        done = 0
        while True:
            done += 1
            name = f"{number}-{done}"
            made = store.policies.create({"displayName": name}, by=ADMIN)
            os.write(pipe, f"policy {made.id} {made.etag}\n".encode())
            changed = store.policies.modify(made.id, {"state": "enabled"}, by=ADMIN)
            os.write(pipe, f"policy {made.id} {changed.etag}\n".encode())
            found = store.families.redeem(token, "c")
            token = found.token or ""
            os.write(pipe, f"token {family.id} {token}\n".encode())

    return work


def kill_while_writing(place: str, rounds: int) -> dict[str, object]:
    """Kill a writer `rounds` times, at another moment each; tell what was lost."""
    chance = random.Random(_SEED)  # noqa: S311  # when to kill
    acknowledged: list[list[str]] = []
    for number in range(rounds):
        child, pipe = forked(write_for_ever(place, number))
        wanted = chance.randint(1, 12)
        acknowledged += _read_then_kill(child, pipe, wanted, chance.random() / 500)
    store = opened(place, TestClock())
    try:
        return {"rounds": rounds, "acknowledged": len(acknowledged), **_lost(store, acknowledged)}
    finally:
        store.close()


def _read_then_kill(child: int, pipe: int, wanted: int, after: float) -> list[list[str]]:
    """Read so many acknowledgements, wait a moment, kill, and read what came before the end."""
    text = b""
    while text.count(b"\n") < wanted:
        if not select.select([pipe], [], [], _PATIENCE)[0]:
            break
        piece = os.read(pipe, 65_536)
        if not piece:
            break
        text += piece
    select.select([], [], [], after)  # only chooses the moment; nothing is asserted of it
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while piece := os.read(pipe, 65_536):
        text += piece
    os.close(pipe)
    whole = text[: text.rfind(b"\n") + 1].decode()
    return [line.split() for line in whole.splitlines()]


def _lost(store: Store, acknowledged: list[list[str]]) -> dict[str, object]:
    policies = {each.id: each for each in store.policies.all()}
    last = {identity: told for kind, identity, told in acknowledged if kind == "policy"}
    lost = [
        identity
        for identity, etag in last.items()
        if identity not in policies
        or (policies[identity].etag != etag and "state" not in policies[identity].document)
    ]
    tokens = {family: token for kind, family, token in acknowledged if kind == "token"}
    good = {Presented.CURRENT, Presented.RECENT}
    dead = [f for f, t in tokens.items() if store.families.look_up(t, "c").presented not in good]
    versions = sum(len(store.policies.versions(each)) for each in policies)
    with store.database.reading() as connection:
        verified = verify(connection)
    return {
        "lost": lost,
        "lost_tokens": dead,
        "changes": versions,
        "audit_rows": verified.rows,
        "findings": [each.what for each in verified.findings],
        "integrity": check_integrity(store.database),
    }


def kill_while_migrating(place: str, rounds: int) -> dict[str, object]:
    """Kill whoever makes the store, at another moment each; then let four make it at once."""

    def make(pipe: int) -> None:
        os.write(pipe, b"ready\n")
        opened(place, TestClock()).close()

    for number in range(rounds):
        child, pipe = forked(make)
        _read_then_kill(child, pipe, 1, 0.004 * number)
    children = [forked(make) for _ in range(4)]
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child, _ in children]
    return {"codes": codes}


def main() -> None:
    """Run what the arguments name."""
    what, place, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    work = {"write": kill_while_writing, "migrate": kill_while_migrating}[what]
    sys.stdout.write(json.dumps(work(place, rounds)) + "\n")


if __name__ == "__main__":
    main()
