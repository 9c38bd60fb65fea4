"""A tenant with one of everything that a page can show, and a person for each role.

Every text that people see goes through `named`, so that the same tenant shows what it is, or what
somebody would do who names things to attack a page.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from starlette.testclient import TestClient

from ostiary.administration import people
from ostiary.administration.exclusions import Wish, exclude
from ostiary.administration.rollouts import start_rollout
from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.directory.protocols import SYSTEM, Actor, ActorKind
from ostiary.directory.sign_in_events import INTERACTIVE, NON_INTERACTIVE, SignInEvent
from ostiary.graph.permissions import (
    CONDITIONAL_ACCESS_ADMINISTRATOR,
    GLOBAL_READER,
    REPORTS_READER,
    SECURITY_ADMINISTRATOR,
    SECURITY_OPERATOR,
    SECURITY_READER,
    USER_ADMINISTRATOR,
)
from ostiary.rollout.settings import Settings
from ostiary.rollout.stages import Ring
from ostiary.secrecy.secret import Secret
from tests.admin.pages import Admin, with_role
from tests.web.browsing import Browser
from tests.web.serving import (
    ARM,
    ASTRID,
    AZ,
    DAEMON,
    HQ,
    LIFEBOAT,
    PASSWORD,
    PLACES,
    POLICY,
    Served,
    serve,
)

ROLES: Final = MappingProxyType(
    {
        "nobody": "",
        "security-reader": SECURITY_READER,
        "global-reader": GLOBAL_READER,
        "security-operator": SECURITY_OPERATOR,
        "reports-reader": REPORTS_READER,
        "security-administrator": SECURITY_ADMINISTRATOR,
        "conditional-access-administrator": CONDITIONAL_ACCESS_ADMINISTRATOR,
        "user-administrator": USER_ADMINISTRATOR,
        "global-administrator": GLOBAL_ADMINISTRATOR,
    }
)
"""Role template ids by the name that the person has before the `@`."""

DISPLAYED: Final = ("displayName", "givenName", "surname", "jobTitle", "department", "description")
_TEXTS: Final = frozenset(
    {
        *("user_display_name", "service_principal_name", "client_app_name", "resource_name"),
        *("city", "browser", "operating_system", "user_agent", "device_name", "failure_reason"),
    }
)
"""Members of a logged sign-in that others write."""
ID: Final = "5a1f9a40-0000-4000-8000-0000000f{:04d}"

Named = Callable[[str], str]


@dataclass
class Furnished:
    """The tenant, the ids of what stands in it by kind, and who has signed in."""

    served: Served
    ids: dict[str, str] = field(default_factory=dict[str, str])
    _people: dict[str, Admin] = field(default_factory=dict[str, Admin])

    def person(self, role: str) -> Admin:
        """Give the browser of the person with a role, signed in; each has cookies of its own."""
        if role not in self._people:
            own = self.browser()
            own.sign_in(f"{role}@fjordvik.example")
            self._people[role] = own
        return self._people[role]

    def browser(self) -> Admin:
        """Give a browser that nobody has signed in with."""
        app, url = self.served.http.app, self.served.service.settings.login_url
        client = ("127.0.0.1", 5)
        http = TestClient(app, base_url=url, client=client, raise_server_exceptions=False)
        served = replace(self.served, http=http)
        return Admin(served, Browser(served))


@contextmanager
def furnished(data: Path, named: Named = str) -> Generator[Furnished]:
    """Serve the tenant from a folder."""
    served = serve(data)
    try:
        yield Furnished(served, furnish(served, named))
    finally:
        served.service.store.close()


def furnish(served: Served, named: Named = str) -> dict[str, str]:
    """Put one of everything into a tenant; gives the ids by kind."""
    store, ids = served.service.store, dict[str, str]()
    word = served.service.attempts.passwords.hash(Secret(PASSWORD))
    with store.transaction() as together:
        put = partial(_put, together, named)
        for number, role in enumerate(ROLES):
            user = ID.format(number)
            put("users", user, userPrincipalName=f"{role}@fjordvik.example", **_PERSON)
            together.passwords.set(user, word, by=SYSTEM)
        ids["users"] = ASTRID
        ids["groups"] = put("groups", ID.format(100), displayName="Ferry crews", **_GROUP)
        together.groups.add_member(ids["groups"], ASTRID, by=SYSTEM)
        ids["devices"] = put("devices", ID.format(101), **_DEVICE)
        ids["agreements"] = put("agreements", ID.format(106), **_terms(named))
        together.acceptances.accept(ASTRID, ids["agreements"], "", by=SYSTEM)
        ids["contexts"] = put("contexts", "c1", displayName="Harbour plans", isAvailable=True)
        ids["strengths"] = put("strengths", ID.format(102), **_STRENGTH)
        ids["locations"] = put("locations", ID.format(103), **_COUNTRIES)
        away = put("locations", ID.format(107), **{**_COUNTRIES, "displayName": "Old route"})
        gone = put("policies", ID.format(104), **_policy("An older one"))
        ids["policies"] = put("policies", ID.format(105), **_policy("Crews need a code"))
    for user, members in ((ASTRID, _PERSON), (LIFEBOAT, {"displayName": "Lifeboat"})):
        _rename(served, "users", user, named, **members)
    for policy in (POLICY, PLACES):
        _rename(served, "policies", policy, named)
    _rename(served, "locations", HQ, named)
    _rename(served, "principals", DAEMON, named)
    _rename(served, "policies", ids["policies"], named, displayName="Crews need a code at sea")
    store.policies.delete(gone, by=SYSTEM)
    store.locations.delete(away, by=SYSTEM)
    ids["deleted-locations"] = away
    ids |= {"excluding": POLICY, "exclusions": _exclusion(served, named)}
    ids["emergency"], ids["rollouts"] = LIFEBOAT, _rollout(served, named)
    ids |= {"deleted": gone, "principals": DAEMON, "roles": GLOBAL_ADMINISTRATOR}
    ids["applications"] = next(each.id for each in store.applications.all())
    _rename(served, "applications", ids["applications"], named)
    served.enrol()
    put_away = ID.format(106)
    name = {"displayName": named("Sailed away"), "userPrincipalName": "gone@fjordvik.example"}
    store.users.create({"id": put_away, **name}, by=SYSTEM)
    people.delete_user(store, served.service.snapshots, put_away, by=SYSTEM)
    ids["deleted-users"] = put_away
    ids["methods"] = store.methods.of_user(ASTRID)[0].id
    ids["sign-ins"] = _sign_ins(served, named)
    for number, role in enumerate(ROLES.values()):
        if role:
            with_role(served, role, ID.format(number))
    return ids


_PERSON: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "displayName": "Astrid Moe",
        "givenName": "Astrid",
        "surname": "Moe",
        "jobTitle": "Harbour master",
        "department": "Operations",
        "accountEnabled": True,
    }
)
_GROUP: Final = {"description": "Who sails", "securityEnabled": True, "mailEnabled": False}
_DEVICE: Final = {
    "deviceId": ID.format(201),
    "displayName": "Bridge laptop",
    "operatingSystem": "Windows",
    "operatingSystemVersion": "11",
    "trustType": "AzureAd",
    "isCompliant": True,
    "accountEnabled": True,
}
_STRENGTH: Final = {
    "displayName": "Codes at sea",
    "description": "What works without a network",
    "policyType": "custom",
    "requirementsSatisfied": "mfa",
    "allowedCombinations": ["password,softwareOath"],
}
_COUNTRIES: Final = {
    "@odata.type": "#microsoft.graph.countryNamedLocation",
    "displayName": "Where we sail",
    "countriesAndRegions": ["NO", "DK"],
    "includeUnknownCountriesAndRegions": False,
    "countryLookupMethod": "clientIpAddress",
}


def _policy(name: str) -> Mapping[str, Any]:
    users = {
        "includeGroups": [ID.format(100)],
        "excludeUsers": [LIFEBOAT],
        "excludeGroups": [ID.format(100)],
        "excludeRoles": [GLOBAL_ADMINISTRATOR],
        "excludeGuestsOrExternalUsers": {
            "guestOrExternalUserTypes": "b2bCollaborationGuest",
            "externalTenants": {
                "@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants",
                "membershipKind": "all",
            },
        },
    }
    return {
        "displayName": name,
        "state": "enabledForReportingButNotEnforced",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": [ARM]},
            "users": users,
            "locations": {"includeLocations": ["All"], "excludeLocations": [HQ]},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
    }


def _put(store: Any, named: Named, collection: str, key: str, **members: Any) -> str:
    shown = {name: named(members[name]) for name in DISPLAYED if name in members}
    made = getattr(store, collection).create({**members, **shown, "id": key}, by=SYSTEM)
    return str(made.id)


def _rename(served: Served, collection: str, key: str, named: Named, **members: Any) -> None:
    documents = getattr(served.service.store, collection)
    found = {**documents.need(key).document, **members}
    shown = {name: named(found[name]) for name in DISPLAYED if name in found}
    documents.modify(key, {**members, **shown}, by=SYSTEM)


def _terms(named: Named) -> Mapping[str, Any]:
    file = {
        "id": "agreement-file",
        "displayName": named("Rules of the house"),
        "fileName": named("rules.txt"),
        "language": "en",
        "isDefault": True,
        "fileData": {"data": "QmUga2luZC4="},
    }
    return {"displayName": "House rules", "files": [file]}


def _exclusion(served: Served, named: Named) -> str:
    service, ends = served.service, served.clock.now() + timedelta(days=1)
    wish = Wish(POLICY, ASTRID, ends, named("A new phone is on its way"))
    return exclude(service.store, service.snapshots, wish, by=SYSTEM).id


def _rollout(served: Served, named: Named) -> str:
    service, ring = served.service, Ring(named("First of all"), share=0.1)
    settings, by = Settings(rings=(ring,)), Actor(ActorKind.USER, ASTRID, named("Astrid Moe"))
    reason = named("Agreed with the harbour")
    started = start_rollout(
        service.store, service.snapshots, PLACES, settings, by=by, reason=reason
    )
    return started.rollout.id


def _sign_ins(served: Served, named: Named) -> str:
    """Log what people did; gives the id of the first, which has every member."""
    now, first = served.clock.now(), ID.format(300)
    whole: dict[str, Any] = {
        "created": now,
        "ca_status": "success",
        "user_id": ASTRID,
        "user_name": "astrid@fjordvik.example",
        "user_display_name": "Astrid Moe",
        "client_app_id": AZ,
        "client_app_name": "Microsoft Azure CLI",
        "resource_id": ARM,
        "resource_name": "Windows Azure Service Management API",
        "ip": "203.0.113.7",
        "country": "NO",
        "city": "Bergen",
        "platform": "windows",
        "browser": "Edge 140",
        "operating_system": "Windows 11",
        "user_agent": "Mozilla/5.0 (Windows NT 10.0)",
        "device_id": ID.format(201),
        "device_name": "Bridge laptop",
        "methods": ("password",),
        "correlation_id": ID.format(301),
    }
    for member in _TEXTS & whole.keys():
        whole[member] = named(whole[member])
    log = served.service.store.sign_ins
    log.add(SignInEvent(id=first, category=INTERACTIVE, **whole))
    whole.update(error_code=50126, failure_reason=named("Wrong"), ca_status="notApplied")
    log.add(SignInEvent(id=ID.format(302), category=NON_INTERACTIVE, **whole))
    return first
