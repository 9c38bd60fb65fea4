"""Gaps of tenants too large for brute force are the ones that z3 finds, and all of them.

z3 is told the policies independently, from the raw JSON. It must find no gap outside the
statements, and inside them nothing that is no gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network
from itertools import pairwise
from random import Random
from typing import Any

import pytest

import ostiary
from ostiary.analysis.answering import WayIn
from ostiary.analysis.inquiry import Inquiry, inquire
from ostiary.analysis.locating import Locator, Spot
from ostiary.analysis.naming import Names
from ostiary.analysis.questions import Asked, matters
from ostiary.schema.signin_json import read_decision_request
from tests.analysis.prove_symbols import (
    CLIENTS,
    COUNTRIES,
    EXCHANGE,
    KINDS,
    PLATFORMS,
    RISKS,
    Formula,
    Symbols,
    any_of,
    impossible,
    z3,
)
from tests.oracle.draw import chance, serial, some, weighted
from tests.oracle.shapes import Json, objects

USERS, APPS, POLICIES = 50, 20, 30
APP_IDS = [EXCHANGE, *(serial("d", number) for number in range(1, APPS))]
CIDRS = ("203.0.113.0/24", "203.0.113.128/25", "198.51.0.0/16", "10.0.0.0/8", "192.0.2.0/24")
NETWORKS = [serial("c", number) for number in range(1, 5)]


def tenant(rng: Random) -> Json:
    """A tenant of 50 users in nested groups, 20 applications and 30 policies."""
    users = [_user(rng, number) for number in range(USERS)]
    ids = [each["id"] for each in users]
    groups: list[Json] = []
    for number in range(8):
        nested = some(rng, [each["id"] for each in groups], 1, 0)
        members = [*some(rng, ids, 12), *nested]
        groups.append({"id": serial("b", number), "displayName": "g", "members": members})
    places: list[Json] = [
        {
            "@odata.type": "#microsoft.graph.ipNamedLocation",
            "id": each,
            "displayName": f"network {each[-1]}",
            "isTrusted": chance(rng, 0.5),
            "ipRanges": [
                {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": cidr}
                for cidr in some(rng, CIDRS, 2)
            ],
        }
        for each in NETWORKS[:3]
    ]
    places.append(
        {
            "@odata.type": "#microsoft.graph.countryNamedLocation",
            "id": NETWORKS[3],
            "displayName": "countries",
            "countriesAndRegions": some(rng, COUNTRIES[:3], 2),
            "includeUnknownCountriesAndRegions": chance(rng, 0.5),
        }
    )
    group_ids = [each["id"] for each in groups]
    return {
        "tenantId": serial("9", 1),
        "users": users,
        "groups": groups,
        "roleAssignments": [],
        "applications": [{"appId": each, "displayName": each} for each in APP_IDS],
        "namedLocations": places,
        "conditionalAccessPolicies": [
            _policy(rng, number, ids, group_ids) for number in range(POLICIES)
        ],
    }


def _user(rng: Random, number: int) -> Json:
    user: Json = {"id": serial("a", number), "displayName": f"user {number}", "userType": "Member"}
    if chance(rng, 0.15):
        home = {"homeTenantId": serial("9", 2)}
        user.update(userType="Guest", externalUserType=rng.choice(KINDS[:2]), **home)
    return user


def _policy(rng: Random, number: int, users: Sequence[str], groups: Sequence[str]) -> Json:
    everybody = chance(rng, 0.6)
    conditions: Json = {
        "users": {
            "includeUsers": ["All"] if everybody else some(rng, users, 6, 0),
            "includeGroups": [] if everybody else some(rng, groups, 3),
            "excludeGroups": some(rng, groups, 1, 0),
            "excludeUsers": ["GuestsOrExternalUsers"] if chance(rng, 0.1) else [],
        },
        "applications": {
            "includeApplications": ["All"] if chance(rng, 0.6) else some(rng, APP_IDS, 8),
            "excludeApplications": some(rng, APP_IDS, 2, 0),
        },
        "clientAppTypes": ["all"],
    }
    if chance(rng, 0.25):
        listed = some(rng, PLATFORMS[:6], 4)
        conditions["platforms"] = weighted(
            rng,
            [
                ({"includePlatforms": listed, "excludePlatforms": []}, 1),
                ({"includePlatforms": ["all"], "excludePlatforms": listed[:2]}, 2),
            ],
        )
    if chance(rng, 0.25):
        conditions["clientAppTypes"] = some(rng, CLIENTS, 3)
    if chance(rng, 0.3):
        include = rng.choice((["All"], some(rng, NETWORKS, 2)))
        exclude = rng.choice(([], ["AllTrusted"], some(rng, NETWORKS, 2)))
        conditions["locations"] = {"includeLocations": include, "excludeLocations": exclude}
    for risk in ("signInRiskLevels", "userRiskLevels"):
        if chance(rng, 0.12):
            conditions[risk] = some(rng, RISKS[1:], 2)
    return {
        "id": serial("f", number),
        "displayName": f"policy {number}",
        "state": weighted(rng, [("enabled", 9), ("disabled", 1)]),
        "conditions": conditions,
        "grantControls": _grant(rng),
    }


def _grant(rng: Random) -> Json:
    controls = weighted(
        rng,
        [
            (["mfa"], 5),
            (["block"], 1),
            (["mfa", "compliantDevice"], 2),
            (["compliantDevice"], 1),
            (["compliantDevice", "domainJoinedDevice"], 1),
            (["approvedApplication"], 0.5),
        ],
    )
    return {"builtInControls": controls, "operator": rng.choice(("OR", "OR", "AND"))}


class Rectangles:
    """Statements of the prover as formulas, found by placing every value of the raw JSON."""

    def __init__(self, inquiry: Inquiry, symbols: Symbols) -> None:
        self._space = inquiry.prover.terrain.space
        self._symbols = symbols
        self._locator = Locator(inquiry.prover.terrain)
        self._terrain = inquiry.prover.terrain
        self._everyday = {
            "clientAppType": "browser",
            "devicePlatform": "windows",
            "ipAddress": "198.51.100.7",
            "country": None,
        }
        starts = {0}
        for place in objects(symbols.tenant, "namedLocations"):
            for one in objects(place, "ipRanges"):
                network = IPv4Network(one["cidrAddress"])
                starts |= {int(network[0]), int(network[-1]) + 1}
        self._segments = list(pairwise([*sorted(starts), 1 << 32]))
        self._members = [*self._people(), *self._circumstances()]

    def formula(self, way: WayIn) -> Formula:
        """Where a sign-in lies in one rectangle."""
        opening = way.opening
        parts = [opening.users, opening.targets]
        parts += [self._space.part(opening.box, n) for n in range(len(self._terrain.axes))]
        wanted = dict(
            zip(("users", "targets", *(a.name for a in self._terrain.axes)), parts, strict=True)
        )
        return z3.And(
            *(
                any_of(formula for spot, formula in values if spot & wanted[name])
                for name, values in self._members
            )
        )

    def _spot(
        self,
        user: str = "newcomer",
        app: str = EXCHANGE,
        facts: Json | None = None,
        **conditions: Any,
    ) -> Spot:
        request: Json = {
            "facts": facts or {},
            "signInIdentity": {"userId": user},
            "signInContext": {"includeApplications": [app]},
            "signInConditions": {**self._everyday, **conditions},
        }
        found = self._locator.spot(read_decision_request(request))
        assert found is not None
        return found

    def _people(self) -> Iterable[tuple[str, list[tuple[int, Formula]]]]:
        symbols = self._symbols
        yield "users", [(self._spot(user=e).user, is_it) for e, is_it in symbols.user.items()]
        yield "targets", [(self._spot(app=e).target, is_it) for e, is_it in symbols.app.items()]

    def _circumstances(self) -> Iterable[tuple[str, list[tuple[int, Formula]]]]:
        symbols = self._symbols
        for name, member, variables in (
            ("clientAppTypes", "clientAppType", symbols.client),
            ("platforms", "devicePlatform", symbols.platform),
            ("signInRiskLevels", "signInRiskLevel", symbols.sign_in_risk),
            ("userRiskLevels", "userRiskLevel", symbols.user_risk),
        ):
            yield name, [(self._part(name, **{member: e}), is_it) for e, is_it in variables.items()]
        places: list[tuple[int, Formula]] = []
        for (first, end), country in ((s, c) for s in self._segments for c in COUNTRIES):
            there = {"ipAddress": str(IPv4Address(first)), "country": country or None}
            is_it = z3.And(symbols.between(first, end - 1), symbols.country[country])
            places.append((self._part("locations", **there), is_it))
        yield "locations", places
        yield "devices", list(self._devices())
        by_code = symbols.device_code
        number = self._terrain.axis_number("authenticationFlows")
        flows = [
            (self._space.part(self._spot(facts={"grant": grant}).box, number), is_it)
            for grant, is_it in (
                ("authorization_code", z3.Not(by_code)),
                ("device_code", by_code),
            )
        ]
        yield "authenticationFlows", flows

    def _devices(self) -> Iterable[tuple[int, Formula]]:
        registered, compliant, hybrid = self._symbols.device.values()
        yield self._part("devices"), z3.Not(registered)
        for is_compliant, is_hybrid in ((c, h) for c in (False, True) for h in (False, True)):
            trust = "ServerAD" if is_hybrid else "Workplace"
            info = {"deviceId": "one", "isCompliant": is_compliant, "trustType": trust}
            there = z3.And(registered, compliant == is_compliant, hybrid == is_hybrid)
            yield self._part("devices", deviceInfo=info), there

    def _part(self, name: str, **conditions: Any) -> int:
        number = self._terrain.axis_number(name)
        return self._space.part(self._spot(**conditions).box, number)


def people(document: Json) -> dict[str, str]:
    """Today's users, a newcomer, and a guest of each kind; each with the kind of guest."""
    found = {each["id"]: each.get("externalUserType", "") for each in objects(document, "users")}
    found.update({"newcomer": "", "newcomer-internalguest": "internalGuest"})
    return found | {f"newcomer-{kind.casefold()}": kind for kind in KINDS}


