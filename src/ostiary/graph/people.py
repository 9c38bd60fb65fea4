"""`me`: who signed in."""

from __future__ import annotations

from typing import Final

from ostiary.graph.answers import entity
from ostiary.graph.permissions import READ_ME
from ostiary.graph.shapes import told
from ostiary.graph.users import USERS
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations

OPERATIONS: Final = Operations()


@OPERATIONS.add("GET", "/me", needs=READ_ME, answers=told(USERS.type))
def get_me(call: Call) -> Answer:
    """Tell the signed-in user."""
    found = call.store.users.get(call.token.object_id)
    if found is None:
        raise ApiError(404, "Request_ResourceNotFound", "the signed-in user was deleted")
    return Answer(body=entity(call, USERS.answered(call, found.document), "users"))
