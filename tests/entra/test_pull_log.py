"""`pull --log`: the sign-in log out of Graph, every kind of sign-in, as our analysis reads it."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest

from ostiary.analysis.log_reading import read_logs
from ostiary.entra.errors import Busy
from ostiary.entra.pull_log import pull_log
from tests.entra.faults import throttled
from tests.entra.served import Asked


@pytest.mark.parametrize("name", ["log.json", "log.json.gz"])
def test_every_kind_of_sign_in_is_read_and_reads(graph: Asked, tmp_path: Path, name: str) -> None:
    served = graph.served
    token = served.by_password().json()["refresh_token"]
    assert (served.refreshed(token).status_code, served.as_daemon().status_code) == (200, 200)
    now = served.clock.now() + timedelta(seconds=1)
    counts = pull_log(graph.client, tmp_path / name, days=30, now=now)
    assert counts == {
        "interactiveUser": 2,
        "nonInteractiveUser": 1,
        "servicePrincipal": 1,
        "managedIdentity": 0,
    }
    content = (tmp_path / name).read_bytes()
    lines = (gzip.decompress(content) if name.endswith(".gz") else content).splitlines()
    assert len({json.loads(each)["id"] for each in lines}) == 4
    source = read_logs([tmp_path / name])
    assert sum(batch.num_rows for batch in source) == 4
    assert (source.unreadable_rows, (tmp_path / name).stat().st_mode & 0o777) == (0, 0o600)
    later = pull_log(graph.client, tmp_path / name, days=1, now=now + timedelta(days=3))
    assert sum(later.values()) == 0


def test_a_log_that_does_not_come_whole_leaves_the_earlier_one(
    graph: Asked, tmp_path: Path
) -> None:
    path = tmp_path / "log.json"
    path.write_text("earlier", encoding="utf-8")
    graph.client.patience = graph.waits.patience(tries=1)
    graph.meets((3, throttled()))
    with pytest.raises(Busy):
        pull_log(graph.client, path, days=30, now=graph.served.clock.now())
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["log.json"]
    assert path.read_text("utf-8") == "earlier"
