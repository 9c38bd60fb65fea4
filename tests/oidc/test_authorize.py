"""Authorization requests: what az and strict clients send, and what is refused where."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ostiary.oidc.authorize import AuthorizeRequest, Refusal
from ostiary.oidc.clients import RedirectUri
from ostiary.oidc.first_party import MANAGEMENT
from ostiary.oidc.responses import ReplyAddress
from ostiary.oidc.scopes import ScopeRequest
from ostiary.signin.client_apps import RedirectPlatform
from tests.oidc.asking import (
    AZ,
    CHALLENGE,
    NATIVE,
    NOW,
    SPA_REQUEST,
    WEB,
    WEB_REQUEST,
    accepted,
    ask_as,
    refused,
)


def test_the_request_of_the_azure_cli_is_understood() -> None:
    request = accepted(AZ)
    uri = "http://localhost:43117"
    assert request.app is NATIVE
    assert request.redirect == RedirectUri(uri, RedirectPlatform.NATIVE)
    assert request.reply == ReplyAddress(uri, "form_post", "aBcD/+ =&%20")
    assert request.scope == ScopeRequest(
        MANAGEMENT,
        ("https://management.core.windows.net//.default",),
        default=True,
        oidc=frozenset({"openid", "profile", "offline_access"}),
        named="https://management.core.windows.net/",
    )
    assert request.claims.handles_challenges
    assert request.prompts == {"select_account"}
    assert (request.nonce, request.code_challenge) == ("7e2f", CHALLENGE)
    assert (request.client_info, request.received, request.silent) == (True, NOW, False)


@pytest.mark.parametrize(
    ("base", "changes", "mode"),
    [
        (AZ, {"response_mode": None}, "query"),
        (AZ, {"response_mode": "fragment"}, "fragment"),
        (WEB_REQUEST, {"response_type": "id_token"}, "fragment"),
        (WEB_REQUEST, {"response_type": "id_token code"}, "fragment"),
        (WEB_REQUEST, {"response_type": "id_token", "response_mode": "form_post"}, "form_post"),
    ],
)
def test_the_response_mode_has_a_default_for_each_type(
    base: dict[str, str], changes: dict[str, str | None], mode: str
) -> None:
    assert accepted(base, **changes).reply.response_mode == mode


def test_the_words_of_a_response_type_have_no_order() -> None:
    assert accepted(WEB_REQUEST, response_type="id_token code").response_type == "code id_token"


@pytest.mark.parametrize(
    ("base", "changes", "code", "word"),
    [
        (AZ, {"response_type": None}, 900144, "invalid_request"),
        (AZ, {"response_type": "token"}, 700051, "unsupported_response_type"),
        (WEB_REQUEST, {"response_type": "code token"}, 700051, "unsupported_response_type"),
        (WEB_REQUEST, {"response_type": "code none"}, 70005, "unsupported_response_type"),
        (AZ, {"response_type": "id_token"}, 700054, "unsupported_response_type"),
        (AZ, {"response_type": "code id_token"}, 700054, "unsupported_response_type"),
        (AZ, {"response_mode": "web_message"}, 70007, "invalid_request"),
        (SPA_REQUEST, {"response_mode": "form_post"}, 70007, "invalid_request"),
        (
            WEB_REQUEST,
            {"response_type": "id_token", "response_mode": "query"},
            70007,
            "invalid_request",
        ),
    ],
)
def test_az08_types_and_modes_are_those_of_the_application(
    base: dict[str, str], changes: dict[str, str | None], code: int, word: str
) -> None:
    result = refused(base, **changes)
    assert (result.error.code, result.error.error) == (code, word)
    assert result.reply is not None


def test_az08_a_refused_mode_is_told_in_a_mode_that_is_allowed() -> None:
    reply = refused(SPA_REQUEST, response_mode="form_post", state="s").reply
    assert reply == ReplyAddress("https://spa.example/", "query", "s")


@pytest.mark.parametrize(
    ("base", "changes", "code"),
    [
        (AZ, {"code_challenge": None, "code_challenge_method": None}, 50147),
        (SPA_REQUEST, {"code_challenge": None, "code_challenge_method": None}, 50147),
        (WEB_REQUEST, {"nonce": None}, 50147),
        (AZ, {"code_challenge_method": "plain"}, 501491),
        (AZ, {"code_challenge_method": None}, 501491),
        (AZ, {"code_challenge_method": "s256"}, 501491),
        (AZ, {"code_challenge": None}, 501491),
        (AZ, {"code_challenge": CHALLENGE[:-1]}, 501491),
        (AZ, {"code_challenge": CHALLENGE + "a"}, 501491),
        (AZ, {"code_challenge": CHALLENGE[:-1] + "="}, 501491),
        (WEB_REQUEST, {"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, 501491),
    ],
)
def test_az04_the_proof_key_is_s256_and_required(
    base: dict[str, str], changes: dict[str, str | None], code: int
) -> None:
    result = refused(base, **changes)
    assert (result.error.code, result.error.error) == (code, "invalid_request")
    assert result.reply is not None


def test_az04_a_web_application_may_do_with_a_nonce_or_be_exempted() -> None:
    without = {name: value for name, value in WEB_REQUEST.items() if name != "nonce"}
    exempt = replace(WEB, proof_key_optional=True)
    assert accepted(WEB_REQUEST).code_challenge is None
    assert isinstance(ask_as(exempt, without), AuthorizeRequest)


def test_az04_a_web_application_without_a_secret_is_a_public_client() -> None:
    bare = replace(WEB, secrets=(), proof_key_optional=True)
    result = ask_as(bare, WEB_REQUEST)
    assert isinstance(result, Refusal)
    assert result.error.code == 50147


@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "state", "response_mode"])
def test_az12_a_doubtful_address_is_a_page(name: str) -> None:
    result = refused(AZ, (name, AZ[name]))
    assert (result.error.code, result.error.error) == (9000411, "invalid_request")
    assert result.reply is None


@pytest.mark.parametrize("name", ["scope", "nonce", "code_challenge", "unheard_of", ""])
def test_az12_any_other_duplicate_is_told_to_the_client(name: str) -> None:
    result = refused(AZ, (name, "x"), (name, "x"))
    assert result.error.code == 9000411
    assert result.reply is not None


@given(state=st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=300))
def test_az12_state_and_nonce_come_back_verbatim(state: str) -> None:
    request = accepted(AZ, state=state, nonce=state)
    assert (request.reply.state, request.nonce) == (state, state)


def test_az12_state_has_a_limit_and_no_control_characters() -> None:
    assert accepted(AZ, state="s" * 4096).reply.state == "s" * 4096
    for state in ("s" * 4097, "\u00e9" * 2049, "line\nbreak", "nul\x00"):
        result = refused(AZ, state=state)
        assert (result.error.code, result.reply) == (90013, None)


def test_az12_unknown_parameters_are_ignored() -> None:
    assert accepted(AZ, sso_reload="true", x_client_sku="MSAL.JS") == accepted(AZ)


@pytest.mark.parametrize(
    "value", ["https://canary.example/request.jwt", "eyJhbGciOiJub25lIn0.e30."]
)
@pytest.mark.parametrize("name", ["request", "request_uri", "registration"])
def test_az14_request_objects_are_refused_unread(name: str, value: str) -> None:
    result = refused(AZ, **{name: value})
    assert result.error.error == f"{name}_not_supported"
    assert result.reply is not None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"prompt": "none login"}, 90023),
        ({"prompt": "create"}, 90023),
        ({"max_age": "soon"}, 90023),
        ({"max_age": "-1"}, 90023),
        ({"max_age": "1.5"}, 90023),
        ({"max_age": "\u0661"}, 90023),
        ({"max_age": "9" * 11}, 90023),
        ({"scope": None}, 28003),
        ({"scope": "https://nowhere.example/.default"}, 500011),
        ({"claims": "{"}, 90013),
    ],
)
def test_what_cannot_be_meant_is_told_to_the_client(
    changes: dict[str, str | None], code: int
) -> None:
    result = refused(AZ, **changes)
    assert result.error.code == code
    assert result.reply is not None


def test_an_id_token_from_the_front_needs_a_nonce_and_openid() -> None:
    assert refused(WEB_REQUEST, response_type="id_token", nonce=None).error.code == 900144
    assert refused(WEB_REQUEST, response_type="id_token", scope="User.Read").error.code == 70011


def test_display_locales_and_hints_are_accepted_whatever_they_say() -> None:
    request = accepted(
        WEB_REQUEST,
        display="popup",
        ui_locales="nb-NO tlh",
        acr_values="urn:x 1",
        login_hint="alice@fjordvik.example",
        id_token_hint="e.y.z",  # noqa: S106  # no password
        domain_hint="organizations",
        prompt="login consent",
        max_age="0",
    )
    assert request.ui_locales == ("nb-NO", "tlh")
    assert (request.display, request.login_hint) == ("popup", "alice@fjordvik.example")
    assert (request.id_token_hint, request.domain_hint) == ("e.y.z", "organizations")
    assert (request.prompts, request.max_age) == ({"login", "consent"}, 0)
    assert request.acr_values == ("urn:x", "1")


def test_a_disabled_application_is_a_page() -> None:
    result = ask_as(replace(NATIVE, enabled=False), AZ)
    assert isinstance(result, Refusal)
    assert (result.error.code, result.reply) == (7000112, None)
