"""Everything that a user could show in one circumstance, and which policies that satisfies.

Controls look at different things, so every group of proofs is tried by itself with the oracle and
the results are combined: for each combination the set of policies it satisfies comes out.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from tests.analysis.prove_world import LEGACY, Someone, Value, seen_by_oracle
from tests.oracle import names
from tests.oracle.controls import MET, standings
from tests.oracle.sessions import EVERY_TIME_TOLERANCE, frequency_minutes, must_reauthenticate
from tests.oracle.shapes import Json, objects, part, texts
from tests.oracle.sign_in import SignIn, read
from tests.oracle.strengths import combinations, is_met, strength_named, strength_of
from tests.oracle.targets import includes_all

Atom = tuple[str, str]
"""One control: its kind, and which one."""
Met = frozenset[Atom]
MOST_WAYS = 3_000


class TooManyWays(Exception):
    """More combinations than a test wants to try."""


@dataclass(frozen=True, slots=True)
class Satisfied:
    """The policies, as bits, that some proofs satisfy; `waived` where strengths give way."""

    plain: int
    waived: int


@dataclass(frozen=True, slots=True)
class Registered:
    """What an account has. `sure`: that, and what it can do on the spot; else all it might have."""

    methods: frozenset[str] | None
    mfa: bool | None
    sure: bool


class Proofs:
    """What can be shown to the policies of one question."""

    def __init__(
        self, tenant: Json, policies: Sequence[Json], *, registered: Registered | None = None
    ) -> None:
        """Take the policies in the order of their bits."""
        self._tenant = tenant
        self._policies = policies
        self._registered = registered
        self._atoms = [atoms_of(policy) for policy in policies]
        self._asked = frozenset[Atom]().union(*self._atoms)
        wanted = [
            strength_named(tenant, {"id": which})
            for kind, which in sorted(self._asked)
            if kind == "strength"
        ]
        self._strengths = wanted
        known = strength_named(tenant, {"id": names.MFA_STRENGTH})
        self._multifactor = combinations(known)
        self._known: dict[Hashable, tuple[Satisfied, ...]] = {}
        self._parts: dict[Hashable, set[Met]] = {}

    def ways(self, someone: Someone, values: Sequence[Value]) -> tuple[Satisfied, ...]:
        """Give what any proofs satisfy for somebody in some circumstances."""
        key = self.context(someone, values)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = tuple(self._ways(someone, values))
        return known

    def context(self, someone: Someone, values: Sequence[Value]) -> Hashable:
        """Give all that controls can read of them."""
        asked = seen_by_oracle(someone, Value(), values)
        claims = ("mfa", "compliantDevice", "domainJoinedDevice")
        trusted = tuple(map(asked.trusts, claims))
        stands = (asked.is_external, asked.is_direct_connect, *trusted)
        device = asked.device
        shows = device is not None and (
            bool(device.get("isCompliant")),
            device.get("trustType") == "ServerAD",
        )
        return stands, asked.client_app in LEGACY, shows, asked.is_device_code, asked.is_user

    def _ways(self, someone: Someone, values: Sequence[Value]) -> Iterator[Satisfied]:
        asked = seen_by_oracle(someone, Value(), values)
        found: dict[Satisfied, None] = {}
        for provider in ("entra", "google") if asked.is_external else ("entra",):
            if self._registered and provider != "entra":
                continue
            facts: Json = {"homeIdentityProvider": provider}
            groups = [list(group) for group in self._groups(asked, facts)]
            count = 1
            for group in groups:
                count *= len(group)
            if count > MOST_WAYS:
                raise TooManyWays
            for parts in product(*groups):
                met = frozenset[Atom]().union(*parts)
                found[self._satisfied(met)] = None
        yield from found

    def _groups(self, asked: SignIn, facts: Json) -> Iterator[Iterable[Met]]:
        yield {self._met(asked, facts, [a for a in self._asked if a[0] in _DEVICE])}
        yield set(self._authentications(asked, facts))
        for atom in sorted(self._asked):
            if atom[0] in _SHOWN:
                yield {
                    self._met(asked, {**facts, **shown}, [atom])
                    for shown in self._shows(atom, asked)
                }
        frequencies = [atom for atom in self._asked if atom[0] == "signInFrequency"]
        limits = [int(which) or EVERY_TIME_TOLERANCE for _, which in frequencies]
        ages = (0, *(limit + 1 for limit in limits)) if not self._registered else (0,)
        yield {self._met(asked, {**facts, "minutesSinceAuth": age}, frequencies) for age in ages}

    def _shows(self, atom: Atom, asked: SignIn) -> list[Json]:
        kind, which = atom
        device = (asked.device or {}).get("deviceId")
        accepted = {"acceptedTerms": [{"agreementId": which, "deviceId": device}]}
        shown: Json = {
            "termsOfUse": accepted,
            "customAuthenticationFactors": {"completedCustomFactors": [which]},
            "passwordChange": {"passwordChanged": True},
            "approvedApplication": {"approvedApplication": True},
            "compliantApplication": {"compliantApplication": True},
        }[kind]
        has = self._registered
        if has is None:
            return [{}, shown]
        if kind == "termsOfUse":
            return [shown]
        if kind == "passwordChange":
            able = has.mfa is True if has.sure else self._may_have_mfa(has)
            return [shown] if able else [{}]
        return [{}] if has.sure else [{}, shown]

    def _may_have_mfa(self, has: Registered) -> bool:
        if has.mfa is not None or has.methods is None:
            return has.mfa is not False
        held = has.methods | {"password"}
        return any(each <= held for each in self._multifactor)

    def _authentications(self, asked: SignIn, facts: Json) -> Iterator[Met]:
        atoms = [a for a in self._asked if a[0] in ("mfa", "strength")]
        if not atoms:
            yield frozenset()
            return
        for frame in self._frames():
            for methods in self._method_sets({**facts, **frame}, asked):
                forced = any(each <= methods for each in self._multifactor)
                for claim in self._claims(forced=forced):
                    shown = {
                        **facts,
                        **frame,
                        "methods": sorted(methods),
                        "mfaSatisfied": claim,
                        "homeMethods": sorted(methods),
                        "homeMfaClaim": claim,
                    }
                    if asked.is_direct_connect:
                        # Nothing can be shown here, only at home (external-id, step 6).
                        shown.update(methods=[], mfaSatisfied=False)
                    yield self._met(asked, shown, atoms)

    def _claims(self, *, forced: bool) -> tuple[bool, ...]:
        has = self._registered
        if forced:
            return (True,)
        if has is None:
            return (False, True)
        return ((has.mfa is True) if has.sure else self._may_have_mfa(has),)

    def _frames(self) -> Iterator[Json]:
        details = [d for one in self._strengths for d in objects(one, "combinationConfigurations")]
        models = {m for each in details for m in texts(each, "allowedAAGUIDs")}
        issuers = {m for each in details for m in texts(each, "allowedIssuerSkis")}
        oids = sorted({m for each in details for m in texts(each, "allowedPolicyOIDs")})
        if self._registered and self._registered.sure:
            yield {}
            return
        some = [list(chosen) for chosen in ((), oids)] + [[each] for each in oids]
        for model, issuer, chosen in product(
            (None, *sorted(models)), (None, *sorted(issuers)), some if oids else [[]]
        ):
            yield {"fido2Aaguid": model, "x509IssuerSki": issuer, "x509PolicyOids": chosen}

    def _method_sets(self, facts: Json, asked: SignIn) -> set[frozenset[str]]:
        """Give methods that meet some strengths, one combination for each of these."""
        has = self._registered
        held = None if has is None or (has.methods is None and not has.sure) else has.methods
        if has is not None and has.mfa is False:
            held = frozenset[str]()
        if has is not None and (has.sure or held is not None):
            return {frozenset(held or ()) | {"password"}}
        choices: list[list[frozenset[str]]] = []
        for strength in self._strengths:
            fitting = [
                each
                for each in combinations(strength)
                if is_met(strength, each, read(self._tenant, {}, facts, considers_enforcement=True))
            ]
            choices.append([frozenset(), *fitting])
        found = {frozenset({"password"}).union(*chosen) for chosen in product(*choices)}
        found |= {frozenset[str]().union(*chosen) for chosen in product(*choices)}
        if has is not None:
            return {frozenset[str]().union(*found)}
        del asked
        return found

    def _met(self, asked: SignIn, facts: Json, atoms: Iterable[Atom]) -> Met:
        having = replace(asked, facts={**asked.facts, **facts})
        return frozenset(atom for atom in atoms if _is_met(atom, having))

    def _satisfied(self, met: Met) -> Satisfied:
        plain = waived = 0
        for number, policy in enumerate(self._policies):
            atoms = self._atoms[number]
            if _holds(policy, atoms, met):
                plain |= 1 << number
            if not includes_all(part(part(policy, "conditions"), "applications")):
                waived |= plain & 1 << number
            elif _holds(policy, {a for a in atoms if a[0] != "strength"}, met):
                waived |= 1 << number
        return Satisfied(plain, waived)


_DEVICE = frozenset({"compliantDevice", "domainJoinedDevice"})
_SHOWN = frozenset(
    {
        "termsOfUse",
        "customAuthenticationFactors",
        "passwordChange",
        "approvedApplication",
        "compliantApplication",
    }
)


def atoms_of(policy: Json) -> frozenset[Atom]:
    """The single controls of a policy; `block` is one that nothing meets."""
    controls = part(policy, "grantControls")
    found: set[Atom] = {(name, "") for name in texts(controls, "builtInControls")}
    for kind in ("termsOfUse", "customAuthenticationFactors"):
        found |= {(kind, each) for each in texts(controls, kind)}
    strength = strength_of(policy)
    if strength:
        found.add(("strength", strength["id"]))
    minutes = frequency_minutes(policy)
    if minutes is not None:
        found.add(("signInFrequency", str(minutes)))
    return frozenset(found)


def _is_met(atom: Atom, sign_in: SignIn) -> bool:
    kind, which = atom
    if kind == "block":
        return False
    if kind == "signInFrequency":
        value, unit = (int(which) // 60, "hours") if int(which) else (None, None)
        every = "timeBased" if value else "everyTime"
        told = {"isEnabled": True, "type": unit, "value": value, "frequencyInterval": every}
        return not must_reauthenticate({"sessionControls": {"signInFrequency": told}}, sign_in)
    grant: Json = {"operator": "AND"}
    if kind == "strength":
        grant["authenticationStrength"] = {"id": which}
    elif which:
        grant[kind] = [which]
    else:
        grant["builtInControls"] = [kind]
    found = standings({"grantControls": grant}, sign_in, keeps_strength=True)
    return all(each.state == MET for each in found)


def _holds(policy: Json, atoms: Iterable[Atom], met: Met) -> bool:
    """Grant controls by their operator, and the sign-in frequency beside them."""
    late = {atom for atom in atoms if atom[0] == "signInFrequency"}
    grants = set(atoms) - late
    if late - met:
        return False
    if ("block", "") in grants:
        return False
    operator = str(part(policy, "grantControls").get("operator") or "OR").upper()
    return not grants or (grants <= met if operator == "AND" else bool(grants & met))
