"""The shape of a policy in an answer: every member there, words in Graph's spelling.

Lists that were not sent are `[]`, objects `null`; beta has more members than v1.0 (api-reference
conditionalaccesspolicy-get). Nothing here reads a clock or makes up ids: they are handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from ostiary.conditions.users import NOBODY
from ostiary.controls.authentication_strength import AuthenticationStrength
from ostiary.model.json_types import JsonObject, as_object, is_object
from ostiary.schema.edge import policy_model
from ostiary.schema.edge_types import GraphObject, Version

SERVICE_ROOT = "https://graph.microsoft.com"
_POLICY_PATH = "identity/conditionalAccess/policies"
_CONTEXT = "@odata.context"
_READ_ONLY = frozenset(
    {
        *("id", "createdDateTime", "modifiedDateTime", "deletedDateTime"),
        *(_CONTEXT, "@ostiary.excluded", "@ostiary.temporaryExclusions"),
    }
)


def metadata(version: Version, path: str, *, root: str = SERVICE_ROOT) -> str:
    """Give the context URL of an answer (`@odata.context`)."""
    return f"{root}/{version}/$metadata#{path}"


def normal_form(document: JsonObject, version: Version) -> dict[str, Any]:
    """Give a document with every member and Graph's spelling; unknown members stay.

    What v1.0 cannot hold is given as beta does; what no version can is given as it is.
    """
    for each in dict.fromkeys((version, "beta")):
        found = _dumped(policy_model(each), document)
        if found is not None:
            return found
    return dict(document)


def kept_form(document: JsonObject, version: Version) -> JsonObject:
    """Give the normal form of a document that never changes; nor may what is given.

    Of the same object it is made once, as long as not too many others are asked for.
    """
    known = _FORMS.get((id(document), version))
    if known is None or known[0] is not document:
        if len(_FORMS) >= _MOST_FORMS:
            _FORMS.clear()
        known = _FORMS[id(document), version] = document, normal_form(document, version)
    return known[1]


_FORMS: Final[dict[tuple[int, Version], tuple[JsonObject, JsonObject]]] = {}
"""By the identity of documents, which the entries keep alive."""
_MOST_FORMS: Final = 2_000
"""Two versions of all policies that a tenant can have, in both forms that are kept of them."""


def stored_policy(
    document: JsonObject, *, identifier: str, created: str | None, modified: str | None
) -> dict[str, Any]:
    """Give the document that is kept of a policy: id and times are ours, not the client's.

    Of a strength the reference is kept, its content is the strength's own business. Workload
    policies include nobody among the users (api-reference conditionalaccessroot-evaluate, ex. 4).
    """
    kept = {key: value for key, value in document.items() if key not in _READ_ONLY}
    kept["conditions"] = _with_users(as_object(document.get("conditions")))
    grant = document.get("grantControls")
    if is_object(grant):
        kept["grantControls"] = _with_reference(grant)
    return {"id": identifier, **kept, "createdDateTime": created, "modifiedDateTime": modified}


def policy_answer(
    document: JsonObject,
    *,
    version: Version,
    strengths: Mapping[str, JsonObject],
    root: str = SERVICE_ROOT,
) -> dict[str, Any]:
    """Give a stored policy as an answer shows it, its strength expanded.

    `strengths` are the Graph objects by lower-case id. A strength that is not among them stays a
    reference.
    """
    answer = dict(kept_form(document, version))
    grant = answer.get("grantControls")
    key = AuthenticationStrength.key
    if is_object(grant):
        controls = dict(grant)
        identifier = str(as_object(controls.get(key)).get("id"))
        path = f"{_POLICY_PATH}('{answer.get('id')}')/grantControls/{key}/$entity"
        controls[f"{key}@odata.context"] = metadata(version, path, root=root)
        controls[key] = strengths.get(identifier.casefold(), controls.get(key))
        answer["grantControls"] = controls
    return answer


def with_context(document: JsonObject, context: str) -> dict[str, Any]:
    """Put the context URL first."""
    return {_CONTEXT: context} | {key: value for key, value in document.items() if key != _CONTEXT}


def _dumped(model: type[GraphObject], document: JsonObject) -> dict[str, Any] | None:
    try:
        return model.model_validate(dict(document)).model_dump()
    except ValidationError:
        return None


def _with_users(conditions: JsonObject) -> dict[str, Any]:
    if conditions.get("clientApplications") and not conditions.get("users"):
        return {**conditions, "users": {"includeUsers": [NOBODY]}}
    return dict(conditions)


def _with_reference(grant: JsonObject) -> dict[str, Any]:
    key = AuthenticationStrength.key
    kept = {name: value for name, value in grant.items() if not name.startswith(f"{key}@")}
    strength = as_object(grant.get(key))
    return {**kept, key: {"id": strength["id"]}} if "id" in strength else kept
