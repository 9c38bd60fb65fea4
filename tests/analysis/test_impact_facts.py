"""The table of columns holds: what it leaves out, no condition and no control looks at."""

from __future__ import annotations

from random import Random

import pytest

from ostiary.analysis.impact_facts import EVIDENCE, IDENTITY, IDENTITY_KIND, columns_of
from ostiary.analysis.log_facts import sign_in_of
from ostiary.analysis.log_schema import CATEGORIES
from ostiary.conditions import CONDITIONS
from tests.analysis.impact_cases import Row, drawn_tenant

SEEDS = (*range(35), *range(78, 84))
_PEOPLE = CATEGORIES[:2]


def alike(row: Row, other: Row, columns: frozenset[str], rng: Random) -> Row:
    """Give a row that agrees with one in some columns and with another in all the rest."""
    mixed = {name: (row if name in columns else other)[name] for name in row}
    if IDENTITY_KIND in columns and "category" not in columns:
        same = _PEOPLE if row["category"] in _PEOPLE else CATEGORIES[2:]
        mixed["category"] = rng.choice(same)
    return mixed


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_that_agree_in_the_columns_of_a_condition_agree_in_its_answer(seed: int) -> None:
    policies, rows = drawn_tenant(seed)
    rng = Random(seed)  # noqa: S311  # a seed that can be repeated
    for table in policies.tables:
        columns = columns_of(table)
        for row in rows:
            other = alike(row, rng.choice(rows), columns, rng)
            one, two = (sign_in_of(each, policies.directory) for each in (row, other))
            assert policies.accepted(table, one) == policies.accepted(table, two), other


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_that_agree_in_their_evidence_agree_in_every_control(seed: int) -> None:
    policies, rows = drawn_tenant(seed)
    rng = Random(seed)  # noqa: S311
    columns = frozenset((*EVIDENCE, *IDENTITY))
    judge = policies.requirements.judge
    for row in rows:
        other = alike(row, rng.choice(rows), columns, rng)
        one, two = (sign_in_of(each, policies.directory) for each in (row, other))
        assert judge(one) == judge(two), other


def test_the_drawn_tenants_ask_for_every_condition() -> None:
    asked = {
        table.condition.name
        for seed in SEEDS
        for table in drawn_tenant(seed)[0].tables
        if table.configured
    }
    assert asked == {condition.name for condition in CONDITIONS}
