"""Policies as files: downloaded as Graph writes them, uploaded only after they were shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ostiary.analysis.policy_difference import differences
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR, SECURITY_READER
from tests.admin.pages import Admin, with_role
from tests.admin.test_policies import BLOCK_ALL
from tests.admin.test_policy_form import newest, stored
from tests.web.serving import ARM, HQ, LIFEBOAT, PLACES, POLICY

UPLOAD = "/admin/policies/upload"
CREATE = f"{UPLOAD}/create"
NOWHERE = "5a1f9a40-0000-4000-8000-00000000dead"


def written(name: str = "From a file", **conditions: Any) -> dict[str, Any]:
    """Write a policy as Entra's download does: with ids, times and members that are null."""
    return {
        "@odata.context": "https://graph.microsoft.com/beta/$metadata#x",
        "id": NOWHERE,
        "templateId": None,
        "displayName": name,
        "createdDateTime": "2025-01-01T00:00:00Z",
        "modifiedDateTime": None,
        "state": "enabled",
        "partialEnablementStrategy": None,
        "conditions": {
            "clientAppTypes": ["all"],
            "times": None,
            "users": {
                "includeUsers": ["All"],
                "excludeUsers": [LIFEBOAT],
                "includeGuestsOrExternalUsers": None,
            },
            "applications": {"includeApplications": [ARM], "applicationFilter": None},
            **conditions,
        },
        "grantControls": {
            "operator": "OR",
            "builtInControls": ["mfa"],
            "authenticationStrength@odata.context": "https://graph.microsoft.com/beta/$metadata#y",
            "authenticationStrength": None,
        },
        "sessionControls": None,
    }


def upload(admin: Admin, document: Any, name: str = "policies.json") -> None:
    """Sign in, and upload a file."""
    admin.sign_in(path=UPLOAD)
    choose(admin, document, name)


