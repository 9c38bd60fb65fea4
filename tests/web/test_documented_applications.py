"""The settings of docs/applications.md, used as the tools use them."""

from __future__ import annotations

import json
import re
import shlex
from configparser import ConfigParser
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from ostiary.directory.protocols import SYSTEM
from tests.cli.running import run
from tests.web.browsing import CHALLENGE, VERIFIER, Browser
from tests.web.calling import GRAPH_SCOPE, called
from tests.web.forwarding import policy
from tests.web.serving import ASTRID, PASSWORD, TENANT, Served

PAGE = (Path(__file__).parents[2] / "docs" / "applications.md").read_text("utf-8")
LOGIN = "https://localhost:8443"
GROUP = "5a1f9a40-0000-4000-8000-0000000000ab"


@dataclass
class Tool:
    """A tool as it was set up, and the browser of somebody who uses it."""

    served: Served
    client_id: str
    secret: str
    redirect_uri: str
    browser: Browser

    def sign_in(self, authorize: str, token: str, scopes: str, **more: str) -> dict[str, Any]:
        """Go through the code flow with a proof key, and give the tokens."""
        asked = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "scope": scopes,
            "state": "s1",
            "nonce": "n1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **more,
        }
        assert authorize.startswith(f"{LOGIN}/")
        self.browser.visit(f"{authorize.removeprefix(LOGIN)}?{urlencode(asked)}")
        self.browser.fill(login="astrid@fjordvik.example").fill(passwd=PASSWORD)
        assert self.browser.address.startswith(f"{self.redirect_uri}?"), self.browser.page.text
        form = {
            "grant_type": "authorization_code",
            "code": self.browser.answer["code"],
            "redirect_uri": self.redirect_uri,
            "code_verifier": VERIFIER,
        }
        answer = self.served.http.post(token, data=form, auth=(self.client_id, self.secret))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def id_token(self, tokens: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
        """Check the ID token by the published keys, and give its claims."""
        keys = KeySet.import_key_set(self.served.http.get(document["jwks_uri"]).json())
        claims = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"]).claims
        assert (claims["iss"], claims["aud"]) == (document["issuer"], self.client_id)
        assert claims["nonce"] == "n1"
        return claims


def block(heading: str, language: str) -> str:
    """Give a block of the page, with the addresses of the tenant that is served."""
    part = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    found = re.search(rf"```{language}\n(.*?)```", part, re.DOTALL)
    assert found is not None, heading
    return found[1].replace("https://login.example:8443", LOGIN).replace("TENANT", TENANT)


def registered(served: Served, data: Path, name: str) -> Tool:
    """Register a tool by the very command of the page."""
    (line,) = re.findall(rf'^ostiary (app add "?{name}"? .*)$', PAGE, re.MULTILINE)
    command = shlex.split(line)
    ran = run(*command, "--data", data, "--json")
    assert ran.code == 0, ran.err
    told = ran.answers[0]
    assert told["issuer"] == f"{LOGIN}/{TENANT}/v2.0"
    # The command goes by the real clock, and its secret is good from then on.
    ahead = datetime.now(UTC) - served.clock.now() + timedelta(seconds=1)
    served.clock.move(max(ahead, timedelta(0)))
    redirect = command[command.index("--redirect-uri") + 1]
    return Tool(served, told["clientId"], told["clientSecret"], redirect, Browser(served))


def discovered(served: Served, issuer: str) -> dict[str, Any]:
    """Read what the issuer says of itself, and that it is the issuer."""
    document = served.http.get(f"{issuer}/.well-known/openid-configuration").json()
    assert document["issuer"] == issuer
    assert "S256" in document["code_challenge_methods_supported"]
    return document


def changed(served: Served, tool: Tool, body: dict[str, Any]) -> None:
    """Change the application as `az ad app update` does."""
    apis = called(served)
    token = apis.sign_in(GRAPH_SCOPE)["access_token"]
    found = served.service.store.applications.by_app_id(tool.client_id)
    assert found is not None
    answer = apis.call(apis.graph, token, f"/v1.0/applications/{found.id}", "PATCH", json=body)
    assert answer.status_code == 204, answer.text


@pytest.fixture
def data(served: Served, tmp_path: Path) -> Path:
    """The folder of the tenant that is served, whose Astrid has an address."""
    served.service.store.users.modify(ASTRID, {"mail": "astrid@fjordvik.example"}, by=SYSTEM)
    return tmp_path


def test_grafana(served: Served, data: Path) -> None:
    tool = registered(served, data, "Grafana")
    roles = json.loads(block("What every tool is told", "json"))
    changed(served, tool, {"appRoles": roles})
    (line,) = re.findall(r"^ostiary (app assign Grafana .*)$", PAGE, re.MULTILINE)
    assigned = run(*shlex.split(line), "--data", data)
    assert assigned.code == 0, assigned.err
    read = ConfigParser(interpolation=None)
    read.read_string(block("Grafana", "ini"))
    written = read["auth.generic_oauth"]
    assert written.getboolean("use_pkce")
    document = discovered(served, f"{LOGIN}/{TENANT}/v2.0")
    assert written["auth_url"] == document["authorization_endpoint"]
    assert written["token_url"] == document["token_endpoint"]
    assert written["api_url"] == document["userinfo_endpoint"]
    tokens = tool.sign_in(written["auth_url"], written["token_url"], written["scopes"])
    claims = tool.id_token(tokens, document)
    assert claims["roles"] == ["Admin"]
    mapped = set(re.findall(r"contains\(roles\[\*\], '(\w+)'\)", written["role_attribute_path"]))
    assert mapped == {each["value"] for each in roles}
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    told = served.http.get(written["api_url"], headers=headers).json()
    assert told["sub"] == claims["sub"]
    assert told[written["login_attribute_path"]] == "astrid@fjordvik.example"
    assert told[written["name_attribute_path"]] == "Astrid Moe"
    assert told["email"] == "astrid@fjordvik.example"


def test_argo_cd(served: Served, data: Path) -> None:
    tool = registered(served, data, "Argo CD")
    (setting,) = set(re.findall(r"--set (groupMembershipClaims)=(\w+)$", PAGE, re.MULTILINE))
    changed(served, tool, {setting[0]: setting[1]})
    store = served.service.store
    store.groups.create({"id": GROUP, "displayName": "Operators"}, by=SYSTEM)
    store.groups.add_member(GROUP, ASTRID, by=SYSTEM)
    written = dict(re.findall(r"^  (\w+): (.+)$", block("Argo CD", "yaml"), re.MULTILINE))
    document = discovered(served, written["issuer"])
    tokens = tool.sign_in(
        document["authorization_endpoint"],
        document["token_endpoint"],
        " ".join(json.loads(written["requestedScopes"])),
        claims=json.dumps({"id_token": json.loads(written["requestedIDTokenClaims"])}),
    )
    assert tool.id_token(tokens, document)["groups"] == [GROUP]


def test_a_policy_for_one_tool_judges_its_sign_ins_and_no_others(
    served: Served, data: Path
) -> None:
    tool, other = registered(served, data, "Grafana"), registered(served, data, "Argo CD")
    policy(served, "block", tool.client_id)
    document = discovered(served, f"{LOGIN}/{TENANT}/v2.0")
    asked = (document["authorization_endpoint"], document["token_endpoint"], "openid profile")
    assert other.sign_in(*asked)["id_token"]
    served.http.cookies.clear()
    with pytest.raises(AssertionError, match="Protect the wiki"):
        tool.sign_in(*asked)
    row = served.logged()
    assert (row["appId"], row["status"]["errorCode"]) == (tool.client_id, 53003)


def test_a_policy_for_one_tool_counts_when_its_tokens_are_renewed(
    served: Served, data: Path
) -> None:
    tool = registered(served, data, "Grafana")
    document = discovered(served, f"{LOGIN}/{TENANT}/v2.0")
    endpoint = document["token_endpoint"]
    scopes = "openid profile offline_access"
    tokens = tool.sign_in(document["authorization_endpoint"], endpoint, scopes)
    policy(served, "block", tool.client_id)
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    answer = served.http.post(endpoint, data=form, auth=(tool.client_id, tool.secret))
    assert answer.json()["error_codes"] == [53003]


def test_the_page_names_the_endpoints_as_discovery_does(served: Served) -> None:
    document = discovered(served, f"{LOGIN}/{TENANT}/v2.0")
    for label, member in (
        ("Issuer", "issuer"),
        ("Authorization endpoint", "authorization_endpoint"),
        ("Token endpoint", "token_endpoint"),
        ("Userinfo endpoint", "userinfo_endpoint"),
    ):
        found = re.search(rf"^\| {label} \| `(.*)` \|$", PAGE, re.MULTILINE)
        assert found is not None
        told = found[1].replace("https://login.example:8443", LOGIN).replace("TENANT", TENANT)
        assert told == document[member]
