"""Carry out a plan: only if nothing moved, in its order, each step looked at before it is taken.

One algorithm for both ends. On an Ostiary server it runs inside one transaction, behind the
lockout guard: all or nothing. On Microsoft Entra, which has no transactions, it runs step by step
with a journal, and can be killed between any two requests: what a step has reached is read from
the tenant, not guessed. A step moves an object from what it is to what the plan says; where it is
neither, nor on the way, somebody else was there, and nothing more is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ostiary.policycode.changes import (
    TITLES,
    Base,
    Change,
    Kind,
    Plan,
    Rests,
    is_placeholder,
    resolved,
)
from ostiary.policycode.endpoint import Endpoint, InMemory, Steps
from ostiary.policycode.errors import OtherTenant, PlanStale
from ostiary.policycode.stepping import Run, mark_of


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done: ids by placeholder, and objects that are not as the plan says they should be.

    `already`: everything was so before, and nothing was sent.
    """

    ids: Mapping[str, str]
    differing: tuple[str, ...] = ()
    already: bool = False

    def to_json(self) -> dict[str, Any]:
        """Give what `ostiary apply --json` prints."""
        return {
            "ids": dict(self.ids),
            "differing": list(self.differing),
            "alreadyApplied": self.already,
        }


def apply_plan(
    plan: Plan,
    endpoint: Endpoint,
    steps: Steps,
    *,
    told: Callable[[int, Change], None] = lambda number, change: None,
) -> Applied:
    """Take every step that was not taken yet.

    Raises OtherTenant, PlanStale (nothing was changed), ChangedMeanwhile, and what `send` raises.
    """
    require_tenant(plan, endpoint)
    resumed = any(steps.state(number) for number in range(len(plan.changes)))
    touched = {
        (each.kind, each.id) for number, each in enumerate(plan.changes) if steps.state(number)
    }
    moved = list(_moved(plan, endpoint, touched))
    if moved and not resumed and (ids := held_ids(plan, endpoint)) is not None:
        return Applied(ids, already=True)
    if moved:
        raise PlanStale(moved)
    ids = dict(steps.ids)
    run = Run(endpoint, ids)
    for number, change in enumerate(plan.changes):
        if steps.state(number) == "done":
            run.wrote(change)
            continue
        told(number, change)
        again = steps.state(number) == "begun"
        steps.begin(number)
        identifier = run.carry(change, again=again)
        if is_placeholder(change.id):
            ids[change.id] = identifier
        steps.done(number, identifier)
    return Applied(ids, tuple(run.differing(plan)))


def require_tenant(plan: Plan, endpoint: Endpoint) -> None:
    """Raise OtherTenant where a plan says that it is for another tenant."""
    here = endpoint.tenant_id()
    if plan.tenant_id and plan.tenant_id.casefold() != here.casefold():
        raise OtherTenant(
            f"the plan is for tenant {plan.tenant_id}, and this is {here}",
            hint="choose the tenant with --tenant-id, or make a plan for this one",
        )


def held_ids(plan: Plan, endpoint: Endpoint) -> dict[str, str] | None:
    """Give the ids of what a plan makes, if the tenant is as it would be after it; else None.

    So an answer that was lost is found again, and a plan that was applied is no error.
    """
    ids: dict[str, str] = {}
    last = {(each.kind, each.id): each for each in plan.changes}
    for each in last.values():
        try:
            after = None if each.after is None else resolved(each.after, ids)
        except KeyError:
            return None
        if not is_placeholder(each.id):
            if mark_of(each.kind, endpoint.look(each.kind, each.id)) != mark_of(each.kind, after):
                return None
            continue
        found = [
            one
            for one in endpoint.named(each.kind, each.name)
            if mark_of(each.kind, one) == mark_of(each.kind, after)
        ]
        if len(found) != 1:
            return None
        ids[each.id] = str(found[0]["id"])
    return ids


def _moved(plan: Plan, endpoint: Endpoint, touched: set[tuple[Kind, str]]) -> Iterator[str]:
    """Say of everything that the plan rests on, and that it did not touch itself, what moved."""
    for base in plan.base:
        if (base.kind, base.id) in touched:
            continue
        sentence = _moved_one(base, endpoint)
        if sentence:
            yield f"the {TITLES[base.kind]} `{base.name}` {sentence}"


def _moved_one(base: Base, endpoint: Endpoint) -> str:
    if base.rests is Rests.ABSENT:
        taken = (
            endpoint.look(base.kind, base.id)
            if base.kind is Kind.CONTEXT
            else endpoint.named(base.kind, base.name)
        )
        return "is there already" if taken else ""
    found = endpoint.look(base.kind, base.id)
    if found is None:
        return "is gone"
    if base.rests is Rests.UNCHANGED and mark_of(base.kind, found) != base.fingerprint:
        return "was changed"
    return ""


__all__ = ["Applied", "Endpoint", "InMemory", "Steps", "apply_plan", "held_ids", "require_tenant"]