def choose(admin: Admin, document: Any, name: str = "policies.json") -> None:
    """Upload a file at the page that asks for one."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    admin.upload(UPLOAD, {"file": (name, body)})


def count(admin: Admin) -> int:
    return len(admin.served.service.store.policies.all())


def as_powershell(policy: dict[str, Any]) -> dict[str, Any]:
    """Write the members of a policy as PowerShell does."""
    return {f"{name[:1].upper()}{name[1:]}": each for name, each in policy.items()}


@pytest.mark.parametrize(
    "document",
    [
        written(),
        [written()],
        {"value": [written()]},
        json.dumps(written()).encode("utf-16"),
        as_powershell(written()),
    ],
)
def test_a_file_is_shown_first_and_created_in_report_only(admin: Admin, document: Any) -> None:
    upload(admin, document)
    assert admin.status == 200, admin.refusal
    assert count(admin) == 2
    for each in ("From a file", "All users", "Lifeboat", "Windows Azure Service Management API"):
        assert each in admin.said
    assert "Does not exist here" not in admin.said
    admin.send(CREATE)
    assert "The policy was created." in admin.text, admin.refusal
    made = newest(admin)
    assert made["state"] == "enabledForReportingButNotEnforced"
    assert made["id"] != NOWHERE
    assert made["conditions"]["users"]["excludeUsers"] == [LIFEBOAT]


def test_pasted_text_is_taken_too_and_the_state_of_the_file_where_that_is_chosen(
    admin: Admin,
) -> None:
    admin.served.enrol()
    admin.sign_in(path=UPLOAD)
    admin.send(UPLOAD, text=json.dumps(written()))
    admin.send(CREATE, state="file")
    assert "The policy was created." in admin.text, admin.refusal
    assert newest(admin)["state"] == "enabled"


def test_what_is_not_here_is_told_before_and_refused_by_graph(admin: Admin) -> None:
    places = {"includeLocations": ["All"], "excludeLocations": ["No such harbour", NOWHERE]}
    upload(admin, written(locations=places))
    assert "Does not exist here: Named location: 5a1f" in admin.said
    assert "Named location: No such harbour" in admin.said
    admin.send(CREATE)
    assert admin.status == 400
    assert "Nothing was changed." in admin.text
    assert 'value="0" checked' in admin.text
    assert count(admin) == 2


def test_names_become_ids(admin: Admin) -> None:
    places = {"includeLocations": ["All"], "excludeLocations": ["Head office"]}
    users = {"includeUsers": ["astrid@fjordvik.example"], "excludeUsers": ["Lifeboat"]}
    upload(admin, written(locations=places, users=users))
    assert "Does not exist here" not in admin.said
    admin.send(CREATE)
    made = newest(admin)
    assert made["conditions"]["locations"]["excludeLocations"] == [HQ]
    assert made["conditions"]["users"]["excludeUsers"] == [LIFEBOAT]


def test_of_several_those_are_created_that_are_chosen(admin: Admin) -> None:
    upload(admin, [{**written(f"Number {n}"), "id": f"{NOWHERE[:-1]}{n}"} for n in range(3)])
    admin.send(CREATE, take=["0", "2", "9"])
    assert "The policies were created." in admin.text
    names = {each.document["displayName"] for each in admin.served.service.store.policies.all()}
    assert {"Number 0", "Number 2"} <= names
    assert "Number 1" not in names


def test_none_chosen_is_told(admin: Admin) -> None:
    upload(admin, written())
    admin.send(CREATE, take=list[str]())
    assert admin.status == 400
    assert count(admin) == 2


def test_one_refusal_does_not_hide_what_was_created(admin: Admin) -> None:
    bad = {**written("Nobody"), "id": HQ, "grantControls": None}
    upload(admin, [written("Fine"), bad])
    admin.send(CREATE)
    assert admin.status == 400
    assert "Created: Fine" in admin.said
    assert admin.said.count("Nothing was changed.") == 1
    assert count(admin) == 3


def test_a_policy_that_locks_out_is_refused_and_may_be_overridden(admin: Admin) -> None:
    with_role(admin.served, GLOBAL_ADMINISTRATOR)
    with_role(admin.served, GLOBAL_ADMINISTRATOR, LIFEBOAT)
    upload(admin, {**BLOCK_ALL, "state": "enabled"})
    admin.send(CREATE, state="file")
    assert admin.status == 409
    assert count(admin) == 2
    admin.send(CREATE, reason="a drill of the way back, agreed with everybody")
    assert newest(admin)["state"] == "enabled"


def test_a_name_that_is_there_already_is_told(admin: Admin) -> None:
    upload(admin, written("only from the OFFICE"))
    assert "There is a policy of this name already" in admin.said


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "policies.json:1:1"),
        (b"{", "policies.json:1:2"),
        (b"[" * 100_000, "policies.json:1:"),
        (b'{"value": []}', "came nothing that belongs to one"),
        (b'{"displayName": "no policy"}', "came nothing that belongs to one"),
        (b'{"conditions": {}, "conditions": {}}', "conditions"),
        (b'{"users": [{"id": "x"}]}', "expected policies, came none"),
        (json.dumps([written(f"n{n}") | {"id": None} for n in range(241)]).encode(), "241"),
        (b"\xff\xfe\x00", "UTF"),
    ],
)
def test_what_is_no_policy_is_told(admin: Admin, body: bytes, told: str) -> None:
    upload(admin, body)
    assert admin.status == 400
    assert told in admin.said
    assert count(admin) == 2


def test_neither_file_nor_text_is_told(admin: Admin) -> None:
    admin.sign_in(path=UPLOAD)
    admin.send(UPLOAD)
    assert admin.status == 400
    assert "came neither" in admin.said


def test_CS05_a_file_of_hostile_names_is_inert(admin: Admin) -> None:
    hostile = "<img src=x onerror=alert(1)>\"'</textarea>"
    upload(admin, written(hostile, locations={"includeLocations": [hostile]}), f"{hostile}.json")
    assert "<img" not in admin.text
    admin.open(UPLOAD)
    admin.send(UPLOAD, text=hostile)
    assert "<img" not in admin.text


def test_a_policy_is_downloaded_as_graph_writes_it_and_can_be_uploaded_again(admin: Admin) -> None:
    admin.served.change_policy(PLACES, {"displayName": 'Böse "Tür"/\r\nX: y'})
    admin.sign_in()
    admin.open(f"/admin/policies/{PLACES}/json")
    headers = admin.browser.page.headers
    assert headers["content-disposition"] == (
        'attachment; filename="B-se-T-r-X-y.json"; '
        "filename*=UTF-8''B%C3%B6se%20%22T%C3%BCr%22%2F%0D%0AX%3A%20y.json"
    )
    assert headers["content-type"] == "application/json"
    document = admin.browser.page.json()
    assert document["id"] == PLACES
    assert not [each for each in document if each.startswith("@")]
    admin.open(UPLOAD)
    choose(admin, document)
    admin.send(CREATE)
    found = differences(stored(admin, PLACES), newest(admin))
    assert [each.label for each in found] == ["Enable policy"]


def test_all_policies_are_downloaded_in_one_file(admin: Admin) -> None:
    admin.sign_in()
    admin.open("/admin/policies/json")
    assert {each["id"] for each in admin.browser.page.json()["value"]} == {POLICY, PLACES}
    document = admin.browser.page.json()
    admin.open(UPLOAD)
    choose(admin, document)
    assert admin.text.count('name="take"') == 2


def test_a_reader_downloads_and_cannot_upload(admin: Admin) -> None:
    store = admin.served.service.store
    for each in store.roles.all():
        store.roles.delete(each.id, by=SYSTEM)
    with_role(admin.served, SECURITY_READER)
    admin.sign_in(path="/admin/policies")
    assert "Upload policy file" not in admin.said
    sent = {"csrf": admin.browser.form()[1]["csrf"], "take": "0"}
    admin.open(f"/admin/policies/{PLACES}/json")
    assert admin.status == 200
    admin.browser.send(CREATE, {**sent, "policy.0": json.dumps(written())})
    assert admin.status == 403
    assert count(admin) == 2
