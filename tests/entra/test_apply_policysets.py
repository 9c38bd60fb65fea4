"""Published policy sets, planned against an empty tenant and applied step by step as to Entra."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from ostiary.policycode.apply import InMemory, apply_plan
from ostiary.policycode.changes import Change, Plan, placeholders_in
from ostiary.policycode.folder import load_folder
from ostiary.policycode.journal import open_journal
from ostiary.policycode.planning import make_plan
from ostiary.policycode.target import target_of
from ostiary.policycode.undoing import inverse
from ostiary.schema.state import Collection
from ostiary.tenant.documents import RawTenant
from ostiary.tenant.reading import read_document
from tests.entra.faults import Killed, killed_after
from tests.entra.memory_graph import TENANT, MemoryGraph, endpoint_of
from tests.policycode.tenants import MADE
from tests.policycode.test_policysets import WHOLE
from tests.tenant.test_policysets import SETS

pytestmark = pytest.mark.skipif(
    not SETS.is_dir(), reason="../shared/policysets is absent: third-party data, not shipped"
)
_KEYS = {
    "conditionalAccessPolicies": Collection.POLICIES,
    "namedLocations": Collection.NAMED_LOCATIONS,
    "authenticationStrengthPolicies": Collection.STRENGTHS,
}


def empty() -> MemoryGraph:
    """Give a tenant that has what every tenant has."""
    graph = MemoryGraph()
    text = files("ostiary.tenant").joinpath("data/strengths.json").read_text("utf-8")
    for each in json.loads(text)["authenticationStrengthPolicies"]:
        graph.state = graph.state.put(Collection.STRENGTHS, each)
    return graph


def makeable(changes: tuple[Change, ...]) -> Iterator[Change]:
    """Leave out what only Microsoft makes, and what names it."""
    without: set[str] = set()
    for each in changes:
        kind = str((each.after or {}).get("@odata.type"))
        if "compliantNetwork" in kind or placeholders_in(each.after) & without:
            without.add(each.id)
        else:
            yield each


@pytest.mark.parametrize("name", WHOLE)
def test_a_set_is_applied_killed_resumed_without_drift_and_taken_back(
    name: str, tmp_path: Path
) -> None:
    folder = load_folder(SETS / name)
    planned = make_plan(folder, target_of(RawTenant(), "nothing"), made=MADE).plan
    changes = tuple(makeable(planned.changes))
    plan: Plan = replace(planned, changes=changes, tenant_id=TENANT)
    graph, journal = empty(), tmp_path / "journal"
    before = graph.said()
    endpoint, proxy, _ = endpoint_of(graph)
    proxy.faults = [(len(changes) // 2, killed_after)]
    with pytest.raises(Killed), open_journal(journal, plan, resume=False) as steps:
        apply_plan(plan, endpoint, steps)
    with open_journal(journal, plan, resume=True) as steps:
        done = apply_plan(plan, endpoint, steps)
    assert (done.differing, proxy.counted) == ((), len(changes))
    documents = {key: list(graph.state.all(kind).values()) for key, kind in _KEYS.items()}
    again = make_plan(folder, target_of(read_document(documents, "after"), "after"), made=MADE)
    left = {each.name for each in planned.changes} - {each.name for each in changes}
    assert {each.name for each in again.plan.changes} == left
    apply_plan(inverse(plan, done.ids, made=MADE), endpoint, InMemory())
    assert graph.said() == before
