"""A new policy that begins as a copy or as a template: nothing is saved before *Create*."""

from __future__ import annotations

from ostiary.schema.templates import templates
from tests.admin.pages import Admin
from tests.admin.test_policy_form import NEW, declare, newest, stored
from tests.web.serving import ASTRID, LIFEBOAT, PLACES

TEMPLATE = next(
    each for each in templates() if each.name == "Require multifactor authentication for admins"
)


def test_a_copy_begins_as_its_original_in_report_only_and_is_saved_only_by_create(
    admin: Admin,
) -> None:
    session = {"cloudAppSecurity": {"isEnabled": True, "cloudAppSecurityType": "monitorOnly"}}
    admin.served.change_policy(PLACES, {"sessionControls": session, "state": "enabled"})
    admin.served.address = "203.0.113.7"
    admin.sign_in(path=f"{NEW}?copy={PLACES}")
    assert 'value="Only from the office (copy)"' in admin.text
    assert len(admin.served.service.store.policies.all()) == 2
    admin.send(NEW)
    assert "The policy was created." in admin.text, admin.refusal
    made, original = newest(admin), stored(admin, PLACES)
    assert made["state"] == "enabledForReportingButNotEnforced"
    assert made["conditions"]["locations"] == original["conditions"]["locations"]
    assert made["sessionControls"]["cloudAppSecurity"]["cloudAppSecurityType"] == "monitorOnly"
    assert made["id"] != PLACES


def test_a_template_is_reviewed_in_the_form_with_people_in_place_of_its_words(
    admin: Admin,
) -> None:
    declare(admin)
    admin.sign_in(path=f"{NEW}?template={TEMPLATE.id}")
    assert f'value="{TEMPLATE.name}"' in admin.text
    admin.send(NEW, name="CA02 Require MFA for administrators")
    assert "The policy was created." in admin.text, admin.refusal
    made = newest(admin)
    assert made["displayName"] == "CA02 Require MFA for administrators"
    assert made["state"] == "enabledForReportingButNotEnforced"
    assert sorted(made["conditions"]["users"]["excludeUsers"]) == [ASTRID, LIFEBOAT]
    assert len(made["conditions"]["users"]["includeRoles"]) == 14


def test_what_is_not_there_cannot_be_copied(admin: Admin) -> None:
    admin.sign_in(path=f"{NEW}?copy=5a1f9a40-0000-4000-8000-00000000dead")
    assert admin.status == 404
    admin.open(f"{NEW}?template=..%2F..%2Fusers")
    assert admin.status == 404


def test_a_copy_of_a_long_name_still_fits(admin: Admin) -> None:
    admin.served.change_policy(PLACES, {"displayName": "x" * 256})
    admin.sign_in(path=f"{NEW}?copy={PLACES}")
    assert f'value="{"x" * 249} (copy)"' in admin.text


def test_templates_tell_what_they_do_and_need_and_whether_one_was_made(admin: Admin) -> None:
    admin.sign_in(path="/admin/policies/templates")
    for each in (
        "Include directory roles Global Administrator",
        "Users who have registered a method for multifactor authentication",
        "Named locations that are marked as trusted. There are: Head office.",
        "Network: Exclude All trusted",
    ):
        assert each in admin.said, each
    assert "There is a policy of it already" not in admin.said
    admin.send(f"/admin/policies/templates/{TEMPLATE.id}")
    admin.open("/admin/policies/templates?category=zeroTrust")
    assert f"There is a policy of it already: {TEMPLATE.name}" in admin.said
    admin.open(f"{NEW}?template={TEMPLATE.id}")
    assert admin.status == 200
