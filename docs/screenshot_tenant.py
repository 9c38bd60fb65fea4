"""The demonstration as the pictures of docs/admin-center.md show it: with people, and a month.

People, groups, places and policies are invented; the sign-ins are those of `ostiary log generate`,
decided by these policies and kept in the server's own store.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from ostiary.analysis.log_facts import sign_in_of
from ostiary.analysis.log_generate import generated
from ostiary.directory.protocols import Actor, ActorKind
from ostiary.directory.sign_in_events import SignInEvent
from ostiary.directory.sign_in_verdicts import verdicts_of
from ostiary.directory.store import Aggregates
from ostiary.engine.decide import rule, weigh
from ostiary.model.json_types import JsonObject
from ostiary.schema.state import PolicyStore
from ostiary.schema.templates import deployed, templates
from ostiary.secrecy.clock import FixedClock, SystemClock
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.serving.demo_tenant import DemoTenant, demo_tenant
from ostiary.web.service import Service, Settings, open_service

SIGN_INS: Final = 6_000
DAYS: Final = 30
_PEOPLE: Final = (
    *("Ingrid Solheim", "Magnus Berg", "Sofia Lindqvist", "Henrik Dahl", "Nora Haugen"),
    *("Emil Kristensen", "Freja Holm", "Lars Nygaard", "Maja Strand", "Jonas Eide"),
    *("Signe Rasmussen", "Oskar Lund", "Liv Aasen", "Anders Moen", "Tuva Bakke"),
    *("Karl Vestergaard", "Ida Thorsen", "Mikkel Friis", "Selma Nilsen", "Olav Hagen"),
)
_WORK: Final = (
    ("Bridge", "Captain"),
    ("Engine room", "Chief engineer"),
    ("Harbour office", "Harbour master"),
    ("Tickets", "Clerk"),
    ("Information technology", "Administrator"),
)
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


def made(data: Path) -> DemoTenant:
    """Make all of it in a folder; gives who can sign in."""
    story = json.loads(files("ostiary.cli").joinpath("demo.json").read_text(encoding="utf-8"))
    now, randomness = SystemClock().now(), SystemRandomness()
    clock = FixedClock(now - timedelta(days=DAYS + 10))
    demo = demo_tenant(data, story["tenant"], os.environ, clock=clock, randomness=randomness)
    service = open_service(
        data, Settings(), clock=clock, randomness=randomness, environment=os.environ
    )
    try:
        user = story["tenant"]["users"][0]
        by = Actor(ActorKind.USER, user["id"], user["userPrincipalName"], "203.0.113.7")
        _directory(service.store, by)
        for change in _policies(service.store, story["tenant"], by):
            change()
            clock.move(timedelta(days=4, hours=3, minutes=17))
        clock.move(now - clock.now())
        service.snapshots.refresh()
        _log(service)
    finally:
        service.store.close()
    return demo


def _id(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"https://fjordvik.example/{name}"))


def _directory(store: Aggregates, by: Actor) -> None:
    for number, name in enumerate(_PEOPLE):
        given, _, surname = name.partition(" ")
        department, title = _WORK[number // 4]
        user = {
            "id": _id(name),
            "displayName": name,
            "givenName": given,
            "surname": surname,
            "userPrincipalName": f"{name.lower().replace(' ', '.')}@fjordvik.example",
            "department": department,
            "jobTitle": title,
            "userType": "Member",
            "accountEnabled": True,
        }
        store.users.create(user, by=by)
        device = {
            "deviceId": _id(f"device {name}"),
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
            store.groups.add_member(_id(name), _id(_PEOPLE[number]), by=by)
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
    store: Aggregates, story: Mapping[str, Any], by: Actor
) -> Iterator[Callable[[], object]]:
    """Deploy templates, the way the admin center does, and one policy of the tenant's own."""
    lifeboats = tuple(each["id"] for each in story["users"][1:])
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


def _log(service: Service) -> None:
    """Decide the sign-ins of a month, and keep them as the server keeps its own."""
    snapshot, now = service.snapshots.current(), service.clock.now()
    directory = snapshot.tenant.parts.directory
    service.store.sign_ins.keep_frame(snapshot.frame)
    until = (now + timedelta(days=1)).date()
    with service.store.transaction() as together:
        for batch in generated(directory, SIGN_INS, 7, DAYS, until=until):
            for row in batch.to_pylist():
                if row["created"] > now:
                    continue
                weighed = weigh(
                    snapshot.policies, snapshot.policies.prepare(sign_in_of(row, directory))
                )
                ruling = rule(weighed)
                event = _event(row, ruling.status)
                if ruling.code and not event.error_code:
                    continue  # policies that are on refuse few of those who work here
                verdicts = verdicts_of(weighed)
                together.sign_ins.add(event, frame=snapshot.frame.hash, verdicts=verdicts)


def _event(row: Mapping[str, Any], status: str) -> SignInEvent:
    same = {
        *("created", "category", "client_app_id", "client_app_name", "resource_id", "country"),
        *("resource_name", "ip", "city", "client_app_type", "platform", "browser", "device_name"),
        *("operating_system", "device_id", "device_compliant", "device_trust_type", "user_type"),
        *("sign_in_risk", "user_risk", "authentication_flow", "original_transfer_method", "grant"),
        *("mfa_satisfied", "home_tenant_id", "external_user_type"),
    }
    name, workload = row["user_name"], row["service_principal_id"]
    known: dict[str, Any] = {member: row[member] for member in same}
    if workload:
        known |= {"service_principal_id": workload, "service_principal_name": name}
    else:
        shown = str(name).partition("@")[0].replace(".", " ").title()
        known |= {"user_id": row["user_id"], "user_name": name, "user_display_name": shown}
    return SignInEvent(
        id=row["request_id"] or "",
        correlation_id=row["request_id"],
        error_code=row["error_code"] or 0,
        ca_status="notApplied" if row["error_code"] else status,
        audiences=tuple(row["audiences"] or ()),
        methods=tuple(row["methods"] or ()),
        **known,
    )
