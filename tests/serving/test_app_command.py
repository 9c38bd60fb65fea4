"""`ostiary app` and `ostiary group`: clients registered and used, groups for exclusions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from ostiary.serving.host import opened_store
from tests.cli.running import run
from tests.serving.processes import Process, at_last, running
from tests.web.serving import ASTRID, AZ, DAEMON, DAEMON_APP, POLICY, TENANT

WHO = "astrid@fjordvik.example"


def add(data: Path, name: str, kind: str, *more: str) -> dict[str, Any]:
    """Register an application and give what the command tells of it."""
    ran = run("app", "add", name, "--kind", kind, *more, "--data", data, "--json")
    assert ran.code == 0, ran.err
    return ran.answers[0]


def as_itself(served: Process, client_id: str, secret: str) -> httpx.Response:
    """Ask for the token of an application."""
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    scope = "https://management.azure.com/.default"
    with served.client(timeout=60) as client:
        return client.post(f"/{TENANT}/oauth2/v2.0/token", data={**form, "scope": scope})


def test_a_daemon_registered_while_the_server_runs_gets_a_token(data: Path) -> None:
    with running(data) as served:
        made = add(data, "Nightly", "daemon")
        first = made["clientSecret"]
        assert at_last(lambda: as_itself(served, made["clientId"], first).status_code == 200)
        more = run("app", "secret", "add", "nightly", "--days", "7", "--data", data, "--json")
        second = more.answers[0]
        assert as_itself(served, made["clientId"], second["clientSecret"]).status_code == 200
        remove = ("app", "secret", "remove", made["clientId"], second["keyId"], "--data", data)
        assert run(*remove).code == 0
        assert run(*remove).code == 2
        assert as_itself(served, made["clientId"], second["clientSecret"]).status_code == 401
        assert as_itself(served, made["clientId"], first).status_code == 200
        assert run("app", "delete", "Nightly", "--data", data).code == 0
        assert at_last(lambda: as_itself(served, made["clientId"], first).status_code >= 400)


def test_a_secret_is_shown_once_and_kept_as_a_hash(data: Path) -> None:
    uri = "https://grafana.fjordvik.example/login/generic_oauth"
    made = add(data, "Grafana", "web", "--redirect-uri", uri)
    assert made["issuer"].endswith(f"/{TENANT}/v2.0")
    shown = run("app", "show", "grafana", "--data", data)
    assert made["clientSecret"] not in shown.out
    assert uri in shown.out
    listed = run("app", "list", "--data", data, "--json").answers[0]["applications"]
    assert {each["displayName"]: each["kind"] for each in listed} == {
        "Backup": "daemon",
        "Grafana": "web",
    }
    everything = run("app", "list", "--all", "--data", data, "--json").answers[0]["applications"]
    assert AZ in {each["appId"] for each in everything}
    for file in data.iterdir():
        assert made["clientSecret"].encode() not in file.read_bytes()


def test_an_application_on_devices_and_one_in_a_browser_have_no_secret(data: Path) -> None:
    for kind, uri in (("public", "http://localhost"), ("spa", "https://app.fjordvik.example/")):
        made = add(data, kind, kind, "--redirect-uri", uri)
        assert "clientSecret" not in made
        with opened_store(str(data), {}) as store:
            document = store.applications.need(made["objectId"]).document
        assert document["isFallbackPublicClient"] is (kind == "public")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "X", "--kind", "web"), "expected --redirect-uri"),
        (("add", "X", "--kind", "daemon", "--redirect-uri", "https://x.example"), "daemon"),
        (("add", "X", "--kind", "web", "--redirect-uri", "http://x.example"), "redirect URIs"),
        (("add", "X", "--kind", "spa", "--redirect-uri", "https://*.x.example"), "redirect URIs"),
        (("add", " ", "--kind", "daemon"), "displayName"),
        (("delete", AZ), "belongs to the service itself"),
        (("secret", "add", AZ), "belongs to the service itself"),
        (("secret", "remove", DAEMON_APP, "nothing"), "no such credential"),
        (("show", "Backups"), "`Backup`"),
        (("assign", "Backup"), "expected one of --user"),
        (("assign", "Microsoft Graph", "--application", "Backup", "--role", "Sea"), "no role"),
        (("assign", "Backup", "--group", "x"), "there is no group"),
    ],
)
def test_what_cannot_be_done_is_told(data: Path, arguments: tuple[str, ...], told: str) -> None:
    ran = run("app", *arguments, "--data", data)
    assert ran.code == 2
    assert told in ran.err


def test_a_daemon_gets_a_permission_at_graph_and_loses_it(data: Path) -> None:
    change = ("Microsoft Graph", "--application", "Backup", "--role", "policy.read.all")
    assert run("app", "assign", *change, "--data", data).code == 0
    again = run("app", "assign", *change, "--data", data)
    assert (again.code, "already exists" in again.err) == (2, True)
    with opened_store(str(data), {}) as store:
        (kept,) = store.app_roles.of_principal(DAEMON)
    assert kept.document["resourceDisplayName"] == "Microsoft Graph"
    assert run("app", "unassign", *change, "--data", data).code == 0
    assert run("app", "unassign", *change, "--data", data).code == 2


def test_a_user_is_assigned_to_an_application(data: Path) -> None:
    change = ("Backup", "--user", WHO)
    ran = run("app", "assign", *change, "--data", data)
    assert ran.code == 0, ran.err
    assert "default access assigned to astrid@" in ran.out
    ran = run("app", "unassign", *change, "--data", data, "--json")
    assert ran.answers[0]["principalId"] == ASTRID


def test_nothing_of_an_application_stays_where_its_secret_cannot_be_made(data: Path) -> None:
    before = run("app", "list", "--data", data, "--json").out
    assert run("app", "add", "X", "--kind", "daemon", "--secret-days", "731").code == 2
    assert run("app", "list", "--data", data, "--json").out == before


def test_a_group_is_made_filled_and_excluded_from_a_policy(data: Path) -> None:
    made = run("group", "add", "On call", "--data", data, "--json").answers[0]
    assert run("group", "add-member", "on call", WHO, "--data", data).code == 0
    assert WHO in run("group", "show", "On call", "--data", data).out
    assert "On call" in run("user", "show", WHO, "--data", data).out
    exclude = ("policy", "exclude", POLICY, "--group", "On call", "--data", data)
    assert run(*exclude).code == 0
    policy = run("policy", "show", POLICY, "--data", data, "--json").answers[0]
    assert policy["conditions"]["users"]["excludeGroups"] == [made["id"]]
    end = ("policy", "end-exclusion", POLICY, "--group", "On call", "--data", data)
    assert run(*end).code == 0
    assert run("group", "remove-member", "On call", ASTRID, "--data", data).code == 0
    groups = run("group", "list", "--data", data, "--json").answers[0]["groups"]
    assert [(each["displayName"], each["members"]) for each in groups] == [("On call", 0)]
    assert run("group", "delete", "On call", "--data", data).code == 0
    assert "There are no groups" in run("group", "list", "--data", data).out
