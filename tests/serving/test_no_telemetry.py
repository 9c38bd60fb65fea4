"""A server that is served for a while: whom it reaches, and what it leaves on the disk."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.serving.processes import ROOT, running

# Read by the interpreter before anything of ours; connections of asyncio would need the names that
# test_SF01_nothing_else_sends looks for.
_HEARING = """
import sys
def heard(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen"):
        with open({file!r}, "a", encoding="utf-8") as file:
            file.write(f"{{event}} {{arguments[1:]}}\\n")
sys.addaudithook(heard)
"""
_PAGES = ("/healthz", "/readyz", "/metrics", "/common/v2.0/.well-known/openid-configuration")


def documented() -> set[str]:
    """What stands in the table of the data folder."""
    page = (ROOT / "docs" / "packaging.md").read_text(encoding="utf-8")
    table = page.partition("## The data folder")[2].partition("\n## ")[0]
    rows = [each for each in table.splitlines() if each.startswith("| `")]
    return {name for each in rows for name in re.findall(r"`([a-z-][^`]*)`", each.split("|")[1])}


def test_a_server_reaches_nobody_and_leaves_what_is_documented(data: Path, tmp_path: Path) -> None:
    told, folder = tmp_path / "told", tmp_path / "hearing"
    folder.mkdir()
    script = _HEARING.format(file=str(told))
    (folder / "sitecustomize.py").write_text(script, encoding="utf-8")
    path = os.pathsep.join((str(folder), str(ROOT / "src")))
    asks = [sys.executable, "-c", "import socket; socket.getaddrinfo('localhost', 1)"]
    subprocess.run(asks, check=True, env={**os.environ, "PYTHONPATH": path})  # noqa: S603  # our own
    assert told.read_text(encoding="utf-8").startswith("socket.getaddrinfo")
    told.write_text("", encoding="utf-8")
    with running(data, environment={"PYTHONPATH": path, "HOME": str(tmp_path / "home")}) as served:
        with served.client() as client:
            for page in _PAGES:
                assert client.get(page).status_code == 200
            assert client.get("/admin", follow_redirects=True).status_code == 200
        assert served.stop() == 0
    assert told.read_text(encoding="utf-8").splitlines() == []
    ends = tuple(each for each in documented() if each.startswith("-"))
    found = {each.name for each in data.iterdir()}
    assert {each for each in found - documented() if not each.endswith(ends)} == set()
    assert not (tmp_path / "home").exists()
