"""BG04: every operation and function that changes something is guarded, or is here with the reason.

A new one that is neither fails these tests: guard it (`administration.guard.guarded`), or say why
nobody can lose a way in by it.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

import pytest

from ostiary.administration.guard import guarded
from ostiary.graph.app import API
from tests.administration.reaching import reaches, unguarded_writers

_ASKS = "it changes nothing: Graph asks such questions by POST"
_APPLICATION = "administrators sign in by the service's own applications, which nobody changes"
_SIGNED_OUT = "who is signed out signs in again with what he has"
_GONE = "what is purged was deleted before, behind the guard"
_OWN = "what somebody registers, chooses or consents to for himself, after a sign-in, adds a way"
_NEW = "the tenant is being made: nobody gets in yet"
_HOST = "the way back of the host, when the guarded ways are shut; it is audited"
_PERMITTED = "what applications may do, or ask people to be assigned to, is not how one signs in"
_OWNING = "owning an object gives no rights"
_DRILL = "a drill is a row of the audit log: it says what the next sign-in is, and lets nobody in"
_ROLLOUT = "it is written down how far a policy is, and nothing of the policy is changed"
_INSIDE = "it writes into a transaction that its callers have opened, which is guarded"
_AZURE = "resources, roles and billing of Azure: no policy reads them"

UNGUARDED_OPERATIONS: Final = {
    "POST */getMemberGroups": _ASKS,
    "POST */getMemberObjects": _ASKS,
    "POST */checkMemberGroups": _ASKS,
    "POST /identity/conditionalAccess/policies/verdict": _ASKS,
    "POST /identity/conditionalAccess/proofs/*": _ASKS,
    "POST /identity/conditionalAccess/impact": _ASKS,
    "POST /identity/conditionalAccess/impact/signIns": _ASKS,
    "POST /auditLogs/directoryAudits/verify": _ASKS,
    "POST /directoryObjects/getByIds": _ASKS,
    "POST /identity/conditionalAccess/evaluate": _ASKS,
    "* /applications*": _APPLICATION,
    "* /servicePrincipals*": _APPLICATION,
    "* /oauth2PermissionGrants*": _PERMITTED,
    "* */appRoleAssignments*": _PERMITTED,
    "* /groups/{id}/owners/*": _OWNING,
    "* /devices/{id}/registered*": _OWNING,
    "POST /identity/conditionalAccess/emergencyAccess/accounts/{id}/beginDrill": _DRILL,
    "POST /identity/conditionalAccess/rollouts": _ROLLOUT,
    "POST /identity/conditionalAccess/rollouts/{id}/approve": _ROLLOUT,
    "POST /identity/conditionalAccess/rollouts/{id}/excuse": _ROLLOUT,
    "POST /identity/conditionalAccess/rollouts/{id}/stop": _ROLLOUT,
    "POST /users/{id}/revokeSignInSessions": _SIGNED_OUT,
    "POST /me/revokeSignInSessions": _SIGNED_OUT,
    "POST /directoryRoles": _ASKS,
    "POST /$batch": "it changes nothing itself: each request in it is guarded like one alone",
    "DELETE /identity/conditionalAccess/deletedItems/*": _GONE,
    "DELETE /directory/deletedItems/*": _GONE,
}
"""Operations of Graph, without the version, and why the guard need not look."""

UNGUARDED_FUNCTIONS: Final = {
    "administration.applications.*": _APPLICATION,
    "administration.certificates.*": _APPLICATION,
    "administration.managed_identities.*": _APPLICATION,
    "administration.deleted_objects.purge_object": _GONE,
    "administration.grants.*": _PERMITTED,
    "administration.owners.*": _OWNING,
    "administration.people.revoke_sessions": _SIGNED_OUT,
    "administration.plans._group": _INSIDE,
    "administration.policy_objects._keep": _INSIDE,
    "administration.rollouts._keep": _ROLLOUT,
    "administration.rollouts.start_rollout": _ROLLOUT,
    "arm.*": _AZURE,
    "graph.deleted_items.*": _GONE,
    "demo.tenant.*": _NEW,
    "serving.first_setup.*": _NEW,
    "twin.credentials.*": _NEW,
    "serving.identities.*": _AZURE,
    "serving.recovery.*": _HOST,
    "signin.enrolment_links.redeem": _OWN,
    "web.account.end_sessions": _SIGNED_OUT,
    "web.steps.*": _OWN,
}
"""Functions that write to the store, and why the guard need not look."""


def _writing() -> list[str]:
    found = [
        (each, f"{each.method} {each.path.removeprefix(version)}")
        for each in API.operations
        for version in ("/v1.0", "/beta")
        if each.method != "GET" and each.path.startswith(f"{version}/")
    ]
    assert len(found) > 100
    return sorted({name for each, name in found if not reaches(each.handler, guarded)})


@pytest.mark.parametrize(
    ("found", "table"),
    [(_writing(), UNGUARDED_OPERATIONS), (sorted(unguarded_writers()), UNGUARDED_FUNCTIONS)],
    ids=["operations", "functions"],
)
def test_BG04_what_is_not_guarded_has_a_reason(found: list[str], table: dict[str, str]) -> None:
    without = [name for name in found if not any(fnmatchcase(name, each) for each in table)]
    assert not without, "neither guarded nor in the table of this test"
    idle = [each for each in table if not any(fnmatchcase(name, each) for name in found)]
    assert not idle, "in the table of this test, but guarded or gone"


def test_a_change_that_is_guarded_reaches_the_guard_and_a_question_does_not() -> None:
    handlers = {f"{each.method} {each.path}": each.handler for each in API.operations}
    assert reaches(handlers["PATCH /v1.0/users/{id}"], guarded)
    assert reaches(handlers["POST /beta/identity/conditionalAccess/policies"], guarded)
    assert not reaches(handlers["GET /v1.0/users/{id}"], guarded)
