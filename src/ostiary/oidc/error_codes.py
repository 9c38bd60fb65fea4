"""Every AADSTS code that this service answers with, by its number.

Numbers: entra-docs identity-platform/reference-error-codes and the specification's semantics
section 2. Not in that reference, but known from answers of Entra: 70044, 53009, 530004, 700021,
700024, 700051, 700211 to 700213, 1002012, 9000411, 9002327, 500121. OAuth words: RFC 6749
sections 4.1.2.1 and 5.2, OpenID Connect Core 3.1.2.6, RFC 8628 section 3.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ostiary.oidc.codes.code import ADDITIONAL_ACTION, BASIC_ACTION, ErrorCode
from ostiary.oidc.codes.conditional_access import CONDITIONAL_ACCESS
from ostiary.oidc.codes.grants import GRANTS
from ostiary.oidc.codes.requests import REQUESTS

CODES: Mapping[int, ErrorCode] = MappingProxyType(
    {code.number: code for code in (*CONDITIONAL_ACCESS, *GRANTS, *REQUESTS)}
)
INTERRUPTS: frozenset[int] = frozenset(
    code.number for code in CODES.values() if code.suberror in {BASIC_ACTION, ADDITIONAL_ACTION}
)
"""Codes after which the user can go on: Entra's log calls such sign-ins interrupted."""
