"""*Require authentication strength*."""

from __future__ import annotations

from collections.abc import Iterable

from ostiary.controls.base import MET, GrantControl, prompt, refused
from ostiary.controls.block import BLOCKED
from ostiary.controls.registration import registration
from ostiary.controls.visitor import Visitor, visitor
from ostiary.model.decision import Judgement
from ostiary.model.directory import AuthenticationStrength as Strength
from ostiary.model.directory import CombinationLimit, Directory
from ostiary.model.json_types import JsonObject, as_object
from ostiary.model.lookup import Lookup
from ostiary.model.policy import Requirement
from ostiary.model.signin import Proofs, SignIn

FIRST_FACTORS = frozenset({"password", "federatedSingleFactor"})
REGISTRABLE = frozenset({"sms", "voice", "microsoftAuthenticatorPush", "softwareOath", "fido2"})
"""What interrupt mode of combined registration offers: not phone sign-in, certificates, Windows
Hello for Business or a pass (entra-docs authentication/
concept-authentication-strength-how-it-works, register passwordless authentication methods)."""
_GUEST_METHODS = FIRST_FACTORS | {"sms", "voice", "microsoftAuthenticatorPush", "softwareOath"}
"""What an external user can use in the resource tenant (entra-docs authentication/
concept-authentication-strength-external-users, first table)."""


class AuthenticationStrength(GrantControl):
    """One of the combinations of methods that a strength allows.

    Sources: entra-docs authentication/concept-authentication-strengths and the two pages above.
    """

    key = "authenticationStrength"
    title = "Require authentication strength"
    log_word = "AuthenticationStrength"
    interactive = True
    built_in = False
    lookup = Lookup.STRENGTH

    def requirements(self, grant: JsonObject) -> tuple[Requirement, ...]:
        """Read the id of the strength."""
        strength = as_object(grant.get(self.key)).get("id")
        return (Requirement(self.key, strength.casefold()),) if isinstance(strength, str) else ()

    def name(self, argument: str, directory: Directory) -> str:
        """Name the strength."""
        strength = directory.strengths.get(argument)
        return f"{self.title} `{strength.display_name if strength else argument}`"

    def judge(self, argument: str, sign_in: SignIn, directory: Directory) -> Judgement:
        """Compare the methods used with the combinations; otherwise see what could be used."""
        strength = directory.strengths.get(argument)
        if strength is None:
            return refused(BLOCKED, f"authentication strength `{argument}` does not exist")
        guest = visitor(sign_in, directory)
        proofs = sign_in.proofs
        if guest.external and proofs.home_identity_provider != "entra":
            return refused(BLOCKED, "strengths need a user who authenticates with Microsoft Entra")
        used = _counted_methods(guest, proofs)
        if any(
            _shown(combination, used, strength, proofs) for combination in strength.combinations
        ):
            return MET
        wanted = f"the methods used do not meet strength `{strength.display_name}`"
        if guest.trust.mfa:
            return prompt(self.key, 50076, f"{wanted}; the home tenant can be asked")
        if guest.direct_connect:
            return refused(BLOCKED, "authentication in the home tenant is not trusted")
        possible = [each for each in strength.combinations if _usable(each, guest)]
        if not possible:
            return refused(BLOCKED, f"{wanted}, and none it allows can be used here")
        return self._obtainable(possible, sign_in, wanted)

    def _obtainable(
        self, possible: list[frozenset[str]], sign_in: SignIn, wanted: str
    ) -> Judgement:
        registered = sign_in.proofs.registered_methods
        if registered is None:
            return prompt(self.key, 50076, wanted)
        usable = registered | sign_in.proofs.methods  # what was used must be registered
        if _any_within(possible, usable):
            return prompt(self.key, 50076, wanted)
        if _any_within(possible, usable | REGISTRABLE):
            return registration(sign_in)
        return refused(BLOCKED, f"{wanted}, and none it allows is registered or can be")


def _counted_methods(guest: Visitor, proofs: Proofs) -> frozenset[str]:
    """Give the methods that count: of an external user either the home tenant's, or some here."""
    if not guest.external:
        return proofs.methods
    return proofs.home_methods if guest.trust.mfa else proofs.methods & _GUEST_METHODS


def _usable(combination: frozenset[str], guest: Visitor) -> bool:
    return not guest.external or combination <= _GUEST_METHODS


def _any_within(combinations: Iterable[frozenset[str]], methods: frozenset[str]) -> bool:
    return any(each - FIRST_FACTORS <= methods for each in combinations)


def _shown(
    combination: frozenset[str], used: frozenset[str], strength: Strength, proofs: Proofs
) -> bool:
    return combination <= used and all(
        _within(limit, proofs) for limit in strength.limits if combination in limit.combinations
    )


def _within(limit: CombinationLimit, proofs: Proofs) -> bool:
    """Judge the key or certificate: any of each configured list; unknown is not on a list.

    Issuers and policy OIDs are joined by AND (entra-docs authentication/
    concept-authentication-strength-advanced-options).
    """
    if limit.aaguids and proofs.fido2_aaguid not in limit.aaguids:
        return False
    if limit.issuer_skis and proofs.x509_issuer_ski not in limit.issuer_skis:
        return False
    return not limit.policy_oids or bool(limit.policy_oids & proofs.x509_policy_oids)
