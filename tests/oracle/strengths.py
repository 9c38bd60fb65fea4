"""Authentication strengths: which sets of methods are enough, and which can still be had."""

from tests.oracle.shapes import Json, objects, part, texts
from tests.oracle.sign_in import SignIn

# What an external user can show in the resource tenant: second factors by table 1 of
# authentication/concept-authentication-strength-external-users, after the first factor at home.
SECOND_FACTORS_HERE = frozenset({"sms", "voice", "microsoftAuthenticatorPush", "softwareOath"})
FIRST_FACTORS = frozenset({"password", "federatedSingleFactor"})
# What combined registration offers on the way; phone sign-in, certificates and Windows Hello are
# set up elsewhere (authentication/concept-authentication-strength-how-it-works).
REGISTRABLE = frozenset({"sms", "voice", "microsoftAuthenticatorPush", "softwareOath", "fido2"})

Combination = frozenset[str]


def strength_named(tenant: Json, strength: Json) -> Json:
    """The whole strength: as the tenant has it, else as the policy spells it out."""
    known = objects(tenant, "authenticationStrengthPolicies")
    return next((one for one in known if one["id"] == strength.get("id")), strength)


def combinations(strength: Json) -> list[Combination]:
    return [_combination(text) for text in texts(strength, "allowedCombinations")]


def is_met(strength: Json, shown: frozenset[str], sign_in: SignIn) -> bool:
    """Whether one allowed combination is contained in the methods shown."""
    return any(
        allowed <= shown and _details_fit(strength, allowed, sign_in)
        for allowed in combinations(strength)
    )


def can_be_shown_here(allowed: Combination) -> bool:
    """Whether an external user can do all of it in the resource tenant."""
    return allowed <= SECOND_FACTORS_HERE | FIRST_FACTORS


def is_registered(allowed: Combination, sign_in: SignIn) -> bool:
    return allowed <= _had(sign_in)


def can_be_registered(allowed: Combination, sign_in: SignIn) -> bool:
    return allowed <= _had(sign_in) | REGISTRABLE


def _had(sign_in: SignIn) -> frozenset[str]:
    """Methods the user has: registered ones, a password, and what was just used."""
    used = texts(sign_in.facts, "methods")
    return frozenset(texts(sign_in.facts, "registeredMethods")) | {"password", *used}


def _details_fit(strength: Json, allowed: Combination, sign_in: SignIn) -> bool:
    """Whether key model and certificate are among those that the strength admits."""
    return all(
        _detail_fits(detail, sign_in)
        for detail in objects(strength, "combinationConfigurations")
        if allowed in [_combination(text) for text in texts(detail, "appliesToCombinations")]
    )


def _detail_fits(detail: Json, sign_in: SignIn) -> bool:
    models = texts(detail, "allowedAAGUIDs")
    if models and sign_in.facts.get("fido2Aaguid") not in models:
        return False
    issuers = texts(detail, "allowedIssuerSkis")
    if issuers and sign_in.facts.get("x509IssuerSki") not in issuers:
        return False
    oids = texts(detail, "allowedPolicyOIDs")
    shown = texts(sign_in.facts, "x509PolicyOids")
    return not oids or any(oid in oids for oid in shown)


def _combination(text: str) -> Combination:
    return frozenset(mode.strip() for mode in text.split(","))


def strength_of(policy: Json) -> Json | None:
    """The strength that a policy demands, as the policy holds it."""
    return part(policy, "grantControls").get("authenticationStrength")
