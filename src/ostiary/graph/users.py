"""`users`: list, tell, change, sign out.

Source: api-reference user-list, user-get, user-update, user-revokesigninsessions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ostiary.administration.people import change_user, revoke_sessions
from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.directory.documents import Stored
from ostiary.directory.store import Aggregates
from ostiary.graph.answers import context, if_match
from ostiary.graph.directory_objects import DirectoryResource, absent, declare_reading, one
from ostiary.graph.permissions import READ_USERS, WRITE_USERS
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject, is_list

OPERATIONS: Final = Operations()
_AT_ONCE: Final = 500
_TEXTS: Final = frozenset(
    {
        "city",
        "companyName",
        "country",
        "department",
        "displayName",
        "employeeId",
        "givenName",
        "jobTitle",
        "mail",
        "mobilePhone",
        "officeLocation",
        "postalCode",
        "preferredLanguage",
        "state",
        "streetAddress",
        "surname",
        "usageLocation",
    }
)
_NEEDED: Final = frozenset({"displayName"})


def _named(store: Aggregates, name: str) -> Sequence[Stored]:
    found: list[Stored] = []
    while True:
        after = found[-1].id if found else ""
        chunk = store.users.search(name, after=after, limit=_AT_ONCE)
        found += chunk
        if len(chunk) < _AT_ONCE:
            return found


USERS: Final = DirectoryResource(
    "users",
    "User",
    lambda store: store.users,
    plain={
        "businessPhones": [],
        "displayName": None,
        "givenName": None,
        "jobTitle": None,
        "mail": None,
        "mobilePhone": None,
        "officeLocation": None,
        "preferredLanguage": None,
        "surname": None,
        "userPrincipalName": None,
    },
    default=(
        "businessPhones",
        "displayName",
        "givenName",
        "jobTitle",
        "mail",
        "mobilePhone",
        "officeLocation",
        "preferredLanguage",
        "surname",
        "userPrincipalName",
        "id",
    ),
    never=frozenset({"passwordProfile"}),
    quickly={
        "id": lambda store, value: one(store.users.get(value)),
        "userprincipalname": lambda store, value: one(store.users.by_name(value)),
        "displayname": _named,
    },
)


def user_of(store: Aggregates, name: str) -> Stored:
    """Give a user by id or by the name he signs in with. Raises ApiError (404)."""
    found = store.users.get(name) or store.users.by_name(name)
    if found is None:
        raise absent(name)
    return found


declare_reading(OPERATIONS, USERS, needs=READ_USERS, get=user_of)


@OPERATIONS.add("PATCH", "/users/{id}", needs=WRITE_USERS)
def patch_user(call: Call) -> Answer:
    """Give members of a user other values; disabling him ends his sessions."""
    found = user_of(call.store, call.path["id"])
    _require_rank(call, found.id)
    members = _changes(call.document)
    change_user(
        call.store,
        call.server.snapshots,
        found.id,
        members,
        by=call.actor,
        expected=if_match(call),
    )
    call.server.snapshots.refresh()
    return Answer(204)


@OPERATIONS.add("POST", "/users/{id}/revokeSignInSessions", needs=WRITE_USERS)
def revoke_sign_in_sessions(call: Call) -> Answer:
    """End all sessions and refresh tokens of a user."""
    found = user_of(call.store, call.path["id"])
    _require_rank(call, found.id)
    revoke_sessions(call.store, found.id, by=call.actor)
    return Answer(body={"@odata.context": context(call, "Edm.Boolean"), "value": True})


def _require_rank(call: Call, user_id: str) -> None:
    """Let only a Global Administrator change who holds a role (checklist AD03).

    Source: entra-docs role-based-access-control/privileged-roles-permissions, who can perform
    sensitive actions. Himself everybody may sign out, and an application holds no role to weigh.
    """
    if GLOBAL_ADMINISTRATOR in call.directory_roles or user_id == call.token.object_id:
        return
    if call.snapshot.roles.get(user_id):
        raise ApiError(
            403,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation: the user holds a directory role, "
            "and only a Global Administrator may change him.",
        )


def _changes(document: JsonObject) -> dict[str, Any]:
    """Read a PATCH. Raises ApiError (400) naming everything that is wrong."""
    wrong = [sentence for name, value in document.items() if (sentence := _wrong(name, value))]
    if wrong:
        details = [{"code": "BadRequest", "message": each} for each in wrong]
        raise ApiError(400, "Request_BadRequest", wrong[0], details=details)
    return {name: value for name, value in document.items() if not name.startswith("@")}


def _wrong(name: str, value: object) -> str:
    if name.startswith("@"):
        return ""
    if name == "accountEnabled":
        return "" if isinstance(value, bool) else f"expected true or false in `{name}`"
    if name == "businessPhones":
        texts = is_list(value) and all(isinstance(each, str) for each in value)
        return "" if texts else f"expected a list of texts in `{name}`"
    if name not in _TEXTS:
        return f"the property `{name[:60]}` cannot be changed here"
    if value is None and name not in _NEEDED:
        return ""
    return "" if isinstance(value, str) and value else f"expected a text in `{name}`"
