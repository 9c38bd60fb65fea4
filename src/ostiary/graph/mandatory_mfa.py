"""`policies/mandatoryMultifactorAuthentication` (ours): who changes resources needs it or does not.

Entra has no such object: there Microsoft decides (entra-docs identity/authentication/
concept-mandatory-multifactor-authentication). The management API asks for it.
"""

from __future__ import annotations

from typing import Final

from ostiary.administration.mandatory_mfa import mfa_required_for_changes, require_mfa_for_changes
from ostiary.graph.answers import entity
from ostiary.graph.permissions import READ_POLICIES, REQUIRE_MFA
from ostiary.graph.shapes import DONE, told
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.http.shapes import FLAG, TEXT, Named, opened, whole

OPERATIONS: Final = Operations()
_PATH: Final = "policies/mandatoryMultifactorAuthentication"
_MEMBER: Final = "isRequiredForResourceChanges"
_TYPE: Final = Named(
    "ostiary.mandatoryMultifactorAuthentication", whole({"id": TEXT, _MEMBER: FLAG})
)


@OPERATIONS.add(
    "GET",
    f"/{_PATH}",
    needs=READ_POLICIES,
    answers=told(_TYPE),
)
def tell_mandatory_mfa(call: Call) -> Answer:
    """Tell whether changes of resources need multifactor authentication."""
    shown = {
        "id": "mandatoryMultifactorAuthentication",
        _MEMBER: mfa_required_for_changes(call.store),
    }
    return Answer(body=entity(call, shown, _PATH))


@OPERATIONS.add(
    "PATCH",
    f"/{_PATH}",
    needs=REQUIRE_MFA,
    answers=DONE,
    body=opened({_MEMBER: FLAG}, needed=(_MEMBER,)),
)
def change_mandatory_mfa(call: Call) -> Answer:
    """Require multifactor authentication for changes of resources, or no longer."""
    wanted = call.document.get(_MEMBER)
    if not isinstance(wanted, bool):
        raise ApiError(400, "BadRequest", f"expected true or false in `{_MEMBER}`")
    require_mfa_for_changes(call.store, call.server.snapshots, wanted, by=call.actor)
    call.server.snapshots.refresh()
    return Answer(204)
