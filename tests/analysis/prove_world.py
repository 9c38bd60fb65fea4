"""A small world of sign-ins, written down from the tenant's JSON and the printed world model.

Nothing here is asked of the prover: everybody, everything and every circumstance is drawn from the
document itself, so that a sign-in the prover forgot is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.oracle import names
from tests.oracle.audiences import BASELINE_SCOPES
from tests.oracle.draw_locations import COUNTRIES
from tests.oracle.shapes import Json, objects, part, texts
from tests.oracle.sign_in import EXTERNAL_KINDS, SignIn, read
from tests.oracle.users import has_role, in_group

NOBODYS_APP = "77777777-0000-4000-8000-000000000077"
LEGACY = ("exchangeActiveSync", "easSupported", "other")
_LEVELS = ("none", "low", "medium", "high")
_FLOWS = ("deviceCodeFlow", "authenticationTransfer")
SCOPES: tuple[tuple[str, ...], ...] = (
    ("openid",),
    ("openid", "profile"),
    ("User.Read",),
    ("People.Read", "openid"),
    ("User.Read.All",),
    ("GroupMember.Read.All", "User.Read"),
    ("Mail.Read",),
    ("Mail.Read", "User.Read"),
    ("Files.Read",),
    ("ChannelMessage.Read.All",),
    ("Directory.Read.All",),
)


@dataclass(frozen=True)
class Someone:
    """Who signs in, and the document by which they are judged.

    A newcomer is in a document of their own, in which nothing about them is unknown. `doubted`:
    nobody can tell whether there is such a person.
    """

    id: str
    tenant: Json
    eligible: bool = False
    doubted: bool = False
    agent: bool = False
    workload: bool = False

    def body(self) -> tuple[Json, Json]:
        """`signInIdentity`, and the facts that go with it."""
        if self.workload:
            return {"servicePrincipalId": self.id}, {}
        return {"userId": self.id}, {"b2bDirectConnectEligible": True} if self.eligible else {}


@dataclass(frozen=True)
class Value:
    """One value of a circumstance or target: what a request says of it."""

    conditions: Json = field(default_factory=dict[str, object])
    facts: Json = field(default_factory=dict[str, object])
    context: Json | None = None


def request(someone: Someone, target: Value, values: Iterable[Value] = ()) -> Json:
    """The request of one sign-in."""
    identity, facts = someone.body()
    conditions: Json = {}
    facts = {**facts, **target.facts}
    for value in values:
        conditions.update(value.conditions)
        facts.update(value.facts)
    return {
        "signInIdentity": identity,
        "signInContext": target.context,
        "signInConditions": conditions,
        "facts": facts,
    }


def seen_by_oracle(someone: Someone, target: Value, values: Iterable[Value] = ()) -> SignIn:
    """The same sign-in as the oracle reads it."""
    body = request(someone, target, values)
    return read(someone.tenant, body, body["facts"], considers_enforcement=True)


def people_of(tenant: Json, policies: Sequence[Json]) -> list[Someone]:
    """Today's users, newcomers, and people of whom nobody can tell whether they exist."""
    found: list[Someone] = []
    for user in objects(tenant, "users"):
        if user.get("accountEnabled") is not False:
            agent = user.get("@odata.type") == "#microsoft.graph.agentUser"
            found.append(Someone(user["id"], tenant, agent=agent))
            if user.get("externalUserType"):
                found.append(Someone(user["id"], tenant, eligible=True))
    users = [*_newcomers(tenant, policies)]
    closed = _closed(tenant, policies, users)
    for user in users:
        found.append(Someone(user["id"], closed))
        if user.get("externalUserType"):
            found.append(Someone(user["id"], closed, eligible=True))
    found += _of_unknown_groups(tenant, policies, users)
    found += _mentioned(tenant, policies)
    return found


