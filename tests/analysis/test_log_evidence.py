"""How somebody signed in: category, grant, flow, methods, multifactor or not."""

from __future__ import annotations

import pytest

from ostiary.analysis.log_evidence import Asked, Kind, Shown, Step, asked, category, shown
from ostiary.analysis.log_schema import Category
from ostiary.analysis.log_words import NotUnderstood

PEOPLE, BACKGROUND = Category.INTERACTIVE, Category.NON_INTERACTIVE
PRIMARY, SECOND = "primary authentication", "multifactor authentication"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind("SignInLogs", "", "false", "", True, False), PEOPLE),  # the log's name comes first
        (Kind("AADNonInteractiveUserSignInLogs", "", "", "", True, False), BACKGROUND),
        (Kind("", '["nonInteractiveUser"]', "true", "", True, False), BACKGROUND),
        (Kind("", '["managedIdentity"]', "", "", False, True), Category.MANAGED_IDENTITY),
        (Kind("", "", "", "none", False, True), Category.SERVICE_PRINCIPAL),
        (Kind("", "", "", "systemAssigned", False, True), Category.MANAGED_IDENTITY),
        (Kind("", "", "false", "", True, False), BACKGROUND),
        (Kind("", "", "", "", True, True), PEOPLE),
    ],
)
def test_categories(kind: Kind, expected: Category) -> None:
    assert category(kind) is expected


@pytest.mark.parametrize(
    ("kind", "protocol", "original", "expected"),
    [
        (PEOPLE, "oAuth2", "", Asked("authorization_code", "", "")),
        (PEOPLE, "oAuth2", None, Asked("authorization_code", "", None)),
        (PEOPLE, "saml20", "", Asked("authorization_code", "", "")),
        (PEOPLE, "deviceCode", None, Asked("device_code", "deviceCodeFlow", None)),
        (PEOPLE, "ropc", None, Asked("password", "", None)),
        (
            *(PEOPLE, "authenticationTransfer", None),
            Asked("authorization_code", "authenticationTransfer", None),
        ),
        (PEOPLE, None, None, Asked(None, None, None)),
        (BACKGROUND, "none", "", Asked("refresh_token", "", "")),
        # what the session began with decides, and nobody recorded it
        (BACKGROUND, "none", None, Asked("refresh_token", None, None)),
        (BACKGROUND, "oAuth2", "deviceCodeFlow", Asked("refresh_token", "", "deviceCodeFlow")),
        (BACKGROUND, "onBehalfOf", "", Asked("on_behalf_of", "", "")),
        (BACKGROUND, "ropc", "", Asked("password", "", "")),
        (Category.SERVICE_PRINCIPAL, "none", None, Asked("client_credentials", "", "")),
        (Category.MANAGED_IDENTITY, None, None, Asked("managed_identity", "", "")),
    ],
)
def test_how_tokens_are_asked_for(
    kind: Category, protocol: str | None, original: str | None, expected: Asked
) -> None:
    assert asked(kind, protocol, original) == expected


def test_a_protocol_nobody_knows_is_not_understood() -> None:
    with pytest.raises(NotUnderstood):
        asked(PEOPLE, "carrierPigeon", None)


def _step(method: str, requirement: str = PRIMARY, result: str = "", done: bool = True) -> Step:
    return Step(method, done, requirement, result)


PASSWORD = _step("password", result="correct password")
BEFORE = _step("previously satisfied", result="first factor requirement satisfied by claim")


@pytest.mark.parametrize(
    ("requirement", "error", "details", "steps", "expected"),
    [
        ("singleFactorAuthentication", 0, "", [PASSWORD], Shown(("password",), False)),
        # an earlier sign-in may have been stronger, and the log does not tell
        ("singleFactorAuthentication", 0, "", [BEFORE], Shown(None, None)),
        ("singleFactorAuthentication", 0, "", None, Shown(None, None)),
        ("multiFactorAuthentication", 0, "", None, Shown(None, True)),
        ("multiFactorAuthentication", 50074, "", [PASSWORD], Shown(("password",), False)),
        ("multiFactorAuthentication", 500121, "", None, Shown(None, False)),
        ("multiFactorAuthentication", 53003, "", None, Shown(None, None)),
        (
            *("multiFactorAuthentication", 0, ""),
            [PASSWORD, _step("text message", SECOND)],
            Shown(("password", "sms"), True),
        ),
        (
            *("multiFactorAuthentication", 50074, ""),
            [PASSWORD, _step("mobile app notification", SECOND, "mfa denied", done=False)],
            Shown(("password",), False),
        ),
        (
            *("singleFactorAuthentication", 0, "MFA requirement satisfied by claim in the token"),
            [BEFORE],
            Shown(None, True),
        ),
        (
            *("singleFactorAuthentication", 0, ""),
            [_step("windows hello for business")],
            Shown(("windowsHelloForBusiness",), True),
        ),
        (
            *("singleFactorAuthentication", 0, ""),
            [_step("x.509 certificate")],
            Shown(("x509CertificateSingleFactor",), False),
        ),
        (
            *("multiFactorAuthentication", 0, ""),
            [_step("x.509 certificate", SECOND)],
            Shown(("x509CertificateMultiFactor",), True),
        ),
        ("", 50126, "", [_step("password", done=False)], Shown((), None)),
    ],
)
def test_what_was_shown(
    requirement: str, error: int, details: str, steps: list[Step] | None, expected: Shown
) -> None:
    assert shown(requirement, error, details, steps) == expected


@pytest.mark.parametrize(
    ("method", "mode"),
    [
        ("passkey (microsoft authenticator)", "fido2"),
        ("fido2 security key", "fido2"),
        ("passwordless microsoft authenticator", "deviceBasedPush"),
        ("microsoft authenticator app (phone sign-in)", "deviceBasedPush"),
        ("authenticator app", "microsoftAuthenticatorPush"),
        ("oath verification code", "softwareOath"),
        ("mobile app verification code", "softwareOath"),
        ("oath hardware token", "hardwareOath"),
        ("phone call approval (authentication phone)", "voice"),
        ("temporary access pass", "temporaryAccessPassOneTime"),
        ("password hash sync", "password"),
    ],
)
def test_names_of_methods(method: str, mode: str) -> None:
    assert shown("", 0, "", [_step(method)]).methods == (mode,)
