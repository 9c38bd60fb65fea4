"""`ostiary apply`: a saved plan, carried out only if nothing moved since it was made."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.connecting import ENTRA, connection_of, connection_options, graph_client
from ostiary.cli.exits import DONE, NO
from ostiary.cli.hosted import guarded_command, opened_host, override_option, reason_of
from ostiary.cli.output import answer, answer_json, note
from ostiary.model.errors import OstiaryError

if TYPE_CHECKING:
    from ostiary.entra.client import GraphClient
    from ostiary.policycode.apply import Applied
    from ostiary.policycode.changes import Change, Plan

_OSTIARY = "ostiary"


@click.command("apply")
@click.argument("plan_path", metavar="PLAN", type=click.Path(path_type=Path))
@click.option(
    "--target",
    default=_OSTIARY,
    show_default=True,
    metavar="ostiary|entra|URL",
    help="An Ostiary server by its --data, Microsoft Entra, or the origin of a Graph API.",
)
@click.option("--resume", is_flag=True, help="Go on with a plan that was begun (Entra).")
@click.option("--roll-back", is_flag=True, help="Take back what was done of the plan (Entra).")
@click.option(
    "--journal",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where it is kept how far the plan has come.  [default: PLAN.journal]",
)
@click.option(
    "--undo",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where the plan is written that takes it all back.  [default: PLAN.undo]",
)
@options.data
@override_option
@connection_options
@options.as_json
def command(
    *,
    plan_path: Path,
    target: str,
    resume: bool,
    roll_back: bool,
    journal: Path | None,
    undo: Path | None,
    data: str,
    override: str | None,
    as_json: bool,
    **signing_in: Any,
) -> int:
    """Carry out a plan that `ostiary plan --out` wrote.

    It is refused (exit code 1, nothing is changed) if anything that it rests on has changed since.
    On an Ostiary server it is made as a whole, behind the lockout guard, or not at all. On
    Microsoft Entra it is made step by step with a journal: killed or cut off, go on with --resume.
    """
    from ostiary.policycode.plan_files import load_plan

    plan = load_plan(plan_path)
    where = target.casefold()
    stepwise = where == ENTRA or (
        where != _OSTIARY and connection_of(target, **signing_in).is_microsofts
    )
    if (resume or roll_back or journal) and not stepwise:
        raise click.UsageError(
            "--resume, --roll-back and --journal are for Microsoft Entra: an Ostiary server makes a"
            " plan as a whole or not at all"
        )
    if resume and roll_back:
        raise click.UsageError("expected one of --resume and --roll-back, came both")
    undo = undo or plan_path.with_name(f"{plan_path.name}.undo")
    if where == _OSTIARY:
        return _applied_on_host(plan, data, override, undo, as_json=as_json)
    if not stepwise:
        return _applied(
            plan, lambda: _on_server(plan, target, override, **signing_in), undo, as_json=as_json
        )
    kept = journal or plan_path.with_name(f"{plan_path.name}.journal")

    def step_by_step() -> Applied:
        return _on_entra(plan, kept, target, resume=resume, back=roll_back, **signing_in)

    return _applied(plan, step_by_step, None if roll_back else undo, as_json=as_json)


@guarded_command
def _applied_on_host(
    plan: Plan, data: str, override: str | None, undo: Path, *, as_json: bool
) -> int:
    return _applied(plan, lambda: _on_host(plan, data, override), undo, as_json=as_json)


def _applied(
    plan: Plan, carry_out: Callable[[], Applied], undo: Path | None, *, as_json: bool
) -> int:
    """Carry out a plan and tell of it; `undo` None: it is what takes another one back."""
    with _told(as_json=as_json) as refused:
        done = carry_out()
        written = None if undo is None or done.already else _write_undo(plan, done, undo)
        return _report(plan, done, written, back=undo is None, as_json=as_json)
    return refused[0]


@contextmanager
def _told(*, as_json: bool) -> Generator[list[int]]:
    """Tell why a plan is refused, with exit code 1: the answer is no, the input was good."""
    from ostiary.entra.errors import Moved
    from ostiary.policycode.errors import (
        ChangedMeanwhile,
        JournalUnfit,
        NotYetThere,
        OtherTenant,
        PlanStale,
    )

    codes: list[int] = []
    try:
        yield codes
    except (PlanStale, ChangedMeanwhile, OtherTenant, JournalUnfit, NotYetThere, Moved) as error:
        if as_json:
            moved = list(error.moved) if isinstance(error, PlanStale) else []
            answer_json({"refused": error.code, "why": error.message, "moved": moved})
        else:
            answer(f"Refused: {error}")
        codes.append(NO)


def _on_host(plan: Plan, data: str, override: str | None) -> Applied:
    with opened_host(data) as host:
        from ostiary.administration.plans import carry_out

        return carry_out(host.store, host.snapshots, plan, by=host.by, override=reason_of(override))


def _on_server(plan: Plan, target: str, override: str | None, **signing_in: Any) -> Applied:
    with graph_client(target, **signing_in) as client:
        from ostiary.entra.server_plans import send_plan

        client.writes = True
        return send_plan(client, plan, override=override)


def _on_entra(
    plan: Plan, journal: Path, target: str, *, resume: bool, back: bool, **signing_in: Any
) -> Applied:
    with graph_client(target, **signing_in) as client:
        client.writes = True
        return stepwise_apply(plan, journal, client, resume=resume, back=back)


def stepwise_apply(
    plan: Plan, journal: Path, client: GraphClient, *, resume: bool, back: bool
) -> Applied:
    """Apply a plan step by step, go on with it, or take it back. Raises OstiaryError, OSError."""
    from ostiary.entra.endpoint import GraphEndpoint, needs_of
    from ostiary.entra.permissions import require
    from ostiary.policycode.apply import apply_plan
    from ostiary.policycode.journal import open_journal
    from ostiary.policycode.undoing import roll_back

    if not require(client.tokens.token(), needs_of(plan), doing="applying the plan"):
        note("the token does not say which permissions it has; Graph decides")
    endpoint = GraphEndpoint(client)
    with open_journal(journal, plan, resume=resume or back) as steps:
        endpoint.fresh.update(each.casefold() for each in steps.ids.values())
        if back:
            return roll_back(steps, endpoint, made=_now())
        try:
            done = apply_plan(plan, endpoint, steps, told=lambda n, change: _step(plan, n, change))
        except OstiaryError:
            if not steps.states:
                # Nothing was begun, so that nothing is to be gone on with.
                steps.discard()
            raise
        steps.end("applied")
        return done


def _step(plan: Plan, number: int, change: Change) -> None:
    from ostiary.policycode.changes import TITLES

    action = f"{change.action.value} {TITLES[change.kind]}"
    note(f"{number + 1} of {len(plan.changes)}: {action} `{change.name}`")


def _write_undo(plan: Plan, done: Applied, path: Path) -> Path:
    from ostiary.policycode.undoing import inverse, write_plan

    write_plan(path, inverse(plan, done.ids, made=_now()))
    return path


def _report(plan: Plan, done: Applied, undo: Path | None, *, back: bool, as_json: bool) -> int:
    if as_json:
        answer_json(done.to_json() | {"undo": str(undo) if undo else None})
    elif done.already:
        answer("Nothing to do: the tenant is as the plan says.")
    else:
        count = len(plan.changes)
        changes = "1 change" if count == 1 else f"{count} changes"
        answer("Taken back." if back else f"Applied: {changes}.")
        if undo is not None:
            answer(f"To take it back: ostiary apply {undo}")
    for each in done.differing:
        note(f"not as the plan says: {each}")
    return NO if done.differing else DONE


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