def _newcomers(tenant: Json, policies: Sequence[Json]) -> Iterator[Json]:
    """An ordinary member, and a guest of each kind from each home tenant that matters."""
    yield {"id": "newcomer", "userType": "Member"}
    homes = set(part(part(tenant, "settings"), "inboundTrust")) - {"default"}
    for policy in policies:
        users = part(part(policy, "conditions"), "users")
        for side in ("include", "exclude"):
            guests = part(users, f"{side}GuestsOrExternalUsers")
            homes |= set(texts(part(guests, "externalTenants"), "members"))
    yield {"id": "newcomer-internalguest", "userType": "Guest", "externalUserType": "internalGuest"}
    for kind in EXTERNAL_KINDS:
        for home in ("any-other-tenant", *sorted(homes)):
            end = "" if home == "any-other-tenant" else f"-{home}"
            yield {
                "id": f"newcomer-{kind.casefold()}{end}",
                "userType": "Guest",
                "externalUserType": kind,
                "homeTenantId": home,
            }


def _named(policies: Sequence[Json], what: str) -> set[str]:
    found: set[str] = set()
    for policy in policies:
        users = part(part(policy, "conditions"), "users")
        found |= {*texts(users, f"include{what}"), *texts(users, f"exclude{what}")}
    return found


def _closed(tenant: Json, policies: Sequence[Json], users: list[Json]) -> Json:
    """The document as it is for somebody in no group: every group is described, no role held."""
    known = {group["id"]: group for group in objects(tenant, "groups")}
    wanted = _named(policies, "Groups")
    for group in known.values():
        wanted |= {each for each in texts(group, "members") if each.startswith("bbbb")}
    groups: list[Json] = [
        {**group, "members": group.get("members") or []} for group in known.values()
    ]
    groups += [{"id": each, "members": []} for each in sorted(wanted - known.keys())]
    everybody = [*objects(tenant, "users"), *users]
    return {**tenant, "users": everybody, "groups": groups, "roleAssignments": []}


def _of_unknown_groups(
    tenant: Json, policies: Sequence[Json], users: list[Json]
) -> Iterator[Someone]:
    """A member of each group, a holder of each role, that the export leaves open."""
    anybody = seen_by_oracle(Someone("somebody", tenant), Value())
    for group in sorted(_named(policies, "Groups")):
        if in_group(anybody, group) is None:
            user = {"id": f"member-of-{group}", "userType": "Member"}
            closed = _closed(tenant, policies, [*users, user])
            for each in closed["groups"]:
                if each["id"] == group:
                    each["members"] = [*each["members"], user["id"]]
            closed["roleAssignments"] = [
                one
                for one in objects(tenant, "roleAssignments")
                if any(one["principalId"] == each["id"] for each in closed["groups"])
            ]
            yield Someone(user["id"], closed, doubted=True)
    for role in sorted(_named(policies, "Roles")):
        if has_role(anybody, role) is None:
            user = {"id": f"holder-of-{role}", "userType": "Member"}
            closed = _closed(tenant, policies, [*users, user])
            held = {"principalId": user["id"], "roleDefinitionId": role, "directoryScopeId": "/"}
            closed["roleAssignments"] = [held]
            yield Someone(user["id"], closed, doubted=True)


def _mentioned(tenant: Json, policies: Sequence[Json]) -> Iterator[Someone]:
    """Ids that the export has for people, and does not explain."""
    listed = {
        one["id"]
        for kind in ("users", "groups", "servicePrincipals")
        for one in objects(tenant, kind)
    }
    found = {each for each in _named(policies, "Users") if "-" in each}
    for group in objects(tenant, "groups"):
        found |= set(texts(group, "members"))
    found |= {one["principalId"] for one in objects(tenant, "roleAssignments")}
    for each in sorted(found - listed):
        yield Someone(each, tenant, doubted=True, agent=True)  # who knows


def workloads_of(tenant: Json) -> list[Someone]:
    """Workload identities that policies can be about."""
    return [
        Someone(
            one["id"], tenant, workload=True, agent=one["servicePrincipalType"] == "ServiceIdentity"
        )
        for one in objects(tenant, "servicePrincipals")
        if one["servicePrincipalType"] != "ManagedIdentity"
    ]


def app(app_id: str) -> Value:
    """The whole of an application."""
    return Value(context={"includeApplications": [app_id]})


def apps_of(tenant: Json) -> list[Value]:
    """Every application that tenants and policies are drawn from, one that nobody names."""
    suites = part(part(tenant, "settings"), "suites")
    members = {member for suite in suites for member in texts(suites, suite)}
    known = {*names.CLOUD_APPS, *names.OWN_APPS, *names.CHAINED_APPS, names.GRAPH, names.DIRECTORY}
    known |= {names.COMMAND_LINE, names.PLACEHOLDER, NOBODYS_APP}
    return [app(each) for each in sorted(known | members)]


