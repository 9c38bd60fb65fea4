"""`ostiary user`: listed, shown, added, disabled, signed out, reset, deleted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.directory.protocols import SYSTEM
from ostiary.serving.host import host_actor, opened_store
from tests.cli.running import run
from tests.serving.processes import Process, at_last, running
from tests.web.serving import ARM_SCOPE, ASTRID, AZ, LIFEBOAT, PASSWORD, TENANT, serve

WHO = "astrid@fjordvik.example"
GRANT = {
    "OSTIARY_PASSWORD_GRANT__ENABLED": "true",
    "OSTIARY_PASSWORD_GRANT__APPS": AZ,
}


def user(data: Path, name: str = WHO) -> dict[str, Any]:
    """Give a user as the command shows him."""
    return run("user", "show", name, "--data", data, "--json").answers[0]


def last_activity(data: Path, target: str = ASTRID) -> str:
    """Give what the host's user did last to somebody, by the audit log."""
    with opened_store(str(data), {}) as store:
        (row,) = store.audit.newest(actor_id=host_actor().id, target_id=target, limit=1)
    return str(row.row["activity"])


def token(served: Process, name: str, password: str) -> int:
    """Ask for a token by the password grant; gives the status."""
    form = {"grant_type": "password", "client_id": AZ, "scope": ARM_SCOPE}
    with served.client(timeout=60) as client:
        path = f"/{TENANT}/oauth2/v2.0/token"
        return client.post(path, data={**form, "username": name, "password": password}).status_code


def test_users_are_listed_found_and_shown(data: Path) -> None:
    found = run("user", "list", "--data", data, "--json").answers[0]
    assert [each["id"] for each in found["users"]] == [ASTRID, LIFEBOAT]
    assert WHO in run("user", "list", "--search", "ASTRID M", "--data", data).out
    ran = run("user", "list", "--limit", "1", "--data", data)
    assert "There are more" in ran.err
    assert "no such users" in run("user", "list", "--search", "x", "--data", data).out
    assert user(data, ASTRID.upper())["userPrincipalName"] == WHO
    shown = run("user", "show", WHO, "--data", data)
    assert "Account: enabled" in shown.out
    assert "Methods: none" in shown.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("show", "nobody"), "nobody has `nobody`"),
        (("add", "new@elsewhere.example"), "verified domains"),
        (("add", WHO), "sign-in name"),
        (("temporary-access-pass", WHO, "--minutes", "9"), "--minutes"),
        (("reset-password", WHO, "--password-file", "-"), "expected a password"),
        (("add", "n@fjordvik.example", "--password-file", "/nowhere"), "cannot read"),
    ],
)
def test_what_cannot_be_done_is_told(data: Path, arguments: tuple[str, ...], told: str) -> None:
    ran = run("user", *arguments, "--data", data)
    assert ran.code == 2
    assert told in ran.err


def test_BG06_a_user_gets_a_drawn_password_that_he_has_to_change(data: Path) -> None:
    ran = run("user", "add", "ines@fjordvik.example", "--data", data, "--json")
    assert ran.code == 0, ran.err
    made = ran.answers[0]
    assert len(made["password"]) == 23
    with opened_store(str(data), {}) as store:
        password = store.passwords.of(made["id"])
        assert password is not None
        assert password.must_change
        assert made["password"] not in str(store.users.need(made["id"]).document)
    assert last_activity(data, made["id"]) == "Reset user password"


def test_a_password_is_read_from_a_file_and_weighed(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "word"
    file.write_text("short\n")
    add = ("user", "add", "bo@fjordvik.example", "--password-file", file, "--data", data)
    assert "too short" in run(*add).err
    file.write_text("four herrings in a boat\n")
    ran = run(*add, "--permanent", "--display-name", "Bo")
    assert ran.code == 0, ran.err
    assert "herrings" not in ran.out
    reset = ("user", "reset-password", "bo@fjordvik.example", "--password-file", "-", "--permanent")
    assert run(*reset, "--data", data, stdin="five herrings in a boat").code == 0
    with running(data, environment=GRANT) as served:
        assert token(served, "bo@fjordvik.example", "five herrings in a boat") == 200


def test_a_running_server_sees_a_user_disabled_and_enabled(data: Path) -> None:
    with running(data, environment=GRANT) as served:
        assert token(served, WHO, PASSWORD) == 200
        for word, status in (("disable", 400), ("enable", 200)):
            assert run("user", word, WHO, "--data", data).code == 0
            assert at_last(lambda wanted=status: token(served, WHO, PASSWORD) == wanted)
            assert user(data)["accountEnabled"] is (word == "enable")
    assert last_activity(data) == "Update user"


def test_sessions_are_revoked(data: Path) -> None:
    assert run("user", "revoke", WHO, "--data", data).code == 0
    with opened_store(str(data), {}) as store:
        standing = store.users.standing(ASTRID)
    assert standing is not None
    assert standing.sessions_valid_from is not None
    assert last_activity(data) == "Revoke sign-in sessions"


def test_methods_are_reset_and_a_pass_is_given(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    served = serve(data)
    served.enrol()
    served.service.store.close()
    assert [each["kind"] for each in user(data)["methods"]] == ["softwareOneTimePasscode"]
    ran = run("user", "reset-methods", WHO, "--data", data)
    assert "1 method removed" in ran.out
    assert user(data)["methods"] == []
    ran = run("user", "temporary-access-pass", WHO, "--data", data, "--json")
    assert ran.code == 0, ran.err
    assert len(ran.answers[0]["pass"]) >= 8
    assert [each["kind"] for each in user(data)["methods"]] == ["temporaryAccessPass"]
    assert ran.answers[0]["pass"] not in run("user", "show", WHO, "--data", data, "--json").out


def test_AD07_the_last_administrator_is_neither_disabled_nor_deleted(data: Path) -> None:
    role = {"roleDefinitionId": GLOBAL_ADMINISTRATOR, "principalId": ASTRID}
    with opened_store(str(data), {}) as store:
        store.roles.create({**role, "directoryScopeId": "/"}, by=SYSTEM)
    assert "Global Administrator" in run("user", "show", WHO, "--data", data).out
    for word in ("disable", "delete"):
        ran = run("user", word, WHO, "--override", "a reason to do so", "--data", data)
        assert ran.code == 2
        assert "no Global Administrator" in ran.err
    assert run("user", "delete", LIFEBOAT, "--data", data).code == 0
    assert run("user", "show", LIFEBOAT, "--data", data).code == 2
