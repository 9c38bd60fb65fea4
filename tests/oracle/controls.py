"""Grant controls: is one met, can the user still meet it now, or does it shut the door?"""

from dataclasses import dataclass

from tests.oracle import strengths
from tests.oracle.devices import is_compliant, is_hybrid_joined
from tests.oracle.shapes import Json, part, texts
from tests.oracle.sign_in import SignIn
from tests.oracle.terms import is_accepted

MET, ASK, FAIL = "met", "ask", "fail"

# The order of phase 2 (semantics 2): the first step that is open is the one that happens.
STEPS = (
    "mfa",
    "compliantDevice",
    "domainJoinedDevice",
    "approvedApplication",
    "compliantApplication",
    "passwordChange",
    "termsOfUse",
    "customAuthenticationFactor",
)
INTERACTIVE_STEPS = ("mfa", "passwordChange", "termsOfUse", "customAuthenticationFactor")


@dataclass(frozen=True, slots=True)
class Standing:
    """How one control stands: `codes` None where no page says which error it is."""

    step: str
    state: str
    challenge: str = ""
    codes: tuple[int, ...] | None = None


def standings(policy: Json, sign_in: SignIn, *, keeps_strength: bool) -> list[Standing]:
    """Every grant control of a policy except block, as it stands in this sign-in."""
    controls = part(policy, "grantControls")
    found = [
        _built_in(name, policy, sign_in)
        for name in texts(controls, "builtInControls")
        if name != "block"
    ]
    strength = strengths.strength_of(policy)
    if strength and keeps_strength:
        found.append(_strength(policy, strengths.strength_named(sign_in.tenant, strength), sign_in))
    found += [_terms(agreement, sign_in) for agreement in texts(controls, "termsOfUse")]
    found += [_custom(factor, sign_in) for factor in texts(controls, "customAuthenticationFactors")]
    if sign_in.is_legacy_client:
        # Such clients can do nothing of the kind and pass no device state (golden G066, G274).
        return [Standing(one.step, FAIL) for one in found]
    return found


def _built_in(name: str, policy: Json, sign_in: SignIn) -> Standing:
    if name == "mfa":
        return _mfa(policy, sign_in)
    if name in ("compliantDevice", "domainJoinedDevice"):
        return _device(name, sign_in)
    if name in ("approvedApplication", "compliantApplication"):
        return _client(name, sign_in)
    if name == "passwordChange":
        return _password_change(sign_in)
    return Standing("passwordChange", FAIL)  # riskRemediation: how a sign-in meets it is not said


def _mfa(policy: Json, sign_in: SignIn) -> Standing:
    trusted = sign_in.is_external and sign_in.trusts("mfa")
    if sign_in.fact("mfaSatisfied", False) or (trusted and sign_in.fact("homeMfaClaim", False)):
        return Standing("mfa", MET)
    if trusted:  # the challenge is the home tenant's
        return _unless_silent(Standing("mfa", ASK, "mfa"), sign_in)
    if sign_in.is_direct_connect:
        return Standing("mfa", FAIL)  # cannot do MFA here (external-id, step 6)
    if not sign_in.fact("mfaRegistered", True):
        return _registration(policy, sign_in, codes=_enrolment_codes(sign_in))
    codes = (50076,) if sign_in.at_token_endpoint else (50074, 50076)
    return _unless_silent(Standing("mfa", ASK, "mfa", codes), sign_in)


def _registration(policy: Json, sign_in: SignIn, codes: tuple[int, ...] | None) -> Standing:
    """The user has nothing to show yet and would have to register on the way."""
    if sign_in.user_action == "registerSecurityInformation":
        return Standing("mfa", FAIL, codes=(53010,))
    if (sign_in.conditions.get("signInRiskLevel") or "none") != "none":
        # Nobody registers in a risky session (semantics 2, "Risk").
        return Standing("mfa", FAIL, codes=(53004,))
    if "passwordChange" in texts(part(policy, "grantControls"), "builtInControls"):
        return Standing("mfa", FAIL)  # must be registered beforehand (golden G410)
    return _unless_silent(Standing("mfa", ASK, "mfaRegistration", codes), sign_in)


def _enrolment_codes(sign_in: SignIn) -> tuple[int, ...]:
    return (50079,) if sign_in.at_token_endpoint else (50072, 50079)