def scoped() -> Iterator[Value]:
    """Microsoft Graph and the directory asked by scopes, by public and confidential clients."""
    for client in ({}, *(_confidential(each) for each in (names.WEB_APP, names.EXCHANGE))):
        for scopes in SCOPES:
            for asked in (names.GRAPH, names.DIRECTORY):
                plain = asked == names.GRAPH or scopes in SCOPES[:6]
                if plain and (not client or scopes in SCOPES[:6]):
                    facts = {**client, "requestedScopes": list(scopes)}
                    yield Value({}, facts, {"includeApplications": [asked]})


def _confidential(client: str) -> Json:
    return {"clientAppId": client, "clientType": "confidential"}


def spelled(tenant: Json, scopes: Sequence[str]) -> list[str]:
    """Scopes as the document writes them: the oracle does not fold their case."""
    known = (*part(part(tenant, "settings"), "scopeAudiences"), *BASELINE_SCOPES)
    folded = {each.casefold(): each for each in known}
    return [folded.get(each.casefold(), each) for each in scopes]


def actions(contexts: Iterable[str]) -> list[Value]:
    """User actions and authentication contexts."""
    found = [
        Value(context={"userAction": action})
        for action in ("registerSecurityInformation", "registerOrJoinDevices")
    ]
    return found + [Value(context={"authenticationContextValue": each}) for each in contexts]


def circumstances(
    rng: Random,
    addresses: Sequence[str],
    *,
    workload: bool,
    countries: Sequence[str] = COUNTRIES,
) -> dict[str, list[Value]]:
    """Every value of every circumstance, by the name of its condition."""
    places = [
        Value({"ipAddress": address, "country": country})
        for address in sorted({"198.51.100.7", *addresses})
        for country in (None, "JP", *countries)
    ]
    risks = {
        "servicePrincipalRiskLevels": _risk("servicePrincipalRiskLevel", workload),
        "agentIdRiskLevels": _risk("agentIdRiskLevel", True),
        "signInRiskLevels": _risk("signInRiskLevel", not workload),
        "userRiskLevels": _risk("userRiskLevel", not workload),
    }
    insider = ("none", "minor", "moderate", "elevated") if not workload else ("none",)
    found = {
        "locations": places,
        "insiderRiskLevels": [Value({"insiderRiskLevel": each}) for each in insider],
        **risks,
    }
    nothing = [Value()]
    if workload:
        more = ("clientAppTypes", "platforms", "devices", "authenticationFlows")
        return {**found, **dict.fromkeys(more, nothing)}
    clients = ("browser", "mobileAppsAndDesktopClients", *LEGACY)
    platforms = ("android", "iOS", "windows", "windowsPhone", "macOS", "linux", "unknown")
    return {
        **found,
        "clientAppTypes": [Value({"clientAppType": each}) for each in clients],
        "platforms": [Value({"devicePlatform": each}) for each in (*platforms, None)],
        "devices": list(_devices(rng)),
        "authenticationFlows": list(_flows()),
    }


def _risk(member: str, possible: bool) -> list[Value]:  # told in the table above
    return [Value({member: each}) for each in (_LEVELS if possible else _LEVELS[:1])]


def _devices(rng: Random) -> Iterator[Value]:
    from tests.oracle.draw_sign_in import device

    yield Value()
    for compliant in (False, True):
        for trust in ("Workplace", "ServerAD"):
            known = {"deviceId": names.DEVICES[0], "isCompliant": compliant, "trustType": trust}
            yield Value({"deviceInfo": known})
    for _ in range(14):
        yield Value({"deviceInfo": {**device(rng), "deviceId": rng.choice(names.DEVICES)}})


def _flows() -> Iterator[Value]:
    for own in (None, *_FLOWS):
        for first in (None, *_FLOWS):
            conditions = {"authenticationFlow": {"transferMethod": own}} if own else {}
            facts = {"originalTransferMethod": first} if first else {}
            if own == "deviceCodeFlow":
                facts["grant"] = "device_code"
            yield Value(conditions, facts)
