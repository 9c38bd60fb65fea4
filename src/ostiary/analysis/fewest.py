"""The circumstances in which the fewest policies are in the way of somebody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ostiary.analysis.answering import Question
from ostiary.analysis.boxes import Box
from ostiary.analysis.circumstances import Facts
from ostiary.analysis.columns import bits
from ostiary.analysis.contexts import CONTEXT_AXES, Unmet
from ostiary.analysis.identities import sign_in_of
from ostiary.analysis.solving import Prover
from ostiary.analysis.terrain import Terrain
from ostiary.engine.decide import why
from ostiary.schema.signin_writing import write_decision_request

MOST_KEPT = 500
"""Combinations that are followed; what is left over says enough by then."""


@dataclass(frozen=True, slots=True)
class InTheWay:
    """The policies in the way at best, each with its id and name, and a sign-in that shows it."""

    why: str
    policies: tuple[tuple[str, str], ...]
    request: dict[str, Any]


def in_the_way(
    prover: Prover, question: Question, number: int, target: int = 0, inside: Box | None = None
) -> InTheWay:
    """Find the circumstances, without a registered device, that leave the fewest policies unmet.

    `number` is the identity class that wants to get to a target class, by a client that can;
    `inside` are the circumstances that are looked at, None: all.
    """
    terrain = prover.terrain
    showing = prover.ways.showings(question.demanded)[0]
    somebodys, targets = terrain.people[number], terrain.targets[target]
    unmet = showing.unmet[getattr(somebodys.effect, "stands", None)]
    concerned = question.preventing & somebodys.accepted.upper & targets.accepted.upper
    mask, facts = min(
        _reached(prover, terrain, unmet, concerned, inside), key=lambda each: each[0].bit_count()
    )
    somebody, aim = somebodys.values[0], targets.values[0]
    sign_in = replace(sign_in_of(somebody), target=aim.target, client=aim.client, **facts)
    proofs = showing.shown.proofs(prover.ways.showable(question.demanded), sign_in)
    said = why(prover.policies, prover.policies.prepare(replace(sign_in, proofs=proofs)))
    policies = tuple(
        (prover.policies.policies[each].id, prover.policies.policies[each].display_name)
        for each in bits(mask)
    )
    request = write_decision_request(replace(sign_in, proofs=proofs))
    return InTheWay(said, policies, request)


def _reached(
    prover: Prover, terrain: Terrain, unmet: Unmet, concerned: int, inside: Box | None
) -> Iterator[tuple[int, Facts]]:
    """Give, for each context without a device, fewest policies that stay unsatisfied there."""
    contexts = prover.ways.contexts
    for number, given in enumerate(contexts.facts):
        like = replace(terrain.everyday, **given)
        if contexts.impossible >> number & 1 or like.device is not None or like.legacy_client:
            continue
        frontier: dict[int, Facts] = {concerned & unmet.upper_mask(number): {}}
        for place, axis in enumerate(terrain.axes):
            part = -1 if inside is None else terrain.space.part(inside, place)
            free = axis.name not in CONTEXT_AXES
            effect = terrain.effect_like(axis, given)
            classes = [
                each
                for bit, each in enumerate(axis.classes)
                if part >> bit & 1 and (free or each.effect == effect)
            ]
            further: dict[int, Facts] = {}
            for mask, facts in frontier.items():
                for each in classes:
                    further.setdefault(mask & each.accepted.upper, {**facts, **each.values[0]})
            frontier = _fewest(further)
        yield from frontier.items()


def _fewest(found: dict[int, Facts]) -> dict[int, Facts]:
    """Keep the masks that hold no other one."""
    kept: dict[int, Facts] = {}
    for mask in sorted(found, key=int.bit_count)[:MOST_KEPT]:
        if not any(not other & ~mask for other in kept):
            kept[mask] = found[mask]
    return kept
