"""Write a sign-in as the request that reads back as it: Graph's evaluate, and `facts` beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ostiary.conditions.devices import DEVICE_FILTER
from ostiary.model.signin import (
    AuthenticationContext,
    Client,
    Device,
    Proofs,
    Resources,
    SignIn,
    TokenGrant,
    UserAction,
    UserIdentity,
)

_PROPERTIES = {
    name: "ownership" if found.name == "deviceOwnership" else found.name
    for name, found in DEVICE_FILTER.properties.items()
}
"""Property names in lower case -> as `deviceInfo` writes them."""


def write_decision_request(sign_in: SignIn) -> dict[str, Any]:
    """Give the request of a sign-in of which every fact is known; what is not set is left out."""
    facts = {**_request_facts(sign_in), **_proofs(sign_in.proofs)}
    return {
        "signInIdentity": _identity(sign_in),
        "signInContext": _context(sign_in),
        "signInConditions": _conditions(sign_in),
        **({"facts": facts} if facts else {}),
    }


def _set(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value not in (None, [], False)}


def _identity(sign_in: SignIn) -> dict[str, Any]:
    identity = sign_in.identity
    if not isinstance(identity, UserIdentity):
        return {"servicePrincipalId": identity.principal_id}
    return _set(
        {
            "userId": identity.user_id,
            "externalUserType": identity.external_type,
            "externalTenantId": identity.external_tenant,
        }
    )


def _context(sign_in: SignIn) -> dict[str, Any]:
    target = sign_in.target
    if isinstance(target, UserAction):
        return {"userAction": target.value}
    if isinstance(target, AuthenticationContext):
        return {"authenticationContextValue": target.value}
    return {"includeApplications": list(target.app_ids) if isinstance(target, Resources) else []}


def _conditions(sign_in: SignIn) -> dict[str, Any]:
    risks = {
        "signInRiskLevel": sign_in.sign_in_risk,
        "userRiskLevel": sign_in.user_risk,
        "servicePrincipalRiskLevel": sign_in.service_principal_risk,
        "insiderRiskLevel": sign_in.insider_risk,
        "agentIdRiskLevel": sign_in.agent_risk,
    }
    flow = sign_in.authentication_flow
    found = _set(
        {
            "clientAppType": sign_in.client_app_type,
            "devicePlatform": sign_in.platform,
            "ipAddress": sign_in.address,
            **{name: risk for name, risk in risks.items() if risk != "none"},
            "deviceInfo": _device(sign_in.device) if isinstance(sign_in.device, Device) else None,
            "authenticationFlow": {"transferMethod": flow} if flow is not None else None,
        }
    )
    return {**found, "country": sign_in.country} if sign_in.country_known else found


def _device(device: Device) -> dict[str, Any]:
    return {
        _PROPERTIES[name]: list(value) if isinstance(value, tuple) else value
        for name, value in device.properties
        if value is not None
    }


def _request_facts(sign_in: SignIn) -> dict[str, Any]:
    target, client, grant = sign_in.target, sign_in.client, sign_in.grant
    scopes = target.scopes if isinstance(target, Resources) else None
    usual = (
        TokenGrant.AUTHORIZATION_CODE
        if isinstance(sign_in.identity, UserIdentity)
        else TokenGrant.CLIENT_CREDENTIALS
    )
    background = grant in {TokenGrant.REFRESH_TOKEN, TokenGrant.ON_BEHALF_OF}
    found = _set(
        {
            "grant": None if grant is usual else grant.value,
            "originalTransferMethod": sign_in.original_transfer_method,
            "b2bDirectConnectEligible": sign_in.direct_connect_eligible,
            **_client(client),
        }
    )
    if sign_in.interactive is background:
        found["isInteractive"] = sign_in.interactive
    return found if scopes is None else {**found, "requestedScopes": list(scopes)}


def _client(client: Client) -> dict[str, Any]:
    return {
        "clientAppId": client.app_id,
        "clientType": "confidential" if client.confidential else None,
        "responseTypes": sorted(client.response_types),
    }


def _proofs(proofs: Proofs) -> dict[str, Any]:
    found = _set(
        {
            "methods": sorted(proofs.methods),
            "mfaSatisfied": proofs.mfa,
            "homeMfaClaim": proofs.home_mfa,
            "homeMethods": sorted(proofs.home_methods),
            "fido2Aaguid": proofs.fido2_aaguid,
            "x509IssuerSki": proofs.x509_issuer_ski,
            "x509PolicyOids": sorted(proofs.x509_policy_oids),
            "minutesSinceAuth": proofs.minutes_since_authentication or None,
            "acceptedTerms": [
                _set({"agreementId": e.agreement_id, "daysAgo": e.days_ago or None})
                | _set({"deviceId": e.device_id})
                for e in proofs.accepted_terms
            ],
            "completedCustomFactors": sorted(proofs.custom_factors),
            "passwordChanged": proofs.password_changed,
            "approvedApplication": proofs.approved_application,
            "compliantApplication": proofs.compliant_application,
        }
    )
    if not proofs.mfa_registered:
        found["mfaRegistered"] = False
    if proofs.registered_methods is not None:
        found["registeredMethods"] = sorted(proofs.registered_methods)
    if proofs.home_identity_provider != "entra":
        found["homeIdentityProvider"] = proofs.home_identity_provider
    return found
