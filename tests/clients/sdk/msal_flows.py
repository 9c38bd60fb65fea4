"""MSAL for Python, every flow that it has."""

import os
from urllib.parse import parse_qsl, urlsplit

import msal
from driven import ANYBODY, AUTHORITY, CLI, MANAGEMENT, answer, browse, claims_of

PUBLIC, CALLED = {}, {}


def public(continuous=False):
    """Give the public client, which keeps its cache while the script runs."""
    if continuous not in PUBLIC:
        PUBLIC[continuous] = msal.PublicClientApplication(
            CLI,
            authority=ANYBODY,
            instance_discovery=False,
            client_capabilities=["CP1"] if continuous else None,
        )
    return PUBLIC[continuous]


def confidential(client_id, credential):
    """Give a confidential client."""
    return msal.ConfidentialClientApplication(
        client_id, client_credential=credential, authority=AUTHORITY, instance_discovery=False
    )


def told(result):
    """Tell what came, with the claims of the tokens instead of the tokens."""
    result = result or {}
    plain = {name: value for name, value in result.items() if not name.endswith("_token")}
    tokens = ("access_token", "id_token")
    claims = {name: claims_of(result[name]) for name in tokens if name in result}
    return {"refreshable": "refresh_token" in result, **plain, **claims}


def client_credentials(client_id, credential):
    """Sign an application in: `credential` is a secret, or what MSAL takes for a certificate."""
    return told(confidential(client_id, credential).acquire_token_for_client([MANAGEMENT]))


def password(username, word):
    """Sign a person in by name and password."""
    return told(public().acquire_token_by_username_password(username, word, [MANAGEMENT]))


def device(browser):
    """Sign a person in by a code on another device."""
    flow = public().initiate_device_flow([MANAGEMENT])
    seen = browse(flow["verification_uri"], browser, user_code=flow["user_code"])
    found = told(public().acquire_token_by_device_flow(flow))
    return {**found, "message": flow["message"], "asked": seen["asked"]}


def interactive(browser, continuous=False, **more):
    """Sign a person in by the browser that MSAL opens."""
    os.environ["OSTIARY_BOT"] = browser
    found = public(continuous).acquire_token_interactive([MANAGEMENT], timeout=60, **more)
    return told(found)


def silent(scope=MANAGEMENT, continuous=False):
    """Use the refresh token."""
    app = public(continuous)
    account = app.get_accounts()[0]
    return told(app.acquire_token_silent_with_error([scope], account, force_refresh=True))


def code(client_id, secret, redirect_uri, browser):
    """Sign a person in to a web application by authorization code, and refresh."""
    app = confidential(client_id, secret)
    flow = app.initiate_auth_code_flow(
        [MANAGEMENT], redirect_uri=redirect_uri, response_mode="query"
    )
    seen = browse(flow["auth_uri"], browser)
    query = dict(parse_qsl(urlsplit(seen["address"]).query))
    found = told(app.acquire_token_by_auth_code_flow(flow, query))
    if "access_token" not in found:
        return {**found, **seen}
    account = app.get_accounts()[0]
    again = app.acquire_token_silent_with_error([MANAGEMENT], account, force_refresh=True)
    return {**found, "again": told(again)}


def called(client_id, browser):
    """Sign a person in who calls an API, which keeps the token."""
    os.environ["OSTIARY_BOT"] = browser
    asked = [f"api://{client_id}/.default"]
    CALLED.update(public().acquire_token_interactive(asked, timeout=60))
    return claims_of(CALLED["access_token"])


def on_behalf_of(client_id, secret):
    """Let the API ask for a token of the management API for the person who called it."""
    app = confidential(client_id, secret)
    return told(app.acquire_token_on_behalf_of(CALLED["access_token"], [MANAGEMENT]))


if __name__ == "__main__":
    answer(
        {
            "called": called,
            "on_behalf_of": on_behalf_of,
            "client_credentials": client_credentials,
            "password": password,
            "device": device,
            "interactive": interactive,
            "silent": silent,
            "code": code,
        }
    )
