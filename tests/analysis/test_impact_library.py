"""`impact_of_batches` as a notebook calls it."""

from __future__ import annotations

import pyarrow as pa

from ostiary.analysis.impact import impact_of_batches
from ostiary.tenant.tenant import load_tenant
from tests.analysis.impact_cases import batch_of
from tests.analysis.test_impact_command import ROWS, TENANT


def test_batches_may_have_other_string_types() -> None:
    """Columns that a caller did not number are numbered here."""
    batch = batch_of(ROWS)
    plain = pa.RecordBatch.from_pylist(batch.to_pylist())
    policies = load_tenant(TENANT).compiled
    one, other = (impact_of_batches(policies, [each]) for each in (batch, plain))
    assert one.to_json() == other.to_json()
    assert "Require MFA" in one._repr_html_()  # pyright: ignore[reportPrivateUsage]  # what notebooks call
