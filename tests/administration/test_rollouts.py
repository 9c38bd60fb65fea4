"""Who is a second person, and what a step makes sure of that was looked at before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ostiary.administration.rollout_looking import Kept, Looked
from ostiary.administration.rollouts import Asked, advance, approve, start_rollout, stop
from ostiary.directory.errors import ObjectChanged
from ostiary.directory.protocols import SYSTEM, Actor, ActorKind
from ostiary.rollout.errors import NotSecondPerson
from ostiary.rollout.gates import Gate, GateResult, Outcome
from ostiary.rollout.settings import Settings
from tests.web.serving import ASTRID, LIFEBOAT, PLACES, POLICY, Served, serve

ASTRIDS, LIFEBOATS = (Actor(ActorKind.USER, each, each) for each in (ASTRID, LIFEBOAT))
ON_HOST, ALSO_ON_HOST = (Actor(ActorKind.HOST, each, each) for each in ("1000", "1001"))
PIPELINE = Actor(ActorKind.APPLICATION, "5a1f9a40-0000-4000-8000-0000000000d1", "Pipeline")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A tenant with its policies off."""
    made = serve(tmp_path)
    yield made
    made.service.store.close()


def started(served: Served, by: Actor) -> Kept:
    """Start a rollout that wants a second person."""
    service = served.service
    settings = Settings(approval=True)
    return start_rollout(service.store, service.snapshots, POLICY, settings, by=by)


@pytest.mark.parametrize(
    ("starts", "approves", "second"),
    [
        (ASTRIDS, LIFEBOATS, True),
        (ASTRIDS, ASTRIDS, False),
        (ASTRIDS, replace(ASTRIDS, id=ASTRID.upper(), name="somebody else"), False),
        (ASTRIDS, ON_HOST, False),
        (ASTRIDS, PIPELINE, False),
        (PIPELINE, LIFEBOATS, True),
        (ON_HOST, LIFEBOATS, True),
        (ON_HOST, ON_HOST, False),
        (ON_HOST, ALSO_ON_HOST, True),
        (PIPELINE, SYSTEM, False),
    ],
)
def test_who_is_a_second_person(
    served: Served, starts: Actor, approves: Actor, *, second: bool
) -> None:
    kept = started(served, starts)
    asked = Asked(kept.rollout.id, approves, kept.etag)
    if second:
        assert len(approve(served.service.store, asked).rollout.approvals) == 1
        return
    with pytest.raises(NotSecondPerson):
        approve(served.service.store, asked)
    assert served.service.store.rollouts.need(kept.rollout.id).etag == kept.etag


def looked_at(served: Served, kept: Kept) -> Looked:
    """Say that every gate is open, of everything as it is now."""
    store = served.service.store
    results = tuple(GateResult(each, Outcome.PASSED, "as the test says") for each in Gate)
    return Looked(kept, store.policies.need(POLICY), store.policies.state(), results)


@pytest.mark.parametrize("changed", [POLICY, PLACES])
def test_a_step_is_refused_where_a_policy_changed_while_its_gates_were_looked_at(
    served: Served, changed: str
) -> None:
    store, snapshots = served.service.store, served.service.snapshots
    kept = started(served, ASTRIDS)
    looked = looked_at(served, kept)
    store.policies.modify(changed, {"displayName": "Another name"}, by=SYSTEM)
    with pytest.raises(ObjectChanged, match="changed while the gates"):
        advance(store, snapshots, looked, by=ASTRIDS)
    made = advance(store, snapshots, looked_at(served, started_again(served, kept)), by=ASTRIDS)
    assert made.rollout.stage.name == "Report-only"


def started_again(served: Served, kept: Kept) -> Kept:
    """Give the rollout, anew where its policy was changed by somebody else."""
    stop(served.service.store, Asked(kept.rollout.id, ASTRIDS))
    return started(served, ASTRIDS)
