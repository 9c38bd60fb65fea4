"""Settings at the admin center: the tenant's are changed, the server's shown."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ostiary import __version__
from ostiary.administration.mandatory_mfa import mfa_required_for_changes
from ostiary.administration.tenant_names import domains_of
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR, SECURITY_READER
from ostiary.serving.facts import server_facts
from ostiary.serving.settings_reading import read_settings
from ostiary.web.app import sign_in_app
from tests.admin.pages import Admin, with_role
from tests.web.browsing import Browser
from tests.web.serving import ASTRID, Served

PAGE = "/admin/settings"
CONTACTS = {
    "technicalNotificationMails": "it@fjordvik.example\nnight@fjordvik.example",
    "securityComplianceNotificationMails": "",
}


@pytest.fixture
def settings(served: Served, admin: Admin) -> Admin:
    """A Global Administrator at the settings."""
    with_role(served, GLOBAL_ADMINISTRATOR)
    return admin.sign_in(path=PAGE)


def domains(admin: Admin) -> dict[str, tuple[bool, bool]]:
    """Give of each domain whether it is verified, and the default."""
    found = domains_of(admin.served.service.store)
    return {e["name"]: (e["isVerified"] is True, e.get("isDefault") is True) for e in found}


def test_the_server_tells_its_settings_and_no_secret(served: Served, tmp_path: Path) -> None:
    file = tmp_path / "ostiary.toml"
    file.write_text("workers = 2\n[alerts]\nwebhook_url = 'https://hooks.example/s3cret'\n")
    file.chmod(0o600)
    read = read_settings(config=file, folder=None, environment={})
    service = served.service
    told = replace(service.settings, facts=server_facts(read.settings, None))
    app = sign_in_app(replace(service, settings=told))
    http = TestClient(app, base_url=told.login_url, client=("127.0.0.1", 5))
    admin = Admin(served, Browser(replace(served, http=http))).sign_in(path=PAGE)
    assert __version__ in admin.text
    text = re.sub("<[^>]+>", "", admin.text)
    assert "ostiary.toml, line 1" in text
    assert "Set, and never shown" in text
    assert "s3cret" not in text
    assert "OSTIARY_LISTEN__LOGIN_PORT" in text


def test_mandatory_mfa_is_put_on_and_off(settings: Admin) -> None:
    store = settings.served.service.store
    settings.send(f"{PAGE}/mandatory-mfa", required="1")
    assert "The settings were saved." in settings.text, settings.refusal
    assert mfa_required_for_changes(store) is True
    settings.send(f"{PAGE}/mandatory-mfa", required=[])
    assert mfa_required_for_changes(store) is False


def test_a_domain_is_added_verified_made_the_default_and_kept_while_it_is(
    settings: Admin,
) -> None:
    settings.send(f"{PAGE}/domains", domain="not a domain")
    assert settings.status == 400
    assert 'value="not a domain"' in settings.text
    one = f"{PAGE}/domains/fjord.example"
    settings.send(f"{PAGE}/domains", domain="fjord.example")
    assert domains(settings)["fjord.example"] == (False, False)
    settings.send(f"{one}/verify")
    assert domains(settings)["fjord.example"] == (True, False)
    settings.send(f"{one}/default")
    assert domains(settings)["fjord.example"] == (True, True)
    assert f"{one}/remove" not in settings.text
    settings.send(f"{PAGE}/domains/fjordvik.example/remove")
    assert settings.status == 400
    assert "people have names of the domain" in settings.text


def test_contacts_are_changed(settings: Admin) -> None:
    settings.send(f"{PAGE}/contacts", **CONTACTS)
    found = settings.served.service.store.singles.value_of("organization")
    mails = ["it@fjordvik.example", "night@fjordvik.example"]
    assert found["technicalNotificationMails"] == mails
    assert "it@fjordvik.example\nnight@fjordvik.example</textarea>" in settings.text


def test_a_security_reader_sees_and_cannot_change(admin: Admin) -> None:
    store = admin.served.service.store
    for each in store.roles.all():
        store.roles.delete(each.id, by=SYSTEM)
    with_role(admin.served, SECURITY_READER, ASTRID)
    admin.sign_in(path=PAGE)
    assert "fjordvik.example" in admin.text
    assert f'action="{PAGE}' not in admin.text
    token = admin.text.partition('name="csrf" value="')[2].partition('"')[0]
    for path in ("mandatory-mfa", "contacts", "domains", "domains/fjordvik.example/remove"):
        sent = {"csrf": token, "required": "1", "domain": "x.example", **CONTACTS}
        admin.browser.send(f"{PAGE}/{path}", sent)
        assert admin.status == 403, path
    assert mfa_required_for_changes(store) is False
