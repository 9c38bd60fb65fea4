"""A tenant of four people and two policies, a log of five sign-ins, and the command run on them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from ostiary.analysis.log_fast_form import write_fast_form
from ostiary.cli.main import main
from tests.analysis.impact_cases import START, Row, batch_of

ALICE, BOB, ROBOT = (f"aaaaaaaa-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
ADMIN = "aaaaaaaa-0000-4000-8000-000000000004"
APP, OTHER = "dddddddd-0000-4000-8000-000000000001", "dddddddd-0000-4000-8000-000000000002"
MFA, LEGACY = "ffffffff-0000-4000-8000-000000000001", "ffffffff-0000-4000-8000-000000000002"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"


def policy(id_: str, name: str, state: str, grant: list[str], **conditions: object) -> Row:
    """A policy for everybody and everything, but for the conditions given."""
    return {
        "id": id_,
        "displayName": name,
        "state": state,
        "conditions": {
            "clientAppTypes": ["all"],
            "users": {"includeUsers": ["All"]},
            "applications": {"includeApplications": ["All"]},
            **conditions,
        },
        "grantControls": {"operator": "OR", "builtInControls": grant},
    }


TENANT: Row = {
    "tenantId": "99999999-0000-4000-8000-000000000000",
    "users": [
        {"id": id_, "displayName": name, "userPrincipalName": f"{name}@example.test"}
        for id_, name in ((ALICE, "alice"), (BOB, "bob"), (ROBOT, "robot"), (ADMIN, "admin"))
    ],
    "groups": [],
    "roleAssignments": [
        {
            "roleDefinitionId": GLOBAL_ADMINISTRATOR,
            "principalId": ADMIN,
            "directoryScopeId": "/",
        }
    ],
    "applications": [
        {"appId": APP, "displayName": "Payroll"},
        {"appId": OTHER, "displayName": "Archive"},
    ],
    "conditionalAccessPolicies": [
        policy(MFA, "Require MFA", "enabledForReportingButNotEnforced", ["mfa"]),
        policy(LEGACY, "Block legacy", "enabled", ["block"], clientAppTypes=["other"]),
    ],
}
DRAFT = policy(MFA, "Require MFA", "enabled", ["mfa"])


def row(user: str, hour: int, **facts: object) -> Row:
    """A sign-in with a password from a browser, unless said otherwise."""
    return {
        "created": START + timedelta(hours=hour),
        "category": "interactiveUser",
        "user_id": user,
        "resource_id": APP,
        "audiences": [APP],
        "ip": "192.0.2.1",
        "country": "DE",
        "client_app_type": "browser",
        "platform": "windows",
        "device_state": "",
        "sign_in_risk": "none",
        "user_risk": "none",
        "authentication_flow": "",
        "original_transfer_method": "",
        "grant": "authorization_code",
        "methods": ["password"],
        "mfa_satisfied": False,
        "request_id": f"request-{hour}",
        **facts,
    }


BACKGROUND: Row = {"category": "nonInteractiveUser", "grant": "refresh_token"}
ROWS = [
    row(ALICE, 0),
    row(ALICE, 1, mfa_satisfied=True, methods=["password", "sms"]),
    row(BOB, 24, **BACKGROUND),
    row(ROBOT, 25, **(BACKGROUND | {"grant": "password", "client_app_type": "other"})),
    row(ROBOT, 26, mfa_satisfied=None, methods=None),
]


def written(tmp_path: Path) -> Path:
    """Write tenant, draft and log into a folder."""
    (tmp_path / "tenant.json").write_text(json.dumps(TENANT), encoding="utf-8")
    (tmp_path / "draft.json").write_text(json.dumps(DRAFT), encoding="utf-8")
    write_fast_form([batch_of(ROWS)], tmp_path / "log.parquet")
    return tmp_path


def run(folder: Path, capsys: pytest.CaptureFixture[str], *asked: str) -> tuple[int, str, str]:
    """Run the command; FILE names stand for files of the folder."""
    arguments = [str(folder / each) if "." in each and "=" not in each else each for each in asked]
    code = main(["impact", "--tenant", str(folder / "tenant.json"), *arguments])
    told = capsys.readouterr()
    return code, told.out, told.err
