"""`ostiary prove`: answers over every sign-in that can occur, exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE, NO
from ostiary.cli.output import answer_json, note
from ostiary.model.errors import InputError

if TYPE_CHECKING:
    from ostiary.tenant.tenant import Tenant

_MOST_SETS = 2
_allow_unknown = click.option(
    "--allow-unknown", is_flag=True, help="Exit with 0 also where nobody can tell."
)


class _Verdict(Protocol):
    def holds(self, *, allow_unknown: bool = False) -> bool: ...
    def to_json(self) -> dict[str, Any]: ...


@click.group("prove", invoke_without_command=True)
@click.option("--tenant", "tenant_path", metavar="FILE|FOLDER", help="The tenant, for --assert.")
@click.option("--assert", "assertions", metavar="FILE", help="Check assertions: YAML or JSON.")
@click.option("--junit", metavar="FILE.xml", help="Write the results for a build server.")
@click.option("--log", "logs", metavar="LOG", multiple=True, help="Take witnesses from this log.")
@_allow_unknown
@options.as_json
@options.strict
@click.pass_context
def command(
    context: click.Context,
    *,
    tenant_path: str | None,
    assertions: str | None,
    junit: str | None,
    logs: tuple[str, ...],
    allow_unknown: bool,
    as_json: bool,
    strict: bool,
) -> int | None:
    """Prove what policies do, over every sign-in that can occur.

    Name a question, or check a file of assertions with --tenant and --assert; docs/prove.md
    explains both. Exit code 0: proved, 1: not, with a witness, or nobody can tell; 2: bad input.
    """
    if context.invoked_subcommand is not None:
        if assertions is not None or tenant_path is not None:
            raise click.UsageError(
                "options stand after the question: ostiary prove gaps --tenant …"
            )
        return None
    if assertions is None or tenant_path is None:
        raise click.UsageError("expected a question, or --tenant and --assert; see --help")
    from ostiary.analysis.assertions import check, to_json
    from ostiary.analysis.output import write_text
    from ostiary.analysis.prove_junit import junit as junit_of
    from ostiary.analysis.world import world_json
    from ostiary.cli.progress import progress
    from ostiary.cli.tenants import tenant_at
    from ostiary.tenant.assertion_file import load_assertions
    from ostiary.tenant.proofs import names_of, refusals, seen_by

    asserted = load_assertions(assertions)
    tenant = tenant_at(tenant_path, strict=strict)
    seen = seen_by(tenant, logs) if logs else ()
    with progress("Proving", "assertions") as tell:
        answers = check(
            asserted,
            tenant.compiled,
            names_of(tenant),
            refused=refusals(tenant),
            seen=seen,
            progress=tell,
        )
    if junit is not None:
        write_text(Path(junit), junit_of(answers, allow_unknown=allow_unknown))
    if as_json:
        answer_json(to_json(answers, world_json()))
    else:
        from ostiary.cli.prove_page import show_assertions

        show_assertions(answers, allow_unknown=allow_unknown)
    holds = all(each.holds(allow_unknown=allow_unknown) for each in answers)
    return _code(tenant, holds=holds)


def _code(tenant: Tenant, *, holds: bool) -> int:
    from ostiary.cli.tenants import exit_code

    return exit_code(tenant.parts) or (DONE if holds else NO)


def _answered(
    tenant_path: str,
    question: Callable[[Tenant], _Verdict],
    show: Callable[[Any], None],
    flags: tuple[bool, bool, bool],
) -> int:
    """Load the tenant, answer, print. `flags`: JSON, strict, allow unknown."""
    from ostiary.cli.tenants import tenant_at

    as_json, strict, allow_unknown = flags
    tenant = tenant_at(tenant_path, strict=strict)
    answer = question(tenant)
    if as_json:
        answer_json(answer.to_json())
    else:
        show(answer)
    return _code(tenant, holds=answer.holds(allow_unknown=allow_unknown))


@command.command("gaps")
@options.tenant
@click.option("--users", multiple=True, metavar="WHO", help="All (default), Guests, ids or names.")
@click.option("--except", "excluded", multiple=True, metavar="WHO", help="Leave these out.")
@click.option(
    "--resource", "resources", multiple=True, metavar="WHAT", help="All (default), ids or names."
)
@click.option(
    "--requires",
    multiple=True,
    metavar="CONTROL",
    help="mfa (default), block, compliantDevice, a strength's name …; of several one is enough.",
)
@click.option("--never-block", is_flag=True, help="Ask who is blocked instead.")
@click.option(
    "--when",
    multiple=True,
    metavar="CONDITION=VALUE",
    help="Only there: locations=HQ, platforms=iOS …",
)
@click.option("--log", "logs", metavar="LOG", multiple=True, help="Take witnesses from this log.")
@_allow_unknown
@options.as_json
@options.strict
def gaps_command(
    *,
    tenant_path: str,
    users: tuple[str, ...],
    excluded: tuple[str, ...],
    resources: tuple[str, ...],
    requires: tuple[str, ...],
    never_block: bool,
    when: tuple[str, ...],
    logs: tuple[str, ...],
    allow_unknown: bool,
    as_json: bool,
    strict: bool,
) -> int:
    """Find who can reach a resource without a requirement, whatever the circumstances."""
    from ostiary.cli.prove_page import show_answer
    from ostiary.tenant.proofs import prove

    if never_block and requires:
        raise click.UsageError("expected --requires or --never-block, came both")
    conditions = _conditions(when)

    def question(tenant: Tenant) -> _Verdict:
        return prove(
            tenant,
            "gaps",
            users=users or "All",
            excluded=excluded,
            resources=resources or "All",
            when=conditions,
            requires=requires or "mfa",
            never_block=never_block,
            log=logs,
        )

    return _answered(tenant_path, question, show_answer, (as_json, strict, allow_unknown))


def _conditions(written: Sequence[str]) -> dict[str, object]:
    found: dict[str, list[str]] = {}
    for each in written:
        name, sign, value = each.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise click.BadParameter(
                f"expected CONDITION=VALUE, came `{each}`", param_hint="--when"
            )
        found.setdefault(name.strip(), []).append(value.strip())
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


@command.command("lockout")
@options.tenant
@_allow_unknown
@options.as_json
@options.strict
def lockout_command(*, tenant_path: str, allow_unknown: bool, as_json: bool, strict: bool) -> int:
    """Tell whether emergency accounts, and one more administrator, can change policies."""
    from ostiary.cli.prove_page import show_lockout
    from ostiary.tenant.proofs import prove

    flags = (as_json, strict, allow_unknown)
    return _answered(tenant_path, lambda tenant: prove(tenant, "lockout"), show_lockout, flags)


@command.command("shadowed")
@options.tenant
@_allow_unknown
@options.as_json
@options.strict
def shadowed_command(*, tenant_path: str, allow_unknown: bool, as_json: bool, strict: bool) -> int:
    """Name the policies that never change any outcome."""
    from ostiary.cli.prove_page import show_shadowed
    from ostiary.tenant.proofs import prove

    flags = (as_json, strict, allow_unknown)
    return _answered(tenant_path, lambda tenant: prove(tenant, "shadowed"), show_shadowed, flags)


@command.command("compare")
@options.tenant
@click.argument("sets", metavar="[OLD] NEW", nargs=-1, required=True)
@options.draft_is
@options.as_json
def compare_command(
    *, tenant_path: str, sets: tuple[str, ...], draft_kind: str, as_json: bool
) -> int:
    """Tell what is newly blocked, prompted or allowed from one set of policies to another.

    Without OLD the tenant's own policies are the old ones. Exit code 0 whatever changes.
    """
    _compared(tenant_path, sets, draft_kind, as_json=as_json)
    return DONE


@command.command("equivalent")
@options.tenant
@click.argument("sets", metavar="[A] B", nargs=-1, required=True)
@options.draft_is
@_allow_unknown
@options.as_json
def equivalent_command(
    *,
    tenant_path: str,
    sets: tuple[str, ...],
    draft_kind: str,
    allow_unknown: bool,
    as_json: bool,
) -> int:
    """Tell whether two sets of policies mean the same. Without A it is the tenant's own."""
    found = _compared(tenant_path, sets, draft_kind, as_json=as_json)
    return DONE if found.holds(allow_unknown=allow_unknown) else NO


def _compared(tenant: str, sets: tuple[str, ...], draft_kind: str, *, as_json: bool) -> _Verdict:
    from ostiary.cli.prove_page import show_compared
    from ostiary.tenant.drafts import DraftKind
    from ostiary.tenant.proofs import compared

    if len(sets) > _MOST_SETS:
        raise click.UsageError(f"expected one or two sets of policies, came {len(sets)}")
    old, new = sets[0] if len(sets) == _MOST_SETS else None, sets[-1]
    kind = None if draft_kind == "auto" else DraftKind(draft_kind)
    if old is not None and kind is DraftKind.PART:
        raise InputError(
            "expected --draft-is whole or auto with two sets, came part",
            hint="leave the first one out to compare with the tenant's own policies",
        )
    found = compared(tenant, old, new, kind=kind)
    for name in found.refused:
        note(f"refused: policy `{name}`; `ostiary validate` says why")
    if as_json:
        answer_json(found.to_json())
    else:
        show_compared(found)
    return found
