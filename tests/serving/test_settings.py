"""Settings: the file, the variables over it, and every mistake told at once."""

from __future__ import annotations

import pickle
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from ostiary.model.errors import InputError
from ostiary.secrecy.secret import Secret
from ostiary.serving.declaring import Declared
from ostiary.serving.service_settings import service_settings
from ostiary.serving.settings import (
    ServerSettings,
    carried,
    carried_over,
    declared,
    tables,
    value_of,
)
from ostiary.serving.settings_reading import ReadSettings, SettingsError, read_settings
from ostiary.signin.client_address import ProxyHeader
from ostiary.tokens.issue import AccessTokenLife

NOTHING: MappingProxyType[str, str] = MappingProxyType({})


def read(folder: Path, text: str = "", **variables: str) -> ReadSettings:
    file = folder / "ostiary.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    environment = {f"OSTIARY_{name}": value for name, value in variables.items()}
    return read_settings(config=file, folder=None, environment=environment)


def wrong(folder: Path, text: str = "", **variables: str) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        read(folder, text, **variables)
    return [str(each).replace(f"{folder}/", "") for each in raised.value.wrong]


def test_public_urls_follow_their_ports_unless_they_are_set(tmp_path: Path) -> None:
    text = 'graph_url = "https://graph.fjordvik.example"\n[listen]\nlogin_port = 9443\n'
    found = read(tmp_path, text, LISTEN__GRAPH_PORT="9445")
    urls = ("https://localhost:9443", "https://localhost:8444", "https://graph.fjordvik.example")
    assert found.settings.public_urls == urls
    assert found.origins["login_url"] == "follows listen.login_port"


def test_without_a_file_everything_is_as_declared(tmp_path: Path) -> None:
    found = read_settings(config=None, folder=tmp_path, environment=NOTHING)
    assert found.settings == ServerSettings()
    assert set(found.origins.values()) == {"default"}
    assert found.warnings == ()


def test_every_setting_has_a_kind_and_a_meaning() -> None:
    assert [each.name for each in declared() if not each.kind.expected or not each.meaning] == []
    without = [each for each in declared() if each.default is None and not each.shown_default]
    assert without == []
    assert all(kind.__doc__ for kind in tables().values())


@pytest.mark.parametrize("setting", [*declared()], ids=lambda each: each.name)
def test_every_default_is_one_that_could_be_written(setting: Declared, tmp_path: Path) -> None:
    assert value_of(ServerSettings(), setting.name) == setting.default
    if setting.default is not None:
        assert setting.kind.read(setting.default, tmp_path) == setting.default


def test_a_file_is_read_and_a_variable_wins(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """
login_url = "https://Login.Fjordvik.Example:8443/"
workers = 2
country_database = "countries.mmdb"
[listen]
addresses = ["0.0.0.0", "::"]
password_grant_port = 443
[alerts]
webhook_url = "https://alerts.example/T0KEN"
""",
        WORKERS="4",
        LISTEN__LOGIN_PORT="9443",
        TRUSTED_PROXIES="10.0.0.0/8, unix",
        PASSWORD_GRANT__ENABLED="true",  # noqa: S106  # a switch
        LOG__LEVEL=" ",
    )
    settings = found.settings
    assert settings.login_url == "https://login.fjordvik.example:8443"
    assert settings.listen.addresses == ("0.0.0.0", "::")  # noqa: S104  # what was written
    assert (settings.listen.login_port, settings.listen.password_grant_port) == (9443, 443)
    assert settings.country_database == tmp_path / "countries.mmdb"
    assert settings.trusted_proxies == ("10.0.0.0/8", "unix")
    assert (settings.workers, settings.password_grant.enabled) == (4, True)
    assert settings.log.level == "info"
    places = {name: where for name, where in found.origins.items() if where != "default"}
    assert places == {
        "login_url": f"{tmp_path}/ostiary.toml, line 2",
        "workers": "variable OSTIARY_WORKERS",
        "trusted_proxies": "variable OSTIARY_TRUSTED_PROXIES",
        "country_database": f"{tmp_path}/ostiary.toml, line 4",
        "listen.addresses": f"{tmp_path}/ostiary.toml, line 6",
        "listen.login_port": "variable OSTIARY_LISTEN__LOGIN_PORT",
        "listen.password_grant_port": f"{tmp_path}/ostiary.toml, line 7",
        "password_grant.enabled": "variable OSTIARY_PASSWORD_GRANT__ENABLED",
        "alerts.webhook_url": f"{tmp_path}/ostiary.toml, line 9",
    }


