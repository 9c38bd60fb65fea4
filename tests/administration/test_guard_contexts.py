"""BG04, BG07: what a protected action requires has to be possible for administrators."""

from __future__ import annotations

import pytest

from ostiary.administration.guard import LockedOut
from ostiary.administration.policy_objects import PolicyRequest, change
from ostiary.administration.protected_actions import protect
from ostiary.administration.required_contexts import ProtectedAction, contexts_required
from ostiary.directory.protocols import SYSTEM
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject
from tests.administration.guarding import BLOCK, BY_ASTRID, MFA, make, policy
from tests.web.serving import ASTRID, LIFEBOAT, Served

UPDATE = ProtectedAction.UPDATE_POLICY
CONTEXTS = "identity/conditionalAccess/authenticationContextClassReferences"


def _of_context(
    excluded: tuple[str, ...] = (), platforms: tuple[str, ...] = ("all",)
) -> JsonObject:
    return {
        "clientAppTypes": ["all"],
        "users": {"includeUsers": ["All"], "excludeUsers": list(excluded)},
        "applications": {"includeAuthenticationContextClassReferences": ["c1"]},
        "platforms": {"includePlatforms": list(platforms)},
    }


@pytest.fixture
def stepping(safe: Served) -> Served:
    """The tenant with a published authentication context."""
    document = {"id": "c1", "displayName": "Changing policies", "isAvailable": True}
    safe.service.store.contexts.create(document, by=SYSTEM)
    return safe


def _protect(served: Served, action: ProtectedAction, context: str | None = "c1") -> None:
    protect(served.service.store, served.service.snapshots, action, context, by=BY_ASTRID)


def _patch(served: Served, body: JsonObject | None, method: str = "PATCH") -> int:
    request = PolicyRequest(method, f"{CONTEXTS}/c1", body, "v1.0", "https://localhost", "r")
    service = served.service
    return change(service.store, service.snapshots, request, by=BY_ASTRID).response.status


@pytest.mark.parametrize("action", list(ProtectedAction)[:3])
def test_BG07_a_context_that_the_emergency_account_cannot_satisfy_is_not_required(
    stepping: Served, action: ProtectedAction
) -> None:
    make(stepping, policy(_of_context(), MFA))
    with pytest.raises(LockedOut) as refused:
        _protect(stepping, action)
    found = refused.value
    assert [each.id for each in found.accounts] == [LIFEBOAT]
    assert not found.others
    assert [name for _, name in found.accounts[0].policies] == ["Require MFA for Azure management"]
    request = found.accounts[0].request
    assert request is not None
    assert request["signInContext"]["authenticationContextValue"] == "c1"
    assert contexts_required(stepping.service.store) == {}
    make(stepping, policy(_of_context((LIFEBOAT,)), MFA))
    _protect(stepping, action)


def test_BG07_a_policy_on_a_required_context_is_guarded_like_one_on_the_admin_center(
    stepping: Served,
) -> None:
    make(stepping, policy(_of_context(), BLOCK))
    make(stepping, policy(_of_context(), BLOCK, "disabled"))
    _protect(stepping, UPDATE)
    with pytest.raises(LockedOut) as refused:
        make(stepping, policy(_of_context(), BLOCK))
    assert {each.id for each in refused.value.accounts} == {ASTRID, LIFEBOAT}
    make(stepping, policy(_of_context((ASTRID, LIFEBOAT)), BLOCK))


def test_BG07_a_context_for_locations_alone_locks_nobody_out(stepping: Served) -> None:
    make(stepping, policy(_of_context(), BLOCK))
    _protect(stepping, ProtectedAction.CREATE_LOCATION)


def test_BG07_context_and_admin_center_have_to_be_open_in_the_same_sign_in(
    stepping: Served,
) -> None:
    """Each is open on some platform, and both on none: no token would change a policy."""
    store = stepping.service.store
    blocked = {
        "displayName": "Admin center on Windows only",
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "users": {"includeUsers": ["All"]},
            "applications": {"includeApplications": ["All"]},
            "platforms": {"includePlatforms": ["all"], "excludePlatforms": ["windows"]},
        },
        "grantControls": BLOCK,
    }
    make(stepping, lambda work: work.policies.create(blocked, by=BY_ASTRID))
    make(stepping, policy(_of_context(platforms=("windows",)), BLOCK))
    revision = store.revision()
    with pytest.raises(LockedOut) as refused:
        _protect(stepping, UPDATE)
    assert store.revision() == revision
    tenant = stepping.service.snapshots.refresh().tenant
    for each in refused.value.accounts:
        assert each.request is not None
        assert tenant.decide(each.request).outcome.value != "grant"


def test_BG07_a_required_context_stays_published_and_is_not_deleted(stepping: Served) -> None:
    _protect(stepping, ProtectedAction.DELETE_LOCATION)
    store = stepping.service.store
    with pytest.raises(InputError, match="has to stay published"):
        _patch(stepping, {"isAvailable": False})
    with pytest.raises(InputError, match="has to stay published"):
        make(stepping, lambda work: work.contexts.delete("c1", by=BY_ASTRID))
    assert store.contexts.need("c1").document["isAvailable"] is True
    _protect(stepping, ProtectedAction.DELETE_LOCATION, None)
    assert _patch(stepping, {"isAvailable": False}) == 204
    assert _patch(stepping, None, "DELETE") == 204
