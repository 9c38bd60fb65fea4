"""Which keys and certificates count for a strength: its `combinationConfigurations`.

Sources: api-reference authenticationstrengthpolicy-list-combinationconfigurations,
-post-combinationconfigurations, -delete-combinationconfigurations,
authenticationcombinationconfiguration-get, -update; resources fido2combinationconfiguration,
x509certificatecombinationconfiguration; authenticationstrengthroot-list-combinations.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ostiary.model.json_types import JsonObject, as_object, as_strings, is_list
from ostiary.schema.answers import Refusal, Response, not_found
from ostiary.schema.calls import Call, fitted
from ostiary.schema.edge_objects import CombinationConfiguration
from ostiary.schema.materialise import metadata, with_context
from ostiary.schema.requests_strengths import MULTIFACTOR, PATH, custom_strength
from ostiary.schema.state import Collection

_MODES: Final = "Collection(microsoft.graph.authenticationMethodModes)"
_TITLE: Final = "AuthenticationCombinationConfiguration"
_FIDO2: Final = "#microsoft.graph.fido2CombinationConfiguration"
_X509: Final = "#microsoft.graph.x509CertificateCombinationConfiguration"
_KINDS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    _FIDO2: (frozenset({"fido2"}), frozenset({"allowedAAGUIDs"})),
    _X509: (
        frozenset({"x509CertificateSingleFactor", "x509CertificateMultiFactor"}),
        frozenset({"allowedIssuerSkis", "allowedPolicyOIDs"}),
    ),
}
"""The combinations and the members of each kind."""
_LISTS: Final = frozenset(each for _, members in _KINDS.values() for each in members)


def list_configurations(call: Call) -> Response:
    """Answer what is configured for a strength."""
    strength = call.existing(Collection.STRENGTHS)
    return call.listed([dict(each) for each in _configured(strength)], _path(strength))


def get_configuration(call: Call) -> Response:
    """Answer one configuration."""
    strength = call.existing(Collection.STRENGTHS)
    return call.shown(_found(call, strength), _path(strength))


def create_configuration(call: Call) -> Response:
    """Configure combinations of a custom strength that have no configuration yet."""
    strength = custom_strength(call)
    made = {**_fitting(strength, call.object_body()), "id": call.new_id()}
    taken = _combinations(_configured(strength)) & _combinations([made])
    if taken:
        raise Refusal(400, f"`{min(taken)}` has a configuration already")
    kept = _with(call, strength, [*_configured(strength), made])
    return call.created(made, _path(strength), call.state.put(Collection.STRENGTHS, kept))


def change_configuration(call: Call) -> Response:
    """Change a configuration of a custom strength."""
    strength = custom_strength(call)
    old = _found(call, strength)
    made = {**_fitting(strength, {**old, **call.object_body()}), "id": old["id"]}
    others = [each for each in _configured(strength) if each is not old]
    taken = _combinations(others) & _combinations([made])
    if taken:
        raise Refusal(400, f"`{min(taken)}` has a configuration already")
    listed = [made if each is old else each for each in _configured(strength)]
    return call.done(call.state.put(Collection.STRENGTHS, _with(call, strength, listed)))


def delete_configuration(call: Call) -> Response:
    """Take a configuration of a custom strength away: any key or certificate counts again."""
    strength = custom_strength(call)
    old = _found(call, strength)
    left = [each for each in _configured(strength) if each is not old]
    return call.done(call.state.put(Collection.STRENGTHS, _with(call, strength, left)))


def list_combinations(call: Call) -> Response:
    """Answer every combination that a strength can be made of: those of all built-in ones."""
    built_in = (
        each
        for each in call.state.all(Collection.STRENGTHS).values()
        if each.get("policyType") == "builtIn"
    )
    first = as_object(call.state.find(Collection.STRENGTHS, MULTIFACTOR))
    strengths = (first, *built_in)
    found = dict.fromkeys(c for e in strengths for c in as_strings(e.get("allowedCombinations")))
    context = metadata(
        call.version, "Collection(microsoft.graph.authenticationMethodModes)", root=call.root
    )
    return Response(200, with_context({"value": list(found)}, context), call.state)


def _fitting(strength: JsonObject, body: JsonObject) -> dict[str, Any]:
    """Read a configuration of a kind. Raises Refusal (400)."""
    document = fitted(CombinationConfiguration, body)
    kind = str(document.get("@odata.type") or _kind_of(document))
    if not kind.startswith("#"):
        kind = f"#{kind}"
    if kind not in _KINDS:
        raise Refusal(400, f"expected `@odata.type` {' or '.join(_KINDS)}, came `{kind[:80]}`")
    combinations, members = _KINDS[kind]
    applied = _combinations([document])
    if not applied <= combinations:
        raise Refusal(400, f"expected {' or '.join(sorted(combinations))} for `{kind}`")
    if not applied <= set(as_strings(strength.get("allowedCombinations"))):
        raise Refusal(400, "expected combinations that the strength allows")
    wrong = [name for name in _LISTS - members if document.get(name)]
    if wrong:
        raise Refusal(400, f"`{wrong[0]}` is no member of `{kind}`")
    listed = {name: list(as_strings(document.get(name))) for name in sorted(members)}
    if not any(listed.values()):
        raise Refusal(400, f"expected values in {' or '.join(sorted(members))}")
    return {"@odata.type": kind, "appliesToCombinations": sorted(applied), **listed}


def _kind_of(document: JsonObject) -> str:
    return _FIDO2 if "allowedAAGUIDs" in document else _X509


def _configured(strength: JsonObject) -> list[JsonObject]:
    found = strength.get("combinationConfigurations")
    return [as_object(each) for each in found] if is_list(found) else []


def _combinations(configured: list[JsonObject] | list[dict[str, Any]]) -> frozenset[str]:
    return frozenset(
        each for one in configured for each in as_strings(one.get("appliesToCombinations"))
    )


def _found(call: Call, strength: JsonObject) -> JsonObject:
    wanted = call.ids[1].casefold()
    for each in _configured(strength):
        if str(each.get("id")).casefold() == wanted:
            return each
    raise not_found(_TITLE, call.ids[1])


def _with(call: Call, strength: JsonObject, configured: list[Any]) -> dict[str, Any]:
    return {
        **strength,
        "combinationConfigurations": configured,
        "modifiedDateTime": call.time,
    }


def _path(strength: JsonObject) -> str:
    return f"{PATH}('{strength['id']}')/combinationConfigurations"
