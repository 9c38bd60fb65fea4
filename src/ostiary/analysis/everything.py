"""Everybody and everything: what differences between policies are looked for in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ostiary.analysis.answering import Question
from ostiary.analysis.identities import Somebody, newcomers, people, workloads
from ostiary.analysis.solving import Prover
from ostiary.analysis.targets import Aim, aims_at, all_apps, other_aims, with_scopes
from ostiary.engine.policyset import PolicySet


def provers(
    policies: PolicySet,
    questions: Sequence[Question],
    beside: Sequence[Question] = (),
    *,
    leave_out: Sequence[Aim] = (),
    also: int = 0,
) -> Iterator[Prover]:
    """Give the prover of all people, and that of all workload identities, over all targets.

    `beside`: questions asked only of what the others find; `also`: policies that matter whatever
    they demand.
    """
    invented = newcomers(policies)
    welcoming = policies.welcoming(invented)
    aims = with_scopes(welcoming, (*aims_at(all_apps(welcoming)), *other_aims(welcoming)))
    aims = tuple(each for each in aims if each not in leave_out)
    crowds: tuple[tuple[Somebody, ...], ...] = (
        tuple(people(welcoming, invented.values())),
        tuple(workloads(welcoming.directory)),
    )
    for crowd in crowds:
        if crowd:
            yield Prover(welcoming, crowd, aims, questions, beside=beside, also=also)
