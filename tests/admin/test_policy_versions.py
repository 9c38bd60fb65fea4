"""Versions of a policy: what each changed, two compared, one brought back; deleted ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR, SECURITY_READER
from tests.admin.pages import Admin, with_role
from tests.admin.test_policies import BLOCK_ALL, state_of
from tests.admin.test_policy_form import stored
from tests.web.serving import ASTRID, LIFEBOAT, POLICY

VERSIONS = f"/admin/policies/{POLICY}/versions"
DELETED = "/admin/policies/deleted"
STRENGTH = {"id": "00000000-0000-0000-0000-000000000004"}


def change(admin: Admin, **members: Any) -> None:
    """Change the policy, as somebody else."""
    admin.served.change_policy(POLICY, members)


def three(admin: Admin) -> None:
    """Give the policy three versions."""
    conditions = stored(admin, POLICY)["conditions"]
    users = {"includeUsers": ["All"], "excludeUsers": [LIFEBOAT, ASTRID]}
    change(admin, conditions={**conditions, "users": users})
    change(
        admin,
        grantControls={
            "operator": "OR",
            "builtInControls": [],
            "authenticationStrength": STRENGTH,
        },
    )


def test_each_version_says_who_changed_what_in_names(admin: Admin) -> None:
    three(admin)
    admin.sign_in(path=VERSIONS)
    page = admin.said
    assert "Users or workload identities: Exclude users: + Astrid Moe" in page
    assert (
        "Grant: Require multifactor authentication \N{RIGHTWARDS ARROW} "
        "Require authentication strength Phishing-resistant MFA"
    ) in page
    assert "Policy created" in page
    assert page.index("Version 3") < page.index("Version 2") < page.index("Version 1 ")


def test_any_two_are_compared_the_older_first(admin: Admin) -> None:
    three(admin)
    admin.sign_in(path=f"{VERSIONS}?one=3&other=1")
    page = admin.said
    assert "From version 1 to version 3" in page
    found = page.partition("From version 1 to version 3")[2].partition("Changed by")[0]
    assert "+ Astrid Moe" in found
    assert "Phishing-resistant MFA" in found
    admin.open(f"{VERSIONS}?one=2&other=2")
    assert "From version" not in admin.said
    admin.open(f"{VERSIONS}?one=x&other=99&before=%00")
    assert admin.status == 200


def test_a_long_history_is_shown_in_parts(admin: Admin) -> None:
    for number in range(2, 36):
        change(admin, displayName=f"Name {number}")
    admin.sign_in(path=VERSIONS)
    assert "Name: Name 34 → Name 35" in admin.said
    assert "Version 6 " in admin.said
    assert f'href="{VERSIONS}?before=6"' in admin.text
    admin.open(f"{VERSIONS}?before=6")
    assert "Name: Require MFA for Azure management → Name 2" in admin.said


def test_a_version_comes_back_and_says_before_what_that_changes(admin: Admin) -> None:
    three(admin)
    admin.sign_in(path=f"{VERSIONS}/1")
    page = admin.said
    assert "Exclude users: \N{MINUS SIGN} Astrid Moe" in page
    admin.press("Restore this version")
    assert "The policy has the settings of that version again." in admin.text
    assert stored(admin, POLICY)["conditions"]["users"]["excludeUsers"] == [LIFEBOAT]
    newest = admin.served.service.store.audit.newest(limit=1)[0].row
    assert newest["actor"]["id"] == ASTRID
    admin.open(f"{VERSIONS}/1")
    assert "The policy has these settings now." in admin.said
    assert "Restore this version" not in admin.said


def test_a_version_does_not_overwrite_what_somebody_else_changed(admin: Admin) -> None:
    three(admin)
    admin.sign_in(path=f"{VERSIONS}/1")
    change(admin, displayName="Renamed meanwhile")
    admin.press("Restore this version")
    assert admin.status == 412
    assert "Nothing was changed." in admin.text
    assert stored(admin, POLICY)["displayName"] == "Renamed meanwhile"


def test_a_version_that_locks_out_is_refused_and_may_be_overridden(admin: Admin) -> None:
    with_role(admin.served, GLOBAL_ADMINISTRATOR)
    with_role(admin.served, GLOBAL_ADMINISTRATOR, LIFEBOAT)
    store = admin.served.service.store
    made = store.policies.create({**BLOCK_ALL, "state": "enabled"}, by=SYSTEM)
    store.policies.modify(made.id, {"state": "disabled"}, by=SYSTEM)
    admin.sign_in(path=f"/admin/policies/{made.id}/versions/1")
    admin.press("Restore this version")
    assert admin.status == 409
    assert "Block everybody" in admin.text
    assert state_of(admin, made.id) == "disabled"
    admin.press("Restore this version", reason="a drill of the way back, agreed with everybody")
    assert state_of(admin, made.id) == "enabled"


def test_a_deleted_policy_is_listed_told_and_comes_back(admin: Admin) -> None:
    before = stored(admin, POLICY)
    admin.sign_in(path=f"/admin/policies/{POLICY}")
    admin.press("Delete policy")
    gone = admin.served.clock.now() + timedelta(days=30)
    admin.open(DELETED)
    assert "Require MFA for Azure management" in admin.text
    assert f"{gone:%Y-%m-%d}" in admin.text
    admin.open(VERSIONS)
    assert "Policy deleted" in admin.said
    admin.open(f"{VERSIONS}/1")
    assert "restore it before one of its versions" in admin.said
    admin.open(f"{DELETED}/{POLICY}")
    assert "Lifeboat" in admin.text
    admin.press("Restore policy")
    assert "The policy was restored." in admin.text
    assert stored(admin, POLICY) == before


def test_a_policy_that_cannot_come_back_says_why(admin: Admin) -> None:
    with_role(admin.served, GLOBAL_ADMINISTRATOR)
    with_role(admin.served, GLOBAL_ADMINISTRATOR, LIFEBOAT)
    store = admin.served.service.store
    made = store.policies.create({**BLOCK_ALL, "state": "enabled"}, by=SYSTEM)
    store.policies.delete(made.id, by=SYSTEM)
    admin.sign_in(path=f"{DELETED}/{made.id}")
    admin.press("Restore policy")
    assert admin.status == 409
    assert "Block everybody" in admin.text
    assert store.policies.get(made.id) is None


def test_a_policy_is_deleted_permanently_after_a_question(admin: Admin) -> None:
    admin.sign_in(path=f"/admin/policies/{POLICY}")
    admin.press("Delete policy")
    admin.open(f"{DELETED}/{POLICY}/purge")
    assert "cannot be restored" in admin.said
    admin.press("Delete permanently")
    assert "The policy was deleted permanently." in admin.text
    newest = admin.served.service.store.audit.newest(limit=1)[0].row
    assert newest["activity"] == "Hard delete conditional access policy"
    admin.open(f"{DELETED}/{POLICY}")
    assert admin.status == 404


def test_a_reader_sees_versions_and_deleted_policies_and_no_button(admin: Admin) -> None:
    three(admin)
    store = admin.served.service.store
    store.policies.delete(POLICY, by=SYSTEM)
    for each in store.roles.all():
        store.roles.delete(each.id, by=SYSTEM)
    with_role(admin.served, SECURITY_READER)
    admin.sign_in(path=f"{DELETED}/{POLICY}")
    assert "Restore policy" not in admin.text
    assert "Delete permanently" not in admin.text
    sent = {"csrf": admin.browser.form()[1]["csrf"]}
    admin.open(f"{DELETED}/{POLICY}/purge")
    assert admin.status == 403
    for path in (f"{DELETED}/{POLICY}/restore", f"{DELETED}/{POLICY}/purge"):
        admin.browser.send(path, sent)
        assert admin.status == 403
    assert store.policies.get(POLICY) is None
    assert store.deleted.all(store.policies.collection)
