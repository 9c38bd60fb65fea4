"""`ostiary serve` as a process: TLS, stop, several workers, addresses that are taken."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from shutil import copytree

import httpx
import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.serving.host import opened_store
from tests.cli.running import run
from tests.serving.processes import addresses, at_last, free_ports, running
from tests.web.serving import AZ, POLICY, TENANT

CONFIGURATION = f"/{TENANT}/v2.0/.well-known/openid-configuration"


def test_discovery_is_served_over_tls_and_the_server_stops_when_told(data: Path) -> None:
    with running(data) as served:
        with served.client() as client:
            found = client.get(CONFIGURATION).json()
            assert found["issuer"] == f"{served.login_url}/{TENANT}/v2.0"
            keys = client.get(found["jwks_uri"]).json()["keys"]
            assert all(each["alg"] == "RS256" for each in keys)
        with served.client(f"https://localhost:{served.ports[1]}") as client:
            metadata = client.get("/metadata/endpoints?api-version=2022-09-01").json()
            assert metadata["authentication"]["loginEndpoint"].startswith(served.login_url)
            assert client.get("/subscriptions?api-version=2022-12-01").status_code == 401
        with served.client(f"https://localhost:{served.ports[2]}") as client:
            assert client.get("/v1.0/me").status_code == 401
        assert served.stop() == 0


def test_another_authority_is_not_believed(data: Path) -> None:
    with running(data) as served, pytest.raises(httpx.ConnectError):
        httpx.get(served.login_url + CONFIGURATION)


def test_workers_share_sockets_and_one_that_dies_is_replaced(data: Path) -> None:
    with running(data, "--workers", "2") as served:
        pid = served.process.pid
        assert at_last(lambda: len(_children(pid)) == 2)  # one just born has no name yet
        found = _children(pid)
        for each in found:
            os.kill(each, signal.SIGKILL)
        with served.client(timeout=60) as client:
            assert client.get(CONFIGURATION).status_code == 200
        assert served.stop() == 0


def test_a_port_that_is_taken_is_told(data: Path, tmp_path: Path) -> None:
    other = copytree(data, tmp_path / "other")
    with running(data) as served:
        taken = addresses([served.ports[0], *free_ports(2)])
        ran = run("serve", "--data", other, **taken)
    assert ran.code == 2
    assert f"127.0.0.1:{served.ports[0]}" in ran.err


def test_a_second_server_on_one_data_folder_is_refused_and_commands_are_not(data: Path) -> None:
    with running(data, "--workers", "2") as served:
        ran = run("serve", "--data", data, **addresses(free_ports(3)))
        assert ran.code == 2
        assert f"process {served.process.pid} serves it already" in ran.err
        assert run("policy", "list", "--data", data).code == 0
        backup = data.parent / "backup"
        assert run("backup", "--data", data, backup).code == 0
        restored = run("restore", backup, "--data", data, "--replace")
        assert restored.code == 2
        assert f"process {served.process.pid} serves it already" in restored.err
        served.kill()
    with running(data) as after, after.client() as client:
        assert client.get(CONFIGURATION).status_code == 200


def test_a_policy_set_by_the_command_is_in_force_on_the_running_server(data: Path) -> None:
    enabled = {
        "OSTIARY_PASSWORD_GRANT__ENABLED": "true",
        "OSTIARY_PASSWORD_GRANT__APPS": AZ,
    }
    form = {
        "grant_type": "password",
        "client_id": AZ,
        "username": "astrid@fjordvik.example",
        "password": "correct horse battery staple",
        "scope": "https://management.core.windows.net//.default",
    }
    name = "Require MFA for Azure management"
    with running(data, environment=enabled) as served, served.client(timeout=30) as client:
        path = f"/{TENANT}/oauth2/v2.0/token"
        assert client.post(path, data=form).status_code == 200
        assert run("policy", "set-state", name, "on", "--data", data).code == 0
        refused = _until(lambda: client.post(path, data=form), 400)
        assert refused.json()["error_codes"] == [50079]
        assert run("policy", "set-state", name, "off", "--data", data).code == 0
        assert _until(lambda: client.post(path, data=form), 200).json()["access_token"]


def test_PE06_policies_that_cannot_be_used_are_told_while_the_last_good_ones_decide(
    data: Path,
) -> None:
    with running(data) as served:
        with opened_store(str(data), {}) as store:
            bad = {"includePlatforms": ["amiga"]}
            members = {"conditions": {**store.policies.need(POLICY).document["conditions"]}}
            members["conditions"]["platforms"] = bad
            store.policies.modify(POLICY, members, by=SYSTEM)
        with served.client() as client:
            assert at_last(lambda: bool(client.get("/readyz").json()["alarm"]))
        assert served.stop() == 0
    assert any("ALARM: the latest policies are not in force" in each for each in served.lines)


def test_a_folder_without_data_is_told(tmp_path: Path) -> None:
    ran = run("serve", "--data", tmp_path, **addresses(free_ports(3)))
    assert ran.code == 2
    assert "ostiary init" in ran.err


def _until(ask: object, status: int) -> httpx.Response:
    """Ask until the answer has a status: the server looks for changes twice a second."""
    assert callable(ask)
    for _ in range(500):
        answer = ask()
        assert isinstance(answer, httpx.Response)
        if answer.status_code == status:
            return answer
    raise AssertionError(f"expected {status} at last")


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children")
    if not found.exists():
        pytest.skip("needs /proc to tell processes")
    children = found.read_text(encoding="ascii").split()
    words = {each: Path(f"/proc/{each}/cmdline").read_bytes() for each in children}
    return [int(each) for each, word in words.items() if b"spawn_main" in word]