@pytest.mark.parametrize("control", ["mfa", "compliantDevice", "block"])
@pytest.mark.parametrize("seed", range(3))
def test_z3_finds_no_gap_but_those_told_and_confirms_these(seed: int, control: str) -> None:
    document = tenant(Random(seed))  # noqa: S311  # a seed that can be repeated
    policies = objects(document, "conditionalAccessPolicies")
    loaded = ostiary.load_tenant(document, catalogue=ostiary.NO_CATALOGUE)
    assert loaded.parts.refused == ()
    names = Names(loaded.compiled.directory)
    asked = Asked(resources=tuple(APP_IDS), requires=(control,))
    (matter,) = matters(asked, names)
    inquiry = inquire(loaded.compiled, matter, names)
    assert inquiry is not None
    assert inquiry.solution.undecided == ()

    symbols = Symbols(document, people(document), APP_IDS)
    rectangles = Rectangles(inquiry, symbols)
    told = [rectangles.formula(way) for way in inquiry.solution.open]
    demand = {"builtInControls": [control], "operator": "OR"}
    gap = z3.And(symbols.granted(policies), z3.Not(symbols.met(demand)))
    assert impossible(symbols.world, gap, z3.Not(any_of(told)))
    # Who signs in without the requirement chooses freely what else to show.
    choice = list(symbols.shown.values())
    closed = z3.Not(z3.Exists(choice, gap))
    for each in told:
        assert impossible(symbols.world, each, closed)
        assert not impossible(symbols.world, each)
