"""Reading a sign-in: words of the evaluate page, and what What If leaves out."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.model.errors import InputError
from ostiary.model.signin import Client, Device, Proofs, SignIn, UserIdentity
from ostiary.schema.signin_json import (
    facts_given,
    read_decision_request,
    read_what_if_request,
)

BODY: dict[str, Any] = {"signInIdentity": {"userId": "u"}, "signInContext": {}}


@pytest.mark.parametrize(
    ("written", "read"),
    [("EntraID", "AzureAD"), ("ServerAD", "ServerAD"), ("Workplace", "Workplace")],
)
def test_the_trust_type_of_the_evaluate_page_is_that_of_filters(written: str, read: str) -> None:
    conditions = {"deviceInfo": {"trustType": written}}
    device = read_decision_request({**BODY, "signInConditions": conditions}).device
    assert isinstance(device, Device)
    assert device.get("trusttype") == read


def test_what_if_does_not_look_at_facts() -> None:
    facts = {"originalTransferMethod": "deviceCodeFlow", "grant": "refresh_token"}
    asked = {**BODY, "facts": facts}
    assert read_what_if_request(asked) == read_what_if_request(BODY)
    assert read_decision_request(asked).original_transfer_method == "deviceCodeFlow"


def read(conditions: object = None, facts: object = None, **body: Any) -> SignIn:
    """Read a request with these conditions and facts."""
    return read_decision_request({**BODY, "signInConditions": conditions, "facts": facts, **body})


@pytest.mark.parametrize(
    ("conditions", "facts", "read_as"),
    [
        ({"clientAppType": "Other"}, {}, ("client_app_type", "other")),
        ({"clientAppType": "exchangeactivesync"}, {}, ("client_app_type", "exchangeActiveSync")),
        ({"clientAppType": "unknownFutureValue"}, {}, ("client_app_type", "unknownFutureValue")),
        ({"devicePlatform": "IOS"}, {}, ("platform", "iOS")),
        ({"devicePlatform": "unknown"}, {}, ("platform", "unknown")),
        ({"devicePlatform": "FreeBSD"}, {}, ("platform", "FreeBSD")),
        ({"signInRiskLevel": "High"}, {}, ("sign_in_risk", "high")),
        ({"userRiskLevel": "HIDDEN"}, {}, ("user_risk", "hidden")),
        ({"servicePrincipalRiskLevel": None}, {}, ("service_principal_risk", "none")),
        ({"insiderRiskLevel": "None"}, {}, ("insider_risk", "none")),
        ({"insiderRiskLevel": "Elevated"}, {}, ("insider_risk", "elevated")),
        ({"agentIdRiskLevel": "LOW"}, {}, ("agent_risk", "low")),
        ({"country": "fr"}, {}, ("country", "FR")),
        ({"country": None}, {}, ("country", None)),
        ({"ipAddress": "::ffff:192.0.2.1"}, {}, ("address", "::ffff:192.0.2.1")),
        (
            {"authenticationFlow": {"transferMethod": "DeviceCodeFlow"}},
            {},
            ("authentication_flow", "deviceCodeFlow"),
        ),
        ({"authenticationFlow": {"transferMethod": "none"}}, {}, ("authentication_flow", None)),
        ({}, {"grant": "device_code"}, ("authentication_flow", "deviceCodeFlow")),
        (
            {"authenticationFlow": {"transferMethod": "none"}},
            {"grant": "DEVICE_CODE"},
            ("authentication_flow", "deviceCodeFlow"),
        ),
        (
            {},
            {"originalTransferMethod": "AuthenticationTransfer"},
            ("original_transfer_method", "authenticationTransfer"),
        ),
        ({}, {"clientType": "Confidential"}, ("client", Client(confidential=True))),
        (
            {},
            {"responseTypes": ["code", "ID_TOKEN"]},
            ("client", Client(response_types=frozenset({"code", "id_token"}))),
        ),
        ({}, {"homeIdentityProvider": "Entra"}, ("proofs", Proofs())),
        ({}, {"methods": ["SMS"]}, ("proofs", Proofs(methods=frozenset({"sms"})))),
    ],
)
def test_words_are_read_whatever_their_case(
    conditions: dict[str, Any], facts: dict[str, Any], read_as: tuple[str, object]
) -> None:
    name, value = read_as
    assert getattr(read(conditions, facts), name) == value


@pytest.mark.parametrize(
    ("conditions", "facts", "sentence"),
    [
        (
            {"signInRiskLevel": "hgih"},
            {},
            "expected one of `high`, `medium`, `low`, `none`, `hidden`, `unknownFutureValue` in "
            "`signInConditions.signInRiskLevel`, came `hgih`; did you mean `high`?",
        ),
        ({"clientAppType": "othr"}, {}, "came `othr`; did you mean `other`?"),
        ({"clientAppType": ""}, {}, "in `signInConditions.clientAppType`, came ``"),
        ({"insiderRiskLevel": "high"}, {}, "expected one of `elevated`, `moderate`, `minor`, "),
        (
            {"authenticationFlow": {"transferMethod": "devicecode"}},
            {},
            "expected one of `deviceCodeFlow`, `authenticationTransfer`, `none`, "
            "`unknownFutureValue` in `signInConditions.authenticationFlow.transferMethod`, "
            "came `devicecode`; did you mean `deviceCodeFlow`?",
        ),
        (
            {"authenticationFlow": {"transferMethod": "deviceCodeFlow,authenticationTransfer"}},
            {},
            "came `deviceCodeFlow,authenticationTransfer`",
        ),
        (
            {"authenticationFlow": {"transferMethod": "authenticationTransfer"}},
            {"grant": "device_code"},
            "expected `deviceCodeFlow` in `signInConditions.authenticationFlow.transferMethod` "
            "beside the grant `device_code`, came `authenticationTransfer`",
        ),
        ({"country": "FRA"}, {}, "two letters in `signInConditions.country`, came `FRA`; write "),
        ({"country": " FR"}, {}, "came ` FR`"),
        ({"country": ""}, {}, "came ``"),
        ({}, {"originalTransferMethod": "devicecode"}, "in `facts.originalTransferMethod`"),
        ({}, {"clientType": "web"}, "expected one of `public`, `confidential` in "),
        ({}, {"responseTypes": ["code id_token"]}, "in `facts.responseTypes[0]`, came `code id"),
        ({}, {"homeIdentityProvider": "entre"}, "in `facts.homeIdentityProvider`, came `entre`"),
        ({}, {"methods": ["password", "smss"]}, "in `facts.methods[1]`, came `smss`; did you mean"),
        ({}, {"grant": "implicit"}, "expected one of `authorization_code`, "),
        *(
            (
                {"ipAddress": address},
                {},
                f"expected an IP address in `signInConditions.ipAddress`, came `{address}`; "
                "write the address alone, for example 203.0.113.9 or 2001:db8::1",
            )
            for address in ("203.0.113.999", "198.51.100.7:443", "[2001:db8::1]", "")
        ),
        (
            {"deviceInfo": {"isCompliant": "true"}},
            {},
            'expected true or false in `signInConditions.deviceInfo.isCompliant`, came `"true"`',
        ),
        ({"deviceInfo": {"model": True}}, {}, "expected a string in `signInConditions.deviceInfo."),
        ({"deviceInfo": {"physicalIds": "x"}}, {}, "expected a list in `signInConditions.deviceI"),
        (
            {"deviceInfo": {"ownership": "Company", "deviceOwnership": "Company"}},
            {},
            "in `signInConditions.deviceInfo`, came both",
        ),
    ],
)
def test_what_nobody_knows_is_refused(
    conditions: dict[str, Any], facts: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InputError) as raised:
        read(conditions, facts)
    assert sentence in str(raised.value)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (
            {"signInConditions": {"signinRiskLevel": "high"}},
            "expected members of `signInConditions` only, came `signinRiskLevel`; "
            "did you mean `signInRiskLevel`?",
        ),
        (
            {"SignInConditions": {}},
            "expected members of a request only, came `SignInConditions`; "
            "did you mean `signInConditions`?",
        ),
        ({"facts": {"mfasatisfied": True}}, "did you mean `mfaSatisfied`?"),
        ({"signInIdentity": {"userid": "u"}}, "did you mean `userId`?"),
        ({"signInContext": {"applications": []}}, "came `applications`; did you mean `includeAp"),
        ({"signInConditions": {"deviceInfo": {"iscompliant": True}}}, "mean `isCompliant`?"),
        (
            {"signInConditions": {"authenticationFlow": {"transfermethod": ""}}},
            "mean `transferMethod`",
        ),
        (
            {"facts": {"acceptedTerms": [{"agreementId": "a", "zzz": 1}]}},
            "expected members of `facts.acceptedTerms[0]` only, came `zzz`; "
            "it has `agreementId`, `daysAgo`, `deviceId`",
        ),
        (
            {"signInIdentity": {"userId": "u", "externalUserType": "b2bGuest"}},
            "in `signInIdentity.externalUserType`, came `b2bGuest`",
        ),
        ({"signInIdentity": {"userId": " "}}, "expected an id or a name in `signInIdentity.user"),
        (
            {"signInIdentity": {"userId": "u", "servicePrincipalId": "s"}},
            "expected one identity in `signInIdentity`, came a user and a principal",
        ),
        (
            {"signInContext": {"userAction": "registerDevice"}},
            "expected one of `registerSecurityInformation`, `registerOrJoinDevices` in "
            "`signInContext.userAction`, came `registerDevice`",
        ),
        (
            {
                "signInContext": {
                    "userAction": "registerOrJoinDevices",
                    "includeApplications": ["a"],
                }
            },
            "expected one kind of target in `signInContext`, came several",
        ),
        (
            {"signInContext": {"authenticationContextValue": "c100"}},
            "expected `c1` to `c99` in `signInContext.authenticationContextValue`, came `c100`",
        ),
        ({"appliedPoliciesOnly": "yes"}, 'in `appliedPoliciesOnly`, came `"yes"`'),
    ],
)
def test_a_request_says_nothing_that_is_not_read(body: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as raised:
        read_decision_request({**BODY, **body})
    assert sentence in str(raised.value)


def test_annotations_are_no_members() -> None:
    noted = {"@odata.type": "#microsoft.graph.userSignIn", "userId@odata.type": "#String"}
    body = {**BODY, "@odata.context": "x", "signInIdentity": {**noted, "userId": "u"}}
    assert read_decision_request(body) == read_decision_request(BODY)


def test_every_member_of_the_evaluate_page_and_of_the_facts_is_known() -> None:
    conditions = dict.fromkeys(
        [
            *("authenticationFlow", "clientAppType", "country", "deviceInfo", "devicePlatform"),
            *("insiderRiskLevel", "ipAddress", "servicePrincipalRiskLevel", "signInRiskLevel"),
            *("userRiskLevel", "agentIdRiskLevel"),
        ]
    )
    device = dict.fromkeys(
        [
            *("deviceId", "displayName", "enrollmentProfileName", "isCompliant", "manufacturer"),
            *("mdmAppId", "model", "operatingSystem", "operatingSystemVersion", "ownership"),
            *("physicalIds", "profileType", "systemLabels", "trustType"),
            *(f"extensionAttribute{number}" for number in range(1, 16)),
        ]
    )
    facts = dict.fromkeys(
        [
            *("grant", "isInteractive", "methods", "mfaSatisfied", "mfaRegistered"),
            *("registeredMethods", "homeMfaClaim", "homeMethods", "homeIdentityProvider"),
            *("fido2Aaguid", "x509IssuerSki", "x509PolicyOids", "b2bDirectConnectEligible"),
            *("clientAppId", "clientType", "responseTypes", "requestedScopes", "minutesSinceAuth"),
            *("originalTransferMethod", "acceptedTerms", "completedCustomFactors"),
            *("passwordChanged", "approvedApplication", "compliantApplication"),
        ]
    )
    sign_in = read({**conditions, "deviceInfo": device}, facts)
    assert sign_in.device == Device((("iscompliant", False),))
    assert facts_given({"facts": {**facts, "methods": []}}) == {"methods"}


def test_an_acceptance_on_a_device_is_found_whatever_the_case_of_the_id() -> None:
    accepted = [{"agreementId": "A", "deviceId": "AB-1"}]
    sign_in = read({"deviceInfo": {"deviceId": "aB-1"}}, {"acceptedTerms": accepted})
    assert isinstance(sign_in.device, Device)
    assert sign_in.device.get("deviceid") == sign_in.proofs.accepted_terms[0].device_id == "ab-1"


@pytest.mark.parametrize(
    ("written", "kind"),
    [("B2BCollaborationGuest", "b2bCollaborationGuest"), ("none", None), (None, None)],
)
def test_the_external_type_is_read_in_the_spelling_of_graph(
    written: str | None, kind: str | None
) -> None:
    identity = {"userId": "U", "externalUserType": written, "externalTenantId": "T"}
    found = read(signInIdentity=identity).identity
    assert found == UserIdentity("u", kind, "t")
