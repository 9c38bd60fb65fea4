"""Spark counts as a single machine does, to the row."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ostiary.analysis.impact import Impact, impact
from ostiary.analysis.log_fast_form import write_fast_form
from ostiary.model.errors import InputError
from tests.analysis.impact_cases import batch_of, drawn_draft, drawn_tenant

pytestmark = [
    pytest.mark.skipif(find_spec("pyspark") is None, reason="pyspark is not installed"),
    pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java"),
    pytest.mark.filterwarnings("ignore"),
]


def _numbers(found: Impact) -> dict[str, Any]:
    told = found.to_json()
    del told["samples"]
    told["by"] = {
        name: sorted(each, key=lambda one: str(one["value"])) for name, each in told["by"].items()
    }
    if told["change"] is not None:
        told["change"]["people"] = sorted(told["change"]["people"], key=lambda each: each["id"])
        told["change"]["policies"] = sorted(told["change"]["policies"], key=lambda each: each["id"])
    return told


def test_spark_gives_the_same_numbers(tmp_path: Path) -> None:
    from ostiary.analysis.spark_impact import impact_on_spark

    policies, rows = drawn_tenant(3)
    folder = tmp_path / "log"
    folder.mkdir()
    for part in range(3):
        write_fast_form([batch_of(rows[part * 20 : part * 20 + 20])], folder / f"{part}.parquet")
    for draft in (None, drawn_draft(3, policies)):
        one = impact(policies, folder, draft=draft)
        other = impact_on_spark(policies, folder, draft=draft)
        assert _numbers(one) == _numbers(other)
        assert {each.kind for each in one.samples} == {each.kind for each in other.samples}


def test_a_data_set_that_is_no_log_is_refused(tmp_path: Path) -> None:
    from ostiary.analysis.spark_impact import impact_on_spark

    policies, _ = drawn_tenant(3)
    with pytest.raises(InputError, match="Spark could not read it"):
        impact_on_spark(policies, tmp_path / "nothing.parquet")
