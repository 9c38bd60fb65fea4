"""The templates: complete, well formed, and deployed without locking anybody out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ostiary.model.json_types import is_object
from ostiary.schema.answers import Response
from ostiary.schema.checking import check_policy
from ostiary.schema.requests import validate_request
from ostiary.schema.state import PolicyStore
from ostiary.schema.templates import PLACEHOLDER, Template, deployed, find_template, templates
from tests.schema.builders import GROUP, POLICIES, TEMPLATES, store

CREATOR = "aaaaaaaa-0000-4000-8000-000000000004"
SPARE = "aaaaaaaa-0000-4000-8000-000000000003"
AZURE_MANAGEMENT = "d8c51a9a-e6b1-454d-86af-554e7872e2c1"
AGENTS = "6bdcbbb7-ebd1-4f8f-a02f-652db0e3665d"
ACCOUNT_RECOVERY = "6acdf4c3-6815-485c-a57d-2c349d517ba0"
REFERENCE = Path(__file__).parents[3] / "shared" / "spec" / "templates.json"


def body(response: Response) -> dict[str, Any]:
    assert response.body is not None
    return dict(response.body)


def every(template: Template) -> str:
    return template.name


def test_there_are_22_templates_with_ids_of_their_own() -> None:
    assert len(templates()) == 22
    assert len({each.id for each in templates()}) == 22
    assert find_template("none") is None


@pytest.mark.parametrize("template", templates(), ids=every)
def test_a_template_keeps_the_rules_once_deployed(template: Template) -> None:
    policy, _ = deployed(template, PolicyStore(creator=CREATOR))
    problems = [each.code for each in check_policy(policy)]
    # Verified ID is not in the enumeration of grant controls yet; the engine never grants by it
    assert problems == (["unknownControl"] if template.id == ACCOUNT_RECOVERY else [])


@pytest.mark.parametrize("template", templates(), ids=every)
def test_every_template_can_be_deployed(template: Template) -> None:
    state = store(creator=CREATOR, emergencyAccess=[SPARE, GROUP])
    response = validate_request(state, "POST", f"{TEMPLATES}/{template.id}/deploy")
    assert response.status == 201
    answer = body(response)
    assert answer["state"] == "enabledForReportingButNotEnforced"
    assert answer["templateId"] == template.id
    assert answer["displayName"] == template.name
    users = answer["conditions"]["users"]
    assert PLACEHOLDER not in users["excludeUsers"]
    if template.excludes_creator:
        assert answer["@ostiary.excluded"] == [CREATOR, SPARE, GROUP]
        assert users["excludeUsers"][-2:] == [CREATOR, SPARE]
        assert users["excludeGroups"] == [GROUP]
    else:
        assert answer["@ostiary.excluded"] == []
    kept = body(validate_request(response.state, "GET", f"{POLICIES}/{answer['id']}"))
    assert kept["conditions"] == answer["conditions"]
    assert "@ostiary.excluded" not in kept


def test_a_creator_who_is_an_emergency_account_is_excluded_once() -> None:
    state = store(creator=CREATOR, emergencyAccess=[CREATOR])
    answer = body(validate_request(state, "POST", f"{TEMPLATES}/{AZURE_MANAGEMENT}/deploy", {}))
    assert answer["conditions"]["users"]["excludeUsers"] == [CREATOR]


def test_without_a_creator_the_emergency_accounts_are_excluded() -> None:
    state = store(emergencyAccess=[SPARE])
    answer = body(validate_request(state, "POST", f"{TEMPLATES}/{AZURE_MANAGEMENT}/deploy"))
    assert answer["@ostiary.excluded"] == [SPARE]


def test_a_deployed_template_can_have_a_name_of_its_own() -> None:
    path = f"{TEMPLATES}/{AZURE_MANAGEMENT}/deploy"
    answer = body(validate_request(store(), "POST", path, {"displayName": "CA01"}))
    assert answer["displayName"] == "CA01"


@pytest.mark.parametrize(
    "sent", [{"state": "enabled"}, {"displayName": " "}, {"displayName": 5}, 7]
)
def test_a_template_is_deployed_report_only_and_named(sent: object) -> None:
    response = validate_request(store(), "POST", f"{TEMPLATES}/{AZURE_MANAGEMENT}/deploy", sent)
    assert response.status == 400


def test_deploying_counts_towards_the_limit() -> None:
    path = f"{TEMPLATES}/{AZURE_MANAGEMENT}/deploy"
    assert validate_request(store(policyCount=240), "POST", path).status == 400


@pytest.mark.parametrize(("method", "end"), [("GET", ""), ("POST", "/deploy")])
def test_an_unknown_template_is_not_found(method: str, end: str) -> None:
    assert validate_request(store(), method, f"{TEMPLATES}/{GROUP}{end}").status == 404


def test_templates_are_listed_by_scenario() -> None:
    query = "?$filter=scenarios%20has%20'emergingThreats'&$select=name,scenarios"
    listed = body(validate_request(store(), "GET", TEMPLATES + query))["value"]
    assert [each["name"] for each in listed] == [
        "Require phishing-resistant multifactor authentication for admins",
        "Secure account recovery with identity verification (Preview)",
    ]
    assert listed[0]["scenarios"] == "protectAdmins,emergingThreats"


def test_a_template_shows_who_will_be_excluded() -> None:
    answer = body(validate_request(store(), "GET", f"{TEMPLATES}/{AZURE_MANAGEMENT}"))
    assert answer["details"]["conditions"]["users"]["excludeUsers"] == [PLACEHOLDER]
    assert answer["details"]["sessionControls"] is None


def test_a_template_of_beta_members_is_shown_in_full() -> None:
    answer = body(validate_request(store(), "GET", f"/v1.0{TEMPLATES}/{AGENTS}"))
    assert answer["details"]["conditions"]["agentIdRiskLevels"] == "high"


def configured(value: Any) -> Any:
    """Leave out what is null or empty, and of strengths what is not the id."""
    if is_object(value):
        if "allowedCombinations" in value:
            return {"id": value["id"]}
        every_member = {key: configured(each) for key, each in value.items()}
        return {key: each for key, each in every_member.items() if each not in (None, [], {})}
    return value


@pytest.mark.skipif(not REFERENCE.exists(), reason=f"{REFERENCE} is not here")
def test_the_templates_are_those_of_the_capture() -> None:
    entries = json.loads(REFERENCE.read_text(encoding="utf-8"))["templates"]
    for entry, template in zip(entries, templates(), strict=True):
        assert template.name == entry["name"]
        assert list(template.scenarios) == entry["scenarios"]
        assert entry["templateId"] in {template.id, None}
        details = configured(entry["details"])
        excluded = details["conditions"]["users"].get("excludeUsers", [])
        assert (PLACEHOLDER in excluded) is template.excludes_creator
        left = [each for each in excluded if each != PLACEHOLDER]
        details["conditions"]["users"]["excludeUsers"] = left
        assert configured(details) == configured(dict(template.details))
