"""The facts of a sign-in that conditions share: where each stands in What If and in a log.

A fact is read from `SignIn` by its `name`. `what_if` is its JSON path in the body of Graph's
evaluate (api-reference conditionalaccessroot-evaluate), `log` its path in a Graph signIn record.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known of a sign-in."""

    name: str
    title: str
    what_if: str
    log: str = ""


IDENTITY = Fact("identity", "User or workload identity", "signInIdentity", "userId")
TARGET = Fact("target", "Target resource", "signInContext", "resourceId")
PLATFORM = Fact(
    "platform", "Device platform", "signInConditions/devicePlatform", "deviceDetail/operatingSystem"
)
CLIENT_APP = Fact(
    "client_app_type", "Client app", "signInConditions/clientAppType", "clientAppUsed"
)
IP_ADDRESS = Fact("address", "IP address", "signInConditions/ipAddress", "ipAddress")
COUNTRY = Fact("country", "Country", "signInConditions/country", "location/countryOrRegion")
DEVICE = Fact("device", "Device", "signInConditions/deviceInfo", "deviceDetail")
SIGN_IN_RISK = Fact(
    "sign_in_risk", "Sign-in risk", "signInConditions/signInRiskLevel", "riskLevelDuringSignIn"
)
USER_RISK = Fact("user_risk", "User risk", "signInConditions/userRiskLevel", "riskLevelAggregated")
SERVICE_PRINCIPAL_RISK = Fact(
    "service_principal_risk",
    "Service principal risk",
    "signInConditions/servicePrincipalRiskLevel",
)
INSIDER_RISK = Fact("insider_risk", "Insider risk", "signInConditions/insiderRiskLevel")
AGENT_RISK = Fact("agent_risk", "Agent risk", "signInConditions/agentIdRiskLevel")
AUTHENTICATION_FLOW = Fact(
    "authentication_flow",
    "Authentication flow",
    "signInConditions/authenticationFlow/transferMethod",
    "authenticationProtocol",
)