def test_the_file_of_the_data_folder_comes_before_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, here, asked = tmp_path / "data", tmp_path / "here", tmp_path / "asked.toml"
    for number, each in enumerate((data, here), 2):
        each.mkdir()
        (each / "ostiary.toml").write_text(f"workers = {number}\n", encoding="utf-8")
    asked.write_text("workers = 4\n", encoding="utf-8")
    monkeypatch.chdir(here)

    def workers(config: Path | None, folder: Path, **environment: str) -> int:
        found = read_settings(config=config, folder=folder, environment=environment)
        return found.settings.workers

    assert workers(None, data) == 2
    assert workers(None, tmp_path) == 3
    assert workers(None, data, OSTIARY_CONFIG=str(asked)) == 4
    assert workers(here / "ostiary.toml", data, OSTIARY_CONFIG=str(asked)) == 3


def test_everything_that_is_wrong_is_told_with_its_place(tmp_path: Path) -> None:
    text = """logn_url = "https://x.example"
login_url = "http://x.example"
workers = "2"
[listn]
addresses = []
[alerts]
smtp_password = ""
smtp_hots = "mail.example"
[tls]
login_port = 3
"""
    login = "an https URL of host and port only, as `https://login.example:8443`"
    assert wrong(tmp_path, text, LISTEN__GRAPH_PORT="many", LISTEN__GRAF_PORT="1") == [
        "ostiary.toml, line 1: there is no setting `logn_url`; is `login_url` meant?",
        "ostiary.toml, line 4: there is no table `[listn]` of settings; is `[listen]` meant?",
        "ostiary.toml, line 8: there is no setting `alerts.smtp_hots`; "
        "is `alerts.smtp_host` meant?",
        "ostiary.toml, line 10: there is no setting `tls.login_port`; "
        "is `listen.login_port` meant?",
        "variable OSTIARY_LISTEN__GRAF_PORT: there is no such setting; "
        "is `OSTIARY_LISTEN__GRAPH_PORT` meant?",
        f'ostiary.toml, line 2: `login_url`: expected {login}, came `"http://x.example"`',
        'ostiary.toml, line 3: `workers`: expected a whole number from 1 to 64, came `"2"`',
        "variable OSTIARY_LISTEN__GRAPH_PORT: `listen.graph_port`: expected a whole number from 1 "
        'to 65535, came `"many"`',
        "ostiary.toml, line 7: `alerts.smtp_password`: expected a text, came something else",
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('login_url = "https://u:p@x.example"', "expected an https URL of host and port only"),
        ('login_url = "https://x.example/path"', "expected an https URL of host and port only"),
        ('login_url = "https://x.example:99999"', "expected an https URL of host and port only"),
        ('login_url = "https://[x"', "expected an https URL of host and port only"),
        ("workers = true", "expected a whole number from 1 to 64, came `true`"),
        ('trusted_proxies = ["10.0.0.0/33"]', "expected a list of addresses, ranges and the word"),
        ('trusted_proxies = "10.0.0.0/8"', "expected a list of addresses, ranges and the word"),
        ('database = "ostiary"', "came something else"),
        ('database = "sqlite:///x"', "came something else"),
        ('proxy_header = "x-real-ip"', "expected one of `x-forwarded-for`, `forwarded`"),
        ("listen = 3", "expected the table `[listen]`, came `3`"),
        ("[tls]\ncertificate = 'x'", "expected tls.certificate and tls.key, came only one"),
        ("[listen]\ngraph_port = 8443", "expected a different port for each listener"),
        ("[listen]\naddresses = []", "expected at least one address"),
        ("[alerts]\nsmtp_host = 'x'", "expected alerts.smtp_from and alerts.smtp_to with it"),
        ("[alerts]\nsmtp_user = 'x'", "expected alerts.smtp_password with it"),
        ('graph_url = "https://localhost:8443"', "graph_url must differ"),
        ("workers = ", "expected TOML: "),
        ("workers = 1\nworkers = 2", "expected TOML: "),
    ],
)
def test_a_wrong_value_is_told(tmp_path: Path, line: str, told: str) -> None:
    (found,) = wrong(tmp_path, line)
    assert told in found


