"""A sign-in in the shape of Microsoft Graph's `signIn` (beta members included).

Sources: api-reference signin, devicedetail, authenticationdetail, signinstatus.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from ostiary.directory.sign_in_events import (
    INTERACTIVE,
    MANAGED_IDENTITY,
    SERVICE_PRINCIPAL,
    SignInEvent,
)
from ostiary.model.json_types import JsonObject

_CLIENTS: Final = {
    "browser": "Browser",
    "mobileAppsAndDesktopClients": "Mobile Apps and Desktop clients",
    "exchangeActiveSync": "Exchange ActiveSync",
    "other": "Other clients",
}
_TRUST: Final = {
    "AzureAD": "Azure AD joined",
    "ServerAD": "Hybrid Azure AD joined",
    "Workplace": "Azure AD registered",
}
_PROTOCOLS: Final = {
    "device_code": "deviceCode",
    "password": "ropc",
    "refresh_token": "none",
    "on_behalf_of": "onBehalfOf",
    "client_credentials": "clientCredentials",
}
_SYSTEMS: Final = {
    "windows": "Windows",
    "macOS": "MacOs",
    "iOS": "Ios",
    "android": "Android",
    "linux": "Linux",
    "windowsPhone": "Windows Phone",
}
_METHODS: Final = {
    "password": "Password",
    "softwareOath": "OATH software token",
    "hardwareOath": "OATH hardware token",
    "fido2": "Passkey (device-bound)",
    "windowsHelloForBusiness": "Windows Hello for Business",
    "temporaryAccessPassOneTime": "Temporary Access Pass",
    "temporaryAccessPassMultiUse": "Temporary Access Pass",
    "x509CertificateSingleFactor": "X.509 Certificate",
    "x509CertificateMultiFactor": "X.509 Certificate",
    "federatedSingleFactor": "Federated",
    "federatedMultiFactor": "Federated",
    "sms": "Text message",
    "voice": "Phone call",
    "microsoftAuthenticatorPush": "Mobile app notification",
    "deviceBasedPush": "Passwordless phone sign-in",
}
_CROSSING: Final = {
    "b2bCollaborationGuest": "b2bCollaboration",
    "b2bCollaborationMember": "b2bCollaboration",
    "b2bDirectConnectUser": "b2bDirectConnect",
    "serviceProvider": "serviceProvider",
}


def graph_time(moment: datetime) -> str:
    """Write a time as Graph does."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def graph_sign_in(event: SignInEvent, applied: Sequence[JsonObject]) -> dict[str, Any]:
    """Give the whole object; `applied` are the parts that policies played."""
    return {
        "id": event.id,
        "createdDateTime": graph_time(event.created),
        **_identity(event),
        "appId": event.client_app_id,
        "appDisplayName": event.client_app_name,
        "resourceId": event.resource_id,
        "resourceDisplayName": event.resource_name,
        "ipAddress": event.ip,
        "userAgent": event.user_agent,
        "clientAppUsed": _CLIENTS.get(event.client_app_type or "", ""),
        "correlationId": event.correlation_id,
        "sessionId": event.session_id,
        "uniqueTokenIdentifier": event.token_id,
        "isInteractive": event.category == INTERACTIVE,
        "signInEventTypes": [event.category],
        "authenticationProtocol": _PROTOCOLS.get(event.grant or "", "oAuth2"),
        "originalTransferMethod": event.original_transfer_method or "none",
        **_evidence(event),
        "deviceDetail": _device(event),
        "location": _location(event),
        "status": {
            "errorCode": event.error_code,
            "failureReason": event.failure_reason or ("Other." if event.error_code == 0 else ""),
            "additionalDetails": _additional(event),
        },
        "riskLevelDuringSignIn": event.sign_in_risk or "none",
        "riskLevelAggregated": event.user_risk or "none",
        "conditionalAccessStatus": event.ca_status,
        "conditionalAccessAudiences": [{"applicationId": each} for each in event.audiences or ()],
        "appliedConditionalAccessPolicies": [dict(each) for each in applied],
        "snapshotVersion": event.snapshot,
    }


def _identity(event: SignInEvent) -> dict[str, Any]:
    if event.category in {SERVICE_PRINCIPAL, MANAGED_IDENTITY}:
        plain = "systemAssigned" if event.category == MANAGED_IDENTITY else "none"
        managed: dict[str, Any] = {"msiType": event.managed_identity or plain}
        if event.managed_resource_id:
            managed["associatedResourceId"] = event.managed_resource_id
        return {
            "servicePrincipalId": event.service_principal_id,
            "servicePrincipalName": event.service_principal_name,
            "managedServiceIdentity": managed,
        }
    return {
        "userId": event.user_id,
        "userPrincipalName": event.user_name,
        "userDisplayName": event.user_display_name,
        "userType": event.user_type,
        "homeTenantId": event.home_tenant_id,
        "crossTenantAccessType": _CROSSING.get(event.external_user_type or "", "none"),
    }


def _evidence(event: SignInEvent) -> dict[str, Any]:
    requirement = "multiFactor" if event.mfa_satisfied else "singleFactor"
    return {
        "authenticationRequirement": f"{requirement}Authentication",
        "authenticationDetails": [
            {
                "authenticationStepDateTime": graph_time(event.created),
                "authenticationMethod": _METHODS.get(each, each),
                "succeeded": True,
                "authenticationStepResultDetail": _additional(event) or "Correct password",
                "authenticationStepRequirement": "Primary authentication",
            }
            for each in event.methods or ()
        ],
    }


def _additional(event: SignInEvent) -> str:
    return "MFA requirement satisfied by claim in the token" if event.mfa_satisfied else ""


def _device(event: SignInEvent) -> dict[str, Any]:
    system = event.operating_system or _SYSTEMS.get(event.platform or "", "")
    return {
        "deviceId": event.device_id or "",
        "displayName": event.device_name or "",
        "operatingSystem": system,
        "browser": event.browser or "",
        "isCompliant": bool(event.device_compliant),
        "isManaged": bool(event.device_compliant) or event.device_trust_type == "ServerAD",
        "trustType": _TRUST.get(event.device_trust_type or "", ""),
    }


def _location(event: SignInEvent) -> dict[str, Any]:
    return {"city": event.city or "", "state": "", "countryOrRegion": event.country or ""}
