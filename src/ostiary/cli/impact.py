"""`ostiary impact`: what policies, or a draft of them, do to the sign-ins of a log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from ostiary.cli import options
from ostiary.cli.output import answer_json, note
from ostiary.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ostiary.analysis.impact import Impact
    from ostiary.model.policy import Policy
    from ostiary.tenant.loading import TenantParts

_ENGINES = ("local", "spark")


@click.command("impact")
@options.tenant
@click.option(
    "--draft", "draft_path", metavar="FILE|FOLDER", help="Policies that are not in force."
)
@options.draft_is
@options.as_json
@options.strict
@click.option(
    "--out",
    metavar="FILE.parquet",
    type=click.Path(dir_okay=False),
    help="Write the affected sign-ins.",
)
@click.option(
    "--html",
    "html_path",
    metavar="FILE.html",
    type=click.Path(dir_okay=False),
    help="Write a report of one page that needs no network.",
)
@click.option(
    "--pseudonymise", is_flag=True, help="Give people, addresses and requests other names."
)
@click.option(
    "--assume",
    "assumed",
    multiple=True,
    metavar="FACT=WORD",
    help="Where the log does not tell a fact, take this: insiderRisk=none, userRisk=none, …",
)
@click.option(
    "--engine",
    type=click.Choice(_ENGINES),
    default="local",
    show_default=True,
    help="spark: a Parquet data set that outgrows one machine (extra `spark`).",
)
@click.argument("logs", metavar="LOG…", nargs=-1, required=True)
def command(
    *,
    tenant_path: str,
    draft_path: str | None,
    draft_kind: str,
    as_json: bool,
    strict: bool,
    out: str | None,
    html_path: str | None,
    pseudonymise: bool,
    assumed: tuple[str, ...],
    engine: str,
    logs: tuple[str, ...],
) -> int:
    """Decide every sign-in of a log by the policies of a tenant, and count what came of it.

    LOG is a file, a folder or a pattern: JSON of Microsoft Graph or Azure Monitor, CSV of Log
    Analytics, Parquet; plain or gzip. With --draft, tells what the draft changes for each sign-in:
    newly prompted, newly blocked, a silent background break, newly allowed. A log tells nothing of
    those who are not in it: the report says who was never seen.
    """
    _check_packages(engine)
    from ostiary.cli.tenants import exit_code, refused_json, tenant_at

    tenant = tenant_at(tenant_path, strict=strict)
    parts, refused = tenant.parts, refused_json(tenant.parts)
    draft: Sequence[Policy] | None = None
    if draft_path is not None:
        parts, draft, refused = _with_draft(
            (tenant_path, draft_path, draft_kind), tenant.parts, refused, strict=strict
        )
    found = _impact(
        parts,
        draft,
        _Told(refused, logs, _assumed(assumed)),
        engine=engine,
        out=out,
        pseudonymise=pseudonymise,
    )
    if html_path is not None:
        from ostiary.analysis.output import write_text

        write_text(Path(html_path), found.to_html())
    if as_json:
        answer_json(found.to_json())
    else:
        from ostiary.cli.impact_page import show_impact

        show_impact(found)
    return exit_code(tenant.parts)


class _Told(NamedTuple):
    """What goes into the analysis beside the policies."""

    refused: list[dict[str, object]]
    logs: tuple[str, ...]
    assume: dict[str, str]


def _assumed(written: Sequence[str]) -> dict[str, str]:
    """Read `insiderRisk=none`."""
    from ostiary.analysis.impact import ASSUMABLE

    names = {name.replace("_", ""): name for name in ASSUMABLE}
    found: dict[str, str] = {}
    for each in written:
        fact, sign, word = each.partition("=")
        name = names.get(fact.casefold().replace("_", ""))
        if name is None or not sign or not word:
            facts = ", ".join(ASSUMABLE)
            raise click.BadParameter(
                f"expected FACT=WORD with one of {facts}, came `{each}`", param_hint="--assume"
            )
        found[name] = word
    return found


def _with_draft(
    asked: tuple[str, str, str],
    current: TenantParts,
    refused: list[dict[str, object]],
    *,
    strict: bool,
) -> tuple[TenantParts, Sequence[Policy], list[dict[str, object]]]:
    """Read the draft; give the tenant with a directory for both, the draft, all that is refused."""
    from dataclasses import replace

    from ostiary.cli.tenants import refusal_lines, refused_json
    from ostiary.tenant.drafts import DraftKind, load_draft

    tenant_path, draft_path, word = asked
    kind = None if word == "auto" else DraftKind(word)
    draft = load_draft(tenant_path, draft_path, current, kind=kind)
    new = [each for each in draft.parts.refused if each not in current.refused]
    for each in new:
        for line in refusal_lines(each):
            note(line)
    if strict and new:
        raise InputError(
            f"{draft_path}: expected no refused policy (--strict), came {len(new)}",
            hint="correct the policies named above, or leave --strict out",
        )
    taken = "the whole set" if draft.kind is DraftKind.WHOLE else "changes to the current policies"
    note(f"the draft is taken as {taken} (--draft-is)")
    fresh = [each for each in refused_json(draft.parts) if each not in refused]
    return replace(current, directory=draft.directory), draft.policies, [*refused, *fresh]


def _impact(
    parts: TenantParts,
    draft: Sequence[Policy] | None,
    told: _Told,
    *,
    engine: str,
    out: str | None,
    pseudonymise: bool,
) -> Impact:
    from ostiary.cli.progress import progress
    from ostiary.engine.policyset import PolicySet

    policies = PolicySet(parts.policies, parts.directory)
    if engine == "spark":
        if out is not None:
            raise InputError(
                "expected --engine local with --out, came spark",
                hint="leave --out out; the counts are the same",
            )
        from ostiary.analysis.spark_impact import impact_on_spark

        return impact_on_spark(
            policies,
            told.logs,
            draft=draft,
            assume=told.assume,
            refused=told.refused,
            pseudonymise=pseudonymise,
        )
    from ostiary.analysis.impact import impact

    with progress("Deciding") as tell:
        return impact(
            policies,
            told.logs,
            draft=draft,
            assume=told.assume,
            refused=told.refused,
            out=out,
            pseudonymise=pseudonymise,
            progress=tell,
        )


def _check_packages(engine: str) -> None:
    """Raise InputError where the packages of the extras are not installed."""
    from importlib.util import find_spec

    wanted = ["duckdb", "numba", "numpy", "pyarrow", *(["pyspark"] if engine == "spark" else [])]
    missing = [name for name in wanted if find_spec(name) is None]
    if missing:
        extras = "analysis,spark" if engine == "spark" else "analysis"
        raise InputError(
            f"expected the packages of the extra `{extras}`, {', '.join(missing)} not installed",
            hint=f"install ostiary[{extras}]",
        )
