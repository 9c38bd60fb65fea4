"""The codes about people and what they were given: passwords, consent, codes and tokens."""

from __future__ import annotations

from ostiary.oidc.codes.code import (
    BAD_TOKEN,
    BASIC_ACTION,
    CONSENT_REQUIRED,
    PASSWORD_EXPIRED,
    ErrorCode,
)

GRANTS = (
    ErrorCode(
        16000,
        "interaction_required",
        "Several accounts are signed in, or none that this request allows; an account has to "
        "be chosen.",
        BASIC_ACTION,
    ),
    ErrorCode(
        50013,
        "invalid_grant",
        "The assertion is invalid: {detail}.",
    ),
    ErrorCode(
        50020,
        "interaction_required",
        "The user account does not exist in this tenant and cannot access the application "
        "'{app}' in it. The account needs to be added as an external user in the tenant "
        "first.",
    ),
    ErrorCode(
        50034,
        "invalid_grant",
        "The user account does not exist in the directory.",
    ),
    ErrorCode(
        50053,
        "invalid_grant",
        "The account is locked because there were too many sign-in attempts with an incorrect"
        " user ID or password.",
    ),
    ErrorCode(
        50055,
        "invalid_grant",
        "The password is expired.",
        PASSWORD_EXPIRED,
    ),
    ErrorCode(
        50056,
        "invalid_grant",
        "Invalid or null password: password does not exist in the directory for this user.",
    ),
    ErrorCode(
        50057,
        "invalid_grant",
        "The user account is disabled.",
    ),
    ErrorCode(
        50058,
        "login_required",
        "A silent sign-in request was sent but no user is signed in.",
    ),
    ErrorCode(
        50105,
        "access_denied",
        "The signed in user is not assigned to a role for the application '{app}'.",
    ),
    ErrorCode(
        501051,
        "invalid_grant",
        "Application '{app}' is not assigned to a role for the application '{resource}'.",
    ),
    ErrorCode(
        50126,
        "invalid_grant",
        "Error validating credentials due to invalid username or password.",
    ),
    ErrorCode(
        50140,
        "interaction_required",
        "This interrupt asks the user whether to stay signed in.",
        BASIC_ACTION,
    ),
    ErrorCode(
        50173,
        "invalid_grant",
        "The provided grant has expired due to it being revoked, a fresh auth token is "
        "needed. The user might have changed or reset their password.",
        BAD_TOKEN,
    ),
    ErrorCode(
        50199,
        "interaction_required",
        "For security reasons, user confirmation is required for this request.",
        BASIC_ACTION,
    ),
    ErrorCode(
        54005,
        "invalid_grant",
        "OAuth2 Authorization code was already redeemed, please retry with a new valid code "
        "or use an existing refresh token.",
    ),
    ErrorCode(
        65001,
        "consent_required",
        "The user or administrator has not consented to use the application with ID '{app}'. "
        "Send an interactive authorization request for this user and resource.",
        CONSENT_REQUIRED,
    ),
    ErrorCode(
        65004,
        "access_denied",
        "User declined to consent to access the app.",
    ),
    ErrorCode(
        70000,
        "invalid_grant",
        "The provided grant is invalid or malformed: it is unknown, or it was given to "
        "another application, redirect address or tenant.",
    ),
    ErrorCode(
        70008,
        "invalid_grant",
        "The provided authorization code or refresh token has expired. Send a new interactive"
        " authorization request for this user and resource.",
    ),
    ErrorCode(
        70016,
        "authorization_pending",
        "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
    ),
    ErrorCode(
        70018,
        "invalid_grant",
        "Invalid verification code. The user has entered a wrong user code for the device "
        "code flow.",
    ),
    ErrorCode(
        70019,
        "expired_token",
        "The verification code has expired. Start the sign-in again.",
    ),
    ErrorCode(
        90072,
        "access_denied",
        "The user account of the external identity provider does not exist in this tenant and"
        " cannot satisfy its requirements for multi-factor authentication. The account needs "
        "to be added as an external user in the tenant first.",
    ),
    ErrorCode(
        90094,
        "consent_required",
        "An administrator has to consent to the application with ID '{app}'.",
        CONSENT_REQUIRED,
    ),
    ErrorCode(
        500121,
        "access_denied",
        "Authentication failed during strong authentication request.",
    ),
    ErrorCode(
        500133,
        "invalid_grant",
        "Assertion is not within its valid time range.",
    ),
    ErrorCode(
        501481,
        "invalid_grant",
        "The Code_Verifier does not match the code_challenge supplied in the authorization "
        "request.",
    ),
    ErrorCode(
        700082,
        "invalid_grant",
        "The refresh token has expired due to inactivity.",
        BAD_TOKEN,
    ),
    ErrorCode(
        700084,
        "invalid_grant",
        "The refresh token was issued to a single page app (SPA), and therefore has a fixed, "
        "limited lifetime, which cannot be extended. It is now expired and a new sign in "
        "request must be sent by the SPA to the sign in page.",
        BAD_TOKEN,
    ),
)
