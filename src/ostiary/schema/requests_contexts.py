"""The collection `authenticationContextClassReferences`.

Sources: api-reference authenticationcontextclassreference-get, -update (which creates too),
-delete.
"""

from __future__ import annotations

from typing import Any

from ostiary.model.json_types import JsonObject
from ostiary.schema.answers import Refusal, Response
from ostiary.schema.calls import Call, changed, fitted
from ostiary.schema.edge_objects import ContextReference
from ostiary.schema.requests_policies import policies_naming
from ostiary.schema.state import Collection

PATH = "identity/conditionalAccess/authenticationContextClassReferences"
_POLICY_MEMBER = "conditions.applications.includeAuthenticationContextClassReferences"
_UNSET = {"displayName": None, "description": None, "isAvailable": False}


def list_contexts(call: Call) -> Response:
    """Answer all contexts, as the query narrows them."""
    return call.listed(
        [_answer(each) for each in call.state.all(Collection.CONTEXTS).values()], PATH
    )


def get_context(call: Call) -> Response:
    """Answer one context."""
    return call.shown(_answer(call.existing(Collection.CONTEXTS)), PATH)


def create_context(call: Call) -> Response:
    """Keep a context under the id it is sent with; ids are given out by the administrator."""
    document = fitted(ContextReference, call.object_body())
    if call.state.find(Collection.CONTEXTS, str(document["id"])) is not None:
        raise Refusal(409, f"authentication context `{document['id']}` exists already")
    state = call.state.put(Collection.CONTEXTS, document)
    return call.created(_answer(document), PATH, state)


def change_context(call: Call) -> Response:
    """Merge the members sent into a context, or make it where its id is not used yet."""
    current = call.state.find(Collection.CONTEXTS, call.ids[0]) or {}
    named = {"id": current.get("id", call.ids[0])}
    document = fitted(ContextReference, changed(current, call.object_body()) | named)
    return call.done(call.state.put(Collection.CONTEXTS, document))


def delete_context(call: Call) -> Response:
    """Take a context away: 403 while it is published, 400 while a policy uses it."""
    document, identifier = call.existing(Collection.CONTEXTS), call.ids[0]
    if document.get("isAvailable") is True:
        raise Refusal(
            403, f"authentication context `{identifier}` is published; set `isAvailable` to false"
        )
    users = policies_naming(call.state, _POLICY_MEMBER, identifier=identifier)
    if users:
        names = ", ".join(f"`{each.get('displayName')}`" for each in users)
        raise Refusal(400, f"authentication context `{identifier}` is used by {names}")
    return call.done(call.state.drop(Collection.CONTEXTS, identifier))


def _answer(document: JsonObject) -> dict[str, Any]:
    known = {key: value for key, value in document.items() if value is not None}
    return {**_UNSET, **known}
