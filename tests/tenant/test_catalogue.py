"""The built-in knowledge is complete enough, consistent, and says where it comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ostiary.tenant import catalogue as module
from ostiary.tenant.catalogue import AZURE_GOVERNMENT_SUITE, BUILT_IN, NO_CATALOGUE
from ostiary.tenant.name_books import GUID
from tests.tenant.documents import EXCHANGE

DATA = sorted((Path(module.__file__).parent / "data").glob("*.json"))
ARM = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
PORTAL = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
TEAMS = "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe"
SHAREPOINT = "00000003-0000-0ff1-ce00-000000000000"
LITERALS = {"Office365", "MicrosoftAdminPortals"}


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.name)
def test_every_data_file_names_its_sources(path: Path) -> None:
    about = json.loads(path.read_text(encoding="utf-8"))["_about"]
    assert about["what"]
    assert about["sources"]


def test_every_id_is_a_guid_in_lower_case() -> None:
    ids = {
        *(set(BUILT_IN.applications) - LITERALS),
        *BUILT_IN.roles,
        *BUILT_IN.early_dependencies,
        *BUILT_IN.scope_audiences.values(),
        *(set(BUILT_IN.suites) - LITERALS),
        *(member for members in BUILT_IN.suites.values() for member in members),
        *(each for downstream in BUILT_IN.early_dependencies.values() for each in downstream),
    }
    assert [each for each in ids if not GUID.fullmatch(each) or each != each.lower()] == []


def test_there_are_many_applications_and_all_roles() -> None:
    assert len(BUILT_IN.applications) >= 300
    assert len(BUILT_IN.roles) >= 120
    assert len(BUILT_IN.suites["Office365"]) >= 70


def test_the_azure_management_suite_has_the_members_microsoft_names() -> None:
    assert BUILT_IN.suites[ARM] == {
        ARM,
        PORTAL,
        "e9f49c6b-5ce5-44c8-925d-015017e9f7ad",  # Azure Data Lake
        "f5c26e74-f226-4ae8-85f0-b4af0080ac9e",  # Application Insights API
        "ca7f3f0b-7d91-482c-8e09-c5d840d0eac5",  # Log Analytics API
    }
    azure_devops = "499b84ac-1321-427f-aa17-267ca6975798"
    assert azure_devops not in BUILT_IN.suites[ARM]
    assert BUILT_IN.applications[azure_devops] == "Azure DevOps"


def test_the_azure_government_suite_stands_apart_under_an_id_of_ours() -> None:
    assert AZURE_GOVERNMENT_SUITE in BUILT_IN.suites
    assert ARM not in BUILT_IN.suites[AZURE_GOVERNMENT_SUITE]
    named = BUILT_IN.application_names["azure government cloud management api"]
    assert named == {AZURE_GOVERNMENT_SUITE}
    decision = Path(__file__).parents[2] / "docs/decisions/0004-azure-government-suite.md"
    assert AZURE_GOVERNMENT_SUITE in decision.read_text(encoding="utf-8")


def test_the_admin_portals_include_the_azure_portal() -> None:
    assert PORTAL in BUILT_IN.suites["MicrosoftAdminPortals"]


def test_office_365_includes_the_large_services() -> None:
    assert {EXCHANGE, SHAREPOINT, TEAMS} <= BUILT_IN.suites["Office365"]


def test_teams_reaches_exchange_and_sharepoint_at_sign_in_but_not_planner() -> None:
    assert {EXCHANGE, SHAREPOINT} <= set(BUILT_IN.early_dependencies[TEAMS])
    assert "09abbdfd-ed23-44ee-a2d9-a627aa1c90f3" not in BUILT_IN.early_dependencies[TEAMS]


@pytest.mark.parametrize(
    ("scope", "application"),
    [
        ("mail.read", EXCHANGE),
        ("calendars.readwrite.shared", EXCHANGE),
        ("files.read", SHAREPOINT),
        ("sites.read.all", SHAREPOINT),
        ("channelmessage.read.all", TEAMS),
        ("chat.read", TEAMS),
        ("user.read", None),
    ],
)
def test_scopes_of_microsoft_graph_have_a_service_behind_them(
    scope: str, application: str | None
) -> None:
    assert BUILT_IN.scope_audiences.get(scope) == application


def test_names_find_ids_in_any_case_and_keep_all_that_share_one() -> None:
    assert BUILT_IN.application_names["office 365 exchange online"] == {EXCHANGE}
    assert len(BUILT_IN.application_names["microsoft edge"]) == 3
    assert (
        BUILT_IN.role_names["global administrator"] == BUILT_IN.role_names["company administrator"]
    )


def test_the_three_built_in_strengths_are_there_even_without_a_catalogue() -> None:
    assert [each.display_name for each in NO_CATALOGUE.strengths] == [
        "Multifactor authentication",
        "Passwordless MFA",
        "Phishing-resistant MFA",
    ]
    assert NO_CATALOGUE.strengths == BUILT_IN.strengths
    assert [len(each.combinations) for each in BUILT_IN.strengths] == [19, 4, 3]
    assert not NO_CATALOGUE.applications
    assert not NO_CATALOGUE.suites
