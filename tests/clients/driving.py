"""Clients that are libraries: each runs in a process of its own, and is told what to do there."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

import pytest

from tests.clients.serving import ROOT, Served

HERE = ROOT / "tests" / "clients"
BOT = HERE / "bot.py"
SDK = ROOT / ".venv-clients-sdk" / "bin" / "python"
NODE_MODULES = HERE / "node" / "node_modules"
NODE = shutil.which("node")
SECONDS = 120

needs_sdk = pytest.mark.skipif(
    not SDK.is_file(), reason="MSAL and azure-identity are not installed: make test-clients"
)
needs_node = pytest.mark.skipif(
    NODE is None or not NODE_MODULES.is_dir(),
    reason="the Node clients are not installed: make test-clients",
)


class Driver:
    """A client's process: one line of JSON asks, one answers."""

    def __init__(self, process: subprocess.Popen[str], served: Served) -> None:
        """Take a process that was started."""
        self._process, self._served = process, served

    def ask(self, do: str, **more: Any) -> dict[str, Any]:
        """Tell the client to do something, and give what came of it."""
        sent = cast("IO[str]", self._process.stdin)
        sent.write(json.dumps({"do": do, **more}) + "\n")
        sent.flush()
        line = cast("IO[str]", self._process.stdout).readline()
        assert line, f"the client ended: {self._process.wait(timeout=SECONDS)}"
        return json.loads(line)

    def browser(self, answers: dict[str, Any], **more: Any) -> str:
        """Give what a browser is told that signs in with these answers."""
        return json.dumps({"ca": self._served.ca, "answers": answers, **more})


@contextmanager
def python_client(script: str, served: Served) -> Generator[Driver]:
    """Run a script of tests/clients/sdk."""
    # Without the `&` Python's webbrowser waits for the browser, which waits for the client.
    browser = f"{shlex.quote(sys.executable)} {shlex.quote(str(BOT))} %s &"
    with _client([str(SDK), str(HERE / "sdk" / script)], served, browser) as driver:
        yield driver


@contextmanager
def node_client(script: str, served: Served, folder: Path) -> Generator[Driver]:
    """Run a script of tests/clients/node; `folder` gets the browser that it opens."""
    browser = folder / "browser"
    run = shlex.join([sys.executable, str(BOT)])
    browser.write_text(f'#!/bin/sh\nexec {run} "$1"\n')
    browser.chmod(0o700)
    command = [cast("str", NODE), str(HERE / "node" / script)]
    with _client(command, served, str(browser)) as driver:
        yield driver


@contextmanager
def _client(command: list[str], served: Served, browser: str) -> Generator[Driver]:
    told = {
        "login": served.login,
        "tenant": served.tenant_id,
        "arm": served.arm,
        "graph": served.graph,
        "bot": [sys.executable, str(BOT)],
    }
    environment = {
        **os.environ,
        **served.exports,
        "BROWSER": browser,
        "OSTIARY_SERVED": json.dumps(told),
    }
    with subprocess.Popen(  # noqa: S603  # the client that is tested
        command,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Driver(process, served)
        finally:
            with suppress(BrokenPipeError):
                cast("IO[str]", process.stdin).close()
            try:
                process.wait(timeout=SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
