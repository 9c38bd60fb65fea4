"""The collection `authenticationStrength/policies`, with its action and its function.

Sources: api-reference authenticationstrengthroot-list-policies, -post-policies, -delete-policies,
authenticationstrengthpolicy-get, -update, -updateallowedcombinations, -usage.
"""

from __future__ import annotations

from typing import Any

from ostiary.controls.authentication_strength import AuthenticationStrength
from ostiary.controls.mfa import Mfa
from ostiary.model.json_types import JsonObject, as_object, as_strings
from ostiary.schema.answers import Refusal, Response
from ostiary.schema.calls import Call, fitted
from ostiary.schema.edge_objects import AllowedCombinations, StrengthChange, StrengthPolicy
from ostiary.schema.reading import read_for_rules
from ostiary.schema.requests_policies import answer, policies_naming
from ostiary.schema.state import Collection

PATH = "policies/authenticationStrengthPolicies"
MULTIFACTOR = "00000000-0000-0000-0000-000000000002"
"""The built-in strength *Multifactor authentication*: all combinations that satisfy it."""

_REFERENCE = f"grantControls.{AuthenticationStrength.key}.id"


def list_strengths(call: Call) -> Response:
    """Answer all strengths, built-in and custom, as the query narrows them."""
    return call.listed([dict(each) for each in call.state.all(Collection.STRENGTHS).values()], PATH)


def get_strength(call: Call) -> Response:
    """Answer one strength."""
    return call.shown(call.existing(Collection.STRENGTHS), PATH)


def create_strength(call: Call) -> Response:
    """Keep a custom strength."""
    document = fitted(StrengthPolicy, call.object_body())
    limits: list[dict[str, Any]] = document.get("combinationConfigurations") or []
    kept = {
        **document,
        "id": call.new_id(),
        "createdDateTime": call.time,
        "modifiedDateTime": call.time,
        "description": document.get("description") or "",
        "policyType": "custom",
        "requirementsSatisfied": _satisfied(call, document["allowedCombinations"]),
        "combinationConfigurations": [{**each, "id": call.new_id()} for each in limits],
    }
    return call.created(kept, PATH, call.state.put(Collection.STRENGTHS, kept))


def change_strength(call: Call) -> Response:
    """Change name and description; combinations have an action of their own."""
    current, change = custom_strength(call), call.object_body()
    if "allowedCombinations" in change:
        raise Refusal(400, "change `allowedCombinations` by the action updateAllowedCombinations")
    wanted = fitted(StrengthChange, change)
    named = {key: wanted[key] for key in ("displayName", "description") if wanted.get(key)}
    kept = {**current, **named, "modifiedDateTime": call.time}
    return call.done(call.state.put(Collection.STRENGTHS, kept))


def delete_strength(call: Call) -> Response:
    """Take a custom strength away that no policy requires."""
    document = custom_strength(call)
    users = _users(call, document)
    if users:
        names = ", ".join(f"`{each.get('displayName')}`" for each in users)
        raise Refusal(400, f"the authentication strength is required by {names}")
    return call.done(call.state.drop(Collection.STRENGTHS, call.ids[0]))


def update_combinations(call: Call) -> Response:
    """Replace the combinations of a custom strength, and say which policies that touches.

    Policies that require a multifactor claim by the strength keep it from being weakened
    (authenticationstrengthpolicy-usage).
    """
    current = custom_strength(call)
    wanted = fitted(AllowedCombinations, call.object_body())["allowedCombinations"]
    satisfied = _satisfied(call, wanted)
    users = _users(call, current)
    weaker = current.get("requirementsSatisfied") == "mfa" and satisfied != "mfa"
    if weaker and any(_demands_mfa(each) for each in users):
        raise Refusal(400, "a policy requires multifactor authentication by this strength")
    kept = {
        **current,
        "allowedCombinations": wanted,
        "requirementsSatisfied": satisfied,
        "modifiedDateTime": call.time,
    }
    note = "Review the policies that reference this strength." if users else ""
    result = {
        "@odata.type": "#microsoft.graph.updateAllowedCombinationsResult",
        "previousCombinations": list(as_strings(current.get("allowedCombinations"))),
        "currentCombinations": wanted,
        "conditionalAccessReferences": [each["id"] for each in users],
        "additionalInformation": note,
    }
    return Response(200, result, call.state.put(Collection.STRENGTHS, kept))


def strength_usage(call: Call) -> Response:
    """Answer the policies that require a strength: those that demand a multifactor claim first."""
    document = call.existing(Collection.STRENGTHS)
    users = _users(call, document)
    grants_claim = document.get("requirementsSatisfied") == "mfa"
    demanding = [each for each in users if grants_claim and _demands_mfa(each)]
    usage = {
        "mfa": [answer(each, call, call.version) for each in demanding],
        "none": [answer(each, call, call.version) for each in users if each not in demanding],
    }
    return Response(200, usage, call.state)


def _users(call: Call, document: JsonObject) -> list[JsonObject]:
    return policies_naming(call.state, _REFERENCE, identifier=str(document["id"]))


def custom_strength(call: Call) -> JsonObject:
    """Give the strength of the path, which can be changed. Raises Refusal (404, 400)."""
    document = call.existing(Collection.STRENGTHS)
    if document.get("policyType") == "builtIn":
        raise Refusal(400, "a built-in authentication strength cannot be changed or deleted")
    return document


def _demands_mfa(document: JsonObject) -> bool:
    """Tell whether nobody gets past the policy without the strength (or mfa)."""
    policy = read_for_rules(document)
    others = set(policy.grants) - {AuthenticationStrength.key, Mfa.key}
    return policy.all_demanded or not (others or policy.unknown)


def _satisfied(call: Call, combinations: list[str]) -> str:
    """Tell whether a strength grants the multifactor claim: every combination must do so."""
    multifactor = as_object(call.state.find(Collection.STRENGTHS, MULTIFACTOR))
    known = {_methods(each) for each in as_strings(multifactor.get("allowedCombinations"))}
    if not known:
        return "none"
    return "mfa" if all(_contains_any(each, known) for each in combinations) else "none"


def _contains_any(combination: str, known: set[frozenset[str]]) -> bool:
    return any(each <= _methods(combination) for each in known)


def _methods(combination: str) -> frozenset[str]:
    return frozenset(part.strip() for part in combination.split(","))
