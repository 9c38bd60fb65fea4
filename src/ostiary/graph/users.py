"""`users`: list, tell, add, change, remove, sign out.

Source: api-reference user-list, user-get, user-post-users, user-update, user-delete,
user-revokesigninsessions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ostiary.administration import people
from ostiary.administration.new_passwords import NewPassword, new_password
from ostiary.directory.documents import Stored
from ostiary.directory.store import Aggregates
from ostiary.graph.answers import context, entity, etag_header, if_match, told
from ostiary.graph.bodies import (
    FLAG,
    OBJECT,
    TEXT,
    TEXTS,
    Members,
    answer_shapes,
    body_shape,
    one_of,
    written,
)
from ostiary.graph.directory_objects import DirectoryResource, declare_reading, one
from ostiary.graph.permissions import READ_USERS, REVOKE_OWN, WRITE_USERS
from ostiary.graph.policy_calls import OVERRIDABLE, override_of
from ostiary.graph.ranks import denied, require_rank
from ostiary.graph.removing import removed
from ostiary.graph.shapes import DONE, MAYBE_TIME, YES, made
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject
from ostiary.secrecy.secret import Secret

OPERATIONS: Final = Operations()
MANAGER: Final = "manager"
"""The member of a document that names a user's manager by id; it has an address of its own."""
_AT_ONCE: Final = 500
_PLAIN_TEXTS: Final = (
    "city",
    "companyName",
    "country",
    "department",
    "employeeId",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "onPremisesImmutableId",
    "postalCode",
    "preferredLanguage",
    "state",
    "streetAddress",
    "surname",
    "usageLocation",
)
_PASSWORD: Final[Members] = {
    "password": TEXT.needed,
    "forceChangePasswordNextSignIn": FLAG,
    "forceChangePasswordNextSignInWithMfa": FLAG,
}
_MEMBERS: Final[Members] = {
    **dict.fromkeys(_PLAIN_TEXTS, TEXT),
    "accountEnabled": FLAG,
    "businessPhones": TEXTS,
    "displayName": TEXT.needed,
    "mailNickname": TEXT.needed,
    "passwordProfile": replace(OBJECT, shape=body_shape(_PASSWORD, needed=("password",))).needed,
    "userPrincipalName": TEXT.needed,
    "userType": one_of("Member", "Guest"),
}
_FIRST: Final = ("accountEnabled", "displayName", "mailNickname", "userPrincipalName")


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
    never=frozenset({"passwordProfile", MANAGER}),
    ordered={"displayName": False, "userPrincipalName": False, "createdDateTime": True},
    columns={"displayName": "display_name", "userPrincipalName": "principal_name"},
    written=frozenset({"accountEnabled", "userType"}),
    expands=frozenset({"memberOf", "transitiveMemberOf", "ownedObjects"}),
    members={
        **{
            name: each
            for name, each in answer_shapes(_MEMBERS).items()
            if name != "passwordProfile"
        },
        "createdDateTime": MAYBE_TIME,
    },
    quickly={
        "id": lambda store, value: one(store.users.get(value)),
        "userprincipalname": lambda store, value: one(store.users.by_name(value)),
        "displayname": _named,
    },
)


def user_of(store: Aggregates, name: str) -> Stored:
    """Give a user by id or by the name he signs in with. Raises ApiError (404)."""
    found = store.users.get(name) or store.users.by_name(name)
    return found or USERS.get(store, name)


declare_reading(OPERATIONS, USERS, needs=READ_USERS, get=user_of)


@OPERATIONS.add(
    "POST",
    "/users",
    needs=WRITE_USERS,
    answers=made(USERS.type),
    body=body_shape(_MEMBERS, needed=(*_FIRST, "passwordProfile")),
)
def create_user(call: Call) -> Answer:
    """Add a user with a first password."""
    members = written(call.document, _MEMBERS, needed=(*_FIRST, "passwordProfile"))
    password = _password(call, members.pop("passwordProfile"), members, only_factor=True)
    document = {
        "userType": "Member",
        **{name: value for name, value in members.items() if value is not None},
        "id": call.server.randomness.object_id(),
        "createdDateTime": told(call.asked.at),
    }
    added = people.create_user(call.store, call.server.snapshots, document, password, by=call.actor)
    call.server.snapshots.refresh()
    body = entity(call, USERS.answered(call, added.document), "users")
    return Answer(201, body, etag_header(added.etag))


@OPERATIONS.add(
    "PATCH",
    "/users/{id}",
    needs=WRITE_USERS,
    schema=OVERRIDABLE,
    answers=DONE,
    body=body_shape(_MEMBERS),
)
def patch_user(call: Call) -> Answer:
    """Give members of a user other values; disabling him ends his sessions."""
    found = user_of(call.store, call.path["id"])
    require_rank(call, found.id)
    members, password = written(call.document, _MEMBERS), None
    profile = members.pop("passwordProfile", None)
    if profile is not None:
        password = _reset(call, found, profile, {**found.document, **members})
    people.change_user(
        call.store,
        call.server.snapshots,
        found.id,
        members,
        by=call.actor,
        expected=if_match(call),
        password=password,
        override=override_of(call),
    )
    call.server.snapshots.refresh()
    return Answer(204)


@OPERATIONS.add("DELETE", "/users/{id}", needs=WRITE_USERS, schema=OVERRIDABLE, answers=DONE)
def delete_user(call: Call) -> Answer:
    """Remove a user, his methods, memberships and roles; his sessions end."""
    found = user_of(call.store, call.path["id"])
    require_rank(call, found.id)
    return removed(call, people.delete_user, found.id)


@OPERATIONS.add("POST", "/users/{id}/revokeSignInSessions", needs=WRITE_USERS, answers=YES)
def revoke_sign_in_sessions(call: Call) -> Answer:
    """End all sessions and refresh tokens of a user."""
    found = user_of(call.store, call.path["id"])
    require_rank(call, found.id)
    people.revoke_sessions(call.store, found.id, by=call.actor)
    return Answer(body={"@odata.context": context(call, "Edm.Boolean"), "value": True})


@OPERATIONS.add("POST", "/me/revokeSignInSessions", needs=REVOKE_OWN, answers=YES)
def revoke_own_sessions(call: Call) -> Answer:
    """End all sessions and refresh tokens of the signed-in user."""
    people.revoke_sessions(call.store, call.token.object_id, by=call.actor)
    return Answer(body={"@odata.context": context(call, "Edm.Boolean"), "value": True})


def _reset(call: Call, user: Stored, profile: JsonObject, document: JsonObject) -> NewPassword:
    """Reset a password. His own nobody resets: a stolen token would be enough to keep it."""
    if user.id == call.token.object_id:
        raise denied("your own password is changed at the sign-in page, with the present one")
    alone = not call.store.methods.of_user(user.id)
    return _password(call, profile, document, only_factor=alone)


def _password(
    call: Call, profile: JsonObject, document: JsonObject, *, only_factor: bool
) -> NewPassword:
    read = written(profile, _PASSWORD, needed=("password",))
    changed = "forceChangePasswordNextSignIn", "forceChangePasswordNextSignInWithMfa"
    names = ("displayName", "userPrincipalName", "givenName", "surname")
    return new_password(
        Secret(read["password"]),
        # Graph's default: whoever was given a password chooses his own.
        must_change=read.get(changed[0], True) or read.get(changed[1], False),
        passwords=call.server.passwords,
        rules=call.server.password_rules,
        names=[str(document.get(each) or "") for each in names],
        only_factor=only_factor,
    )
