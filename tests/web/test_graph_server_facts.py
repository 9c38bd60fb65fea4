"""What the server tells of itself through Graph: settings with their origin, nothing secret."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ostiary import __version__
from ostiary.directory.audit import Entry, Target
from ostiary.directory.protocols import SYSTEM
from ostiary.serving.certificates import ServerCertificate
from ostiary.serving.facts import server_facts
from ostiary.serving.settings import carried, carried_over
from ostiary.serving.settings_reading import read_settings
from ostiary.signin.server_facts import BACKED_UP
from tests.web.calling import Apis, called
from tests.web.serving import Served
from tests.web.test_graph_policy_history import Graph

PATH = "/v1.0/admin/ostiary/server"
FILE = """
workers = 2

[alerts]
webhook_url = "https://hooks.example/s3cret"
smtp_host = "mail.example"
smtp_from = "ostiary@fjordvik.example"
smtp_to = ["oncall@fjordvik.example"]
"""


@pytest.fixture
def apis(served: Served, tmp_path: Path) -> Apis:
    """A server that was told its settings by a file and a variable."""
    file = tmp_path / "ostiary.toml"
    file.write_text(FILE)
    file.chmod(0o600)
    environment = {"OSTIARY_LISTEN__LOGIN_PORT": "9443"}
    read = read_settings(config=file, folder=None, environment=environment)
    settings = carried_over(carried(read.settings))  # as a process of several is told them
    ends = served.clock.now() + timedelta(days=30)
    certificate = ServerCertificate(file, file, ("login.example",), ends)
    facts = server_facts(settings, certificate)
    service = served.service
    told = replace(service, settings=replace(service.settings, facts=facts))
    return called(replace(served, service=told))


def test_settings_are_told_with_their_origin_and_secrets_never(apis: Apis) -> None:
    answer = Graph(apis)("GET", PATH)
    assert answer.status_code == 200, answer.text
    assert "s3cret" not in answer.text
    body = answer.json()
    assert body["version"] == __version__
    found = {each["name"]: each for each in body["settings"]}
    assert found["workers"]["value"] == "2"
    assert found["workers"]["origin"].endswith("ostiary.toml, line 2")
    assert found["listen.login_port"]["origin"] == "variable OSTIARY_LISTEN__LOGIN_PORT"
    assert found["login_url"]["value"] == '"https://localhost:9443"'
    assert found["login_url"]["origin"] == "follows listen.login_port"
    assert found["listen.graph_port"]["origin"] == "default"
    assert found["listen.graph_port"]["variable"] == "OSTIARY_LISTEN__GRAPH_PORT"
    secret = found["alerts.webhook_url"]
    assert (secret["value"], secret["isSecret"]) == (None, True)
    assert found["alerts.smtp_password"]["isSecret"] is False  # it is not set


def test_certificate_and_backup_are_told(apis: Apis) -> None:
    store = apis.served.service.store
    assert Graph(apis)("GET", PATH).json()["lastBackupDateTime"] is None
    store.audit.record(Entry(BACKED_UP, "DirectoryManagement", Target("store", "1")), by=SYSTEM)
    body = Graph(apis)("GET", PATH).json()
    assert body["lastBackupDateTime"] is not None
    assert body["certificate"]["names"] == ["login.example"]
    assert body["certificate"]["isByLocalAuthority"] is True
    assert body["alarm"] == ""


def test_who_is_told_of_alerts_stands_with_the_emergency_accounts(apis: Apis) -> None:
    path = "/v1.0/identity/conditionalAccess/emergencyAccess"
    alerts = Graph(apis)("GET", path).json()["alerts"]
    assert alerts == {"webhook": True, "mail": ["oncall@fjordvik.example"], "waiting": 0}
