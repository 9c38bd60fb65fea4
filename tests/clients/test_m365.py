"""The CLI for Microsoft 365, whose hosts are compiled in, mapped to ours on loopback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest

from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.directory.protocols import SYSTEM
from tests.clients.driving import BOT, HERE, NODE, NODE_MODULES, SECONDS, needs_node
from tests.clients.granting import grant
from tests.clients.serving import Person, Served
from tests.clients.tenant import CLI, DAEMON

M365 = NODE_MODULES / "@pnp" / "cli-microsoft365" / "dist" / "index.js"
POLICIES = "https://graph.microsoft.com/v1.0/identity/conditionalAccess/policies"

pytestmark = [
    needs_node,
    pytest.mark.skipif(not M365.is_file(), reason="m365 is not installed: make test-clients"),
]


class M365Cli:
    """The command line, with a home of its own."""

    def __init__(self, served: Served, home: Path) -> None:
        """Map its hosts to a server."""
        told = {"login": served.login, "graph": served.graph}
        self._environment = {
            **os.environ,
            **served.exports,
            "HOME": str(home),
            "CLIMICROSOFT365_DISABLETELEMETRY": "1",
            "OSTIARY_SERVED": json.dumps(told),
            "NODE_OPTIONS": f"--require {HERE / 'node' / 'fixed_hosts.cjs'}",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Begin a command."""
        return subprocess.Popen(  # noqa: S603  # the client that is tested
            [cast("str", NODE), str(M365), *arguments],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run a command to its end; gives its code and what it said."""
        with self.start(*arguments) as process:
            out, err = process.communicate(timeout=SECONDS)
        return process.returncode, out + err

    def json(self, *arguments: str) -> Any:
        """Run a command that works, and read what it answers."""
        code, said = self.run(*arguments, "--output", "json")
        assert code == 0, said
        return json.loads(said)


@pytest.fixture
def m365(long_served: Served, tmp_path: Path) -> M365Cli:
    """Give the command line that nobody signed in with."""
    return M365Cli(long_served, tmp_path)


def _by_code(m365: M365Cli, served: Served, person: Person) -> None:
    """Sign somebody in by a code on another device."""
    where = ("--tenant", served.tenant_id, "--appId", CLI)
    with m365.start("login", "--authType", "deviceCode", *where) as process:
        said, found = "", None
        while found is None:
            line = cast("Any", process.stderr).readline()
            assert line, said
            said += line
            found = re.search(r"open the page (\S+) and enter the code (\S+)", said)
        told = {"ca": served.ca, "answers": {**person.answers(), "user_code": found[2]}}
        environment = {**os.environ, "OSTIARY_BOT": json.dumps(told)}
        subprocess.run(  # noqa: S603  # our own script
            [sys.executable, str(BOT), found[1]], env=environment, check=True
        )
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, said + out + err


def test_an_application_signs_in_by_its_secret_and_lists_users(
    m365: M365Cli, long_served: Served
) -> None:
    grant(long_served, "Policy.Read.All", "User.Read.All")
    who = ("--appId", DAEMON, "--tenant", long_served.tenant_id)
    secret = long_served.filled.daemon_secret
    code, said = m365.run("login", "--authType", "secret", *who, "--secret", secret)
    assert code == 0, said
    assert m365.json("status")["connectedAs"]
    names = {each["userPrincipalName"] for each in m365.json("entra", "user", "list")}
    assert long_served.person().name in names
    assert m365.json("request", "--url", POLICIES)["value"]
    sent = ("--content-type", "application/json", "--body", "{}")
    code, said = m365.run("request", "--url", POLICIES, "--method", "post", *sent)
    assert code == 1
    assert "403" in said


def test_a_person_signs_in_by_a_code_and_changes_policies(
    m365: M365Cli, long_served: Served
) -> None:
    person = long_served.person()
    role = {"roleDefinitionId": GLOBAL_ADMINISTRATOR, "principalId": person.id}
    long_served.store.roles.create({**role, "directoryScopeId": "/"}, by=SYSTEM)
    _by_code(m365, long_served, person)
    body = {
        "displayName": "By m365",
        "state": "disabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "users": {"includeUsers": ["All"], "excludeUsers": [person.id]},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
    }
    sent = ("--content-type", "application/json", "--body", json.dumps(body))
    made = m365.json("request", "--url", POLICIES, "--method", "post", *sent)
    assert made["displayName"] == "By m365"
    one = f"{POLICIES}/{made['id']}"
    code, said = m365.run("request", "--url", one, "--method", "delete")
    assert code == 0, said
    code, said = m365.run("request", "--url", one)
    assert code == 1
    assert "404" in said
