"""The demonstration as the pictures of docs/admin-center.md show it: with people, and a month.

People, groups, places and policies are invented; the sign-ins are those of `ostiary log generate`,
decided by these policies and kept in the server's own store.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from ostiary.administration.rollouts import start_rollout
from ostiary.demo import tenant
from ostiary.demo.credentials import Credentials
from ostiary.demo.history import write_history
from ostiary.directory.protocols import Actor, ActorKind
from ostiary.directory.store import Aggregates
from ostiary.model.json_types import JsonObject
from ostiary.rollout.settings import Settings
from ostiary.rollout.stages import Ring
from ostiary.schema.state import PolicyStore
from ostiary.schema.templates import deployed, templates
from ostiary.secrecy.clock import FixedClock, SystemClock
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.web.service import Service, open_service
from ostiary.web.service import Settings as ServiceSettings

SIGN_INS: Final = 6_000
DAYS: Final = 30
_CREW: Final = 20
_GROUPS: Final = {
    "Ferry crews": ("Who sails", range(12)),
    "Harbour office": ("Who lands the ferries", range(12, 16)),
    "Information technology": ("Who runs the systems", range(16, 20)),
    "Contractors": ("Shipyard and painters, until spring", range(3)),
}
_ON: Final = ("0b2282f9-2862-4178-88b5-d79340b36cb8", "c7503427-338e-4c5e-902d-abe252abfb43")
_REPORT_ONLY: Final = (
    *("a3d0a415-b068-4326-9251-f9cdf9feeb64", "6b619f55-792e-45dc-9711-d83ec9d7ae90"),
    *("927c884e-7888-4e81-abc4-bd56ded28985", "4e39a309-931e-4cb1-a371-e2beea168002"),
)
_OFF: Final = ("62e51ccc-c9c3-4554-ac70-066172c81007",)


def made(data: Path) -> Credentials:
    """Make all of it in a folder; gives who can sign in."""
    now, randomness = SystemClock().now(), SystemRandomness()
    clock = FixedClock(now - timedelta(days=DAYS + 10))
    demo = tenant.made(data, os.environ, clock=clock, randomness=randomness)
    service = open_service(
        data, ServiceSettings(), clock=clock, randomness=randomness, environment=os.environ
    )
    try:
        who = demo.administrator
        by = Actor(ActorKind.USER, who.id, who.name, "203.0.113.7")
        _directory(service.store, by)
        for change in _policies(service.store, tuple(each.id for each in demo.emergency), by):
            change()
            clock.move(timedelta(days=4, hours=3, minutes=17))
        _rollout(service, by)
        # Policies that are on refuse few of those who work here.
        write_history(service.store, SIGN_INS, now, refused=False)
    finally:
        service.store.close()
    return demo


def _rollout(service: Service, by: Actor) -> None:
    """Start rolling out the tenant's own policy: its technicians first, then a quarter."""
    technicians = Ring("Technicians", (_id("Information technology"),))
    settings = Settings(rings=(technicians, Ring("A quarter", share=0.25)), approval=True)
    start_rollout(service.store, service.snapshots, _id("office"), settings, by=by)


def _id(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"https://fjordvik.example/{name}"))


def _directory(store: Aggregates, by: Actor) -> None:
    staff = [each for each in store.users.all() if each.document.get("department")][:_CREW]
    for number, person in enumerate(staff):
        given = str(person.document["displayName"]).partition(" ")[0]
        device = {
            "deviceId": _id(f"device {person.id}"),
            "displayName": f"FJ-{given.upper()}",
            "operatingSystem": ("Windows", "MacOs", "iOS", "Android")[number % 4],
            "operatingSystemVersion": ("11", "26", "26", "16")[number % 4],
            "trustType": "AzureAd" if number % 2 == 0 else "Workplace",
            "isCompliant": number % 3 != 0,
            "accountEnabled": True,
        }
        store.devices.create(device, by=by)
    for name, (about, members) in _GROUPS.items():
        group = {"id": _id(name), "displayName": name, "description": about}
        store.groups.create({**group, "securityEnabled": True, "mailEnabled": False}, by=by)
        for number in members:
            store.groups.add_member(_id(name), staff[number].id, by=by)
    for each in _places():
        store.locations.create(each, by=by)
    context = {"id": "c1", "displayName": "Harbour plans", "isAvailable": True}
    store.contexts.create({**context, "description": "Drawings of the locks and quays"}, by=by)


def _places() -> Iterator[JsonObject]:
    for name, block in (("Head office", "203.0.113.0/24"), ("Ferries at sea", "198.51.100.0/25")):
        yield {
            "@odata.type": "#microsoft.graph.ipNamedLocation",
            "id": _id(name),
            "displayName": name,
            "isTrusted": True,
            "ipRanges": [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": block}],
        }
    yield {
        "@odata.type": "#microsoft.graph.countryNamedLocation",
        "id": _id("Where we sail"),
        "displayName": "Where we sail",
        "countriesAndRegions": ["DK", "NO", "SE"],
        "includeUnknownCountriesAndRegions": False,
        "countryLookupMethod": "clientIpAddress",
    }


def _policies(
    store: Aggregates, lifeboats: tuple[str, ...], by: Actor
) -> Iterator[Callable[[], object]]:
    """Deploy templates, the way the admin center does, and one policy of the tenant's own."""
    state = PolicyStore(emergency_access=lifeboats)
    for each in templates():
        kept = {**deployed(each, state)[0]}
        if each.id in _ON:
            yield partial(store.policies.create, {**kept, "state": "enabled"}, by=by)
        elif each.id in _REPORT_ONLY:
            yield partial(store.policies.create, kept, by=by)
        elif each.id in _OFF:
            yield partial(store.policies.create, {**kept, "state": "disabled"}, by=by)
    office = {
        "displayName": "Block sign-ins from where we do not sail",
        "state": "enabledForReportingButNotEnforced",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "users": {"includeUsers": ["All"], "excludeUsers": list(lifeboats)},
            "locations": {
                "includeLocations": ["All"],
                "excludeLocations": [_id("Where we sail"), _id("Head office")],
            },
        },
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    }
    key = _id("office")
    yield partial(store.policies.create, {**office, "id": key}, by=by)
    named = "Block access from countries where we do not sail"
    yield partial(store.policies.modify, key, {"displayName": named}, by=by)
