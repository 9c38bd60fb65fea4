"""Forward authentication with real proxies, configured as the documentation says."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.serving.certificates import CA_CERTIFICATE
from ostiary.serving.host import opened_store
from ostiary.web.forward_hosts import SESSION, SIGN_OUT, SIGNED_IN
from tests.cli.running import run
from tests.serving.processes import free_ports, running
from tests.serving.proxies import CADDY_PROXY, NGINX_PROXY, Proxy, proxying
from tests.web.browsing import form_of
from tests.web.serving import ASTRID, LIFEBOAT, PASSWORD

NAME = "Åse Öberg"


def signed_in(login: httpx.Client, address: str) -> str:
    """Sign in on the pages, and give where the browser is sent in the end."""
    page = login.get(address, follow_redirects=True)
    for fields in ({"login": "astrid@fjordvik.example"}, {"passwd": PASSWORD}, {}):
        action, hidden = form_of(page.text.partition("<form ")[2].partition("</form>")[0])
        page = login.post(action, data={**hidden, **fields})
        while page.status_code == 303 and page.headers["location"].startswith("/"):
            page = login.get(page.headers["location"])
        if page.status_code == 303:
            return str(page.headers["location"])
    raise AssertionError(page.text)


@pytest.mark.parametrize("proxy", [NGINX_PROXY, CADDY_PROXY], ids=["nginx", "caddy"])
def test_a_proxy_asks_about_every_request(data: Path, tmp_path: Path, proxy: Proxy) -> None:
    if proxy.program is None:
        name = proxy.heading.lower()
        pytest.skip(f"{name} is not installed: apt install {name}")
    ports = free_ports(3)
    settings = {"OSTIARY_TRUSTED_PROXIES": "127.0.0.1, ::1"}
    login_url, authority = f"https://localhost:{ports[0]}", data / CA_CERTIFICATE
    with (
        running(data, ports=ports, environment=settings) as served,
        proxying(proxy, tmp_path / "proxy", login_url, authority) as (url, trust),
        httpx.Client(base_url=url, verify=trust, headers={"Accept": "text/html"}) as browser,
        served.client(headers={"Sec-Fetch-Site": "same-origin"}) as login,
        opened_store(str(data), {}, randomness=SystemRandomness()) as store,
    ):
        assert browser.get("/page").status_code == 403, "nobody registered the host"
        added = ("app", "add", "Wiki", "--kind", "web", "--no-secret", "--json", "--data", data)
        made = run(*added, "--redirect-uri", f"{url}{SIGNED_IN}").answers[0]
        store.users.modify(ASTRID, {"displayName": NAME}, by=SYSTEM)

        sent = browser.get("/page?x=1")
        assert sent.status_code == 302
        assert sent.headers["location"].startswith(f"{login_url}/forward-sign-in?request=")
        assert browser.get("/page", headers={"Accept": "*/*"}).status_code == 401
        assert browser.post("/page").status_code == 401

        target = signed_in(login, sent.headers["location"])
        assert target.startswith(f"{url}{SIGNED_IN}?code=")
        back = browser.get(target.removeprefix(url))
        assert (back.status_code, back.headers["location"]) == (302, f"{url}/page?x=1")
        (cookie,) = back.headers.get_list("set-cookie")
        assert cookie.startswith(f"{SESSION}=")

        forged = {"Remote-User": "root", "Remote-Groups": "admins", "X-Original-URL": "https://a/"}
        told = browser.get("/page?x=1", headers=forged).content.decode().splitlines()
        assert told[0] == "/page?x=1"
        assert "remote-user=astrid@fjordvik.example" in told
        assert f"remote-name={NAME}" in told
        assert f"remote-user-id={ASTRID}" in told
        assert not any("root" in each or "admins" in each for each in told)
        assert browser.post("/page", content=b"x" * 100).status_code == 200

        policy = store.policies.create(_blocking(str(made["clientId"])), by=SYSTEM)
        _until_status(browser, 403)
        store.policies.delete(policy.id, by=SYSTEM)
        _until_status(browser, 200)

        signed_out = browser.get(SIGN_OUT)
        assert urlsplit(signed_out.headers["location"]).path.endswith("/oauth2/v2.0/logout")
        again = browser.get("/page")
        assert again.status_code == 302
        assert signed_in_still(login, again.headers["location"]).startswith(f"{url}{SIGNED_IN}")
        assert served.stop() == 0
        assert browser.get("/page").status_code >= 500, "without an answer nobody passes"


def signed_in_still(login: httpx.Client, address: str) -> str:
    """Give where a browser is sent that is signed in already."""
    page = login.get(address)
    while page.headers["location"].startswith("/"):
        page = login.get(page.headers["location"])
    return str(page.headers["location"])


def _until_status(browser: httpx.Client, status: int) -> None:
    """Ask until a policy that was changed from outside is in force, which takes a second."""
    for _ in range(400):
        if browser.post("/page").status_code == status:
            return
    raise AssertionError(f"the answer never became {status}")


def _blocking(app_id: str) -> dict[str, object]:
    return {
        "displayName": "Nobody opens the wiki",
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": [app_id]},
            "users": {"includeUsers": ["All"], "excludeUsers": [LIFEBOAT]},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    }
