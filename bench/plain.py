"""The policies interpreted one after the other, as one would write it at first: no masks.

The lists of the JSON are made sets once; everything else is read as it stands.
"""

from dataclasses import dataclass

from bench import filters
from bench.addresses import Places
from bench.draw import Json
from bench.facts import Facts
from bench.outcomes import Demand, demands, outcome


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of one policy with sets for lists; None is not configured."""

    users: frozenset[str]
    not_users: frozenset[str]
    guests: tuple[frozenset[str], frozenset[str] | None] | None
    not_guests: tuple[frozenset[str], frozenset[str] | None] | None
    workloads: frozenset[str] | None
    not_workloads: frozenset[str]
    apps: frozenset[str]
    not_apps: frozenset[str]
    attribute: str | None
    user_actions: frozenset[str]
    contexts: frozenset[str]
    clients: frozenset[str]
    platforms: frozenset[str] | None
    not_platforms: frozenset[str]
    locations: frozenset[str] | None
    not_locations: frozenset[str]
    device_filter: tuple[bool, filters.Rule] | None
    flows: frozenset[str]
    sign_in_risks: frozenset[str]
    user_risks: frozenset[str]
    insider_risks: frozenset[str]
    service_principal_risks: frozenset[str]


class Plain:
    """All policies of a document, evaluated by a loop."""

    def __init__(self, document: Json) -> None:
        policies = document["conditionalAccessPolicies"]
        on = [policy for policy in policies if policy["state"] != "disabled"]
        self._policies = [(each["id"], read(each["conditions"])) for each in on]
        self._demands = demands(policies)
        self._places = Places(document)

    def evaluate(self, facts: Facts) -> tuple[list[str], str]:
        """The ids of the policies that apply (report-only ones too), and the outcome."""
        places = self._places.of(facts)
        applied = [each for each, asked in self._policies if applies(asked, facts, places)]
        return applied, outcome(enforced(applied, self._demands), facts)


def enforced(applied: list[str], demands_by_id: dict[str, Demand]) -> list[Demand]:
    """What the applied policies demand; report-only ones demand nothing."""
    return [demands_by_id[each] for each in applied if each in demands_by_id]


def applies(asked: Conditions, facts: Facts, places: frozenset[str]) -> bool:
    """Whether every condition of one policy holds."""
    return (
        _identity_matches(asked, facts)
        and _target_matches(asked, facts)
        and ("all" in asked.clients or facts.client in asked.clients)
        and _platform_matches(asked, facts)
        and _location_matches(asked, places)
        and _device_matches(asked, facts)
        and (not asked.flows or facts.flow in asked.flows)
        and (not asked.sign_in_risks or facts.sign_in_risk in asked.sign_in_risks)
        and (not asked.user_risks or facts.user_risk in asked.user_risks)
        and (not asked.insider_risks or facts.insider_risk in asked.insider_risks)
        and (
            not asked.service_principal_risks
            or facts.service_principal_risk in asked.service_principal_risks
        )
    )


def _identity_matches(asked: Conditions, facts: Facts) -> bool:
    if asked.workloads is not None:
        return _workload_matches(asked, facts)
    if not facts.is_user:
        return False
    if not asked.not_users.isdisjoint(facts.who) or _guest_in(asked.not_guests, facts):
        return False
    return (
        "All" in asked.users
        or not asked.users.isdisjoint(facts.who)
        or _guest_in(asked.guests, facts)
    )


def _workload_matches(asked: Conditions, facts: Facts) -> bool:
    if facts.is_user or not facts.owned or not asked.not_workloads.isdisjoint(facts.who):
        return False
    wanted = asked.workloads or frozenset[str]()
    return "ServicePrincipalsInMyTenant" in wanted or not wanted.isdisjoint(facts.who)


def _guest_in(kinds: tuple[frozenset[str], frozenset[str] | None] | None, facts: Facts) -> bool:
    if kinds is None or facts.guest_type not in kinds[0]:
        return False
    return kinds[1] is None or facts.home_tenant in kinds[1]


def _target_matches(asked: Conditions, facts: Facts) -> bool:
    if facts.context is not None:
        return facts.context in asked.contexts
    if facts.user_action is not None:
        return "All" in asked.apps or facts.user_action in asked.user_actions
    if facts.app in asked.not_apps or not asked.not_apps.isdisjoint(facts.suites):
        return False
    return (
        "All" in asked.apps
        or facts.app in asked.apps
        or not asked.apps.isdisjoint(facts.suites)
        or asked.attribute in facts.attributes
    )


def _platform_matches(asked: Conditions, facts: Facts) -> bool:
    if asked.platforms is None:
        return True
    if facts.platform in asked.not_platforms:
        return False
    return "all" in asked.platforms or facts.platform in asked.platforms


def _location_matches(asked: Conditions, places: frozenset[str]) -> bool:
    if asked.locations is None:
        return True
    if not asked.not_locations.isdisjoint(places):
        return False
    return "All" in asked.locations or not asked.locations.isdisjoint(places)


def _device_matches(asked: Conditions, facts: Facts) -> bool:
    if asked.device_filter is None:
        return True
    is_include, rule = asked.device_filter
    hold = (_holds(comparison, facts.device) for comparison in rule.comparisons)
    return (all(hold) if rule.joiner == "and" else any(hold)) is is_include


def _holds(comparison: filters.Comparison, device: dict[str, str] | None) -> bool:
    value = None if device is None else device.get(comparison.fact)
    if value is None:
        return comparison.is_negative
    wanted = comparison.value.casefold()
    match comparison.operator:
        case "eq" | "ne":
            found = value == wanted
        case "startsWith":
            found = value.startswith(wanted)
        case _:
            found = wanted in value
    return found is not comparison.is_negative


def read(conditions: Json) -> Conditions:
    """The conditions of one policy, lists made sets."""
    users, apps = conditions["users"], conditions["applications"]
    workloads: Json = conditions["clientApplications"] or {}
    platforms: Json = conditions["platforms"] or {}
    locations: Json = conditions["locations"] or {}
    flows: Json = conditions["authenticationFlows"] or {}
    application_filter: Json = apps.get("applicationFilter") or {}
    included = frozenset(users["includeUsers"]) - {"None"}
    return Conditions(
        users=included.union(users["includeGroups"], users["includeRoles"]),
        not_users=frozenset(users["excludeUsers"]).union(
            users["excludeGroups"], users["excludeRoles"]
        ),
        guests=_guests(users.get("includeGuestsOrExternalUsers")),
        not_guests=_guests(users.get("excludeGuestsOrExternalUsers")),
        workloads=frozenset(workloads["includeServicePrincipals"]) if workloads else None,
        not_workloads=frozenset(workloads.get("excludeServicePrincipals", [])),
        apps=frozenset(apps["includeApplications"]),
        not_apps=frozenset(apps["excludeApplications"]),
        attribute=attribute_wanted(application_filter.get("rule", "")),
        user_actions=frozenset(apps["includeUserActions"]),
        contexts=frozenset(apps["includeAuthenticationContextClassReferences"]),
        clients=frozenset(conditions["clientAppTypes"]),
        platforms=frozenset(platforms["includePlatforms"]) if platforms else None,
        not_platforms=frozenset(platforms.get("excludePlatforms", [])),
        locations=frozenset(locations["includeLocations"]) if locations else None,
        not_locations=frozenset(locations.get("excludeLocations", [])),
        device_filter=_device_filter(conditions["devices"]),
        flows=_words(flows.get("transferMethods")),
        sign_in_risks=frozenset(conditions["signInRiskLevels"]),
        user_risks=frozenset(conditions["userRiskLevels"]),
        insider_risks=_words(conditions["insiderRiskLevels"]),
        service_principal_risks=frozenset(conditions["servicePrincipalRiskLevels"]),
    )


def attribute_wanted(rule: str) -> str | None:
    """`set_attribute=value` of an application filter, in lower case."""
    if not rule:
        return None
    name, value = rule.removeprefix("CustomSecurityAttribute.").split(" -contains ")
    wanted = value.strip('"')
    return f"{name}={wanted}".casefold()


def _guests(kinds: Json | None) -> tuple[frozenset[str], frozenset[str] | None] | None:
    if kinds is None:
        return None
    members = kinds["externalTenants"].get("members")
    tenants = None if members is None else frozenset[str](members)
    return _words(kinds["guestOrExternalUserTypes"]), tenants


def _device_filter(devices: Json | None) -> tuple[bool, filters.Rule] | None:
    if devices is None:
        return None
    device_filter = devices["deviceFilter"]
    return device_filter["mode"] == "include", filters.parse(device_filter["rule"])


def _words(joined: str | None) -> frozenset[str]:
    return frozenset(joined.split(",")) if joined else frozenset()
