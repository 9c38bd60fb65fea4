"""The coverage matrix on its page, a cell of it with its policies, and the report for auditors."""

from __future__ import annotations

import pytest

from ostiary.graph.permissions import SECURITY_READER
from tests.admin.pages import Admin, with_role
from tests.web.serving import ASTRID, LIFEBOAT, POLICY

AZURE = "Windows Azure Service Management API"


@pytest.fixture
def reader(admin: Admin) -> Admin:
    """Sign in a Security Reader of a tenant whose founding policy is on."""
    with_role(admin.served, SECURITY_READER)
    admin.served.policy("enabledForReportingButNotEnforced")
    return admin.sign_in(path="/admin/coverage?reportOnly=true")


def test_each_cell_says_what_is_required_in_words(reader: Admin) -> None:
    assert reader.status == 200
    for each in ("Astrid Moe", "Lifeboat", AZURE, ">MFA", ">Nothing"):
        assert each in reader.text, each
    assert "style=" not in reader.text


def test_a_cell_leads_to_the_policies_behind_it(reader: Admin) -> None:
    rows = [
        row
        for row in range(2)
        for column in range(2)
        if f'href="/admin/policies/{POLICY}"'
        in reader.open(f"/admin/coverage?reportOnly=true&row={row}&column={column}").text
        and f'href="/admin/users/{ASTRID}"' in reader.text
    ]
    assert len(rows) == 1
    reader.open("/admin/coverage?row=99&column=abc")
    assert reader.status == 200
    assert 'id="cell"' not in reader.text


def test_rows_may_be_groups_and_a_resource_that_is_not_there_is_told(reader: Admin) -> None:
    reader.open("/admin/coverage?rows=groups&circumstances=legacy")
    assert reader.status == 200
    assert "Nothing was found." in reader.text
    reader.open("/admin/coverage?resource=No+such+thing")
    assert reader.status == 400
    assert "nothing in the tenant is called" in reader.text


def test_the_report_is_one_file_that_says_whose_and_what_it_assumes(reader: Admin) -> None:
    reader.served.change_policy(POLICY, {"displayName": "<script>alert(1)</script>"})
    answer = reader.served.http.get("/admin/coverage/report?reportOnly=true")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith('attachment; filename="coverage-')
    text = answer.text
    for each in ("astrid@fjordvik.example", "What this report assumes", "UTC", AZURE, "Lifeboat"):
        assert each in text, each
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "src=" not in text
    assert LIFEBOAT not in text
