"""What the words of a sign-in log mean in the engine's words. Pure: text in, value out.

None always means that the log does not tell. A text that should be one of a list of words and is
not raises NotUnderstood: the reader counts it and takes the fact as missing.
Sources: api-reference signin (beta), authenticationdetail, devicedetail; Azure Monitor reference,
tables SigninLogs and AADNonInteractiveUserSignInLogs; entra-docs
conditional-access/policy-block-legacy-authentication and
monitoring-health/concept-sign-in-log-activity-details.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from ostiary.model.addresses import address_number

NO_GUID = "00000000-0000-0000-0000-000000000000"
"""What the logs write where a user could not be found."""


class NotUnderstood(ValueError):
    """A text in a column that holds other words."""


def _words(*each: str) -> Mapping[str, str]:
    return MappingProxyType({word.casefold(): word for word in each})


_RISKS = _words("none", "low", "medium", "high", "hidden")
_STATUSES = _words("success", "failure", "notApplied")
_FLOWS = {"none": "", "devicecodeflow": "deviceCodeFlow", "devicecode": "deviceCodeFlow"} | {
    "authenticationtransfer": "authenticationTransfer"
}
_FUTURE = "unknownfuturevalue"
_CLIENTS: Mapping[str, str | None] = {
    "browser": "browser",
    "mobile apps and desktop clients": "mobileAppsAndDesktopClients",
    "modern clients": "mobileAppsAndDesktopClients",
    "exchange activesync": "exchangeActiveSync",
    "exchange activesync (supported)": "exchangeActiveSync",
    "exchange activesync (unsupported)": "exchangeActiveSync",
    "unknown": None,
}
_LEGACY = re.compile(
    r"other clients?(;.*)?|older office clients|(authenticated )?smtp|imap4?|pop3?|"
    r"mapi( over http)?|autodiscover|exchange web services|exchange online powershell|"
    r"offline address book|outlook anywhere( \(rpc over http\))?|outlook service|"
    r"reporting web services|universal outlook"
)
"""Clients of policy-block-legacy-authentication, and older spellings of the same."""

_SYSTEMS = (
    (re.compile(r"windows ?(phone|mobile)", re.I), "windowsPhone"),
    (re.compile(r"android", re.I), "android"),
    (re.compile(r"\b(ios|ipados|iphone|ipad|ipod)\b|^ios", re.I), "iOS"),
    (re.compile(r"mac ?os|macintosh|^mac", re.I), "macOS"),
    (re.compile(r"windows|^win", re.I), "windows"),
    # Chrome OS has no word: an unknown platform.
    (re.compile(r"\bcros\b|chrome ?os", re.I), ""),
    (re.compile(r"linux|ubuntu|debian|fedora|red ?hat|x11", re.I), "linux"),
)
"""First match wins: Windows Phone names Android, and Android names Linux."""

_TRUST_TYPES = {
    "": "",
    "azure ad joined": "AzureAD",
    "microsoft entra joined": "AzureAD",
    "azuread": "AzureAD",
    "hybrid azure ad joined": "ServerAD",
    "microsoft entra hybrid joined": "ServerAD",
    "serverad": "ServerAD",
    "azure ad registered": "Workplace",
    "microsoft entra registered": "Workplace",
    "workplace": "Workplace",
}
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_PORT = re.compile(r"(?P<v4>\d+\.\d+\.\d+\.\d+):\d+|\[(?P<v6>[0-9A-Fa-f:.]+)\](:\d+)?")


def identifier(text: str) -> str | None:
    """Give an id in lower case; the id of nobody is no id."""
    folded = text.strip().casefold()
    return None if folded in {"", NO_GUID} else folded


def resource(text: str) -> str:
    """Give the application id of the resource in lower case; '' where the log says there is none.

    The id of nothing stands for no resource as well.
    """
    folded = text.strip().casefold()
    return "" if folded == NO_GUID else folded


def name(text: str) -> str | None:
    """Give a name as it is, None where it is empty."""
    return text.strip() or None


def principal_name(text: str) -> str | None:
    """Give a userPrincipalName; logs write it in lower case, exports as the directory has it."""
    return text.strip().casefold() or None


def risk(text: str) -> str | None:
    """Give a risk level; `hidden`: the sign-in was not looked at (no licence, not enabled)."""
    return _listed(_RISKS, text)


def ca_status(text: str) -> str | None:
    """Give conditionalAccessStatus."""
    return _listed(_STATUSES, text.replace(" ", ""))


def transfer_method(text: str) -> str | None:
    """Give the flow that a session began with, '' for neither."""
    return _listed(_FLOWS, text)


def _listed(words: Mapping[str, str], text: str) -> str | None:
    folded = text.strip().casefold()
    if folded in {"", _FUTURE}:
        return None
    if folded not in words:
        raise NotUnderstood(text)
    return words[folded]


def address(text: str) -> str | None:
    """Give an address without port or brackets; raises NotUnderstood for what is no address."""
    bare = text.strip()
    if not bare:
        return None
    with_port = _PORT.fullmatch(bare)
    if with_port:
        bare = with_port["v4"] or with_port["v6"]
    try:
        address_number(bare)
    except ValueError as error:
        raise NotUnderstood(text) from error
    return bare


def country(text: str) -> str:
    """Give an ISO 3166 code in upper case, '' where the address maps to no country."""
    bare = text.strip()
    if bare.casefold() in {"", "unknown"}:
        return ""
    if not _COUNTRY.fullmatch(bare):
        raise NotUnderstood(text)
    return bare.upper()


def client_app(text: str) -> str | None:
    """Give the kind of client, from `clientAppUsed`."""
    folded = text.strip().casefold()
    if not folded:
        return None
    if folded in _CLIENTS:
        return _CLIENTS[folded]
    if _LEGACY.fullmatch(folded):
        return "other"
    raise NotUnderstood(text)


def platform(text: str) -> str:
    """Give the platform that an operating system or user agent names, '' for an unknown one.

    Conditional Access takes the platform from the user agent, so a client that names none (a
    script) is on an unknown platform (concept-conditional-access-conditions, device platforms).
    """
    return next((word for pattern, word in _SYSTEMS if pattern.search(text)), "")


def trust_type(text: str) -> str:
    """Give how the device is joined, in the words of device filters; '' where it is not."""
    folded = text.strip().casefold()
    if folded not in _TRUST_TYPES:
        raise NotUnderstood(text)
    return _TRUST_TYPES[folded]


def compliance(text: str) -> bool:
    """Tell whether a device is compliant; the logs leave the member out where it is not."""
    folded = text.strip().casefold()
    if folded not in {"", "true", "false"}:
        raise NotUnderstood(text)
    return folded == "true"


def error_code(text: str) -> int | None:
    """Give the AADSTS code; older envelopes write words."""
    folded = text.strip().casefold()
    if folded in {"success", "succeeded"}:
        return 0
    if folded in {"", "failure", "failed", "interrupted"}:
        return None
    if not re.fullmatch(r"\d{1,9}", folded):
        raise NotUnderstood(text)
    return int(folded)


def user_type(text: str) -> str | None:
    """Give member or guest."""
    return _listed({"member": "member", "guest": "guest"}, text)


_EXTERNAL = {
    ("b2bcollaboration", "guest"): "b2bCollaborationGuest",
    ("b2bcollaboration", "member"): "b2bCollaborationMember",
    ("b2bdirectconnect", "guest"): "b2bDirectConnectUser",
    ("b2bdirectconnect", "member"): "b2bDirectConnectUser",
    ("serviceprovider", "guest"): "serviceProvider",
    ("serviceprovider", "member"): "serviceProvider",
    ("none", "guest"): "internalGuest",
    ("none", "member"): "",
}


def external_type(crossing: str, user: str, *, same_tenant: bool | None) -> str | None:
    """Give the guest or external user type from crossTenantAccessType and userType.

    A log without the former still tells a guest of another tenant, and a member at home.
    """
    known = _EXTERNAL.get((crossing.casefold(), user.casefold()))
    if known is not None:
        return known
    if crossing or same_tenant is None:
        return None
    if user.casefold() == "guest":
        return "internalGuest" if same_tenant else "b2bCollaborationGuest"
    return "" if same_tenant and user else None


__all__ = [
    "NO_GUID",
    "NotUnderstood",
    "address",
    "ca_status",
    "client_app",
    "compliance",
    "country",
    "error_code",
    "external_type",
    "identifier",
    "name",
    "platform",
    "principal_name",
    "resource",
    "risk",
    "transfer_method",
    "trust_type",
    "user_type",
]
