"""`ostiary demo --serve`: the tenant that it makes, and that it is found again."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest
from pyotp.totp import TOTP

from ostiary.cli.demo import story
from ostiary.model.errors import InputError
from ostiary.secrecy.clock import SystemClock
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.serving.demo_tenant import AZURE_CLI, FILE_NAME, DemoTenant, demo_tenant
from tests.cli.running import run
from tests.serving.processes import Process, running

SCOPE = "https://management.core.windows.net//.default"


def made(data: Path) -> DemoTenant:
    """Make the tenant, or find it."""
    return demo_tenant(
        data, story()["tenant"], {}, clock=SystemClock(), randomness=SystemRandomness()
    )


def token(served: Process, demo: DemoTenant, **form: str) -> httpx.Response:
    """Ask for a token of the management API."""
    with served.client(timeout=30) as client:
        path = f"/{demo.tenant_id}/oauth2/v2.0/token"
        return client.post(path, data={"scope": SCOPE, **form})


def test_people_and_the_application_sign_in_as_it_is_told(tmp_path: Path) -> None:
    data = tmp_path / "demo"
    demo = made(data)
    assert made(data) == demo
    assert (data / FILE_NAME).stat().st_mode & 0o777 == 0o600
    person = demo.people[0]
    assert len(TOTP(person.otp_key).now()) == 6
    with running(data, command=("demo", "--serve")) as served:
        found = token(
            served,
            demo,
            grant_type="password",
            client_id=AZURE_CLI,
            username=person.name,
            password=person.password,
        )
        assert found.status_code == 200
        found = token(
            served,
            demo,
            grant_type="client_credentials",
            client_id=demo.app_id,
            client_secret=demo.app_secret,
        )
        access = found.json()["access_token"]
        with served.client(f"https://localhost:{served.ports[1]}") as client:
            headers = {"Authorization": f"Bearer {access}"}
            listed = client.get("/subscriptions?api-version=2022-12-01", headers=headers)
            assert len(listed.json()["value"]) == 1
        assert served.stop() == 0


def test_a_folder_with_other_content_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match="remove the folder"):
        made(tmp_path)


def test_no_password_is_told_where_the_ports_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("OSTIARY_LISTEN__ADDRESSES", "127.0.0.1")
        monkeypatch.setenv("OSTIARY_LISTEN__LOGIN_PORT", str(other.getsockname()[1]))
        found = run("demo", "--serve", "--data", str(tmp_path / "demo"))
    assert found.code == 2
    assert "expected to listen on 127.0.0.1" in found.err
    assert found.out == ""
