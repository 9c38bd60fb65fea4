"""Checkpoints of the audit log, as a running server makes them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from ostiary.directory.checkpoints import FILE_NAME
from ostiary.directory.protocols import SYSTEM
from ostiary.serving.checkpointing import Checkpointing
from tests.web.serving import Served, serve


def _lines(data: Path) -> int:
    file = data / FILE_NAME
    return len(file.read_text(encoding="ascii").splitlines()) if file.exists() else 0


def _change(served: Served, times: int) -> None:
    with served.service.store.transaction() as work:
        for number in range(times):
            work.locations.create({"displayName": f"Place {number}"}, by=SYSTEM)


def test_AU02_one_a_minute_and_one_after_a_thousand_rows(tmp_path: Path) -> None:
    served = serve(tmp_path)
    checkpoints = Checkpointing(served.service.store, tmp_path)
    checkpoints.run()
    assert _lines(tmp_path) == 1
    _change(served, 10)
    checkpoints.run()
    assert _lines(tmp_path) == 1
    served.clock.move(timedelta(seconds=61))
    checkpoints.run()
    assert _lines(tmp_path) == 2
    _change(served, 1000)
    checkpoints.run()
    assert _lines(tmp_path) == 3
    served.clock.move(timedelta(seconds=61))
    checkpoints.run()
    assert _lines(tmp_path) == 3, "nothing was logged since"
    served.service.store.close()
