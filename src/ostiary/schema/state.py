"""The objects that the policy API holds, as a value: every change gives a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from types import MappingProxyType

from ostiary.model.json_types import JsonObject, as_object, as_strings, is_list
from ostiary.schema.edge_types import Version
from ostiary.schema.merging import merged


class Collection(Enum):
    """A collection of objects, by its path below `/identity/conditionalAccess`."""

    POLICIES = "policies"
    NAMED_LOCATIONS = "namedLocations"
    CONTEXTS = "authenticationContextClassReferences"
    STRENGTHS = "authenticationStrength/policies"


_FIXTURE_KEYS = {
    Collection.NAMED_LOCATIONS: ("namedLocations",),
    Collection.CONTEXTS: ("authenticationContextClassReferences",),
    Collection.STRENGTHS: (
        "authenticationStrength/policies",
        "authenticationStrengths/policies",
        "authenticationStrengthPolicies",
    ),
    Collection.POLICIES: ("policies", "conditionalAccessPolicies"),
}
"""The names under which a tenant document or `given.objects` holds each collection."""


@dataclass(frozen=True, slots=True)
class PolicyStore:
    """Everything that answers requests: objects by collection and lower-case id, and who asks.

    `creator` is the user who calls; `emergency_access` are ids of users, or of groups where
    `groups` has them; `issued` counts the objects created here.
    """

    objects: Mapping[Collection, Mapping[str, JsonObject]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    version: Version = "v1.0"
    creator: str | None = None
    emergency_access: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()
    issued: int = 0

    def all(self, collection: Collection) -> Mapping[str, JsonObject]:
        """Give the objects of a collection, by lower-case id, in the order of their creation."""
        return self.objects.get(collection, {})

    def find(self, collection: Collection, identifier: str) -> JsonObject | None:
        """Give one object by its id, None where it is not there."""
        return self.all(collection).get(identifier.casefold())

    def put(self, collection: Collection, document: JsonObject) -> PolicyStore:
        """Give the state with an object added, or replaced where its id is known."""
        identifier = str(document["id"]).casefold()
        known = self.all(collection)
        return replace(
            self,
            objects=MappingProxyType(
                {**self.objects, collection: MappingProxyType({**known, identifier: document})}
            ),
            issued=self.issued + (identifier not in known),
        )

    def drop(self, collection: Collection, identifier: str) -> PolicyStore:
        """Give the state without an object."""
        left = {
            key: value
            for key, value in self.all(collection).items()
            if key != identifier.casefold()
        }
        objects = {**self.objects, collection: MappingProxyType(left)}
        return replace(self, objects=MappingProxyType(objects))


def state_from(given: JsonObject, fixtures: JsonObject) -> PolicyStore:
    """Make the state of a validation case: `fixtures` without policies, changed as `given` says.

    Format: `_about.format.validationCases.given` of the conformance suite.
    """
    settings = as_object(fixtures.get("settings"))
    changed = as_object(given.get("objects"))
    objects: dict[Collection, Mapping[str, JsonObject]] = {}
    for collection, keys in _FIXTURE_KEYS.items():
        base = () if collection is Collection.POLICIES else _listed(fixtures, keys)
        objects[collection] = _by_id((*base, *_listed(changed, keys)))
    emergency = given.get("emergencyAccess", settings.get("emergencyAccess"))
    creator = given.get("creator")
    store = PolicyStore(
        objects=MappingProxyType(objects),
        version="beta" if given.get("version") == "beta" else "v1.0",
        creator=creator if isinstance(creator, str) else None,
        emergency_access=as_strings(emergency),
        groups=frozenset(str(each.get("id")).casefold() for each in _listed(fixtures, ("groups",))),
    )
    count = given.get("policyCount")
    return _filled_up(store, count) if isinstance(count, int) else store


def _by_id(documents: tuple[JsonObject, ...]) -> Mapping[str, JsonObject]:
    found: dict[str, JsonObject] = {}
    for document in documents:
        identifier = str(document.get("id")).casefold()
        found[identifier] = merged(found.get(identifier, {}), document)
    return MappingProxyType(found)


def _listed(document: JsonObject, keys: tuple[str, ...]) -> tuple[JsonObject, ...]:
    lists = (document.get(key) for key in keys)
    return tuple(as_object(each) for items in lists if is_list(items) for each in items)


def _filled_up(store: PolicyStore, count: int) -> PolicyStore:
    """Add distinct valid policies up to `count` in all."""
    number = 0
    while len(store.all(Collection.POLICIES)) < count:
        number += 1
        store = store.put(
            Collection.POLICIES,
            {
                "id": f"00000000-0000-4000-9000-{number:012d}",
                "displayName": f"Filler {number}",
                "state": "disabled",
                "conditions": {
                    "clientAppTypes": ["all"],
                    "applications": {"includeApplications": ["All"]},
                    "users": {"includeUsers": ["None"]},
                },
                "grantControls": {"operator": "OR", "builtInControls": ["block"]},
            },
        )
    return store
