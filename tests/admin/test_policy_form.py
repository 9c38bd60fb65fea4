"""The policy form: the founding how-to in its own words, and nothing lost on the way."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Section
from ostiary.directory.objects import SETTINGS
from ostiary.directory.protocols import SYSTEM
from ostiary.schema.materialise import normal_form
from tests.admin.pages import Admin
from tests.web.serving import ARM, HQ, LIFEBOAT, PLACES, POLICY

NEW = "/admin/policies/new"
EDIT = f"/admin/policies/{PLACES}/edit"


def stored(admin: Admin, policy: str) -> dict[str, Any]:
    """Give a policy as the store has it."""
    found = admin.served.service.store.policies.get(policy)
    assert found is not None
    return dict(found.document)


def newest(admin: Admin) -> dict[str, Any]:
    """Give the policy that was made last."""
    found = max(admin.served.service.store.policies.all(), key=lambda each: each.created)
    return dict(found.document)


def declare(admin: Admin) -> None:
    """Declare the lifeboat as an emergency access account."""
    service = admin.served.service
    service.store.singles.write(SETTINGS, {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    service.snapshots.refresh()


def test_the_how_to_makes_its_policy_in_report_only(admin: Admin) -> None:
    declare(admin)
    admin.sign_in(path=NEW)
    assert "Lifeboat" in admin.text
    admin.send(
        NEW,
        name="CA01 Require MFA for Azure management",
        **{
            "users.includeUsers": ["All"],
            "applications.includeApplications.names": "Windows Azure Service Management API",
        },
        grant="grant",
        control=["mfa"],
    )
    assert "The policy was created." in admin.text, admin.refusal
    made = newest(admin)
    assert made["state"] == "enabledForReportingButNotEnforced"
    assert made["conditions"]["users"]["includeUsers"] == ["All"]
    assert made["conditions"]["users"]["excludeUsers"] == [LIFEBOAT]
    assert made["conditions"]["applications"]["includeApplications"] == [ARM]
    assert made["conditions"]["clientAppTypes"] == ["all"]
    assert made["grantControls"]["builtInControls"] == ["mfa"]


def test_every_condition_is_in_the_form(admin: Admin) -> None:
    admin.sign_in(path=NEW)
    for condition in CONDITIONS:
        for each in condition.fields:
            name = f"{condition.key}.{each.name}" if each.name else condition.key
            assert (f'name="{name}' in admin.text) is not each.beta, name
    for section in Section:
        assert f'<span class="title">{section.value}</span>' in admin.text


@pytest.mark.parametrize("policy", [PLACES, POLICY])
def test_saving_an_untouched_form_changes_nothing(admin: Admin, policy: str) -> None:
    before = normal_form(stored(admin, policy), "beta")
    action = f"/admin/policies/{policy}/edit"
    admin.sign_in(path=action)
    admin.send(action)
    assert "The policy was saved." in admin.text
    after = normal_form(stored(admin, policy), "beta")
    assert {**after, "modifiedDateTime": None} == {**before, "modifiedDateTime": None}


def test_members_that_the_form_does_not_show_stay(admin: Admin) -> None:
    conditions = stored(admin, PLACES)["conditions"]
    guests = {
        "guestOrExternalUserTypes": "b2bCollaborationGuest",
        "externalTenants": {
            "@odata.type": "#microsoft.graph.conditionalAccessEnumeratedExternalTenants",
            "membershipKind": "enumerated",
            "members": ["3e1f9a40-0000-4000-8000-000000000000"],
        },
    }
    users = {"includeGuestsOrExternalUsers": guests, "excludeUsers": [LIFEBOAT]}
    session = {"cloudAppSecurity": {"isEnabled": True, "cloudAppSecurityType": "monitorOnly"}}
    admin.served.change_policy(
        PLACES, {"conditions": {**conditions, "users": users}, "sessionControls": session}
    )
    admin.sign_in(path=EDIT)
    admin.send(EDIT, name="Renamed")
    after = stored(admin, PLACES)
    assert after["displayName"] == "Renamed"
    kept = after["conditions"]["users"]["includeGuestsOrExternalUsers"]["externalTenants"]
    assert kept["members"] == ["3e1f9a40-0000-4000-8000-000000000000"]
    assert after["sessionControls"]["cloudAppSecurity"]["cloudAppSecurityType"] == "monitorOnly"


def test_a_location_is_taken_out_and_a_frequency_set(admin: Admin) -> None:
    admin.sign_in(path=EDIT)
    assert "Head office" in admin.text
    admin.send(
        EDIT,
        **{"locations.excludeLocations": list[str](), "locations.includeLocations.alone": ""},
        grant="grant",
        control=["mfa", "compliantDevice"],
        operator="AND",
        frequency="4",
        unit="hours",
    )
    assert admin.status == 200, admin.refusal
    after = stored(admin, PLACES)
    assert not after["conditions"].get("locations")
    assert after["grantControls"]["operator"] == "AND"
    assert after["grantControls"]["builtInControls"] == ["mfa", "compliantDevice"]
    assert after["sessionControls"]["signInFrequency"]["value"] == 4


def test_a_name_that_nothing_goes_by_is_told_and_nothing_typed_is_lost(admin: Admin) -> None:
    admin.sign_in(path=NEW)
    admin.send(
        NEW,
        name="Typed with care",
        **{"users.includeGroups.names": "No such group"},
        control=["mfa"],
    )
    assert admin.status == 400
    assert "nothing goes by that name" in admin.text
    assert 'value="Typed with care"' in admin.text
    assert "No such group</textarea>" in admin.text


def test_what_graph_refuses_is_told_with_every_place(admin: Admin) -> None:
    admin.sign_in(path=NEW)
    admin.send(NEW, name="Nobody and nothing", control=[])
    assert admin.status == 400
    assert "Nothing was changed." in admin.text
    assert len(admin.served.service.store.policies.all()) == 2


def test_a_change_by_somebody_else_meanwhile_is_told(admin: Admin) -> None:
    admin.sign_in(path=EDIT)
    page = admin.browser.page
    admin.served.change_policy(PLACES, {"displayName": "Renamed meanwhile"})
    admin.browser.page = page
    admin.send(EDIT, name="Mine")
    assert admin.status == 412
    assert stored(admin, PLACES)["displayName"] == "Renamed meanwhile"


def test_two_locations_of_one_name_stay_the_two_that_they_were(admin: Admin) -> None:
    store = admin.served.service.store
    first = store.locations.get(HQ)
    assert first is not None
    twin = store.locations.create({**first.document, "id": f"{HQ[:-1]}9"}, by=SYSTEM)
    conditions = stored(admin, PLACES)["conditions"]
    both = {"includeLocations": ["All"], "excludeLocations": [HQ, twin.id]}
    admin.served.change_policy(PLACES, {"conditions": {**conditions, "locations": both}})
    admin.sign_in(path=EDIT)
    admin.send(EDIT)
    assert stored(admin, PLACES)["conditions"]["locations"]["excludeLocations"] == [HQ, twin.id]
