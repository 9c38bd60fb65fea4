"""The public samples load whole, but for a query's result."""

from __future__ import annotations

from pathlib import Path

import pytest

from ostiary.analysis.log_facts import sign_in_of
from ostiary.analysis.log_reading import read_logs
from ostiary.model.errors import InputError
from ostiary.tenant.tenant import load_tenant
from tests.analysis.log_shapes import read
from tests.tenant.documents import policy, tenant

SIGN_INS = Path(__file__).parents[3] / "shared" / "signins"
PANTHER = SIGN_INS / "panther-labs__panther-analysis"
SENTINEL = SIGN_INS / "Azure-Sentinel-training_via_DCSA"
pytestmark = pytest.mark.skipif(
    not SIGN_INS.is_dir(), reason="../shared/signins is absent: third-party data, not shipped"
)


def test_azure_monitor_lines_load_whole() -> None:
    rows, source = read(PANTHER)
    assert (len(rows), source.unreadable_rows, source.skipped) == (26, 0, [])
    assert dict(source.by_category) == {
        "interactiveUser": 15,
        "nonInteractiveUser": 3,
        "servicePrincipal": 8,
    }
    assert {row["grant"] for row in rows} >= {"device_code", "password", "client_credentials"}
    assert all(row["created"] is not None for row in rows)


def test_a_table_of_log_analytics_loads_whole() -> None:
    rows, source = read(SENTINEL / "sign-in_adelete.csv")
    assert (len(rows), source.unreadable_rows) == (56, 0)
    assert {(row["client_app_type"], row["platform"], row["country"]) for row in rows} == {
        ("browser", "windows", "IL")
    }
    assert sorted({row["error_code"] for row in rows}) == [0, 16000, 50058]
    assert sum(row["resource_id"] == "" for row in rows) == 8


def test_a_query_result_is_left_out_of_the_folder_and_refused_alone() -> None:
    _, source = read(SIGN_INS)
    assert (source.rows_read, source.unreadable_rows) == (82, 0)
    assert {Path(each.path).name for each in source.skipped} == {"signinLogs.csv", "SOURCES.md"}
    with pytest.raises(InputError, match="no column tells who signs in"):
        list(read_logs(SENTINEL / "signinLogs.csv"))


def test_every_sign_in_can_be_decided() -> None:
    loaded = load_tenant(tenant(policy()))
    rows, _ = read(SIGN_INS)
    for row in rows:
        assert not loaded.decide(sign_in_of(row, loaded.parts.directory)).errors
