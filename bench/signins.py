"""Sign-ins into the synthetic tenant: What If bodies with facts, edges of ranges among them."""

from ipaddress import ip_address, ip_network
from random import Random
from typing import Any

from bench import filters, names
from bench.draw import PLATFORMS, Json
from bench.locations import COUNTRIES, MFA_TRUSTED_IPS
from bench.names import Size

# Methods completed, and whether they amount to an MFA claim.
PROOFS: tuple[tuple[tuple[str, ...], bool], ...] = (
    (("password",), False),
    (("password", "sms"), True),
    (("password", "microsoftAuthenticatorPush"), True),
    (("windowsHelloForBusiness",), True),
    (("fido2",), True),
)
LEGACY_CLIENTS = ("exchangeActiveSync", "other")
MODERN_CLIENTS = ("browser", "mobileAppsAndDesktopClients")


def sign_ins(count: int, document: Json, size: Size, seed: int = 11) -> list[Json]:
    """`count` different sign-ins, each a What If body beside `facts`."""
    rng = Random(seed)
    cidrs = [
        ip_range["cidrAddress"]
        for location in document["namedLocations"]
        for ip_range in location.get("ipRanges", [])
    ]
    holders = [assignment["principalId"] for assignment in document["roleAssignments"]]
    guests = [user["id"] for user in document["users"] if user["userType"] == "Guest"]
    return [_sign_in(rng, size, cidrs, holders, guests) for _ in range(count)]


def _sign_in(
    rng: Random, size: Size, cidrs: list[str], holders: list[str], guests: list[str]
) -> Json:
    kind = rng.random()
    conditions: dict[str, Any] = {
        "ipAddress": _address(rng, cidrs),
        "country": rng.choice((*COUNTRIES, *["US"] * 6, None)),
    }
    if kind < 0.05:
        return _workload_sign_in(rng, size, conditions)
    # Administrators and guests are few, and concern most policies: they are drawn more often.
    pool = holders if kind < 0.2 else guests if kind < 0.3 else None
    user = rng.choice(pool) if pool else names.user_id(rng.randrange(size.users))
    client = rng.choice(LEGACY_CLIENTS) if rng.random() < 0.03 else rng.choice(MODERN_CLIENTS)
    conditions |= {
        "clientAppType": client,
        "devicePlatform": rng.choice((*PLATFORMS, "windows", "windows", None)),
        "signInRiskLevel": rng.choice(("none",) * 40 + ("low", "medium", "high")),
        "userRiskLevel": rng.choice(("none",) * 40 + ("low", "medium", "high")),
        "insiderRiskLevel": rng.choice(("none",) * 40 + ("minor", "moderate", "elevated")),
    }
    device = _device(rng)
    if device is not None and client not in LEGACY_CLIENTS:
        conditions["deviceInfo"] = device
    facts = _facts(rng, size, client)
    if client not in LEGACY_CLIENTS and rng.random() < 0.02:
        conditions["authenticationFlow"] = {"transferMethod": "deviceCodeFlow"}
        facts["grant"] = "device_code"
    return {
        "signInIdentity": {"@odata.type": "#microsoft.graph.userSignIn", "userId": user},
        "signInContext": _context(rng, size, client),
        "signInConditions": conditions,
        "facts": facts,
    }


def _workload_sign_in(rng: Random, size: Size, conditions: Json) -> Json:
    principal = names.service_principal_id(rng.randrange(size.service_principals))
    conditions |= {
        "clientAppType": "other",
        "servicePrincipalRiskLevel": rng.choice(("none", "none", "none", "high")),
    }
    return {
        "signInIdentity": {
            "@odata.type": "#microsoft.graph.servicePrincipalSignIn",
            "servicePrincipalId": principal,
        },
        "signInContext": _application(rng, size),
        "signInConditions": conditions,
        "facts": {"grant": "client_credentials"},
    }


def _context(rng: Random, size: Size, client: str) -> Json:
    if client == "browser" and rng.random() < 0.05:
        return {
            "@odata.type": "#microsoft.graph.userActionContext",
            "userAction": "registerSecurityInformation",
        }
    return _application(rng, size)


def _application(rng: Random, size: Size) -> Json:
    # Two applications get a third of the traffic.
    number = rng.randrange(2) if rng.random() < 0.33 else rng.randrange(size.apps)
    return {
        "@odata.type": "#microsoft.graph.applicationContext",
        "includeApplications": [names.app_id(number)],
    }


def _facts(rng: Random, size: Size, client: str) -> Json:
    if client in LEGACY_CLIENTS:
        return {"grant": "password", "methods": ["password"], "mfaSatisfied": False}
    methods, is_mfa = rng.choice(PROOFS)
    return {
        "grant": "authorization_code",
        "methods": list(methods),
        "mfaSatisfied": is_mfa,
        "minutesSinceAuth": rng.choice((0, 1, 30, 300, 600, 2_000)),
        "acceptedTerms": [
            names.agreement_id(n) for n in range(size.agreements) if rng.random() < 0.8
        ],
        "approvedApplication": rng.random() < 0.3,
        "compliantApplication": rng.random() < 0.3,
    }


def _device(rng: Random) -> Json | None:
    if rng.random() < 0.3:
        return None
    device: Json = {
        "deviceId": f"33333333-0000-4000-8000-{rng.randrange(10_000):012x}",
        "isCompliant": rng.random() < 0.7,
        "trustType": rng.choice(filters.TRUST_TYPES),
        "ownership": rng.choice(filters.OWNERSHIPS),
        "manufacturer": rng.choice(filters.MANUFACTURERS),
        "model": rng.choice(filters.MODELS),
        "operatingSystemVersion": rng.choice(filters.VERSIONS),
    }
    if rng.random() < 0.2:
        del device["manufacturer"]
    if rng.random() < 0.3:
        device["extensionAttribute1"] = rng.choice(filters.EXTENSION_VALUES)
    return device


def _address(rng: Random, cidrs: list[str]) -> str:
    """Half of all addresses lie in, on the edge of, or just outside a named range."""
    draw = rng.random()
    if draw < 0.05:
        return str(ip_network(rng.choice(MFA_TRUSTED_IPS))[rng.randrange(200)])
    if draw > 0.5:
        return str(ip_address(rng.randrange(1 << 24, 224 << 24)))
    network = ip_network(rng.choice(cidrs))
    first, last = int(network[0]), int(network[-1])
    number = rng.choice((first, last, first - 1, last + 1, rng.randint(first, last)))
    return str(type(network[0])(number))
