"""The codes of Conditional Access: what a policy demands or refuses."""

from __future__ import annotations

from ostiary.oidc.codes.code import (
    ADDITIONAL_ACTION,
    BASIC_ACTION,
    MESSAGE_ONLY,
    TOKEN_EXPIRED,
    ErrorCode,
)

CONDITIONAL_ACCESS = (
    ErrorCode(
        50005,
        "interaction_required",
        "Conditional Access does not support the platform of this device.",
        MESSAGE_ONLY,
    ),
    ErrorCode(
        50072,
        "interaction_required",
        "Due to a configuration change made by your administrator, or because you moved to a "
        "new location, you must enroll in multi-factor authentication to access '{resource}'.",
        BASIC_ACTION,
    ),
    ErrorCode(
        50074,
        "interaction_required",
        "Strong authentication is required to access '{resource}'.",
        BASIC_ACTION,
    ),
    ErrorCode(
        50076,
        "interaction_required",
        "Due to a configuration change made by your administrator, or because you moved to a "
        "new location, you must use multi-factor authentication to access '{resource}'.",
        BASIC_ACTION,
    ),
    ErrorCode(
        50078,
        "interaction_required",
        "Presented multi-factor authentication has expired due to policies configured by your"
        " administrator, you must refresh your multi-factor authentication to access "
        "'{resource}'.",
        BASIC_ACTION,
    ),
    ErrorCode(
        50079,
        "interaction_required",
        "Due to a configuration change made by your administrator, or because you moved to a "
        "new location, you must enroll in multi-factor authentication to access '{resource}'.",
        BASIC_ACTION,
    ),
    ErrorCode(
        50097,
        "interaction_required",
        "Device authentication is required.",
        ADDITIONAL_ACTION,
    ),
    ErrorCode(
        50127,
        "interaction_required",
        "A broker app has to be installed to access this content.",
        ADDITIONAL_ACTION,
    ),
    ErrorCode(
        50129,
        "interaction_required",
        "The device is not registered; workplace join is required.",
        ADDITIONAL_ACTION,
    ),
    ErrorCode(
        50131,
        "invalid_grant",
        "Access is denied: a Conditional Access policy in scope of this sign-in could not be "
        "evaluated.",
        MESSAGE_ONLY,
    ),
    ErrorCode(
        50135,
        "interaction_required",
        "A password change is required due to account risk.",
        BASIC_ACTION,
    ),
    ErrorCode(
        50158,
        "interaction_required",
        "External security challenge was not satisfied.",
        BASIC_ACTION,
    ),
    ErrorCode(
        53000,
        "invalid_grant",
        "Device is not in required device state: compliant. Conditional Access policy "
        "requires a compliant device, and the device is not compliant.",
        ADDITIONAL_ACTION,
    ),
    ErrorCode(
        53001,
        "invalid_grant",
        "Device is not in required device state: domain_joined. Conditional Access policy "
        "requires a domain joined device, and the device is not domain joined.",
        ADDITIONAL_ACTION,
    ),
    ErrorCode(
        53002,
        "invalid_grant",
        "Application used is not an approved application for Conditional Access.",
        ADDITIONAL_ACTION,
    ),
    ErrorCode(
        53003,
        "invalid_grant",
        "Access has been blocked by Conditional Access policies. The access policy does not "
        "allow token issuance.",
        MESSAGE_ONLY,
    ),
    ErrorCode(
        53004,
        "invalid_grant",
        "Multi-factor authentication has to be registered, and cannot be in a risky session.",
        MESSAGE_ONLY,
    ),
    ErrorCode(
        53009,
        "invalid_grant",
        "Application needs to enforce an app protection policy.",
        ADDITIONAL_ACTION,
    ),
    ErrorCode(
        53010,
        "invalid_grant",
        "Cannot configure multi-factor authentication methods because the organization "
        "requires this information to be set from specific locations or devices.",
        MESSAGE_ONLY,
    ),
    ErrorCode(
        53011,
        "invalid_grant",
        "User blocked due to risk on home tenant.",
        MESSAGE_ONLY,
    ),
    ErrorCode(
        70043,
        "invalid_grant",
        "The refresh token has expired or is invalid due to sign-in frequency checks by "
        "Conditional Access.",
        TOKEN_EXPIRED,
    ),
    ErrorCode(
        70044,
        "interaction_required",
        "The session has expired or is invalid due to sign-in frequency checks by Conditional"
        " Access.",
        TOKEN_EXPIRED,
    ),
    ErrorCode(
        530004,
        "invalid_grant",
        "The cross-tenant access settings do not accept the device state of the home tenant.",
        MESSAGE_ONLY,
    ),
    ErrorCode(
        530032,
        "invalid_grant",
        "The tenant admin has configured a security policy that blocks this request.",
        MESSAGE_ONLY,
    ),
    ErrorCode(
        530034,
        "invalid_grant",
        "A delegated administrator was blocked due to account risk in their home tenant.",
        MESSAGE_ONLY,
    ),
    ErrorCode(
        530035,
        "invalid_grant",
        "Access has been blocked by security defaults.",
        MESSAGE_ONLY,
    ),
)