def test_no_secret_is_repeated_in_an_error(tmp_path: Path) -> None:
    text = 'database = "mysql://ostiary:hunter2@db"\n[alerts]\nwebhook_url = "http://x/hunter2"\n'
    variables = {"ALERTS__SMTP_PASSWORD": "\x07hunter2"}
    assert "hunter2" not in "".join(wrong(tmp_path, text, **variables))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml: cannot be read: no such file"):
        read_settings(config=tmp_path / "none.toml", folder=None, environment=NOTHING)


def test_what_can_be_doubted_is_said_beside(tmp_path: Path) -> None:
    (tmp_path / "ostiary.toml").write_text('database = "postgresql://h/x"\n', encoding="utf-8")
    (tmp_path / "ostiary.toml").chmod(0o644)
    environment = {"OSTIARY_PORT_443_TCP": "tcp://x", "OSTIARY_PASSWORD_GRANT__APPS": "az"}
    found = read_settings(config=None, folder=tmp_path, environment=environment)
    assert found.settings.database == Secret("postgresql://h/x")
    file = tmp_path / "ostiary.toml"
    assert found.warnings == (
        f"{file} holds database and others may read it; run `chmod 600 {file}`",
        "variable OSTIARY_PORT_443_TCP is no setting; it is not read",
        "password_grant.apps has no effect while password_grant.enabled is false",
    )


def test_the_service_gets_what_is_set(tmp_path: Path) -> None:
    text = """access_token_lifetime = 299
trusted_proxies = ["10.0.0.0/8"]
proxy_header = "forwarded"
[password_grant]
enabled = true
apps = ["04B07795-8ddb-461a-bbee-02f9e1bf7b46"]
"""
    given = service_settings(read(tmp_path, text).settings)
    assert given.access_token_life == AccessTokenLife.exactly(timedelta(seconds=299))
    assert given.password_grant_apps == {"04b07795-8ddb-461a-bbee-02f9e1bf7b46"}
    assert (len(given.proxies.ranges), given.proxies.header) == (1, ProxyHeader.FORWARDED)


def test_applications_alone_do_not_open_the_password_grant(tmp_path: Path) -> None:
    given = service_settings(read(tmp_path, "[password_grant]\napps = ['az']\n").settings)
    assert given.password_grant_apps == frozenset()


def test_SF01_only_what_is_set_may_be_asked(tmp_path: Path) -> None:
    text = "[outbound]\nallow = ['https://issuer.example']\nnetworks = ['10.0.0.0/8']\n"
    service_settings(read(tmp_path, text).settings)
    with pytest.raises(SettingsError, match="https URLs"):
        read(tmp_path, "[outbound]\nallow = ['http://issuer.example']\n")
    missing = read(tmp_path, "[outbound]\nauthorities = 'missing.pem'\n").settings
    with pytest.raises(InputError, match=r"missing\.pem"):
        service_settings(missing)


def test_settings_are_carried_to_another_process_with_their_secrets(tmp_path: Path) -> None:
    text = 'database = "postgresql://o:hunter2@db/x"\n[listen]\naddresses = ["::1"]\n'
    settings = read(tmp_path, text, ALERTS__SMTP_PORT="25").settings
    assert carried_over(pickle.loads(pickle.dumps(carried(settings)))) == settings  # noqa: S301  # ours
