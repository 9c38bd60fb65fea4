"""A plan says the same of a tenant in its data and behind its Graph."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from ostiary.directory.exporting import export_tenant
from ostiary.directory.protocols import SYSTEM
from ostiary.entra.connection import TOKEN_VARIABLE
from ostiary.entra.pull import Wanted, pull
from ostiary.policycode.changes import Kind
from ostiary.policycode.exporting import Form, export
from ostiary.policycode.fingerprints import fingerprint
from ostiary.policycode.folder import load_folder
from ostiary.policycode.planning import make_plan
from ostiary.policycode.target import Target, target_of
from ostiary.tenant.reading import read_document, read_raw
from tests.cli.running import run
from tests.entra.faults import NOW
from tests.entra.live_graph import live_graph
from tests.entra.served import Asked
from tests.oracle.draw_policy import policies
from tests.oracle.draw_tenant import world
from tests.policycode.tenants import MADE, write_files

STRENGTH = "dddddddd-0000-4000-8000-0000000000aa"


def fill(graph: Asked) -> None:
    """Add policies of all kinds, Off so that they keep nobody from pulling."""
    rng = Random(7)  # noqa: S311  # a drawing, no secret
    drawn = [each for _ in range(6) for each in policies(rng, world(rng))[1]]
    store = graph.store
    store.strengths.create(
        {
            "id": STRENGTH,
            "displayName": "Keys",
            "policyType": "custom",
            "allowedCombinations": ["fido2", "password,softwareOath"],
        },
        by=SYSTEM,
    )
    for number, each in enumerate(drawn):
        document: dict[str, Any] = {
            **each,
            "id": f"eeeeeeee-0000-4000-8000-{number:012d}",
            "displayName": f"Drawn {number}",
            "state": "disabled",
        }
        store.policies.create(document, by=SYSTEM)
    graph.served.service.snapshots.refresh()


def sides(graph: Asked, folder: Path) -> tuple[Target, Target]:
    """Give the tenant from its data, and from its Graph."""
    pull(graph.client, folder, Wanted(), now=NOW)
    data = read_document(export_tenant(graph.store.database), "data")
    return target_of(data, "data"), target_of(read_raw(folder), "Graph")


def test_every_object_has_the_same_fingerprint(graph: Asked, tmp_path: Path) -> None:
    fill(graph)
    data, pulled = sides(graph, tmp_path / "pulled")
    for kind in (Kind.POLICY, Kind.NAMED_LOCATION, Kind.STRENGTH, Kind.CONTEXT):
        one, other = (
            {key: fingerprint(kind, body) for key, body in side.of(kind).items()}
            for side in (data, pulled)
        )
        assert one == other
    assert len(data.of(Kind.POLICY)) > 6


@pytest.mark.parametrize("first", [0, 1])
def test_what_is_exported_of_one_has_nothing_to_change_in_the_other(
    first: int, graph: Asked, tmp_path: Path
) -> None:
    fill(graph)
    found = sides(graph, tmp_path / "pulled")
    files = {each.path: each.text for each in export(found[first], Form.JSON)}
    folder = load_folder(write_files(tmp_path / "code", files))
    planned = make_plan(folder, found[1 - first], made=MADE)
    assert (planned.plan.changes, planned.kept, planned.unmanaged) == ((), (), ())


def test_a_served_graph_is_planned_against_as_it_is_typed(
    graph: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, graph.client.tokens.token())
    with live_graph(graph.served) as origin:
        place = ("--from", origin, "--credential", "token")
        made = run("export", *place, "--out", tmp_path / "code")
        planned = run("plan", tmp_path / "code", *place)
        drift = run("drift", tmp_path / "code", *place)
    assert (made.code, planned.code, drift.code) == (0, 0, 0)
    assert "Nothing to change." in " ".join(planned.out.split())
