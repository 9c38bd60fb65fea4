"""Tokens: of a credential of azure-identity, and what a token says of itself."""

from __future__ import annotations

import os
import sys
from importlib import invalidate_caches
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ostiary.entra.connection import Connection
from ostiary.entra.errors import SignInNeeded
from ostiary.entra.permissions import APPLYING, PULLING, READ_USERS, require
from ostiary.entra.tokens import AzureTokens, of_application, permissions_in
from ostiary.model.errors import InputError
from tests.entra.stub import token_of

FAKE = """
class _Credential:
    def __init__(self, **options):
        self.options = options

    def get_token(self, *scopes, claims=None, **options):
        raise ClientAuthenticationError("AADSTS700082: the refresh token has expired\\nTrace: 1")


class ClientAuthenticationError(Exception):
    pass


class DefaultAzureCredential(_Credential):
    pass


class AzureCliCredential(_Credential):
    pass


class DeviceCodeCredential(_Credential):
    pass
"""


@pytest.fixture
def azure_identity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a package of that name which signs nobody in: the real one asks Microsoft."""
    folder = tmp_path / "azure" / "identity"
    folder.mkdir(parents=True)
    (tmp_path / "azure" / "__init__.py").write_text("", encoding="utf-8", newline="\n")
    (folder / "__init__.py").write_text(FAKE, encoding="utf-8", newline="\n")
    for name in [each for each in sys.modules if each.partition(".")[0] == "azure"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    invalidate_caches()


def tokens_of(connection: Connection) -> Any:
    client = connection.client(os.environ)
    client.http.close()
    return client.tokens


class Kept:
    """A credential that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def get_token(self, *scopes: str, claims: str | None = None, **options: Any) -> Any:
        self.asked.append({"scopes": scopes, "claims": claims, **options})
        return SimpleNamespace(token="t", expires_on=1)  # noqa: S106  # a test's


def test_a_credential_is_asked_for_graph_and_told_of_a_challenge() -> None:
    kept = Kept()
    tokens = AzureTokens(kept, "https://graph.microsoft.com/.default")
    assert (tokens.token(), tokens.token('{"a": 1}')) == ("t", "t")
    graph = ("https://graph.microsoft.com/.default",)
    assert kept.asked == [
        {"scopes": graph, "claims": None, "enable_cae": True},
        {"scopes": graph, "claims": '{"a": 1}', "enable_cae": True},
    ]


@pytest.mark.usefixtures("azure_identity")
@pytest.mark.parametrize(
    ("connection", "options"),
    [
        (Connection(), {}),
        (Connection(credential="azure-cli", tenant_id="t1"), {"tenant_id": "t1"}),
        (
            Connection("https://graph.microsoft.us", "device-code"),
            {"authority": "https://login.microsoftonline.us"},
        ),
        (
            Connection("https://localhost:8445", authority="https://localhost:8443"),
            {"authority": "https://localhost:8443", "disable_instance_discovery": True},
        ),
    ],
)
def test_a_credential_is_made_for_the_cloud_it_is_for(
    connection: Connection, options: dict[str, Any]
) -> None:
    tokens = tokens_of(connection)
    assert tokens.credential.options == options
    assert tokens.scope == f"{connection.graph}/.default"


@pytest.mark.usefixtures("azure_identity")
def test_a_credential_that_signs_nobody_in_is_told_in_one_line() -> None:
    with pytest.raises(SignInNeeded) as found:
        tokens_of(Connection()).token()
    assert str(found.value) == (
        "expected a token for https://graph.microsoft.com/.default, the credential gave none:"
        " AADSTS700082: the refresh token has expired; sign in again, for example with `az login`,"
        " or choose another --credential"
    )


def test_a_mistake_of_ours_is_not_taken_for_a_sign_in_that_failed() -> None:
    class Broken(Kept):
        def get_token(self, *scopes: str, claims: str | None = None, **options: Any) -> Any:
            raise KeyError("ours")

    with pytest.raises(KeyError):
        AzureTokens(Broken(), "s").token()


def test_permissions_are_told_by_a_token_that_tells_them() -> None:
    assert permissions_in(token_of(scp="User.Read.All a")) == {"User.Read.All", "a"}
    assert permissions_in(token_of(roles=["User.Read.All"])) == {"User.Read.All"}
    assert of_application(token_of(roles=["User.Read.All"], idtyp="app"))
    assert not of_application(token_of(scp="a"))
    for opaque in ("", "opaque", "a.b.c", token_of(aud="x")):
        assert permissions_in(opaque) is None
        assert require(opaque, PULLING, doing="pulling") is False
    assert require(token_of(scp="Directory.Read.All"), (READ_USERS,), doing="pulling")


def test_every_need_names_the_least_first() -> None:
    for each in (*PULLING, *APPLYING):
        assert each.missing(frozenset(each.least)) == ()
        assert each.missing(frozenset()) == each.least


def test_a_file_without_certificates_is_told(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no", encoding="utf-8", newline="\n")
    connection = Connection("https://localhost:8445", "token", trusted=tmp_path / "ca.pem")
    with pytest.raises(InputError, match="holds no certificates"):
        connection.client({"OSTIARY_GRAPH_TOKEN": "t"})
