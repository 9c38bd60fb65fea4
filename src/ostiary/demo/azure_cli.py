"""The Azure CLI of this machine, unmodified, with a configuration of the demonstration's own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ostiary.demo.clients import NotAsExpected
from ostiary.demo.credentials import Credentials
from ostiary.serving.client_environment import CLOUD
from ostiary.serving.free_ports import Ports

_FOLDER: Final = "az"
_SECONDS: Final = 180
_NEEDS_MFA: Final = "AADSTS50076"


@dataclass(frozen=True, slots=True)
class AzureCli:
    """Where it is, and what it has to know; `environment` is that of `ostiary env`."""

    program: str
    data: Path
    ports: Ports
    told: Credentials
    environment: Mapping[str, str]

    @classmethod
    def on_path(
        cls, data: Path, ports: Ports, told: Credentials, environment: Mapping[str, str]
    ) -> AzureCli | None:
        """Find it; None where it is not on the path."""
        program = shutil.which("az")
        return None if program is None else cls(program, data, ports, told, environment)

    def steps(self) -> Iterator[str]:
        """Make the cloud known, sign in, and see what is refused."""
        self._told("cloud", "register", "-n", CLOUD, *self._endpoint, known=True)
        self._told("cloud", "set", "-n", CLOUD)
        yield f"az cloud register -n {CLOUD} {' '.join(self._endpoint)}"
        if self.ports.realm is not None:
            user = self.told.user
            refused = self._run("login", "-u", user.name, "-p", user.password)
            if refused.returncode == 0 or _NEEDS_MFA not in refused.stderr:
                raise NotAsExpected(f"expected {_NEEDS_MFA} of az login, came {_said(refused)}")
            yield f"az login -u {user.name}: {_NEEDS_MFA}, multifactor authentication is needed."
        app = self.told.application
        tenant = ("--tenant", self.told.tenant_id)
        self._told("login", "--service-principal", "-u", app.app_id, "-p", app.secret, *tenant)
        shown: dict[str, Any] = json.loads(self._told("account", "show"))
        yield f"az login --service-principal, az account show: {shown['name']}."
        self._told("logout")

    @property
    def _endpoint(self) -> tuple[str, str]:
        return "--endpoint-resource-manager", self.ports.management_url

    def _told(self, *arguments: str, known: bool = False) -> str:
        """Run a command that has to succeed; `known`: unless what it makes is there already."""
        done = self._run(*arguments)
        if done.returncode and not (known and "already registered" in done.stderr):
            command = " ".join(("az", *arguments[:2]))
            raise NotAsExpected(f"expected `{command}` to succeed, came {_said(done)}")
        return done.stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            **self.environment,
            "AZURE_CONFIG_DIR": str(self.data.resolve() / _FOLDER),
            "AZURE_CORE_NO_COLOR": "true",
            "AZURE_CORE_ONLY_SHOW_ERRORS": "true",
        }
        return subprocess.run(  # noqa: S603  # the az that is on the path, told what to do
            [self.program, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )


def _said(done: subprocess.CompletedProcess[str]) -> str:
    lines = (done.stderr or done.stdout).strip().splitlines()
    return f"exit code {done.returncode}: {' '.join(lines[-3:])[-400:]}"
