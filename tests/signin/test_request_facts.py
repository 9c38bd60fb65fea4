"""A request as the facts of a sign-in."""

from __future__ import annotations

import pytest

from ostiary.model.signin import MISSING, SignIn, TokenGrant, UserIdentity
from ostiary.signin.client_address import trusted_proxies
from ostiary.signin.client_apps import BROWSER, MODERN, RedirectPlatform, client_app_type
from ostiary.signin.countries import NoCountries
from ostiary.signin.request_facts import Asking, RequestFacts, request_facts
from ostiary.signin.user_agents import UserAgent

AZ = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
PORTAL = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
OWN = "22222222-0000-4000-8000-000000000001"
CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36"
)
PROXIES = trusted_proxies(["10.0.0.0/8"])


class Norway:
    """A database that knows one country."""

    def country_of(self, address: str) -> str:
        """Everywhere is Norway."""
        return "NO"


@pytest.mark.parametrize(
    ("client_id", "grant", "redirect", "expected"),
    [
        (AZ, TokenGrant.AUTHORIZATION_CODE, RedirectPlatform.NATIVE, MODERN),
        (AZ.upper(), TokenGrant.REFRESH_TOKEN, None, MODERN),
        (AZ, TokenGrant.AUTHORIZATION_CODE, RedirectPlatform.WEB, MODERN),
        (PORTAL, TokenGrant.AUTHORIZATION_CODE, RedirectPlatform.SPA, BROWSER),
        (OWN, TokenGrant.AUTHORIZATION_CODE, RedirectPlatform.WEB, BROWSER),
        (OWN, TokenGrant.AUTHORIZATION_CODE, RedirectPlatform.SPA, BROWSER),
        (OWN, TokenGrant.AUTHORIZATION_CODE, RedirectPlatform.NATIVE, MODERN),
        (OWN, TokenGrant.REFRESH_TOKEN, RedirectPlatform.WEB, BROWSER),
        (OWN, TokenGrant.REFRESH_TOKEN, RedirectPlatform.NATIVE, MODERN),
        (OWN, TokenGrant.DEVICE_CODE, None, MODERN),
        (OWN, TokenGrant.PASSWORD, None, MODERN),
        (OWN, TokenGrant.ON_BEHALF_OF, None, BROWSER),
        (OWN, TokenGrant.CLIENT_CREDENTIALS, None, None),
        (AZ, TokenGrant.CLIENT_CREDENTIALS, None, None),
        (OWN, TokenGrant.MANAGED_IDENTITY, None, None),
    ],
)
def test_the_kind_of_client_app_follows_from_the_application(
    client_id: str, grant: TokenGrant, redirect: RedirectPlatform | None, expected: str | None
) -> None:
    assert client_app_type(client_id, grant, redirect) == expected


def test_the_facts_of_a_browser_behind_a_proxy() -> None:
    facts = request_facts(
        {"user-agent": CHROME, "x-forwarded-for": "192.0.2.1"},
        "10.0.0.1",
        Asking(AZ, TokenGrant.AUTHORIZATION_CODE, RedirectPlatform.NATIVE),
        proxies=PROXIES,
        countries=Norway(),
    )
    assert facts == RequestFacts(
        "192.0.2.1", "NO", "linux", MODERN, UserAgent("linux", "Linux", "Chrome 126.0.0")
    )


def test_unknown_stays_unknown() -> None:
    facts = request_facts(
        {},
        None,
        Asking(OWN, TokenGrant.REFRESH_TOKEN, RedirectPlatform.WEB),
        proxies=PROXIES,
        countries=Norway(),
    )
    assert facts == RequestFacts(MISSING, None, None, BROWSER, UserAgent())


def test_a_sign_in_is_told_the_facts() -> None:
    facts = request_facts(
        {"user-agent": CHROME},
        "192.0.2.1",
        Asking(OWN, TokenGrant.AUTHORIZATION_CODE, RedirectPlatform.WEB),
        proxies=PROXIES,
        countries=NoCountries(),
    )
    before = SignIn(UserIdentity("alice"), user_risk="high")
    assert facts.told_of(before) == SignIn(
        UserIdentity("alice"),
        client_app_type=BROWSER,
        platform="linux",
        address="192.0.2.1",
        country=None,
        country_known=True,
        user_risk="high",
    )
