"""Emergency access at the admin center: how the accounts stand, who is declared, drills."""

from __future__ import annotations

import pytest

from ostiary.administration.emergency_accounts import declared
from ostiary.directory.objects import SETTINGS
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR
from ostiary.signin.emergency import DRILL_BEGINS
from tests.admin.pages import Admin, with_role
from tests.web.serving import ASTRID, LIFEBOAT, Served

PAGE = "/admin/emergency-access"
DRILL = f"{PAGE}/{LIFEBOAT}/drill"


@pytest.fixture
def rescued(served: Served, admin: Admin) -> Admin:
    """A Global Administrator at a tenant with one declared account."""
    for user in (ASTRID, LIFEBOAT):
        with_role(served, GLOBAL_ADMINISTRATOR, user)
    served.service.store.singles.write(SETTINGS, {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    served.service.snapshots.refresh()
    return admin.sign_in(path=PAGE)


def test_how_an_account_stands_is_told(rescued: Admin) -> None:
    for each in (
        "Can change policies",
        "lifeboat@fjordvik.example",
        "nobody ever signed in with it",
        "1 account(s) can be used; have at least two",
        "neither a webhook nor a mail server is set",
    ):
        assert each in rescued.text, each


def test_a_drill_is_begun_and_audited(rescued: Admin) -> None:
    rescued.send(DRILL)
    assert "The drill has begun" in rescued.text, rescued.refusal
    assert "A drill is under way" in rescued.text
    assert DRILL not in rescued.text
    rows = rescued.served.service.store.audit.newest(activity=DRILL_BEGINS, limit=1)
    assert rows[0].row["actor"]["id"] == ASTRID


def test_accounts_are_declared_and_a_refusal_keeps_what_was_typed(rescued: Admin) -> None:
    store = rescued.served.service.store
    assert "lifeboat@fjordvik.example</textarea>" in rescued.text
    rescued.send(PAGE, declared="lifeboat@fjordvik.example\nnobody@fjordvik.example")
    assert rescued.status == 404
    assert "there is no user or group `nobody@fjordvik.example`" in rescued.text
    assert "nobody@fjordvik.example</textarea>" in rescued.text
    assert declared(store) == (LIFEBOAT,)
    rescued.send(PAGE, declared="")
    assert declared(store) == ()


def test_others_than_global_administrators_see_and_cannot_change(admin: Admin) -> None:
    admin.sign_in(path=PAGE)
    assert "lifeboat@fjordvik.example" in admin.text
    assert f'action="{PAGE}' not in admin.text
    token = admin.text.partition('name="csrf" value="')[2].partition('"')[0]
    for path in (PAGE, DRILL):
        admin.browser.send(path, {"csrf": token, "declared": ASTRID})
        assert admin.status == 403
    assert declared(admin.served.service.store) == ()
