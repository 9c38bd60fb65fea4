"""The requests to Graph that carry out one change: the same for Entra and for an Ostiary server.

Sources: api-reference conditionalaccesspolicy-update, ipnamedlocation-update,
authenticationcontextclassreference-update (which creates too),
authenticationstrengthpolicy-updateallowedcombinations, -post-combinationconfigurations,
group-post-groups.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ostiary.model.json_types import JsonObject, as_object, is_list, is_object
from ostiary.policycode.changes import Kind
from ostiary.policycode.documents import written
from ostiary.policycode.fingerprints import fingerprint
from ostiary.schema.checking import structural_problems

_ROOT: Final = "identity/conditionalAccess"
PATHS: Final = {
    Kind.NAMED_LOCATION: f"{_ROOT}/namedLocations",
    Kind.GROUP: "groups",
    Kind.STRENGTH: "policies/authenticationStrengthPolicies",
    Kind.CONTEXT: f"{_ROOT}/authenticationContextClassReferences",
    Kind.POLICY: f"{_ROOT}/policies",
}
"""The collections in Graph, below the version."""
OWN_ID: Final = "{id}"
"""Stands in a path for the id of the object that an earlier request of the change has made."""
_TYPE: Final = "@odata.type"
_LIMITS: Final = "combinationConfigurations"
_COMBINATIONS: Final = "allowedCombinations"
_FIDO2: Final = "#microsoft.graph.fido2CombinationConfiguration"
_X509: Final = "#microsoft.graph.x509CertificateCombinationConfiguration"
_TENANTS: Final = "externalTenants"
_SETTLED: Final = frozenset({"mailEnabled", "securityEnabled", "isAssignableToRole", "groupTypes"})
"""What Graph settles for good when a group is made (api-reference group-update)."""


@dataclass(frozen=True, slots=True)
class GraphRequest:
    """One request; `path` begins with the version.

    `leaves` is the object as it is afterwards (None: gone). `adds`: sent twice it would make
    something twice.
    """

    method: str
    path: str
    body: JsonObject | None
    leaves: JsonObject | None
    adds: bool = False

    def of(self, identifier: str) -> GraphRequest:
        """Give it with the id of the object, which was not known before."""
        path = self.path.replace(OWN_ID, identifier)
        return GraphRequest(self.method, path, self.body, self.leaves, self.adds)


def requests_of(
    kind: Kind, identifier: str, before: JsonObject | None, after: JsonObject | None
) -> tuple[GraphRequest, ...]:
    """Give what makes an object that is as `before` (None: not there) what `after` says.

    Neither has a placeholder in it any more; `identifier` may be `OWN_ID` where `before` is None.
    """
    if after is None:
        return tuple(_deleting(kind, identifier, before or {}))
    if kind is Kind.STRENGTH:
        return tuple(_of_strength(identifier, before, after))
    body = _sendable(kind, after)
    if before is None and kind is not Kind.CONTEXT:
        path = f"/{_version(kind, after)}/{PATHS[kind]}"
        return (GraphRequest("POST", path, body, after, adds=True),)
    changed = body if before is None else _changed(kind, before, body)
    path = f"/{_version(kind, before, after)}/{PATHS[kind]}/{identifier}"
    return (GraphRequest("PATCH", path, changed, after),)


def _deleting(kind: Kind, identifier: str, before: JsonObject) -> Iterator[GraphRequest]:
    path = f"/v1.0/{PATHS[kind]}/{identifier}"
    # A trusted location and a published context are not deleted (entra-docs
    # concept-assignment-network; api-reference authenticationcontextclassreference-delete).
    if kind is Kind.NAMED_LOCATION and before.get("isTrusted") is True:
        body = {**_typed(before), "isTrusted": False}
        yield GraphRequest("PATCH", path, body, {**before, "isTrusted": False})
    if kind is Kind.CONTEXT and before.get("isAvailable") is True:
        hidden = {"isAvailable": False}
        yield GraphRequest("PATCH", path, hidden, {**before, **hidden})
    yield GraphRequest("DELETE", path, None, None)


def _typed(document: JsonObject) -> dict[str, Any]:
    return {_TYPE: document[_TYPE]} if document.get(_TYPE) else {}


def _of_strength(
    identifier: str, before: JsonObject | None, after: JsonObject
) -> Iterator[GraphRequest]:
    """Take limits away, give names and combinations, add limits: each is an operation of its own.

    A limit has to be gone before its combination is, and cannot be there before it.
    """
    whole = f"/v1.0/{PATHS[Kind.STRENGTH]}"
    one = f"{whole}/{identifier}"
    wanted = _limits(after)
    if before is None:
        named = {name: each for name, each in after.items() if name != _LIMITS}
        yield GraphRequest("POST", whole, named, named, adds=True)
        left: dict[str, Any] = {**named, _LIMITS: []}
    else:
        left = {**before, _LIMITS: list(_limits(before))}
    marks = {_mark(each) for each in wanted}
    for each in list(left[_LIMITS]):
        if _mark(each) not in marks:
            left = {**left, _LIMITS: [e for e in left[_LIMITS] if e is not each]}
            yield GraphRequest("DELETE", f"{one}/{_LIMITS}/{each.get('id')}", None, left)
    names = {
        name: after.get(name) or ""
        for name in ("displayName", "description")
        if (after.get(name) or "") != (left.get(name) or "")
    }
    if names:
        left = {**left, **names}
        yield GraphRequest("PATCH", one, names, left)
    allowed = {_COMBINATIONS: list(after.get(_COMBINATIONS) or ())}
    if set(allowed[_COMBINATIONS]) != set(left.get(_COMBINATIONS) or ()):
        left = {**left, **allowed}
        yield GraphRequest("POST", f"{one}/updateAllowedCombinations", allowed, left)
    held = {_mark(each) for each in left[_LIMITS]}
    for each in wanted:
        if _mark(each) not in held:
            left = {**left, _LIMITS: [*left[_LIMITS], each]}
            yield GraphRequest("POST", f"{one}/{_LIMITS}", _limit(each), left, adds=True)


def _limits(strength: JsonObject) -> tuple[JsonObject, ...]:
    found = strength.get(_LIMITS)
    return tuple(map(as_object, found)) if is_list(found) else ()


def _mark(limit: JsonObject) -> str:
    return fingerprint(Kind.STRENGTH, {_LIMITS: [limit]})


def _limit(limit: JsonObject) -> dict[str, Any]:
    kind = limit.get(_TYPE) or (_FIDO2 if "allowedAAGUIDs" in limit else _X509)
    return {_TYPE: kind, **{name: each for name, each in limit.items() if name != "id"}}


def _version(kind: Kind, *documents: JsonObject | None) -> str:
    """Give the version that knows every member: v1.0 where it does."""
    if kind is not Kind.POLICY:
        return "v1.0"
    problems = (
        each
        for document in documents
        if document is not None
        for each in structural_problems(document, version="v1.0")
    )
    return "beta" if any(each.code == "betaOnly" for each in problems) else "v1.0"


def _sendable(kind: Kind, after: JsonObject) -> dict[str, Any]:
    if kind is Kind.POLICY:
        return {name: _with_types(each) for name, each in after.items() if name != "id"}
    return {name: each for name, each in after.items() if name != "id"}


def _with_types(value: Any) -> Any:
    """Say which kind of external tenants is meant: Graph cannot tell by the members."""
    if not is_object(value):
        return value
    found = {name: _with_types(each) for name, each in value.items()}
    tenants = found.get(_TENANTS)
    if is_object(tenants) and _TYPE not in tenants and tenants.get("membershipKind"):
        word = "Enumerated" if tenants["membershipKind"] == "enumerated" else "All"
        kind = f"#microsoft.graph.conditionalAccess{word}ExternalTenants"
        found[_TENANTS] = {_TYPE: kind, **tenants}
    return found


def _changed(kind: Kind, before: JsonObject, after: JsonObject) -> dict[str, Any]:
    """Give the members that differ, each as a whole, and what takes away those that are gone.

    A PATCH merges: what is not sent stays, so that what has to go is said.
    """
    # Without what Graph makes itself: nobody can take that away.
    before = {name: each for name, each in written(kind, before).items() if name != "id"}
    found = dict(_overlaid(before, after))
    if kind is Kind.GROUP:
        found = {name: each for name, each in found.items() if name not in _SETTLED}
    same = {name for name, each in found.items() if name in before and before[name] == each}
    if kind is Kind.NAMED_LOCATION:
        same.discard(_TYPE)
        found |= _typed(before)
    return {name: each for name, each in found.items() if name not in same}


def _overlaid(before: JsonObject, after: JsonObject) -> JsonObject:
    gone = {
        name: _nothing(each) for name, each in before.items() if name not in after and name != _TYPE
    }
    inner = {
        name: _overlaid(as_object(before.get(name)), each) if is_object(each) else each
        for name, each in after.items()
    }
    return {**inner, **gone}


def _nothing(value: object) -> Any:
    if isinstance(value, bool):
        return False
    return [] if is_list(value) else None
