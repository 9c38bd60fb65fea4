"""`resourceActions` of the directory: which changes need an authentication context.

Source: api-reference beta unifiedrbacresourceaction; entra-docs
identity/role-based-access-control/protected-actions-add. Only the actions that can be protected are
listed.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.administration.protected_actions import protect
from ostiary.administration.required_contexts import ProtectedAction, contexts_required
from ostiary.graph.answers import entity, page
from ostiary.graph.permissions import PROTECT_ACTIONS, READ_PROTECTED_ACTIONS
from ostiary.graph.shapes import DONE, MAYBE_TEXT, listed, told
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.http.shapes import FLAG, TEXT, Named, opened, whole

OPERATIONS: Final = Operations()
_WHOLE: Final = "roleManagement/directory/resourceNamespaces/microsoft.directory/resourceActions"
_ACTION: Final = Named(
    "unifiedRbacResourceAction",
    whole(
        {
            **dict.fromkeys(("id", "name", "actionVerb"), TEXT),
            "description": MAYBE_TEXT,
            "isAuthenticationContextSettable": FLAG,
            "authenticationContextId": MAYBE_TEXT,
        }
    ),
)
_VERBS: Final = {"create": "POST", "update": "PATCH", "delete": "DELETE"}


@OPERATIONS.add("GET", f"/{_WHOLE}", needs=READ_PROTECTED_ACTIONS, answers=listed(_ACTION))
def list_actions(call: Call) -> Answer:
    """List the actions that can be protected, with the authentication context of each."""
    return page(call, [_shown(call, each) for each in ProtectedAction], _WHOLE)


@OPERATIONS.add("GET", f"/{_WHOLE}/{{id}}", needs=READ_PROTECTED_ACTIONS, answers=told(_ACTION))
def tell_action(call: Call) -> Answer:
    """Tell one action."""
    return Answer(body=entity(call, _shown(call, _action(call)), _WHOLE))


@OPERATIONS.add(
    "PATCH",
    f"/{_WHOLE}/{{id}}",
    needs=PROTECT_ACTIONS,
    answers=DONE,
    body=opened({"authenticationContextId": MAYBE_TEXT}, needed=("authenticationContextId",)),
)
def change_action(call: Call) -> Answer:
    """Require the context `authenticationContextId` for an action, or none (null)."""
    action, body = _action(call), call.document
    context = body.get("authenticationContextId")
    given = "authenticationContextId" in body
    if not given or not (context is None or (isinstance(context, str) and context)):
        raise ApiError(
            400, "BadRequest", "expected an id such as `c1`, or null, in `authenticationContextId`"
        )
    protect(call.store, call.server.snapshots, action, context, by=call.actor)
    call.server.snapshots.refresh()
    return Answer(204)


def _action(call: Call) -> ProtectedAction:
    folded = call.path["id"].casefold()
    for each in ProtectedAction:
        if _id(each).casefold() == folded:
            return each
    raise ApiError(404, "ResourceNotFound", "there is no such action that can be protected")


def _id(action: ProtectedAction) -> str:
    """Write an id as Graph does: `microsoft.directory-namedLocations-create-post`."""
    return f"{action.value.replace('/', '-')}-{_verb(action).casefold()}"


def _verb(action: ProtectedAction) -> str:
    return _VERBS[action.value.rpartition("/")[2]]


def _shown(call: Call, action: ProtectedAction) -> dict[str, Any]:
    return {
        "id": _id(action),
        "name": action.value,
        "actionVerb": _verb(action),
        "description": None,
        "isAuthenticationContextSettable": True,
        "authenticationContextId": contexts_required(call.store).get(action.value),
    }
