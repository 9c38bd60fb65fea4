"""Guests of whom the export does not tell everything, and ids that look like our own words."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.engine.policyset import PolicySet
from ostiary.model.directory import Directory, Group
from ostiary.model.signin import SignIn, UserIdentity
from ostiary.schema.policy_json import read_policy
from tests.conditions.asking import APPLIES, MAY_APPLY, answer
from tests.tenant.documents import ALICE, STAFF, policy, user

HOME = "77777777-0000-4000-8000-000000000001"
FROM_HOME: dict[str, Any] = {
    "guestOrExternalUserTypes": "b2bCollaborationGuest,internalGuest",
    "externalTenants": {"membershipKind": "enumerated", "members": [HOME]},
}


def _answer(users: dict[str, Any], **guest: Any) -> tuple[bool, str]:
    members = [user(ALICE, "Alice", **guest)]
    return answer({"users": users}, users=members)


@pytest.mark.parametrize(
    "users",
    [
        {"includeGuestsOrExternalUsers": FROM_HOME},
        {"includeUsers": ["All"], "excludeGuestsOrExternalUsers": FROM_HOME},
    ],
)
def test_the_home_of_a_guest_may_be_unknown(users: dict[str, Any]) -> None:
    assert _answer(users, externalUserType="b2bCollaborationGuest") == MAY_APPLY


def test_the_home_of_a_guest_may_be_known() -> None:
    users = {"includeGuestsOrExternalUsers": FROM_HOME}
    guest = {"externalUserType": "b2bCollaborationGuest"}
    assert _answer(users, **guest, homeTenantId=HOME) == APPLIES
    assert _answer(users, **guest, homeTenantId=HOME[::-1]) == (False, "users")


def test_a_local_guest_has_no_home() -> None:
    users = {"includeGuestsOrExternalUsers": FROM_HOME}
    assert _answer(users, externalUserType="internalGuest") == (False, "users")


def test_an_id_that_looks_like_a_group_is_in_no_group() -> None:
    policies = PolicySet(
        [read_policy(policy(users={"includeGroups": [STAFF]}))],
        Directory(groups={STAFF: Group(STAFF, members=(ALICE,))}),
    )
    for identity, mask in ((ALICE, 1), (f"group:{STAFF}", 0)):
        assert policies.match(policies.prepare(SignIn(UserIdentity(identity)))).upper == mask
