"""What the words of a log mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ostiary.analysis import log_words as words
from ostiary.analysis.log_words import NotUnderstood


@pytest.mark.parametrize(
    ("read", "text", "meaning"),
    [
        (words.identifier, "ABC-1", "abc-1"),
        (words.identifier, "", None),
        (words.identifier, words.NO_GUID, None),
        (words.resource, "", ""),
        (words.resource, words.NO_GUID, ""),
        (words.resource, "ABC", "abc"),
        (words.risk, "High", "high"),
        (words.risk, "hidden", "hidden"),
        (words.risk, "unknownFutureValue", None),
        (words.risk, "", None),
        (words.ca_status, "NotApplied", "notApplied"),
        (words.ca_status, "Not Applied", "notApplied"),
        (words.transfer_method, "none", ""),
        (words.transfer_method, "deviceCodeFlow", "deviceCodeFlow"),
        (words.transfer_method, "authenticationTransfer", "authenticationTransfer"),
        (words.address, "192.0.2.1", "192.0.2.1"),
        (words.address, "192.0.2.1:51234", "192.0.2.1"),
        (words.address, "[2001:db8::1]:443", "2001:db8::1"),
        (words.address, "2001:db8::1", "2001:db8::1"),
        (words.address, " ", None),
        (words.country, "il", "IL"),
        (words.country, "", ""),
        (words.country, "Unknown", ""),
        (words.trust_type, "Azure AD joined", "AzureAD"),
        (words.trust_type, "Microsoft Entra hybrid joined", "ServerAD"),
        (words.trust_type, "Azure AD registered", "Workplace"),
        (words.trust_type, "", ""),
        (words.compliance, "True", True),
        (words.compliance, "", False),
        (words.error_code, "50076", 50076),
        (words.error_code, "Success", 0),
        (words.error_code, "Failure", None),
        (words.error_code, "", None),
        (words.user_type, "Guest", "guest"),
    ],
)
def test_words(read: Callable[[str], Any], text: str, meaning: Any) -> None:
    assert read(text) == meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Browser", "browser"),
        ("Mobile Apps and Desktop clients", "mobileAppsAndDesktopClients"),
        ("Exchange ActiveSync", "exchangeActiveSync"),
        ("Authenticated SMTP", "other"),
        ("IMAP4", "other"),
        ("POP3", "other"),
        ("MAPI Over HTTP", "other"),
        ("AutoDiscover", "other"),
        ("Outlook Anywhere (RPC over HTTP)", "other"),
        ("Exchange Web Services", "other"),
        ("Other clients; Older Office clients", "other"),
        ("Unknown", None),
        ("", None),
    ],
)
def test_clients(text: str, meaning: str | None) -> None:
    assert words.client_app(text) == meaning


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("Windows 11", "windows"),
        ("Windows10", "windows"),
        ("WindowsPhone", "windowsPhone"),
        ("MacOs", "macOS"),
        ("Ios 16.1", "iOS"),
        ("iPadOS", "iOS"),
        ("Android 14", "android"),
        ("Linux", "linux"),
        ("Ubuntu", "linux"),
        ("", ""),
        ("python-requests/2.28.0", ""),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/130", ""),
        ("Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0", "linux"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8)", "android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X)", "iOS"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", "macOS"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/131.0", "windows"),
        ("Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1)", "windowsPhone"),
    ],
)
def test_platforms_by_system_or_user_agent(text: str, platform: str) -> None:
    assert words.platform(text) == platform


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (words.risk, "purple"),
        (words.ca_status, "perhaps"),
        (words.address, "999.1.1.1"),
        (words.address, "fe80::1::2"),
        (words.country, "Germany"),
        (words.client_app, "Telepathy"),
        (words.trust_type, "borrowed"),
        (words.compliance, "maybe"),
        (words.error_code, "E42"),
        (words.transfer_method, "osmosis"),
    ],
)
def test_what_is_no_word_of_the_column_is_not_understood(
    read: Callable[[str], Any], text: str
) -> None:
    with pytest.raises(NotUnderstood):
        read(text)


@pytest.mark.parametrize(
    ("crossing", "user", "same_tenant", "kind"),
    [
        ("none", "member", True, ""),
        ("none", "guest", True, "internalGuest"),
        ("b2bCollaboration", "guest", False, "b2bCollaborationGuest"),
        ("b2bCollaboration", "member", False, "b2bCollaborationMember"),
        ("b2bDirectConnect", "guest", False, "b2bDirectConnectUser"),
        ("serviceProvider", "member", False, "serviceProvider"),
        ("microsoftSupport", "guest", False, None),
        ("", "guest", False, "b2bCollaborationGuest"),
        ("", "guest", True, "internalGuest"),
        ("", "member", True, ""),
        ("", "member", None, None),
        ("", "", True, None),
    ],
)
def test_external_users(
    crossing: str, user: str, same_tenant: bool | None, kind: str | None
) -> None:
    assert words.external_type(crossing, user, same_tenant=same_tenant) == kind