def _strength(policy: Json, strength: Json, sign_in: SignIn) -> Standing:
    if not sign_in.is_external:
        return _strength_here(policy, strength, sign_in, strengths.combinations(strength))
    if sign_in.fact("homeIdentityProvider", "entra") != "entra":
        return Standing("mfa", FAIL)  # strengths are for users of Microsoft Entra ID only
    if sign_in.trusts("mfa"):
        shown = frozenset(texts(sign_in.facts, "homeMethods"))
        if strengths.is_met(strength, shown, sign_in):
            return Standing("mfa", MET)
        return _unless_silent(Standing("mfa", ASK, "authenticationStrength"), sign_in)
    if sign_in.is_direct_connect:
        return Standing("mfa", FAIL)
    possible = [c for c in strengths.combinations(strength) if strengths.can_be_shown_here(c)]
    here = {**strength, "allowedCombinations": _texts(possible)}
    return _strength_here(policy, here, sign_in, possible)


def _texts(combinations: list[strengths.Combination]) -> list[str]:
    return [",".join(sorted(combination)) for combination in combinations]


def _strength_here(
    policy: Json, strength: Json, sign_in: SignIn, possible: list[strengths.Combination]
) -> Standing:
    if strengths.is_met(strength, frozenset(texts(sign_in.facts, "methods")), sign_in):
        return Standing("mfa", MET)
    if not possible:
        return Standing("mfa", FAIL)
    known_methods = sign_in.facts.get("registeredMethods") is not None
    if not known_methods or any(strengths.is_registered(c, sign_in) for c in possible):
        return _unless_silent(Standing("mfa", ASK, "authenticationStrength"), sign_in)
    if any(strengths.can_be_registered(c, sign_in) for c in possible):
        # Whoever has no method at all cannot begin with a password change (golden G410).
        never = not sign_in.fact("mfaRegistered", True)
        return _registration(policy if never else {}, sign_in, codes=None)
    return Standing("mfa", FAIL)


def _device(name: str, sign_in: SignIn) -> Standing:
    own_code = 53000 if name == "compliantDevice" else 53001
    if sign_in.is_external and not sign_in.trusts(name):
        return Standing(name, FAIL, codes=(530004,))
    if sign_in.is_device_code:
        # The device that shows the code is not the one that signs in (golden G117).
        return Standing(name, FAIL, codes=(50097, 53003, own_code))
    is_held = is_compliant if name == "compliantDevice" else is_hybrid_joined
    if is_held(sign_in.device):
        return Standing(name, MET)
    if sign_in.is_external:
        return Standing(name, FAIL)
    if sign_in.device is None:
        return Standing(name, FAIL, codes=(own_code, 50097))
    return Standing(name, FAIL, codes=(own_code,))


def _client(name: str, sign_in: SignIn) -> Standing:
    if sign_in.is_external:
        return Standing(name, FAIL)  # the device would have to be registered here
    if sign_in.fact(name, False):
        return Standing(name, MET)
    return Standing(name, FAIL, codes=(53002 if name == "approvedApplication" else 53009,))


def _password_change(sign_in: SignIn) -> Standing:
    if sign_in.is_external:
        return Standing("passwordChange", FAIL)  # the password is the home tenant's
    if sign_in.fact("passwordChanged", False):
        return Standing("passwordChange", MET)
    return _unless_silent(Standing("passwordChange", ASK, "passwordChange"), sign_in)


def _terms(agreement: str, sign_in: SignIn) -> Standing:
    if sign_in.is_direct_connect:
        return Standing("termsOfUse", FAIL)  # not supported, accepted or not (golden G429)
    if is_accepted(agreement, sign_in):
        return Standing("termsOfUse", MET)
    return _unless_silent(Standing("termsOfUse", ASK, "termsOfUse"), sign_in)


def _custom(factor: str, sign_in: SignIn) -> Standing:
    step = "customAuthenticationFactor"
    if factor in texts(sign_in.facts, "completedCustomFactors"):
        return Standing(step, MET)
    return _unless_silent(Standing(step, ASK, step, (50158,)), sign_in)


def _unless_silent(standing: Standing, sign_in: SignIn) -> Standing:
    """A password grant cannot show anything: what would be asked is refused (golden G018)."""
    if sign_in.grant != "password":
        return standing
    # For MFA clients report 50076 or 50079; what else is missing has no code on any page.
    return Standing(standing.step, FAIL, codes=standing.codes if standing.step == "mfa" else None)
