"""`ostiary pull` as it is typed, against a Graph that listens on a port."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ostiary.entra.connection import TOKEN_VARIABLE, Connection
from ostiary.model.errors import InputError
from ostiary.tenant.tenant import load_tenant
from tests.cli.running import run
from tests.entra.live_graph import live_graph
from tests.entra.served import Asked
from tests.web.serving import TENANT


def test_a_tenant_is_pulled_and_loads(
    graph: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, graph.client.tokens.token())
    out = str(tmp_path / "out")
    with live_graph(graph.served) as origin:
        ran = run("pull", "--from", origin, "--credential", "token", "--out", out, "--json")
        again = run("pull", "--from", origin, "--credential", "token", "--out", out)
    assert (ran.code, again.code, again.err) == (0, 0, "")
    told = json.loads(ran.out)
    assert (told["tenantId"], told["folder"]) == (TENANT, out)
    assert told["objects"]["users"] == 2
    assert f"Tenant {TENANT} written to {out}" in again.out
    assert load_tenant(out).parts.directory.tenant_id == TENANT


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--credential", "token"], "expected an access token for Graph in OSTIARY_GRAPH_TOKEN"),
        (["--credential", "token", "--without", "people"], "expected one of"),
        (["--from", "http://graph.example"], "a token is never sent without TLS"),
        (["--from", "https://graph.example/v1.0"], "give scheme, host and port only"),
        (["--from", "https://user@graph.example"], "give scheme, host and port only"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_asked(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    if "--without" in arguments:
        monkeypatch.setenv(TOKEN_VARIABLE, "t")
    ran = run("pull", *arguments, "--out", str(tmp_path / "out"))
    assert ran.code == 2
    assert said in " ".join(ran.err.split())
    assert not (tmp_path / "out").exists()


def test_each_cloud_has_its_authority() -> None:
    assert Connection().is_microsofts
    assert not Connection("https://localhost:8445").is_microsofts
    with pytest.raises(InputError, match="expected a credential of default, azure-cli"):
        Connection(credential="magic").client({})
