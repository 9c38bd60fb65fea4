"""Steps of a rollout, killed before each change that they make of the database, and at the end.

Run as a program of its own: `python -m tests.administration.killing_rollouts FOLDER`; prints one
line of JSON. A process with threads (pytest) must not fork.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event

from ostiary.administration.rollout_looking import Looked, kept_of
from ostiary.administration.rollouts import (
    Asked,
    advance,
    approve,
    start_rollout,
    step_back_by_itself,
    undo,
)
from ostiary.directory.database import FILE_NAME, Database
from ostiary.directory.importing import import_tenant
from ostiary.directory.objects import SETTINGS
from ostiary.directory.protocols import SYSTEM, Actor, ActorKind
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Store, open_store
from ostiary.directory.unit import Means
from ostiary.rollout.documents import moved
from ostiary.rollout.findings import Health
from ostiary.rollout.gates import Gate, GateResult, Outcome
from ostiary.rollout.settings import Settings
from ostiary.rollout.state_json import rollout_from_json
from tests.directory.stores import BindingSealer, TestClock
from tests.web.serving import ASTRID, LIFEBOAT, POLICY, tenant

Step = Callable[[Store, Snapshots], object]
_CHANGES: Final = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b")
_MOST: Final = 60
ONE, OTHER = (Actor(ActorKind.USER, each, "an administrator") for each in (ASTRID, LIFEBOAT))


def _started(store: Store, snapshots: Snapshots) -> object:
    settings = Settings(approval=True, failed_least=1)
    return start_rollout(store, snapshots, POLICY, settings, by=ONE)


def _advanced(store: Store, snapshots: Snapshots) -> object:
    kept = kept_of(store.rollouts.of(POLICY)[-1])
    results = [GateResult(each, Outcome.PASSED, "as the test says") for each in Gate]
    looked = Looked(kept, store.policies.need(POLICY), store.policies.state(), tuple(results), None)
    return advance(store, snapshots, looked, by=ONE)


def _approved(store: Store, _: Snapshots) -> object:
    return approve(store, Asked(store.rollouts.of(POLICY)[-1].id, OTHER))


def _put_back(store: Store, snapshots: Snapshots) -> object:
    kept = kept_of(store.rollouts.of(POLICY)[-1])
    return step_back_by_itself(store, snapshots, kept, Health(10, 9))


def _undone(store: Store, snapshots: Snapshots) -> object:
    return undo(store, snapshots, Asked(store.rollouts.of(POLICY)[-1].id, ONE))


STEPS: Final[tuple[Step, ...]] = (
    *(_started, _advanced, _approved, _advanced, _put_back, _approved, _advanced, _undone),
)


def _means(number: int) -> Means:
    clock = TestClock()
    clock.move(minutes=number)
    return Means(clock, secrets.token_bytes, BindingSealer())


def fill(folder: Path) -> None:
    """Make the tenant."""
    means = _means(0)
    store = open_store(folder, clock=means.clock, random=means.random, sealer=means.sealer)
    import_tenant(store, tenant(), by=SYSTEM)
    store.singles.write(SETTINGS, {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    ends = (means.clock.now() + timedelta(days=30)).isoformat()
    store.exclusions.create(
        {
            "policyId": POLICY,
            "userId": ASTRID,
            "startDateTime": means.clock.now().isoformat(),
            "endDateTime": ends,
        },
        by=SYSTEM,
    )
    store.close()


def killed_at(folder: Path, step: Step, number: int, count: int) -> bool:
    """Take a step and be killed before the `count`-th change; tell whether it ended before."""
    child = os.fork()
    if not child:
        _be_killed(folder, step, number, count)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    assert os.waitstatus_to_exitcode(status) == 0
    return True


def _be_killed(folder: Path, step: Step, number: int, count: int) -> None:
    try:
        left = [count]
        database = Database(folder)

        def look(*seen: Any) -> None:
            if _CHANGES.match(str(seen[2])):
                _count_down(left)

        def end(_: object) -> None:
            _count_down(left)

        event.listen(database.engine, "before_cursor_execute", look)
        event.listen(database.engine, "commit", end)
        store = Store(database, _means(number))
        step(store, Snapshots(store))
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
        os._exit(1)
    os._exit(0)


def _count_down(left: list[int]) -> None:
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)


def seen(folder: Path) -> dict[str, Any]:
    """Read what there is, past everything that a process could have in memory."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as reading:
        (policy,) = reading.execute("SELECT document FROM policies WHERE id = ?", (POLICY,))
        texts = reading.execute("SELECT document FROM policy_rollouts").fetchall()
        counted = {
            name: reading.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608  # ours
            for name in ("policy_versions", "alert_outbox", "temporary_exclusions", "audit")
        }
    document = json.loads(policy[0])
    return {"policy": document, "rollouts": [json.loads(each) for (each,) in texts], **counted}


def half_done(found: dict[str, Any]) -> list[str]:
    """Tell what does not fit together."""
    wrong: list[str] = []
    for each in found["rollouts"]:
        rollout = rollout_from_json(each)
        others = moved(rollout.written, found["policy"])
        wrong += [f"{rollout.stage.name}: {other}" for other in (*others.others, *others.excluded)]
        told = [step for step in rollout.steps if step.action.value == "stepBack"]
        # Each alert waits for a webhook and for a mail; another policy has a version too.
        if len(told) * 2 != found["alert_outbox"]:
            wrong.append(f"{len(told)} times put back, {found['alert_outbox']} alerts")
        written = sum(step.after is not None for step in rollout.steps)
        if written + 2 != found["policy_versions"]:
            wrong.append(f"{written} times written, {found['policy_versions']} versions")
    excluded = found["policy"]["conditions"]["users"]["excludeUsers"]
    if excluded != [LIFEBOAT] or found["temporary_exclusions"] != 1:
        wrong.append(f"excluded: {excluded}, {found['temporary_exclusions']} for a while")
    return wrong


def main(folder: Path) -> dict[str, object]:
    """Take every step, killed at each of its changes before it is let be."""
    fill(folder)
    original = seen(folder)["policy"]
    wrong: list[str] = []
    kills: list[int] = []
    for number, step in enumerate(STEPS, start=1):
        before = seen(folder)
        for count in range(1, _MOST):
            ended = killed_at(folder, step, number, count)
            after = seen(folder)
            wrong += [f"{number}.{count}: {each}" for each in half_done(after)]
            if ended:
                kills.append(count - 1)
                break
            if after != before:
                wrong.append(f"{number}.{count}: there is something of a step that was killed")
    last = seen(folder)["policy"]
    same = all(last[name] == original[name] for name in ("state", "conditions", "grantControls"))
    return {"wrong": wrong, "kills": kills, "as_before": same}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))  # noqa: T201  # what the test reads
