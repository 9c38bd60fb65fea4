"""What If at the admin center: the form is that of the conditions, the answer is the engine's."""

from __future__ import annotations

import json

from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import WordCondition
from ostiary.conditions.devices import DEVICE_FILTER
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import REPORTS_READER, SECURITY_READER
from tests.admin.pages import Admin, with_role
from tests.web.serving import ARM, ASTRID, DAEMON, POLICY
from tests.web.test_graph_then_and_now import DRAFT

PARTNER = "5a1f9a40-0000-4000-8000-0000000000ee"
MANAGEMENT = "Windows Azure Service Management API"


def test_every_condition_with_words_and_every_property_is_in_the_form(admin: Admin) -> None:
    admin.sign_in(path="/admin/what-if")
    for each in CONDITIONS:
        if isinstance(each, WordCondition) and not each.assignment:
            assert f">{each.title}</label>" in admin.text, each.title
    for each in DEVICE_FILTER.properties.values():
        assert f'name="deviceInfo-{each.name}"' in admin.text, each.name
    for each in ("ipAddress", "country", "userAction", "authenticationFlow-transferMethod"):
        assert f'name="{each}"' in admin.text, each


def test_what_applies_and_what_does_not_is_told_with_reasons(admin: Admin) -> None:
    admin.served.policy("enabled")
    admin.served.enrol()
    admin.sign_in(path="/admin/what-if").fill(otp=admin.served.otp())
    admin.press(
        "What If",
        kind="user",
        identity="astrid@fjordvik.example",
        resource=MANAGEMENT,
        ipAddress="203.0.113.9",
        devicePlatform="linux",
    )
    applied, _, other = admin.text.partition('id="do_not"')
    mine = applied.partition('id="apply"')[2]
    assert "Require MFA for Azure management" in mine
    assert "Require multifactor authentication" in mine
    assert "Only from the office" in other
    assert "Head office" in other
    assert "the policy is off" in other
    assert 'value="203.0.113.9"' in admin.text
    assert "Access is granted once more is shown" in admin.text


def test_what_is_unknown_is_told_with_the_fact_that_would_decide(admin: Admin) -> None:
    conditions = admin.served.service.store.policies.need(POLICY).document["conditions"]
    tenants = {
        "@odata.type": "#microsoft.graph.conditionalAccessEnumeratedExternalTenants",
        "membershipKind": "enumerated",
        "members": [PARTNER],
    }
    guests = {"guestOrExternalUserTypes": "b2bCollaborationGuest", "externalTenants": tenants}
    change = {"conditions": {**conditions, "users": {"includeGuestsOrExternalUsers": guests}}}
    admin.served.change_policy(POLICY, {"state": "enabledForReportingButNotEnforced", **change})
    admin.sign_in(path="/admin/what-if")
    asked = {"identity": ASTRID, "resource": ARM, "externalUserType": "b2bCollaborationGuest"}

    def applying(**more: str) -> str:
        admin.press("What If", **asked, **more)
        return admin.text.partition('id="apply"')[2].partition('id="do_not"')[0]

    assert "Require MFA for Azure management" in applying()
    assert "What would decide it: <bdi>" in applying()
    decided = applying(externalTenantId=PARTNER)
    assert "Require MFA for Azure management" in decided
    assert "What would decide it" not in decided
    assert "Require MFA" not in applying(externalTenantId=POLICY)


def test_a_workload_identity_is_asked_about_by_its_name_or_id(admin: Admin) -> None:
    admin.sign_in(path="/admin/what-if")
    for each in (DAEMON, "Backup"):
        admin.press("What If", kind="workload", identity=each)
        assert admin.status == 200
        assert 'id="do_not"' in admin.text


def test_somebody_who_is_not_there_is_told(admin: Admin) -> None:
    admin.sign_in(path="/admin/what-if")
    admin.press("What If", kind="user", identity="nobody@fjordvik.example")
    assert admin.status == 400
    assert "nobody@fjordvik.example" in admin.refusal
    admin.press("What If", kind="user", identity=ASTRID, ipAddress="somewhere")
    assert admin.status == 400
    assert "expected an IP address" in admin.refusal


def test_an_address_fills_the_form_in(admin: Admin) -> None:
    admin.sign_in(path="/admin/what-if")
    admin.open(f"/admin/what-if?user={ASTRID}&app={ARM}&ip=203.0.113.9&devicePlatform=windows")
    assert 'value="astrid@fjordvik.example"' in admin.text
    assert f'value="{MANAGEMENT}"' in admin.text
    assert 'value="203.0.113.9"' in admin.text
    assert '<option value="windows" selected>' in admin.text
    admin.open(f"/admin/what-if?servicePrincipal={DAEMON}")
    assert 'value="workload" checked' in admin.text


def test_a_draft_counts_and_the_answer_without_it_stands_beside(admin: Admin) -> None:
    admin.sign_in(path="/admin/what-if")
    asked = {"identity": ASTRID, "resource": ARM, "ipAddress": "203.0.113.9"}
    admin.press("What If", **asked, draft=json.dumps(DRAFT))
    assert admin.status == 200, admin.refusal
    assert "With the draft.</strong> Access is blocked:" in admin.text
    assert "Without the draft.</strong> Access is granted:" in admin.text
    assert ">Draft</span>" in admin.text
    for wrong in ("{", "[]", '{"state": "perhaps"}', "[" * 5000):
        admin.press("What If", **asked, draft=wrong)
        assert admin.status == 400
        assert 'role="alert"' in admin.text


def test_a_draft_that_a_form_hands_on_waits_for_the_sign_in_that_is_asked_about(
    admin: Admin,
) -> None:
    admin.sign_in(path="/admin/what-if")
    admin.press("What If", identity="", draft=json.dumps(DRAFT), policy_id=POLICY)
    assert admin.status == 200
    assert "A draft" in admin.text
    assert f'<option value="{POLICY}" selected>' in admin.text
    assert 'id="do_not"' not in admin.text


def test_a_logged_sign_in_is_explained_and_decided_again(admin: Admin) -> None:
    with_role(admin.served, SECURITY_READER)
    admin.served.by_password()
    logged = admin.served.logged()
    admin.sign_in(path=f"/admin/sign-ins/{logged['id']}")
    assert "Why did this happen?" in admin.text
    admin.open(f"/admin/what-if?signIn={logged['id']}")
    assert "Today&#39;s policies would decide the same." in admin.text
    assert 'value="astrid@fjordvik.example"' in admin.text
    admin.served.policy("enabledForReportingButNotEnforced")
    admin.open(f"/admin/what-if?signIn={logged['id']}")
    assert "would decide otherwise" in admin.text
    assert "Changed since" in admin.text
    admin.send("/admin/what-if")
    assert admin.status == 200
    assert 'id="do_not"' in admin.text


def test_who_may_not_ask_is_not_led_to_it(admin: Admin) -> None:
    store = admin.served.service.store
    for each in store.roles.all():
        store.roles.delete(each.id, by=SYSTEM)
    with_role(admin.served, REPORTS_READER)
    admin.served.as_daemon()
    logged = admin.served.logged()
    admin.sign_in(path=f"/admin/sign-ins/{logged['id']}")
    assert admin.status == 200
    assert "Why did this happen?" not in admin.text
