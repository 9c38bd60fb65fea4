"""Sessions of a user, and the end of everything he proves himself by (ours; Graph has neither).

Entra's admin center does the second by *Require re-register multifactor authentication* without
a documented operation. Sessions are told as the store knows them, never their secrets.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.administration.methods import reset_methods
from ostiary.administration.people import revoke_sessions
from ostiary.directory.sessions import Session
from ostiary.graph.answers import page, selected, told
from ostiary.graph.directory_permissions import METHOD_READERS, RISK_READERS, WRITE_METHODS
from ostiary.graph.methods import require_methods_of
from ostiary.graph.permissions import READ_USERS, USER_WRITERS, Allowed
from ostiary.graph.policy_calls import OVERRIDABLE, override_of
from ostiary.graph.shapes import DONE, listed
from ostiary.graph.users import user_of
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations
from ostiary.http.shapes import FLAG, TEXT, TEXTS, TIME, Named, closed
from ostiary.signin.shown import read_shown

OPERATIONS: Final = Operations()
READ_SESSIONS: Final = Allowed(
    READ_USERS.delegated, READ_USERS.application, USER_WRITERS | METHOD_READERS | RISK_READERS
)
_SESSION: Final = Named(
    "signInSession",
    closed(
        {
            "id": TEXT,
            "createdDateTime": TIME,
            "lastSeenDateTime": TIME,
            "expirationDateTime": TIME,
            "isPersistent": FLAG,
            "methods": TEXTS,
        }
    ),
)


@OPERATIONS.add("GET", "/users/{id}/signInSessions", needs=READ_SESSIONS, answers=listed(_SESSION))
def list_sessions(call: Call) -> Answer:
    """List the sessions of a user in browsers that have not ended, the latest first."""
    user = user_of(call.store, call.path["id"])
    found = [selected(call, _shown(each)) for each in call.store.sessions.of_user(user.id)]
    return page(call, found, f"users('{user.id}')/signInSessions")


@OPERATIONS.add(
    "POST",
    "/users/{id}/authentication/requireReregistration",
    needs=WRITE_METHODS,
    schema=OVERRIDABLE,
    answers=DONE,
)
def require_reregistration(call: Call) -> Answer:
    """Remove everything but the password, and end all sessions: he registers anew."""
    user = user_of(call.store, call.path["id"])
    require_methods_of(call, user.id)
    reset_methods(
        call.store, call.server.snapshots, user.id, by=call.actor, override=override_of(call)
    )
    # Whoever has a lost device may be signed in with it.
    revoke_sessions(call.store, user.id, by=call.actor)
    call.server.snapshots.refresh()
    return Answer(204)


def _shown(session: Session) -> dict[str, Any]:
    shown = read_shown(session.document.get("shown") or ())
    return {
        "id": session.sid,
        "createdDateTime": told(session.created),
        "lastSeenDateTime": told(session.seen),
        "expirationDateTime": told(session.expires),
        "isPersistent": session.document.get("stays") is True,
        "methods": [each.factor.value.title for each in shown],
    }
