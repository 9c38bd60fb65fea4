"""The Azure CLI, unmodified, in a configuration of its own."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ostiary.model.base64url import decoded
from tests.clients.serving import ROOT, Served, eventually

AZ = ROOT / ".venv-clients-az" / "bin" / "az"
BOT = ROOT / "tests" / "clients" / "bot.py"
SECONDS = 120
_INVITATION = re.compile(r"open the page (\S+) and enter the code (\S+) to authenticate")


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, which is JSON where it succeeded."""
        assert self.code == 0, self.err
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in through pages: what az said, and what the browser saw."""

    said: Said
    asked: list[str]
    page: str


class AzureCli:
    """One user's az: `core.instance_discovery` off, our CA trusted, our cloud registered."""

    def __init__(self, served: Served, folder: Path, template: Path | None = None) -> None:
        """Keep its configuration in a folder, which begins as a copy of `template`."""
        self.served, self.folder = served, folder
        if template is not None:
            shutil.copytree(template, folder)

    @property
    def environment(self) -> dict[str, str]:
        """What `ostiary env` tells to export, and what keeps tests apart from each other."""
        return {
            **os.environ,
            **self.served.exports,
            "AZURE_CONFIG_DIR": str(self.folder),
            # MSAL keeps a 400 for a minute otherwise (wire contract section 2.3).
            "AZURE_CORE_USE_MSAL_HTTP_CACHE": "false",
            "AZURE_CORE_NO_COLOR": "true",
        }

    def run(self, *arguments: str) -> Said:
        """Run a command to its end."""
        return self._said(self.environment, *arguments)

    def _said(self, environment: dict[str, str], *arguments: str) -> Said:
        done = subprocess.run(  # noqa: S603  # the client that is tested
            [str(AZ), *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def access_claims(self) -> dict[str, Any]:
        """Give the claims of the access token that az uses for the management API."""
        token = self.run("account", "get-access-token").json["accessToken"]
        return json.loads(decoded(token.split(".")[1]) or b"")

    def register_cloud(self, name: str = "Ostiary", address: str | None = None) -> None:
        """Make the served tenant az's cloud, found by the address of its management API."""
        register = ("cloud", "register", "-n", name, "--endpoint-resource-manager")
        address = address or self.served.arm
        for command in ((*register, address), ("cloud", "set", "-n", name)):
            said = self.run(*command)
            assert said.code == 0, said.err

    def login(self, *arguments: str) -> Said:
        """Sign in without a browser."""
        return self.run("login", "--tenant", self.served.tenant_id, *arguments)

    def browser_login(self, answers: dict[str, Any], *arguments: str) -> SignedIn:
        """Sign in through the browser that az opens."""
        return self.login_through([sys.executable, str(BOT)], answers, *arguments)

    def login_through(
        self, browser: list[str], answers: dict[str, Any], *arguments: str, **told: str
    ) -> SignedIn:
        """Sign in through a browser of one's own: a command that is told what to type."""
        seen = self.folder / "browser.json"
        seen.unlink(missing_ok=True)
        # Without the `&` Python's webbrowser waits for the browser, which waits for az.
        environment = {**self.environment, "BROWSER": f"{shlex.join(browser)} %s &"}
        environment["OSTIARY_BOT"] = self._told(answers, log=str(seen), **told)
        said = self._said(environment, "login", *arguments)
        return SignedIn(said, **_read(eventually(lambda: _text(seen), "report of the browser")))

    def device_login(self, answers: dict[str, Any], *arguments: str) -> SignedIn:
        """Sign in with a code that is typed in on another device."""
        with self._device_login(*arguments) as (process, said, invitation):
            page = self._bot(invitation[1], {**answers, "user_code": invitation[2]})
            out, rest = process.communicate(timeout=SECONDS)
        return SignedIn(Said(process.returncode, out, said + rest), **_read(page))

    def blocked_device_login(self, answers: dict[str, Any], block: str) -> str:
        """Sign in so until a page has a text, and give the page; az goes on waiting."""
        with self._device_login() as (_, _, invitation):
            told = {**answers, "user_code": invitation[2]}
            return str(_read(self._bot(invitation[1], told, stop=block))["page"])

    @contextmanager
    def _device_login(
        self, *arguments: str
    ) -> Generator[tuple[subprocess.Popen[str], str, re.Match[str]]]:
        with subprocess.Popen(  # noqa: S603  # the client that is tested
            [str(AZ), "login", "--use-device-code", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                assert process.stderr is not None
                said = ""
                while (invitation := _INVITATION.search(said)) is None:
                    line = process.stderr.readline()
                    assert line, said
                    said += line
                yield process, said, invitation
            finally:
                process.kill()

    def _bot(self, address: str, answers: dict[str, Any], **more: str) -> str:
        done = subprocess.run(  # noqa: S603  # our own script
            [sys.executable, str(BOT), address],
            env={**os.environ, "OSTIARY_BOT": self._told(answers, print=True, **more)},
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _told(self, answers: dict[str, Any], **more: Any) -> str:
        return json.dumps({"ca": self.served.ca, "answers": answers, **more})


def _text(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def _read(seen: str) -> dict[str, Any]:
    told = json.loads(seen)
    return {"asked": told["asked"], "page": told["text"]}
