"""Policies as logical formulas over a symbolic sign-in, written from the raw JSON for z3.

A subset of Conditional Access: users, groups, guests, applications, platforms, client apps, IP and
country locations, both risks; multifactor authentication, device and app controls, block;
device code flow, which hides the device.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from ipaddress import IPv4Network
from typing import Any

from tests.oracle.shapes import Json, objects, part, texts

z3: Any = import_module("z3")
Formula = Any

EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
CLIENTS = ("browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "other")
PLATFORMS = ("android", "iOS", "windows", "windowsPhone", "macOS", "linux", "unknown")
RISKS = ("none", "low", "medium", "high")
COUNTRIES = ("FR", "US", "DE", "JP", "")
KINDS = (
    "b2bCollaborationGuest",
    "b2bCollaborationMember",
    "b2bDirectConnectUser",
    "otherExternalUser",
    "serviceProvider",
)


def one_of(name: str, values: Sequence[str]) -> dict[str, Formula]:
    """A variable with a value of a list, as one truth for each of them."""
    return {each: z3.Bool(f"{name}={each}") for each in values}


def any_of(parts: Iterable[Formula]) -> Formula:
    """One of these."""
    return z3.Or(*parts)


@dataclass
class Symbols:
    """A sign-in of which nothing is said yet, in the world of one tenant."""

    tenant: Json
    people: Mapping[str, str]
    """Everybody -> the kind of guest, empty for members."""
    apps: Sequence[str]
    user: dict[str, Formula] = field(init=False)
    app: dict[str, Formula] = field(init=False)

    def __post_init__(self) -> None:
        """Make the variables."""
        self.user, self.app = one_of("user", list(self.people)), one_of("app", self.apps)
        self.client, self.platform = one_of("client", CLIENTS), one_of("platform", PLATFORMS)
        self.sign_in_risk, self.user_risk = one_of("signIn", RISKS), one_of("userRisk", RISKS)
        self.country = one_of("country", COUNTRIES)
        self.address = z3.BitVec("address", 32)
        self.shown = {each: z3.Bool(each) for each in ("mfa", "approvedApplication")}
        self.device = {
            each: z3.Bool(each) for each in ("registered", "compliantDevice", "domainJoinedDevice")
        }
        self.device_code = z3.Bool("device code flow")
        self.legacy = any_of([self.client["exchangeActiveSync"], self.client["other"]])
        abroad = [each for each, kind in self.people.items() if kind in KINDS]
        self.external = any_of(self.user[each] for each in abroad)
        self.direct = any_of(
            self.user[each] for each in abroad if self.people[each] == "b2bDirectConnectUser"
        )
        self._groups = {each["id"]: each for each in objects(self.tenant, "groups")}
        self._places = {each["id"]: each for each in objects(self.tenant, "namedLocations")}

    @property
    def world(self) -> Formula:
        """What a sign-in has to be: of each list one value, and nothing that cannot occur."""
        lists = (
            self.user,
            self.app,
            self.client,
            self.platform,
            self.sign_in_risk,
            self.user_risk,
            self.country,
        )
        device = self.device["registered"]
        held = [self.device["compliantDevice"], self.device["domainJoinedDevice"]]
        sync = self.client["exchangeActiveSync"]
        return z3.And(
            *(z3.PbEq([(each, 1) for each in variables.values()], 1) for variables in lists),
            *(z3.Implies(each, device) for each in held),
            z3.Implies(self.legacy, z3.Not(z3.Or(device, self.device_code))),
            z3.Implies(sync, self.app[EXCHANGE]) if EXCHANGE in self.app else z3.Not(sync),
        )

    def applies(self, policy: Json) -> Formula:
        """Where a policy applies."""
        conditions = part(policy, "conditions")
        return z3.And(
            self._users(part(conditions, "users")),
            self._targets(part(conditions, "applications")),
            self._platforms(part(conditions, "platforms")),
            self._listed(
                self.client, [e for e in texts(conditions, "clientAppTypes") if e != "all"]
            ),
            self._locations(part(conditions, "locations")),
            self._listed(self.sign_in_risk, texts(conditions, "signInRiskLevels")),
            self._listed(self.user_risk, texts(conditions, "userRiskLevels")),
        )

    def _listed(self, variables: Mapping[str, Formula], listed: Sequence[str]) -> Formula:
        return any_of(variables[each] for each in listed) if listed else z3.BoolVal(True)

    def _users(self, users: Json) -> Formula:
        sides = [
            {
                *texts(users, f"{side}Users"),
                *(one for group in texts(users, f"{side}Groups") for one in self._within(group)),
            }
            for side in ("include", "exclude")
        ]
        included, excluded = (
            [
                self.user[each]
                for each, kind in self.people.items()
                if each in side or "All" in side or ("GuestsOrExternalUsers" in side and kind)
            ]
            for side in sides
        )
        return z3.And(any_of(included), z3.Not(any_of(excluded)))

    def _within(self, group: str) -> set[str]:
        """Everybody in a group, groups within it included."""
        found: set[str] = set()
        for member in texts(self._groups[group], "members"):
            found |= self._within(member) if member in self._groups else {member}
        return found

    def _targets(self, targets: Json) -> Formula:
        included, excluded = (
            texts(targets, f"{side}Applications") for side in ("include", "exclude")
        )
        wanted = [app for app in self.apps if app in included or "All" in included]
        return any_of(self.app[each] for each in wanted if each not in excluded)

    def _platforms(self, platforms: Json) -> Formula:
        if not platforms:
            return z3.BoolVal(True)
        included, excluded = (
            texts(platforms, f"{side}Platforms") for side in ("include", "exclude")
        )
        wanted = [each for each in PLATFORMS if each in included or "all" in included]
        return any_of(self.platform[each] for each in wanted if each not in excluded)

    def _locations(self, locations: Json) -> Formula:
        if not locations:
            return z3.BoolVal(True)
        included, excluded = (
            any_of(self._place(each) for each in texts(locations, f"{side}Locations"))
            for side in ("include", "exclude")
        )
        return z3.And(included, z3.Not(excluded))

    def _place(self, name: str) -> Formula:
        if name == "All":
            return z3.BoolVal(True)
        if name == "AllTrusted":
            return any_of(self._place(e) for e, one in self._places.items() if one.get("isTrusted"))
        place = self._places[name]
        ranges = [IPv4Network(each["cidrAddress"]) for each in objects(place, "ipRanges")]
        inside = [self.between(int(each[0]), int(each[-1])) for each in ranges]
        countries = [self.country[each] for each in texts(place, "countriesAndRegions")]
        if place.get("includeUnknownCountriesAndRegions"):
            countries.append(self.country[""])
        return any_of([*inside, *countries])

    def between(self, first: int, last: int) -> Formula:
        """An address in a range, both ends included."""
        return z3.And(z3.UGE(self.address, first), z3.ULE(self.address, last))

    def met(self, grant: Json) -> Formula:
        """Where grant controls are met; legacy clients show nothing."""
        controls = [self._control(each) for each in texts(grant, "builtInControls")]
        every = z3.And(*controls) if grant["operator"] == "AND" else any_of(controls)
        return z3.And(z3.Not(self.legacy), every)

    def _control(self, name: str) -> Formula:
        if name == "block":
            return z3.BoolVal(False)
        if name == "mfa":
            return z3.And(self.shown["mfa"], z3.Not(self.direct))
        if name in self.device:  # the device that completes the flow is another one
            held = z3.And(self.device[name], z3.Not(self.device_code))
            return z3.And(held, z3.Not(self.external))
        return z3.And(self.shown[name], z3.Not(self.external))

    def granted(self, policies: Iterable[Json]) -> Formula:
        """Where every policy that is on, and applies, is satisfied."""
        return z3.And(
            *(
                z3.Implies(self.applies(each), self.met(each["grantControls"]))
                for each in policies
                if each["state"] == "enabled"
            )
        )


def impossible(*formulas: Formula) -> bool:
    """Tell whether nothing makes all of these true."""
    solver = z3.Solver()
    solver.add(*formulas)
    found = solver.check()
    assert found != z3.unknown
    return found == z3.unsat
