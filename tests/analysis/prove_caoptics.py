"""Published adversarial policy files as small tenants: everybody they name, and nobody else."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import ostiary
from ostiary.analysis.naming import Names
from ostiary.analysis.questions import Asked
from tests.analysis.prove_cases import Query, Small
from tests.analysis.prove_world import app, apps_of, circumstances, scoped
from tests.oracle import names
from tests.oracle.draw_tenant import World
from tests.oracle.shapes import Json, objects, part, texts

FOLDER = Path(__file__).parents[3] / "shared" / "policysets" / "jsa2__caOptics" / "demodata"
OFFICE = [names.EXCHANGE, names.SHAREPOINT, names.TEAMS]
MEMBER, GUEST = "00000000-aaaa-4000-8000-000000000001", "00000000-aaaa-4000-8000-000000000002"


def tenant(name: str) -> Json:
    """One file with its locations, an ordinary member, a guest, and whomever it names.

    Every group has one member, every role one holder, of their own.
    """
    policies: list[Json] = json.loads((FOLDER / name).read_text(encoding="utf-8-sig"))
    places: list[Json] = json.loads((FOLDER / "namedLocations.json").read_text("utf-8-sig"))
    users: dict[str, Json] = {}
    groups, roles = _named(policies, "Groups"), _named(policies, "Roles")
    for number, each in enumerate((*groups, *roles)):
        users[f"holder-{number}"] = {"id": f"holder-{number}", "displayName": f"Holder of {each}"}
    for each in _named(policies, "Users"):
        if "-" in each:
            users[each] = {"id": each, "displayName": f"User {each[:4]}"}
    members = dict(zip((*groups, *roles), users, strict=False))
    return {
        "tenantId": "99999999-0000-4000-8000-000000000001",
        "users": [
            {"id": MEMBER, "displayName": "Nora", "userType": "Member"},
            {
                "id": GUEST,
                "displayName": "Gil",
                "userType": "Guest",
                "externalUserType": "b2bCollaborationGuest",
                "homeTenantId": names.HOME_A,
            },
            *users.values(),
        ],
        "groups": [
            {"id": each, "displayName": f"Group {each[:4]}", "members": [members[each]]}
            for each in groups
        ],
        "roleAssignments": [
            {"roleDefinitionId": each, "principalId": members[each], "directoryScopeId": "/"}
            for each in roles
        ],
        "namedLocations": places,
        "settings": {"suites": {"Office365": OFFICE}},
        "conditionalAccessPolicies": policies,
    }


def _named(policies: list[Json], what: str) -> list[str]:
    found: dict[str, None] = {}
    for policy in policies:
        users = part(part(policy, "conditions"), "users")
        found |= dict.fromkeys((*texts(users, f"include{what}"), *texts(users, f"exclude{what}")))
    return list(found)


def small(name: str) -> tuple[Small, Query]:
    """The tenant of a file, and the question who reaches anything without MFA."""
    document = tenant(name)
    loaded = ostiary.load_tenant(document, catalogue=ostiary.NO_CATALOGUE)
    refused = {each.name for each in loaded.parts.refused}
    policies = [
        each
        for each in objects(document, "conditionalAccessPolicies")
        if each["displayName"] not in refused
    ]
    rng = Random(0)  # noqa: S311  # a seed that can be repeated
    countries = [
        c for place in document["namedLocations"] for c in texts(place, "countriesAndRegions")
    ]
    addresses = ["87.92.160.34", "87.92.160.35"]
    values = circumstances(rng, addresses, workload=False, countries=sorted(set(countries)))
    drawn = World(document, [], [], [], [], [], [])
    compiled = loaded.compiled
    asking: Json = {
        "id": "question",
        "state": "disabled",
        "conditions": {
            "users": {"includeUsers": ["All"]},
            "applications": {"includeApplications": ["All"]},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
        "sessionControls": None,
    }
    named = {
        each
        for policy in policies
        for side in ("include", "exclude")
        for each in texts(part(part(policy, "conditions"), "applications"), f"{side}Applications")
        if "-" in each
    }
    targets = [*apps_of(document), *(app(each) for each in sorted(named)), *scoped()]
    known = Small(rng, drawn, document, policies, compiled, Names(compiled.directory), values)
    return known, Query(Asked(), asking, targets, None)
