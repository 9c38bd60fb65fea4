"""`ostiary twin --from` an address: what is pulled from a Graph becomes a twin."""

from __future__ import annotations

from pathlib import Path

import pytest

from ostiary.entra.connection import TOKEN_VARIABLE
from tests.cli.running import run
from tests.entra.live_graph import live_graph
from tests.entra.served import Asked


def test_a_tenant_that_is_served_has_a_twin(
    graph: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, graph.client.tokens.token())
    with live_graph(graph.served) as origin:
        arguments = ("--from", origin, "--credential", "token", "--country", "no", "--json")
        ran = run("twin", *arguments, "--data", tmp_path / "twin")
    assert (ran.code, ran.err) == (0, "")
    (told,) = ran.answers
    assert told["taken"]["users"] == 2
    assert told["policies"] == {"disabled": 2}
    assert told["standIns"] == []
    again = run("twin", "--from", origin, "--data", tmp_path / "twin")
    assert "astrid@fjordvik.example" in again.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "nowhere"], "expected a file or folder in --from, and `nowhere` does not"),
        (["--from", ".", "--country", "Norway"], "expected the ISO 3166 code of a country"),
        (["--from", "entra", "--credential", "token"], "expected an access token for Graph"),
    ],
)
def test_what_is_wrong_is_said_first(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    ran = run("twin", *arguments, "--data", tmp_path / "twin")
    assert ran.code == 2
    assert said in " ".join(ran.err.split())
    assert not (tmp_path / "twin").exists()
