"""Protected actions at the admin center: which context each asks for, and who may say so."""

from __future__ import annotations

from ostiary.administration.required_contexts import PROTECTED_ACTIONS, ProtectedAction
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import SECURITY_READER
from tests.admin.pages import Admin, with_role

PAGE = "/admin/protected-actions"
CREATE = f"{PAGE}/microsoft.directory-conditionalAccessPolicies-create-post"
NAME = ProtectedAction.CREATE_POLICY.value


def make(admin: Admin) -> None:
    """Keep the published context c1."""
    document = {"id": "c1", "displayName": "Trade secrets", "isAvailable": True}
    admin.served.service.store.contexts.create(document, by=SYSTEM)


def required(admin: Admin) -> dict[str, str]:
    """Give what is asked for now."""
    return dict(admin.served.service.store.singles.value_of(PROTECTED_ACTIONS))


def test_an_action_asks_for_a_context_and_for_none_again(admin: Admin) -> None:
    make(admin)
    admin.sign_in(path=PAGE)
    assert "Create Conditional Access policies" in admin.text
    admin.send(CREATE, context="c1")
    assert "The protected action was saved." in admin.text, admin.refusal
    assert required(admin) == {NAME: "c1"}
    assert '<option value="c1" selected>' in admin.text
    admin.send(CREATE, context="")
    assert required(admin) == {}


def test_a_context_that_is_not_there_is_refused_in_place(admin: Admin) -> None:
    admin.sign_in(path=PAGE)
    assert "published to apps" in admin.text
    admin.send(CREATE, context="c9")
    assert admin.status == 404
    assert "there is no authentication context `c9`" in admin.text
    assert required(admin) == {}


def test_a_security_reader_sees_and_cannot_change(admin: Admin) -> None:
    make(admin)
    store = admin.served.service.store
    store.singles.write(PROTECTED_ACTIONS, {NAME: "c1"}, by=SYSTEM)
    for each in store.roles.all():
        store.roles.delete(each.id, by=SYSTEM)
    with_role(admin.served, SECURITY_READER)
    admin.sign_in(path=PAGE)
    assert "Trade secrets" in admin.text
    assert f'action="{PAGE}' not in admin.text
    token = admin.text.partition('name="csrf" value="')[2].partition('"')[0]
    admin.browser.send(CREATE, {"csrf": token, "context": ""})
    assert admin.status == 403
    assert required(admin) == {NAME: "c1"}
