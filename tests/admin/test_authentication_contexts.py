"""Authentication contexts at the admin center: made, published, kept while they are used."""

from __future__ import annotations

from typing import Any

from ostiary.administration.required_contexts import PROTECTED_ACTIONS, ProtectedAction
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import SECURITY_READER
from tests.admin.pages import Admin, with_role
from tests.web.serving import PLACES

LIST = "/admin/authentication-contexts"
NEW, ONE = f"{LIST}/new", f"{LIST}/c1"


def stored(admin: Admin, context: str = "c1") -> dict[str, Any]:
    """Give a context as the store has it."""
    found = admin.served.service.store.contexts.get(context)
    assert found is not None
    return dict(found.document)


def make(admin: Admin, **members: Any) -> None:
    """Keep context c1."""
    document = {"id": "c1", "displayName": "Trade secrets", "isAvailable": True, **members}
    admin.served.service.store.contexts.create(document, by=SYSTEM)


def require(admin: Admin) -> None:
    """Let a policy be about context c1."""
    found = admin.served.service.store.policies.get(PLACES)
    assert found is not None
    applications = {"includeAuthenticationContextClassReferences": ["c1"]}
    conditions = {**found.document["conditions"], "applications": applications}
    admin.served.change_policy(PLACES, {"conditions": conditions})


def test_a_context_is_made_under_the_first_free_id(admin: Admin) -> None:
    make(admin)
    admin.sign_in(path=NEW)
    assert '<option value="c1"' not in admin.text
    admin.send(NEW, name="Payroll", description="Salaries", id="c2")
    assert "The authentication context was created." in admin.text, admin.refusal
    expected = {"displayName": "Payroll", "description": "Salaries", "isAvailable": True}
    assert stored(admin, "c2") == {"id": "c2", **expected}
    assert admin.text.index("Trade secrets") < admin.text.index("Payroll")


def test_a_refusal_keeps_what_was_typed(admin: Admin) -> None:
    admin.sign_in(path=NEW)
    make(admin)
    admin.send(NEW, name="Payroll", description="Salaries", id="c1")
    assert admin.status == 409
    assert "`c1` exists already" in admin.text
    assert 'value="Payroll"' in admin.text
    assert stored(admin)["displayName"] == "Trade secrets"


def test_a_context_is_unpublished_before_it_is_deleted(admin: Admin) -> None:
    make(admin)
    admin.sign_in(path=ONE)
    assert "Unpublish it first." in admin.text
    admin.send(ONE, published=[])
    assert stored(admin)["isAvailable"] is False
    admin.send(f"{ONE}/delete")
    assert "The authentication context was deleted." in admin.text
    assert admin.served.service.store.contexts.get("c1") is None


def test_policies_and_protected_actions_that_use_a_context_are_shown(admin: Admin) -> None:
    make(admin, isAvailable=False)
    require(admin)
    admin.sign_in(path=ONE)
    assert "Only from the office" in admin.text
    assert "Take it out of them first." in admin.text
    store = admin.served.service.store
    store.policies.delete(PLACES, by=SYSTEM)
    store.contexts.modify("c1", {"isAvailable": True}, by=SYSTEM)
    action = ProtectedAction.CREATE_LOCATION.value
    store.singles.write(PROTECTED_ACTIONS, {action: "c1"}, by=SYSTEM)
    admin.open(ONE)
    assert action in admin.text
    admin.open(LIST)
    assert "Protected actions: " in admin.text


def test_a_change_by_somebody_else_is_not_overwritten(admin: Admin) -> None:
    make(admin)
    admin.sign_in(path=ONE)
    admin.served.service.store.contexts.modify("c1", {"description": "Recipes"}, by=SYSTEM)
    admin.send(ONE, name="Mine")
    assert admin.status == 412
    assert stored(admin)["displayName"] == "Trade secrets"
    assert "Open what is there now" in admin.text


def test_a_security_reader_sees_and_cannot_change(admin: Admin) -> None:
    make(admin)
    store = admin.served.service.store
    for each in store.roles.all():
        store.roles.delete(each.id, by=SYSTEM)
    with_role(admin.served, SECURITY_READER)
    admin.sign_in(path=LIST)
    assert NEW not in admin.text
    admin.open(ONE)
    assert "Trade secrets" in admin.text
    assert f'action="{LIST}' not in admin.text
    token = admin.text.partition('name="csrf" value="')[2].partition('"')[0]
    for path in (NEW, ONE, f"{ONE}/delete"):
        admin.browser.send(path, {"csrf": token, "id": "c2", "name": "Mine"})
        assert admin.status == 403
    assert stored(admin)["displayName"] == "Trade secrets"
