"""`ostiary lint`: the pitfalls of Conditional Access, looked for in a tenant."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ostiary.cli import options
from ostiary.cli.exits import BAD_INPUT, DONE, NO
from ostiary.cli.output import answer_json

if TYPE_CHECKING:
    from ostiary.analysis.lint import LintReport

_FAIL_ON = ("error", "warning", "note", "never")


@click.command("lint")
@options.tenant
@options.as_json
@click.option("--sarif", "sarif_path", metavar="FILE", help="Write the findings as SARIF 2.1.0.")
@click.option(
    "--naming",
    "naming",
    default="off",
    show_default=True,
    metavar="STANDARD",
    help="Check names: numbered, microsoft, or a pattern such as CA<number>-<persona>-<control>.",
)
@click.option(
    "--fail-on",
    type=click.Choice(_FAIL_ON),
    default="error",
    show_default=True,
    help="Exit with 1 on a finding of this severity or a worse one.",
)
@click.option("--ignore", "ignored", multiple=True, metavar="CODE", help="Leave a rule out.")
@click.option("--disabled", is_flag=True, help="Check disabled policies one by one as well.")
@click.option("--as-of", metavar="DATE", help="Judge age by this day (2026-01-31); default: today.")
def command(
    *,
    tenant_path: str,
    as_json: bool,
    sarif_path: str | None,
    naming: str,
    fail_on: str,
    ignored: tuple[str, ...],
    disabled: bool,
    as_of: str | None,
) -> int:
    """Look for pitfalls in the policies of a tenant.

    Emergency accounts that a policy can keep out, gaps, policies nobody can satisfy, ids that
    point nowhere; docs/lint.md lists all rules. Exit code 1 if something is found at or above
    `--fail-on`.
    """
    from ostiary.analysis.lint import lint
    from ostiary.analysis.lint_naming_standard import naming_standard
    from ostiary.analysis.lint_references import is_told
    from ostiary.analysis.lint_subject import LIVE
    from ostiary.cli.tenants import refused_json, tell, unreadable
    from ostiary.model.policy import PolicyState
    from ostiary.tenant.tenant import load_tenant

    codes = _known(ignored)
    standard = naming_standard(naming)
    now = _day(as_of)
    tenant = load_tenant(Path(tenant_path))
    parts = tenant.parts
    report = lint(
        tenant.compiled,
        now=now,
        refused=parts.refused,
        warnings=parts.warnings,
        naming=standard,
        states=frozenset(PolicyState) if disabled else LIVE,
        ignored=codes,
    )
    reasons = {each.found.reason for each in report.findings}
    untold = tuple(each for each in parts.warnings if not is_told(each, reasons))
    tell(replace(parts, warnings=untold))
    if sarif_path is not None:
        _write_sarif(report, Path(sarif_path), Path(tenant_path))
    if as_json:
        answer_json({**report.to_json(), "refused": refused_json(parts)})
    else:
        from ostiary.cli.lint_table import show_report

        show_report(report)
    if unreadable(parts.refused):
        return BAD_INPUT
    return _code(report, fail_on)


def _known(ignored: tuple[str, ...]) -> frozenset[str]:
    """Check the codes that are to be left out."""
    from ostiary.analysis.lint import PITFALLS

    codes = frozenset(code.upper() for code in ignored)
    unknown = sorted(codes - {pitfall.code for pitfall in PITFALLS})
    if unknown:
        raise click.BadParameter(f"no rule has the code `{unknown[0]}`", param_hint="--ignore")
    return codes


def _day(written: str | None) -> datetime:
    if written is None:
        return datetime.now(UTC)
    try:
        day = datetime.fromisoformat(written)
    except ValueError:
        raise click.BadParameter(
            f"expected a date such as 2026-01-31, came `{written}`", param_hint="--as-of"
        ) from None
    return day if day.tzinfo else day.replace(tzinfo=UTC)


def _code(report: LintReport, fail_on: str) -> int:
    worst = report.worst()
    if worst is None or fail_on == "never":
        return DONE
    return NO if worst.rank <= _FAIL_ON.index(fail_on) else DONE


def _write_sarif(report: LintReport, file: Path, tenant: Path) -> None:
    """Write the log whole or not at all."""
    from ostiary import __version__
    from ostiary.analysis.output import write_text
    from ostiary.analysis.sarif import sarif_log
    from ostiary.cli.lint_places import place_of, places_in

    log = sarif_log(
        report, version=__version__, tenant=place_of(str(tenant)), places=places_in(tenant)
    )
    write_text(file, json.dumps(log, indent=1, ensure_ascii=False) + "\n")
