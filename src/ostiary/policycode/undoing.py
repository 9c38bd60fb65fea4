"""Take back a plan that was applied, or the part of it that was."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ostiary.model.json_types import JsonObject, is_list, is_object
from ostiary.policycode.apply import Applied, Endpoint, apply_plan
from ostiary.policycode.changes import (
    Action,
    Base,
    Change,
    Kind,
    Plan,
    Rests,
    placeholder,
    resolved,
)
from ostiary.policycode.documents import written
from ostiary.policycode.fingerprints import fingerprint
from ostiary.policycode.journal import Journal, open_journal
from ostiary.policycode.plan_files import load_plan
from ostiary.policycode.stepping import reached


def inverse(
    plan: Plan, ids: Mapping[str, str], *, made: str, taken: Iterable[int] | None = None
) -> Plan:
    """Give the plan that takes back the steps of a plan, the last one first.

    `ids` are those that the tenant gave; `taken` the numbers of the steps, None: all. What was
    deleted comes back under a new id, and whatever named the old one names that.
    """
    numbers = range(len(plan.changes)) if taken is None else sorted(taken)
    changes = [plan.changes[number] for number in numbers]
    anew = {
        each.id.casefold(): placeholder(each.kind, each.name)
        for each in changes
        if each.action is Action.DELETE and each.kind is not Kind.CONTEXT
    }
    back = tuple(_back(each, ids, anew) for each in reversed(changes))
    return Plan(f"{plan.target}, taken back", plan.tenant_id, made, back, tuple(_bases(back)))


def roll_back(journal: Journal, endpoint: Endpoint, *, made: str) -> Applied:
    """Take back every step that a journal tells of, and what a step that was begun has left.

    The inverse is written beside the journal before its first step, with a journal of its own: it
    can be killed and called again. Raises what `apply_plan` raises, and OSError.
    """
    file = undo_path(journal.path)
    if not file.exists():
        write_plan(file, _undo(journal, endpoint, made))
    undo = load_plan(file)
    path = file.with_name(f"{file.name}.journal")
    with open_journal(path, undo, resume=path.exists()) as steps:
        applied = apply_plan(undo, endpoint, steps)
        steps.end("applied")
    journal.end("taken back")
    return applied


def undo_path(journal: Path) -> Path:
    """Give where the inverse of a plan stands, beside its journal."""
    return journal.with_name(f"{journal.name}.undo")


def write_plan(path: Path, plan: Plan) -> None:
    """Write a plan's file, whole or not at all. Raises OSError."""
    text = json.dumps(plan.to_json(), ensure_ascii=False, indent=2) + "\n"
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)


def _undo(journal: Journal, endpoint: Endpoint, made: str) -> Plan:
    """Give the inverse of what was done; a step that was begun is looked at."""
    plan, ids, taken = journal.plan, dict(journal.ids), set(journal.taken)
    for number, state in journal.states.items():
        if number in taken or not state:
            continue
        change = plan.changes[number]
        found = reached(change, endpoint, ids)
        if found is None:
            continue
        identifier, live = found
        if change.id != identifier:
            ids[change.id] = identifier
        if live is not None:
            action = Action.CREATE if change.before is None else Action.UPDATE
            change = replace(change, action=action, after=written(change.kind, live))
        changes = (*plan.changes[:number], change, *plan.changes[number + 1 :])
        plan = replace(plan, changes=changes)
        taken.add(number)
    return inverse(plan, ids, made=made, taken=taken)


def _back(change: Change, ids: Mapping[str, str], anew: Mapping[str, str]) -> Change:
    identifier = ids.get(change.id, change.id)
    after = None if change.before is None else _without_id(change.kind, change.before, anew)
    before: JsonObject | None = None
    if change.after is not None:
        before = {"id": identifier, **resolved(change.after, ids)}
    action = {
        Action.CREATE: Action.DELETE,
        Action.DELETE: Action.CREATE,
        Action.UPDATE: Action.UPDATE,
    }[change.action]
    name = str((after or before or {}).get("displayName") or change.name)
    return Change(
        action, change.kind, name, anew.get(identifier.casefold(), identifier), before, after
    )


def _without_id(kind: Kind, document: JsonObject, anew: Mapping[str, str]) -> dict[str, Any]:
    kept = {name: each for name, each in document.items() if name != "id" or kind is Kind.CONTEXT}
    return {name: _renamed(each, anew) for name, each in kept.items()}


def _renamed(value: Any, anew: Mapping[str, str]) -> Any:
    if is_object(value):
        return {name: _renamed(each, anew) for name, each in value.items()}
    if is_list(value):
        return [_renamed(each, anew) for each in value]
    return anew.get(value.casefold(), value) if isinstance(value, str) else value


def _bases(changes: Iterable[Change]) -> Iterable[Base]:
    seen: set[tuple[Kind, str]] = set()
    for each in changes:
        if (each.kind, each.id) in seen:
            continue
        seen.add((each.kind, each.id))
        if each.before is None:
            yield Base(each.kind, each.id, each.name, Rests.ABSENT)
        else:
            name = str(each.before.get("displayName") or each.name)
            mark = fingerprint(each.kind, each.before)
            yield Base(each.kind, each.id, name, Rests.UNCHANGED, mark)
