"""Run a command in this process, and the small tenants that the tests of the commands use."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from click.testing import CliRunner

from ostiary.cli.main import main

Json = dict[str, Any]

TENANT_ID = "7d1c0b52-0000-4000-8000-000000000000"
NORA, LIFEBOAT = "7d1c0b52-0000-4000-8000-000000000001", "7d1c0b52-0000-4000-8000-000000000002"
EMERGENCY = "7d1c0b52-0000-4000-8000-000000000011"
FOUNDING, OTHER = "7d1c0b52-0000-4000-8000-000000000021", "7d1c0b52-0000-4000-8000-000000000022"
AZURE = "797f4846-ba00-4fd7-ba43-dac1f8f63013"


@dataclass(frozen=True)
class Ran:
    """What came of a command: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def answers(self) -> list[Json]:
        """Standard output as JSON objects, one a line; fails where anything else is on it."""
        return [cast("Json", json.loads(line)) for line in self.out.splitlines()]


def run(*arguments: str | Path, stdin: str | bytes = b"", **environment: str | None) -> Ran:
    """Run `ostiary` with arguments, standard input and environment variables (None: unset)."""
    runner = CliRunner()
    # Whoever runs the tests may have said how wide his terminal is.
    apart = {"COLUMNS": None, "LINES": None, **environment}
    with runner.isolation(input=stdin, env=apart) as (out, err, _):
        code = main([str(each) for each in arguments])
        return Ran(code, out.getvalue().decode(), err.getvalue().decode())


def founding_policy(**members: Any) -> Json:
    """*Require MFA for Azure management*, as the how-to of Microsoft Entra builds it."""
    whole: Json = {
        "id": FOUNDING,
        "displayName": "Require MFA for Azure management",
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "users": {"includeUsers": ["All"], "excludeGroups": [EMERGENCY]},
            "applications": {"includeApplications": [AZURE]},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
    }
    return whole | members


def filtered_policy(rule: str) -> Json:
    """The founding policy with a filter for devices."""
    policy = founding_policy()
    policy["conditions"]["devices"] = {"deviceFilter": {"mode": "include", "rule": rule}}
    return policy


def refused_policy() -> Json:
    """A policy that names a group which does not exist."""
    users = {"includeGroups": ["Nobody knows this group"]}
    whole = founding_policy(id=OTHER, displayName="Refused")
    return whole | {"conditions": whole["conditions"] | {"users": users}}


def tenant(*policies: Json) -> Json:
    """Two users, of whom one is in the group of emergency access accounts."""
    return {
        "tenantId": TENANT_ID,
        "users": [
            {"id": NORA, "displayName": "Nora", "userPrincipalName": "nora@isle.example"},
            {"id": LIFEBOAT, "displayName": "Lifeboat", "userPrincipalName": "sos@isle.example"},
        ],
        "groups": [{"id": EMERGENCY, "displayName": "Emergency access", "members": [LIFEBOAT]}],
        "roleAssignments": [],
        "conditionalAccessPolicies": list(policies or (founding_policy(),)),
    }


def sign_in(user: str = NORA, **facts: Any) -> Json:
    """A sign-in to Azure management, with a password unless the facts say more."""
    return {
        "signInIdentity": {"userId": user},
        "signInContext": {"includeApplications": [AZURE]},
        "signInConditions": {"clientAppType": "browser"},
        "facts": {"methods": ["password"]} | facts,
    }


def written(path: Path, value: object) -> Path:
    """Write a JSON file and give its path."""
    path.write_text(json.dumps(value), encoding="utf-8")
    return path
