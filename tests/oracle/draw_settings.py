"""Random settings, strengths and terms of use of a tenant."""

from random import Random

from tests.oracle import names
from tests.oracle.draw import chance, serial, some, weighted
from tests.oracle.shapes import Json

MFA_COMBINATIONS = [
    "windowsHelloForBusiness",
    "fido2",
    "x509CertificateMultiFactor",
    "deviceBasedPush",
    "temporaryAccessPassOneTime",
    "temporaryAccessPassMultiUse",
    "password,microsoftAuthenticatorPush",
    "password,softwareOath",
    "password,hardwareOath",
    "password,x509CertificateSingleFactor",
    "password,x509CertificateMultiFactor",
    "password,sms",
    "password,voice",
    "federatedMultiFactor",
    "microsoftAuthenticatorPush,federatedSingleFactor",
    "softwareOath,federatedSingleFactor",
    "hardwareOath,federatedSingleFactor",
    "sms,federatedSingleFactor",
    "voice,federatedSingleFactor",
]
CUSTOM_COMBINATIONS = [
    "fido2",
    "fido2",
    "sms,password",
    "password,microsoftAuthenticatorPush",
    "password,voice",
    "softwareOath,password",
    "temporaryAccessPassOneTime",
    "x509CertificateMultiFactor",
    "x509CertificateMultiFactor",
    "deviceBasedPush",
    "password,x509CertificateSingleFactor",
]


def strengths(rng: Random) -> list[Json]:
    """The three built-in strengths and up to three custom ones."""
    built_in = [
        (names.MFA_STRENGTH, "Multifactor authentication", MFA_COMBINATIONS),
        (names.PASSWORDLESS, "Passwordless MFA", MFA_COMBINATIONS[:4]),
        (names.PHISHING_RESISTANT, "Phishing-resistant MFA", MFA_COMBINATIONS[:3]),
    ]
    found: list[Json] = [
        _strength(key, name, "builtIn", list(combinations), [])
        for key, name, combinations in built_in
    ]
    for number in range(1, rng.randint(2, 5)):
        combinations = sorted(set(some(rng, CUSTOM_COMBINATIONS, 3)))
        details = _details(rng, combinations)
        found.append(
            _strength(serial("2", number), f"strength {number}", "custom", combinations, details)
        )
    return found


def _strength(key: str, name: str, kind: str, combinations: list[str], details: list[Json]) -> Json:
    return {
        "id": key,
        "displayName": name,
        "policyType": kind,
        "requirementsSatisfied": "mfa",
        "allowedCombinations": combinations,
        "combinationConfigurations": details,
    }


def _details(rng: Random, combinations: list[str]) -> list[Json]:
    found: list[Json] = []
    if "fido2" in combinations and chance(rng, 0.7):
        found.append(
            {
                "@odata.type": "#microsoft.graph.fido2CombinationConfiguration",
                "id": serial("2", 91),
                "appliesToCombinations": ["fido2"],
                "allowedAAGUIDs": some(rng, names.AAGUIDS, 2),
            }
        )
    certificates = [one for one in combinations if "x509" in one]
    if certificates and chance(rng, 0.8):
        issuers, oids = some(rng, names.ISSUERS, 2, 0), some(rng, names.POLICY_OIDS, 2, 0)
        found.append(
            {
                "@odata.type": "#microsoft.graph.x509CertificateCombinationConfiguration",
                "id": serial("2", 92),
                "appliesToCombinations": some(rng, certificates, 2),
                "allowedIssuerSkis": issuers,
                # One of the two has to say something.
                "allowedPolicyOIDs": oids or ([] if issuers else [names.POLICY_OIDS[0]]),
            }
        )
    return found


def agreements(rng: Random) -> list[Json]:
    """Terms for ever, terms that lapse, terms for each device; sometimes both of the latter."""
    frequency = f"P{rng.choice((1, 30, 90))}D"
    return [
        _agreement(names.TERMS, None, per_device=False),
        _agreement(names.MONTHLY_TERMS, frequency, per_device=False),
        _agreement(names.DEVICE_TERMS, frequency if chance(rng, 0.4) else None, per_device=True),
    ]


def _agreement(key: str, frequency: str | None, *, per_device: bool) -> Json:
    return {
        "id": key,
        "displayName": f"terms {key[-1]}",
        "isPerDeviceAcceptanceRequired": per_device,
        "userReacceptRequiredFrequency": frequency,
    }


def settings(rng: Random, mfa_trusted: list[str]) -> Json:
    """Trust, baseline scopes, suites and dependencies."""
    baseline: object = weighted(rng, [("enforced", 5), ("legacy", 3), ("customized", 2)])
    if baseline == "customized":
        baseline = {"mode": "customized", "appId": names.PLACEHOLDER}
    found: Json = {
        "emergencyAccess": [],
        "baselineScopes": baseline,
        "mfaTrustedIps": mfa_trusted,
        "suites": _suites(rng),
        "serviceDependencies": _dependencies(),
        "scopeAudiences": {
            "Mail.Read": names.EXCHANGE,
            "Calendars.Read": names.EXCHANGE,
            "Files.Read": names.SHAREPOINT,
            "Sites.Read.All": names.SHAREPOINT,
            "ChannelMessage.Read.All": names.TEAMS,
        },
    }
    if chance(rng, 0.85):
        found["inboundTrust"] = _trust(rng)
    return found


def _trust(rng: Random) -> Json:
    found: Json = {}
    for tenant in ("default", names.HOME_A, names.HOME_B):
        if chance(rng, 0.6):
            claims = ("mfa", "compliantDevice", "domainJoinedDevice")
            found[tenant] = {claim: chance(rng, 0.5) for claim in claims if chance(rng, 0.8)}
    return found


def _suites(rng: Random) -> Json:
    """The suites of golden, sometimes with one more member of our own."""
    found = {
        names.RESOURCE_MANAGER: [
            names.RESOURCE_MANAGER,
            names.PORTAL,
            "e9f49c6b-5ce5-44c8-925d-015017e9f7ad",
            "f5c26e74-f226-4ae8-85f0-b4af0080ac9e",
            "ca7f3f0b-7d91-482c-8e09-c5d840d0eac5",
        ],
        "MicrosoftAdminPortals": [names.PORTAL],
        "Office365": [
            names.EXCHANGE,
            names.SHAREPOINT,
            names.TEAMS,
            names.PLANNER,
            names.TO_DO,
        ],
    }
    if chance(rng, 0.3):
        found[rng.choice(names.SUITES)].append(names.APP_FOUR)
    return found


def _dependencies() -> list[Json]:
    links = [
        (names.TEAMS, [names.EXCHANGE, names.SHAREPOINT], "early"),
        (names.TEAMS, [names.PLANNER], "late"),
        (names.STUDIO, [names.RESOURCE_MANAGER], "early"),
        (names.TO_DO, [names.EXCHANGE], "early"),
        (names.CHAIN_ONE, [names.CHAIN_TWO], "early"),
        (names.CHAIN_TWO, [names.EXCHANGE, names.APP_TWO], "early"),
        (names.CHAIN_TWO, [names.APP_ONE], "late"),
        (names.LOOP_ONE, [names.LOOP_TWO], "early"),
        (names.LOOP_TWO, [names.LOOP_ONE, names.SHAREPOINT], "early"),
    ]
    return [
        {"client": client, "downstream": downstream, "binding": binding}
        for client, downstream, binding in links
    ]
