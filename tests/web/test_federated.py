"""Workload identity federation: tokens of another issuer, whose keys are fetched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.oidc.client_auth import ASSERTION_TYPE
from ostiary.secrecy.outbound import Outbound
from ostiary.secrecy.outbound_rules import outbound_rules
from tests.oidc.proving import SUBJECT, jwk, signed
from tests.secrecy.canary import Answer, Asked, Canary, authority, canary
from tests.web.serving import DAEMON_APP, Served, serve
from tests.web.test_token import claims_of, refused

EXCHANGE = "api://AzureADTokenExchange"


@dataclass
class Issuer:
    """An issuer on loopback, as a CI service is one, and a tenant that trusts it."""

    served: Served
    server: Canary
    keys: dict[str, str] = field(default_factory=lambda: {"k1": "issuer"})
    says: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def name(self) -> str:
        """What the federated credential names."""
        return self.server.url("/ci")

    def reply(self, asked: Asked) -> Answer:
        """Serve configuration and keys."""
        if asked.path == "/ci/.well-known/openid-configuration":
            jwks_uri = self.server.url("/ci/jwks")
            return _json({"issuer": self.name, "jwks_uri": jwks_uri, **self.says})
        keys = [{**jwk(key), "kid": kid, "use": "sig"} for kid, key in self.keys.items()]
        return _json({"keys": keys})

    def sign_in(self, kid: str = "k1", key: str = "issuer", **changes: object) -> Any:
        """Sign in as `az login --federated-token` does."""
        at = self.served.clock.seconds()
        claims = {"iss": self.name, "sub": SUBJECT, "aud": EXCHANGE, "exp": at + 300, "iat": at}
        form = {
            "grant_type": "client_credentials",
            "client_id": DAEMON_APP,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": signed({"alg": "RS256", "kid": kid}, {**claims, **changes}, key),
            "scope": "https://management.core.windows.net//.default",
        }
        return self.served.token(form)

    def fetched(self) -> list[str]:
        """Give the addresses that were fetched."""
        return [each.path for each in self.server.asked]


def _json(document: object) -> Answer:
    return Answer(200, json.dumps(document).encode(), {"Content-Type": "application/json"})


@pytest.fixture
def issuer(tmp_path: Path) -> Iterator[Issuer]:
    """An issuer over TLS that settings and directory name."""
    folder = tmp_path / "issuer"
    folder.mkdir()
    with canary(folder) as server:
        rules = outbound_rules([server.url()], ["127.0.0.1/32"])
        served = serve(tmp_path, Outbound(rules, authorities=authority(folder)))
        found = Issuer(served, server)
        server.reply = found.reply
        document = {"name": "ci", "audiences": [EXCHANGE]}
        credentials = served.service.store.app_credentials
        credentials.add_federated(DAEMON_APP, found.name, SUBJECT, document, by=SYSTEM)
        yield found
        served.service.store.close()


def test_TK02_a_token_of_the_named_issuer_signs_the_application_in(issuer: Issuer) -> None:
    claims = claims_of(issuer.sign_in())
    assert (claims["appid"], claims["idtyp"]) == (DAEMON_APP, "app")
    claims_of(issuer.sign_in())
    assert issuer.fetched() == ["/ci/.well-known/openid-configuration", "/ci/jwks"]
    assert issuer.served.logged()["status"]["errorCode"] == 0


def test_TK02_keys_are_fetched_again_after_an_hour_and_for_a_new_key(issuer: Issuer) -> None:
    claims_of(issuer.sign_in())
    issuer.keys = {"k2": "other"}
    refused(issuer.sign_in("k2", "other"), 700027, "invalid_client", 401)
    issuer.served.clock.move(timedelta(minutes=1))
    claims_of(issuer.sign_in("k2", "other"))
    refused(issuer.sign_in("k1"), 700027, "invalid_client", 401)
    assert len(issuer.fetched()) == 4
    issuer.served.clock.move(timedelta(hours=1))
    claims_of(issuer.sign_in("k2", "other"))
    assert len(issuer.fetched()) == 6


def test_TK02_another_key_under_the_same_name_is_not_believed(issuer: Issuer) -> None:
    refused(issuer.sign_in(key="other"), 700027, "invalid_client", 401)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"iss": "https://elsewhere.example"}, 700211), ({"sub": "repo:other/repo"}, 700213)],
)
def test_SF01_whoever_is_not_declared_has_nothing_fetched(
    issuer: Issuer, changes: dict[str, str], code: int
) -> None:
    refused(issuer.sign_in(**changes), code, "invalid_client", 401)
    assert issuer.fetched() == []


@pytest.mark.parametrize(
    "says",
    [
        {"issuer": "https://elsewhere.example"},
        {"jwks_uri": "http://169.254.169.254/keys"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": None},
    ],
)
def test_SF01_a_configuration_that_leads_elsewhere_is_refused(
    issuer: Issuer, says: dict[str, Any]
) -> None:
    issuer.says = says
    body = refused(issuer.sign_in(), 700027, "invalid_client", 401)
    assert "the keys of the issuer" in body["error_description"]
    assert "169.254" not in body["error_description"]
    assert issuer.fetched() == ["/ci/.well-known/openid-configuration"]


@pytest.mark.parametrize("answer", [Answer(500), Answer(200, b"[]"), Answer(302)])
def test_TK02_an_issuer_that_cannot_be_asked_is_not_asked_at_every_request(
    issuer: Issuer, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    issuer.server.reply = lambda _: answer
    for _ in range(2):
        body = refused(issuer.sign_in(), 700027, "invalid_client", 401)
        assert "could not be fetched" in body["error_description"]
    assert len(issuer.fetched()) == 1
    assert "could not be fetched" in caplog.text
    issuer.server.reply = issuer.reply
    issuer.served.clock.move(timedelta(minutes=1))
    claims_of(issuer.sign_in())


def test_SF01_an_issuer_that_the_settings_do_not_name_is_not_asked(tmp_path: Path) -> None:
    with canary() as server:
        served = serve(tmp_path)
        found = Issuer(served, server)
        server.reply = found.reply
        credentials = served.service.store.app_credentials
        audiences = {"audiences": [EXCHANGE]}
        credentials.add_federated(DAEMON_APP, found.name, SUBJECT, audiences, by=SYSTEM)
        refused(found.sign_in(), 700027, "invalid_client", 401)
        assert server.asked == []
        served.service.store.close()
