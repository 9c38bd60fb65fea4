"""An analysis leaves nothing behind but its answer."""

from __future__ import annotations

import gc
from pathlib import Path

from ostiary.analysis.impact import impact
from ostiary.analysis.impact_work import Work
from ostiary.analysis.log_fast_form import write_fast_form
from tests.analysis.impact_cases import batch_of, drawn_draft, drawn_tenant


def _alive() -> int:
    return sum(isinstance(each, Work) for each in gc.get_objects())


def test_a_run_is_gone_when_its_answer_is_there(tmp_path: Path) -> None:
    policies, rows = drawn_tenant(3)
    write_fast_form([batch_of(rows)], tmp_path / "log.parquet")
    gc.collect()
    before, left_out = _alive(), gc.get_freeze_count()
    for draft in (None, drawn_draft(3, policies)):
        assert impact(policies, tmp_path / "log.parquet", draft=draft).rows == len(rows)
        assert _alive() == before
        assert gc.get_freeze_count() <= left_out
