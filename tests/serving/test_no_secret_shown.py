"""KY07: no secret stands in the arguments of a process, and no page shows the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.serving.processes import running

SECRETS = {
    "OSTIARY_ALERTS__WEBHOOK_URL": "https://alerts.fjordvik.example/canary-of-the-path",
    "OSTIARY_ALERTS__WEBHOOK_SECRET": "canary-of-the-webhook",
    "OSTIARY_ALERTS__SMTP_PASSWORD": "canary-of-the-mail-server",
}
PAGES = (
    *("/debug", "/docs", "/redoc", "/openapi.json", "/env", "/config", "/settings", "/console"),
    *("/__debug__", "/server-status", "/actuator/env", "/metrics", "/healthz", "/nothing-here"),
)


def test_KY07_neither_arguments_nor_pages_tell_a_secret(data: Path) -> None:
    with running(data, "--workers", "2", environment=SECRETS) as served:
        every = [served.process.pid, *_descendants(served.process.pid)]
        arguments = b"\0".join(Path(f"/proc/{each}/cmdline").read_bytes() for each in every)
        assert len(every) > 2
        assert b"canary" not in arguments
        for port in served.ports:
            with served.client(f"https://localhost:{port}", timeout=60) as client:
                for page in PAGES:
                    told = client.get(page)
                    assert told.status_code < 500
                    assert "canary" not in told.text + str(told.headers)
        assert served.stop() == 0
        assert not any("canary" in line for line in served.lines)


def _descendants(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    if not listed.exists():
        pytest.skip("this system does not list the children of a process")
    return [int(each) for each in listed.read_text(encoding="ascii").split()]
