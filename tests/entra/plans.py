"""A plan of every kind of step, and the tenant that it is made for."""

from __future__ import annotations

from typing import Any

from ostiary.model.json_types import JsonObject
from ostiary.policycode.changes import (
    Action,
    Base,
    Change,
    Kind,
    Plan,
    Rests,
    placeholder,
)
from ostiary.policycode.documents import written
from ostiary.policycode.fingerprints import fingerprint
from ostiary.schema.requests import validate_request
from ostiary.schema.state import PolicyStore
from tests.entra.memory_graph import TENANT, MemoryGraph

LIFEBOATS, LIFEBOAT, ASTRID = (f"5a1f9a40-0000-4000-8000-0000000000f{n}" for n in (1, 2, 3))
_CA = "/v1.0/identity/conditionalAccess"
HARBOUR = placeholder(Kind.NAMED_LOCATION, "Harbour")
PILOT = placeholder(Kind.GROUP, "Pilot")
KEYS = placeholder(Kind.STRENGTH, "Keys")
GUARDED = "Keys at the harbour"
LIMIT = {
    "@odata.type": "#microsoft.graph.fido2CombinationConfiguration",
    "appliesToCombinations": ["fido2"],
    "allowedAAGUIDs": ["de1e552d-db1d-4423-a619-566b625cdc84"],
}


def ranges(*cidr: str, trusted: bool = False, name: str = "Harbour") -> dict[str, Any]:
    """Give a location of address ranges."""
    kind = "#microsoft.graph.iPv4CidrRange"
    return {
        "@odata.type": "#microsoft.graph.ipNamedLocation",
        "displayName": name,
        "isTrusted": trusted,
        "ipRanges": [{"@odata.type": kind, "cidrAddress": each} for each in cidr],
    }


def policy(name: str, *, state: str = "enabled", **users: Any) -> dict[str, Any]:
    """Give a policy that keeps the lifeboats out."""
    whom = {"includeUsers": ["All"], "excludeUsers": [LIFEBOAT], "excludeGroups": [LIFEBOATS]}
    return {
        "displayName": name,
        "state": state,
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "users": {**whom, **users},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
    }


def tenant() -> MemoryGraph:
    """Give a tenant with two policies, two locations, and a strength."""
    graph = MemoryGraph(groups={LIFEBOATS: {"id": LIFEBOATS, "displayName": "Lifeboats"}})
    made = (
        ("namedLocations", ranges("203.0.113.0/24", name="Head office", trusted=True)),
        ("namedLocations", ranges("198.51.100.0/24", name="Old pier", trusted=True)),
        ("policies", policy("MFA for all")),
        ("policies", policy("Old", state="disabled")),
    )
    for path, body in made:
        answer = validate_request(
            graph.state,
            "POST",
            f"{_CA}/{path}",
            body,
            new_id=graph._id,  # pyright: ignore[reportPrivateUsage]  # its own
        )
        assert answer.status == 201, answer.body
        graph.state = answer.state
    return graph


def one(state: PolicyStore, name: str) -> JsonObject:
    """Give the object of a name."""
    found = [
        each
        for objects in state.objects.values()
        for each in objects.values()
        if each.get("displayName") == name
    ]
    assert len(found) == 1, name
    return found[0]


def plan_for(graph: MemoryGraph) -> Plan:
    """Make a plan that creates, changes and deletes objects of every kind."""
    office, pier = one(graph.state, "Head office"), one(graph.state, "Old pier")
    everybody, old = one(graph.state, "MFA for all"), one(graph.state, "Old")
    strength = {
        "displayName": "Keys",
        "allowedCombinations": ["fido2"],
        "combinationConfigurations": [LIMIT],
    }
    guarded = policy(GUARDED, includeUsers=[], includeGroups=[PILOT])
    guarded["conditions"]["locations"] = {
        "includeLocations": ["All"],
        "excludeLocations": [HARBOUR],
    }
    guarded["grantControls"] = {"operator": "OR", "authenticationStrength": {"id": KEYS}}
    narrowed = policy("MFA for all", excludeGroups=[LIFEBOATS, PILOT])
    plain = {**pier, "isTrusted": False}
    changes = (
        _made(Kind.NAMED_LOCATION, ranges("192.0.2.0/28", trusted=True)),
        _changed(Kind.NAMED_LOCATION, office, ranges("203.0.113.0/25", name="Head office")),
        _made(Kind.GROUP, {"displayName": "Pilot"}),
        _made(Kind.STRENGTH, strength),
        Change(
            Action.CREATE,
            Kind.CONTEXT,
            "Charts",
            "c7",
            None,
            written(Kind.CONTEXT, {"id": "c7", "displayName": "Charts"}),
        ),
        _made(Kind.POLICY, guarded),
        _changed(Kind.POLICY, everybody, narrowed),
        _deleted(Kind.POLICY, old),
        _changed(Kind.NAMED_LOCATION, pier, plain),
        _deleted(Kind.NAMED_LOCATION, plain),
    )
    return Plan("the tests", TENANT, "2026-03-01T12:00:00Z", changes, _base(changes))


def _made(kind: Kind, body: JsonObject) -> Change:
    name = str(body["displayName"])
    return Change(Action.CREATE, kind, name, placeholder(kind, name), None, written(kind, body))


def _changed(kind: Kind, document: JsonObject, body: JsonObject) -> Change:
    identifier = str(document["id"])
    before = {"id": identifier, **written(kind, document)}
    name = str(document["displayName"])
    return Change(Action.UPDATE, kind, name, identifier, before, written(kind, body))


def _deleted(kind: Kind, document: JsonObject) -> Change:
    identifier = str(document["id"])
    before = {"id": identifier, **written(kind, document)}
    return Change(Action.DELETE, kind, str(document["displayName"]), identifier, before, None)


def _base(changes: tuple[Change, ...]) -> tuple[Base, ...]:
    found: dict[tuple[Kind, str], Base] = {}
    for each in changes:
        mark = "" if each.before is None else fingerprint(each.kind, each.before)
        rests = Rests.ABSENT if each.before is None else Rests.UNCHANGED
        found.setdefault((each.kind, each.id), Base(each.kind, each.id, each.name, rests, mark))
    found[Kind.GROUP, LIFEBOATS] = Base(Kind.GROUP, LIFEBOATS, "Lifeboats", Rests.THERE)
    return tuple(found.values())
