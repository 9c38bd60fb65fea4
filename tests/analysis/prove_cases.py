"""Random small tenants and random questions, each as the prover and as the oracle is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

import ostiary
from ostiary.analysis.naming import Names
from ostiary.analysis.questions import Asked
from ostiary.engine.policyset import PolicySet
from tests.analysis.prove_world import (
    Someone,
    Value,
    actions,
    app,
    apps_of,
    circumstances,
    people_of,
    scoped,
)
from tests.oracle import names
from tests.oracle.draw import chance, some, weighted
from tests.oracle.draw_policy import policies as draw_policies
from tests.oracle.draw_tenant import World, world
from tests.oracle.shapes import Json, objects, part, texts

MOST_ADDRESSES = 10


@dataclass(frozen=True)
class Small:
    """A small tenant: the document, loaded, and the world around it."""

    rng: Random
    drawn: World
    document: Json
    policies: list[Json]
    compiled: PolicySet
    names: Names
    values: dict[str, list[Value]]


@dataclass(frozen=True)
class Query:
    """One question: as an administrator asks it, and as a policy and targets in raw JSON."""

    asked: Asked
    policy: Json
    targets: list[Value]
    only: frozenset[str] | None
    """The users it is about, where they are named one by one."""


def small_tenant(seed: int) -> Small:
    """Draw a tenant of at most four users and its policies."""
    rng = Random(seed)  # noqa: S311  # a seed that can be repeated
    drawn = world(rng)
    users = objects(drawn.tenant, "users")
    if users and chance(rng, 0.2):
        users[-1]["accountEnabled"] = False
    _, policies = draw_policies(rng, drawn)
    about_people = [each for each in policies if not each["conditions"].get("clientApplications")]
    if about_people and chance(rng, 0.1):
        rng.choice(about_people)["conditions"]["agentIdRiskLevels"] = "medium,high"
    document = {**drawn.tenant, "conditionalAccessPolicies": policies}
    tenant = ostiary.load_tenant(document, catalogue=ostiary.NO_CATALOGUE)
    plain = sorted({each for each in drawn.addresses if "::ffff" not in each})
    addresses = some(rng, plain, MOST_ADDRESSES)
    values = circumstances(rng, addresses, workload=False)
    compiled = tenant.compiled
    return Small(rng, drawn, document, policies, compiled, Names(compiled.directory), values)


def everybody(small: Small, policies: Sequence[Json]) -> list[Someone]:
    """Everybody whom *All users* stands for."""
    return people_of(small.document, policies)


def everything(small: Small) -> list[Value]:
    """Every resource."""
    return [*apps_of(small.document), *scoped()]


def query(small: Small) -> Query:
    """Draw a question about people."""
    rng = small.rng
    words, users, only = _users(small)
    left_out, excluded = _excluded(small)
    requires, grant = _requires(small)
    asked_resources, targets = _resources(small)
    when, conditions = _when(small)
    applications = {
        "includeApplications": ["All"],
        "includeUserActions": ["urn:user:registersecurityinfo", "urn:user:registerdevice"],
        "includeAuthenticationContextClassReferences": [*names.CONTEXTS],
    }
    policy: Json = {
        "id": "question",
        "state": "disabled",
        "conditions": {"users": {**users, **excluded}, "applications": applications, **conditions},
        "grantControls": {"operator": "OR", **grant},
        "sessionControls": None,
    }
    never = chance(rng, 0.15)
    if never:
        policy["grantControls"] = {"operator": "OR", "builtInControls": ["block"]}
    asked = Asked(
        users=words,
        excluded=left_out,
        resources=asked_resources,
        when=when,
        requires=requires,
        never_block=never,
    )
    return Query(asked, policy, targets, only)


def _users(small: Small) -> tuple[tuple[str, ...], Json, frozenset[str] | None]:
    rng, drawn = small.rng, small.drawn
    listed = {user["id"] for user in objects(small.document, "users")}
    groups = [group["id"] for group in objects(small.document, "groups")]
    kind = weighted(rng, [("All", 6), ("Guests", 1), ("group", 1), ("role", 1), ("user", 1)])
    if kind == "group" and groups:
        group = rng.choice(groups)
        return (f"group:{group}",), {"includeGroups": [group]}, None
    if kind == "role":
        role = rng.choice(names.ROLES[:4])
        return (f"role:{role}",), {"includeRoles": [role]}, None
    known = [each for each in drawn.user_ids if each in listed]
    if kind == "user" and known:
        chosen = some(rng, known, 2)
        return tuple(chosen), {"includeUsers": chosen}, frozenset(chosen)
    if kind == "Guests":
        return ("Guests",), {"includeUsers": ["GuestsOrExternalUsers"]}, None
    return ("All",), {"includeUsers": ["All"]}, None


def _excluded(small: Small) -> tuple[tuple[str, ...], Json]:
    rng = small.rng
    groups = [group["id"] for group in objects(small.document, "groups")]
    if groups and chance(rng, 0.15):
        group = rng.choice(groups)
        return (f"group:{group}",), {"excludeGroups": [group]}
    return (), {}


def _requires(small: Small) -> tuple[tuple[str, ...], Json]:
    strengths = objects(small.document, "authenticationStrengthPolicies")
    strength = small.rng.choice(strengths)
    terms = names.TERMS
    chosen: tuple[tuple[str, ...], Json] = weighted(
        small.rng,
        [
            ((("mfa",), {"builtInControls": ["mfa"]}), 5),
            (((strength["displayName"],), {"authenticationStrength": {"id": strength["id"]}}), 3),
            ((("compliantDevice",), {"builtInControls": ["compliantDevice"]}), 2),
            (
                (("mfa", "domainJoinedDevice"), {"builtInControls": ["mfa", "domainJoinedDevice"]}),
                1,
            ),
            ((("block",), {"builtInControls": ["block"]}), 2),
            (((terms,), {"termsOfUse": [terms]}), 1),
            ((("passwordChange",), {"builtInControls": ["passwordChange"]}), 0.5),
            ((("approvedApplication",), {"builtInControls": ["approvedApplication"]}), 0.5),
        ],
    )
    return chosen


def _resources(small: Small) -> tuple[tuple[str, ...], list[Value]]:
    rng = small.rng
    kind = weighted(
        rng, [("All", 5), ("suite", 2), ("app", 2), ("graph", 1), ("action", 1), ("context", 0.5)]
    )
    if kind == "suite":
        suite = rng.choice(names.SUITES)
        members = texts(part(part(small.document, "settings"), "suites"), suite)
        return (suite,), [app(each) for each in members]
    if kind == "app":
        chosen = rng.choice((*names.CLOUD_APPS[1:], *names.OWN_APPS))
        return (chosen,), [app(chosen)]
    if kind == "graph":
        asked = [each for each in scoped() if each.context == app(names.GRAPH).context]
        return (names.GRAPH,), [app(names.GRAPH), *asked]
    if kind == "action":
        return ("registerSecurityInformation",), actions(())[:1]
    if kind == "context":
        return ("c1",), [Value(context={"authenticationContextValue": "c1"})]
    return ("All",), everything(small)


def _when(small: Small) -> tuple[Mapping[str, object], Json]:
    rng = small.rng
    place = rng.choice(small.drawn.location_ids)
    platforms = {"includePlatforms": ["all"], "excludePlatforms": ["iOS"]}
    rule = "device.isCompliant -eq True"
    choices: list[tuple[tuple[Mapping[str, object], Json], float]] = [
        (({}, {}), 6),
        (({"locations": [place]}, {"locations": {"includeLocations": [place]}}), 1),
        (
            (
                {"locations": {"include": ["All"], "exclude": ["AllTrusted"]}},
                {"locations": {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}},
            ),
            1,
        ),
        (({"clientApps": ["browser"]}, {"clientAppTypes": ["browser"]}), 1),
        (({"platforms": {"include": ["all"], "exclude": ["iOS"]}}, {"platforms": platforms}), 1),
        (({"signInRisk": ["high"]}, {"signInRiskLevels": ["high"]}), 1),
        (
            (
                {"authenticationFlows": "deviceCodeFlow"},
                {"authenticationFlows": {"transferMethods": "deviceCodeFlow"}},
            ),
            0.5,
        ),
        (
            (
                {"devices": {"mode": "exclude", "rule": rule}},
                {"devices": {"deviceFilter": {"mode": "exclude", "rule": rule}}},
            ),
            0.5,
        ),
    ]
    return weighted(rng, choices)
