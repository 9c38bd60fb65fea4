"""The same policies in Cedar, evaluated by cedarpy with policies and entities parsed beforehand.

Every policy becomes one `permit`, so that one call answers which of them apply; cheap tests stand
first. Memberships are entity parents, which Cedar closes over once; everything else is context.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

import cedarpy

from bench.addresses import Places
from bench.draw import Json
from bench.facts import Facts
from bench.filters import Comparison
from bench.outcomes import demands, outcome
from bench.plain import Conditions, enforced, read

VERSION_OF = "cedarpy"
UNKNOWN = "unknown"  # Cedar has no null


@dataclass(frozen=True, slots=True)
class CedarRequest:
    """One request, all but the places of its address written out."""

    head: Json
    context: str
    facts: Facts


class Cedar:
    """All policies of a document, and the entities of the sign-ins to come."""

    def __init__(self, document: Json, expected: Iterable[Facts]) -> None:
        policies = document["conditionalAccessPolicies"]
        on = [policy for policy in policies if policy["state"] != "disabled"]
        self._ids = {f"policy{n}": policy["id"] for n, policy in enumerate(on)}
        text = "\n".join(policy_text(read(policy["conditions"])) for policy in on)
        self._policies = cedarpy.PolicySet.from_str(text)
        entities = json.dumps(_entities(expected))
        # cedarpy types its dictionaries loosely
        self._entities = cedarpy.Entities.from_json_str(entities)  # pyright: ignore[reportUnknownMemberType]
        self._demands = demands(policies)
        self._places = Places(document)

    def prepare(self, facts: Facts) -> CedarRequest:
        head = {
            "principal": _reference("User" if facts.is_user else "Workload", _subject(facts)),
            "action": _reference("Action", "signIn"),
            "resource": _reference(*_resource(facts)),
        }
        context = {
            "client": facts.client,
            "platform": facts.platform or UNKNOWN,
            "flow": facts.flow or UNKNOWN,
            "signInRisk": facts.sign_in_risk,
            "userRisk": facts.user_risk,
            "insiderRisk": facts.insider_risk,
            "workloadRisk": facts.service_principal_risk,
            "device": facts.device or {},
        }
        return CedarRequest(head, json.dumps(context)[:-1] + ', "places": [', facts)

    def evaluate(self, request: CedarRequest) -> tuple[list[str], str]:
        """The ids of the policies that apply (report-only ones too), and the outcome."""
        places = ", ".join(f'"{place}"' for place in self._places.of(request.facts))
        answer = cedarpy.is_authorized(  # pyright: ignore[reportUnknownMemberType]
            {**request.head, "context": f"{request.context}{places}]}}"},
            self._policies,
            self._entities,
        )
        applied = [self._ids[reason] for reason in answer.diagnostics.reasons]
        return applied, outcome(enforced(applied, self._demands), request.facts)


def _reference(kind: str, name: str) -> Json:
    return {"type": kind, "id": name}


def _subject(facts: Facts) -> str:
    # Subjects with equal memberships may share an entity; its name must tell them apart.
    return "|".join(sorted((*facts.who, str(facts.guest_type), str(facts.home_tenant))))


def _resource(facts: Facts) -> tuple[str, str]:
    if facts.user_action is not None:
        return "UserAction", facts.user_action
    if facts.context is not None:
        return "Context", facts.context
    return "App", facts.app or UNKNOWN


def _entities(expected: Iterable[Facts]) -> list[Json]:
    found: dict[tuple[str, str], Json] = {}
    for facts in expected:
        kind = "User" if facts.is_user else "Workload"
        parents = [_reference("Member", each) for each in facts.who]
        if facts.guest_type is not None:
            parents.append(_reference("Guest", facts.guest_type))
            parents.append(_reference("Guest", f"{facts.guest_type}|{facts.home_tenant}"))
        if facts.owned:
            parents.append(_reference("Tenant", "ours"))
        _add(found, kind, _subject(facts), parents)
        suites = [_reference("Suite", suite) for suite in facts.suites]
        attributes = [_reference("Attribute", each) for each in facts.attributes]
        _add(found, *_resource(facts), [*suites, *attributes])
    return list(found.values())


def _add(found: dict[tuple[str, str], Json], kind: str, name: str, parents: list[Json]) -> None:
    entity = {"uid": _reference(kind, name), "attrs": {}, "parents": parents}
    found[kind, name] = entity


def policy_text(asked: Conditions) -> str:
    """One policy as a `permit` that holds exactly when the policy applies."""
    tests = [*_word_tests(asked), *_location_tests(asked), *_target_tests(asked)]
    tests += _workload_tests(asked) if asked.workloads is not None else _user_tests(asked)
    tests += _device_tests(asked)
    tests.sort(key=lambda test: test.startswith("!"))  # exclusions seldom decide: last is fastest
    kind = "User" if asked.workloads is None else "Workload"
    when = f" when {{ {' && '.join(tests)} }}" if tests else ""
    return f"permit(principal is {kind}, action, resource){when};"


def _word_tests(asked: Conditions) -> Iterable[str]:
    if "all" not in asked.clients:
        yield _one_of(asked.clients, "context.client")
    for words, fact in (
        (asked.flows, "flow"),
        (asked.sign_in_risks, "signInRisk"),
        (asked.user_risks, "userRisk"),
        (asked.insider_risks, "insiderRisk"),
        (asked.service_principal_risks, "workloadRisk"),
    ):
        if words:
            yield _one_of(words, f"context.{fact}")
    if asked.platforms is not None:
        if asked.not_platforms:
            yield f"!{_one_of(asked.not_platforms, 'context.platform')}"
        if "all" not in asked.platforms:
            yield _one_of(asked.platforms, "context.platform")


def _location_tests(asked: Conditions) -> Iterable[str]:
    if asked.locations is None:
        return
    if asked.not_locations:
        yield f"!context.places.containsAny({_strings(asked.not_locations)})"
    if "All" not in asked.locations:
        yield f"context.places.containsAny({_strings(asked.locations)})"


def _target_tests(asked: Conditions) -> Iterable[str]:
    excluded = [_app(each) for each in sorted(asked.not_apps)]
    if excluded:
        yield f"!(resource in [{', '.join(excluded)}])"
    if "All" in asked.apps:
        return  # user actions too; synthetic sign-ins ask for no authentication context
    included = [_app(each) for each in sorted(asked.apps)]
    included += [_entity("UserAction", each) for each in sorted(asked.user_actions)]
    included += [_entity("Context", each) for each in sorted(asked.contexts)]
    if asked.attribute is not None:
        included.append(_entity("Attribute", asked.attribute))
    yield f"resource in [{', '.join(included)}]"


def _user_tests(asked: Conditions) -> Iterable[str]:
    excluded = [_entity("Member", each) for each in sorted(asked.not_users)]
    excluded += _guests(asked.not_guests)
    if excluded:
        yield f"!(principal in [{', '.join(excluded)}])"
    if "All" not in asked.users:
        included = [_entity("Member", each) for each in sorted(asked.users)]
        yield f"principal in [{', '.join([*included, *_guests(asked.guests)])}]"


def _workload_tests(asked: Conditions) -> Iterable[str]:
    wanted = asked.workloads or frozenset[str]()
    yield f"principal in {_entity('Tenant', 'ours')}"
    if asked.not_workloads:
        excluded = [_entity("Member", each) for each in sorted(asked.not_workloads)]
        yield f"!(principal in [{', '.join(excluded)}])"
    if "ServicePrincipalsInMyTenant" not in wanted:
        included = [_entity("Member", each) for each in sorted(wanted)]
        yield f"principal in [{', '.join(included)}]"


def _guests(kinds: tuple[frozenset[str], frozenset[str] | None] | None) -> list[str]:
    if kinds is None:
        return []
    types, tenants = kinds
    if tenants is None:
        return [_entity("Guest", each) for each in sorted(types)]
    return [
        _entity("Guest", f"{each}|{home}") for each in sorted(types) for home in sorted(tenants)
    ]


def _device_tests(asked: Conditions) -> Iterable[str]:
    if asked.device_filter is None:
        return
    is_include, rule = asked.device_filter
    joined = {"and": " && ", "or": " || "}[rule.joiner].join(map(_comparison, rule.comparisons))
    yield f"({joined})" if is_include else f"!({joined})"


def _comparison(comparison: Comparison) -> str:
    fact, wanted = f"context.device.{comparison.fact}", comparison.value.casefold()
    match comparison.operator:
        case "eq" | "ne":
            found = f"{fact} == {json.dumps(wanted)}"
        case "startsWith":
            found = f"{fact} like {json.dumps(wanted + '*')}"
        case _:
            found = f"{fact} like {json.dumps('*' + wanted + '*')}"
    positive = f"(context.device has {comparison.fact} && {found})"
    return f"!{positive}" if comparison.is_negative else positive


def _app(name: str) -> str:
    return _entity("App" if "-" in name else "Suite", name)


def _entity(kind: str, name: str) -> str:
    return f"{kind}::{json.dumps(name)}"


def _strings(words: Iterable[str]) -> str:
    return json.dumps(sorted(words))


def _one_of(words: frozenset[str], fact: str) -> str:
    if len(words) == 1:
        return f"({fact} == {json.dumps(next(iter(words)))})"
    return f"{_strings(words)}.contains({fact})"
