"""Random facts of a sign-in: what was shown, what is registered, how the token is asked for."""

from random import Random

from tests.oracle import names
from tests.oracle.draw import chance, some, weighted
from tests.oracle.draw_controls import TERMS
from tests.oracle.shapes import Json, objects

# What a session can have shown, and whether that is an MFA claim.
SHOWN: list[tuple[tuple[tuple[str, ...], bool], float]] = [
    ((("password",), False), 30),
    (((), False), 3),
    ((("password", "sms"), True), 20),
    ((("password", "voice"), True), 6),
    ((("microsoftAuthenticatorPush", "password"), True), 10),
    ((("password", "softwareOath"), True), 6),
    ((("fido2",), True), 10),
    ((("windowsHelloForBusiness",), True), 5),
    ((("x509CertificateMultiFactor",), True), 5),
    ((("password", "x509CertificateSingleFactor"), True), 3),
    ((("temporaryAccessPassOneTime",), True), 5),
    ((("deviceBasedPush",), True), 4),
    ((("federatedSingleFactor", "sms"), True), 3),
    ((("federatedMultiFactor",), True), 2),
]
REGISTERED = ("sms", "voice", "softwareOath", "fido2", "microsoftAuthenticatorPush")
UNREGISTRABLE = ("x509CertificateMultiFactor", "deviceBasedPush", "temporaryAccessPassOneTime")
GRANTS = [
    ("authorization_code", 64),
    ("refresh_token", 14),
    ("password", 7),
    ("device_code", 9),
    ("on_behalf_of", 6),
]
# One minute below and above the limits that policies are drawn from; never a limit itself.
MINUTES = (0, 1, 4, 6, 59, 61, 719, 721, 1439, 1441, 10079, 10081, 50000)
SCOPE_SETS: list[tuple[str, ...]] = [
    ("openid", "profile"),
    ("openid",),
    ("User.Read",),
    ("openid", "People.Read"),
    ("User.Read.All",),
    ("User.Read", "GroupMember.Read.All"),
    ("offline_access", "Mail.Read"),
    ("Mail.Read", "User.Read"),
    ("Files.Read", "Mail.Read"),
    ("ChannelMessage.Read.All",),
    ("Directory.Read.All",),
    ("Directory.Read.All", "Mail.Read"),
]


def principal_facts(rng: Random, body: Json, tenant: Json) -> Json:
    asked = body["signInIdentity"]["servicePrincipalId"]
    managed = any(
        p["servicePrincipalType"] == "ManagedIdentity" and asked in (p["id"], p["appId"])
        for p in objects(tenant, "servicePrincipals")
    )
    del rng
    return {"grant": "managed_identity" if managed else "client_credentials"}


def user_facts(rng: Random, body: Json, tenant: Json) -> Json:
    """Facts before the ones that contradict each other are put right (see `settle.py`)."""
    methods, claim = weighted(rng, SHOWN)
    facts: Json = {"grant": weighted(rng, GRANTS), "methods": list(methods)}
    if claim or chance(rng, 0.7):
        facts["mfaSatisfied"] = claim
    _add_registration(rng, facts)
    _add_home(rng, facts)
    _add_details(rng, facts)
    _add_client(rng, facts, body)
    if chance(rng, 0.6):
        facts["minutesSinceAuth"] = rng.choice(MINUTES)
    if chance(rng, 0.05):
        facts["originalTransferMethod"] = rng.choice(("deviceCodeFlow", "authenticationTransfer"))
    if chance(rng, 0.5):
        facts["acceptedTerms"] = _acceptances(rng, tenant)
    if chance(rng, 0.3):
        facts["completedCustomFactors"] = some(rng, names.CUSTOM_FACTORS, 2, 0)
    for fact in ("passwordChanged", "approvedApplication", "compliantApplication"):
        if chance(rng, 0.4):
            facts[fact] = chance(rng, 0.7)
    return facts


def _add_registration(rng: Random, facts: Json) -> None:
    kind = weighted(rng, [("unsaid", 45), ("registered", 35), ("unregistered", 20)])
    if kind == "unsaid":
        return
    if kind == "unregistered" and not facts.get("mfaSatisfied"):
        facts["mfaRegistered"] = False
        facts["registeredMethods"] = []
        return
    facts["mfaRegistered"] = True
    if chance(rng, 0.6):
        pool = (*REGISTERED, *UNREGISTRABLE)
        used = [mode for mode in facts["methods"] if mode in pool]
        facts["registeredMethods"] = sorted({*some(rng, pool, 3), *used})


def _add_home(rng: Random, facts: Json) -> None:
    if chance(rng, 0.5):
        facts["homeMfaClaim"] = chance(rng, 0.6)
    if chance(rng, 0.5):
        facts["homeMethods"] = list(weighted(rng, SHOWN)[0])
    if chance(rng, 0.1):
        facts["homeIdentityProvider"] = rng.choice(("entra", "emailOtp", "google", "samlWsFed"))


def _add_details(rng: Random, facts: Json) -> None:
    """Key and certificate; often nothing is known of them."""
    if chance(rng, 0.5):
        facts["fido2Aaguid"] = rng.choice(names.AAGUIDS)
    if chance(rng, 0.5):
        facts["x509IssuerSki"] = rng.choice(names.ISSUERS)
    if chance(rng, 0.5):
        facts["x509PolicyOids"] = some(rng, names.POLICY_OIDS, 2, 0)


def _add_client(rng: Random, facts: Json, body: Json) -> None:
    confidential = facts["grant"] == "on_behalf_of" or chance(rng, 0.25)
    if confidential:
        facts["clientType"] = "confidential"
        facts["clientAppId"] = names.WEB_APP
        if facts["grant"] == "authorization_code" and chance(rng, 0.4):
            facts["responseTypes"] = ["code", "id_token"]
    elif chance(rng, 0.4):
        facts["clientAppId"] = names.COMMAND_LINE
        if chance(rng, 0.5):
            facts["clientType"] = "public"
            facts["responseTypes"] = ["code", "id_token"]
    apps: list[str] = body["signInContext"].get("includeApplications") or []
    if apps == [names.GRAPH] and chance(rng, 0.8):
        facts["requestedScopes"] = list(rng.choice(SCOPE_SETS))
    elif apps == [names.DIRECTORY] and chance(rng, 0.5):
        facts["requestedScopes"] = list(rng.choice(SCOPE_SETS[:4]))
    elif apps == [names.APP_ONE] and chance(rng, 0.2):
        facts["requestedScopes"] = ["api.access"]


def _acceptances(rng: Random, tenant: Json) -> list[str | Json]:
    """Bare ids, and acceptances on the edges of the time after which they lapse."""
    limits = {
        agreement["id"]: int((agreement["userReacceptRequiredFrequency"] or "P30D")[1:-1])
        for agreement in objects(tenant, "agreements")
    }
    found: list[str | Json] = []
    for agreement in some(rng, TERMS, 3, 0):
        if chance(rng, 0.4):
            found.append(agreement)
            continue
        days = limits[agreement] + rng.choice((-1, 0, 1))
        acceptance: Json = {"agreementId": agreement, "daysAgo": days}
        if chance(rng, 0.7):
            acceptance["deviceId"] = rng.choice(names.DEVICES)
        found.append(acceptance)
    return found
