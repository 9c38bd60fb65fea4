"""Load the tenant of a command and tell what was wrong with it, beside the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ostiary.cli.exits import BAD_INPUT, DONE
from ostiary.cli.output import note, notes
from ostiary.model.errors import InputError
from ostiary.tenant.documents import Warning_
from ostiary.tenant.loading import RefusedPolicy, TenantParts
from ostiary.tenant.tenant import Tenant, load_tenant

UNREADABLE = frozenset({"invalidFilter"})
"""Codes of refusals that are bad input even where a refused policy is not: a filter that is no
rule cannot come from a tenant, so the file is damaged or hostile."""

_MOST_SKIPPED = 3


def tenant_at(path: str, *, strict: bool) -> Tenant:
    """Load a tenant; warnings and refused policies go to standard error.

    Raises InputError where it cannot be read and, if `strict`, where a policy is refused.
    """
    tenant = load_tenant(Path(path))
    for refused in tenant.parts.refused:
        for line in refusal_lines(refused):
            note(line)
    tell(tenant.parts)
    if strict and tenant.parts.refused:
        count = len(tenant.parts.refused)
        raise InputError(
            f"{path}: expected no refused policy (--strict), came {count}",
            hint="correct the policies named above, or leave --strict out",
        )
    return tenant


def tell(parts: TenantParts) -> None:
    """Print warnings, and name the files in which nothing was recognised."""
    notes(map(warning_line, parts.warnings))
    if parts.skipped_files:
        shown = ", ".join(parts.skipped_files[:_MOST_SKIPPED])
        more = len(parts.skipped_files) - _MOST_SKIPPED
        note(f"nothing recognised in: {shown}{f' and {more} more' if more > 0 else ''}")


def warning_line(warning: Warning_) -> str:
    """Say a warning in one line: the place, the policy, the sentence."""
    place = f"{warning.source}: " if warning.source else ""
    policy = f"policy `{warning.policy}`: " if warning.policy else ""
    return f"warning: {place}{policy}{warning.message}"


def refusal_lines(refused: RefusedPolicy) -> Sequence[str]:
    """Describe one refused policy: where it stands, and all that is wrong with it."""
    first = f"refused: {refused.source}: policy `{refused.name}`"
    return (first, *(f"  {each.path or 'policy'}: {each.message}" for each in refused.problems))


def refused_json(parts: TenantParts) -> list[dict[str, Any]]:
    """Give the refused policies as answers name them."""
    return [each.to_json() for each in parts.refused]


def warnings_json(parts: TenantParts) -> list[dict[str, str]]:
    """Give what a person should know of the input, as answers name it."""
    return [each.to_json() for each in parts.warnings]


def exit_code(parts: TenantParts) -> int:
    """Give the exit code of a command that went on without the refused policies."""
    return BAD_INPUT if unreadable(parts.refused) else DONE


def unreadable(refused: Iterable[RefusedPolicy]) -> bool:
    """Tell whether a policy was refused because its text is no policy of any tenant."""
    return any(problem.code in UNREADABLE for each in refused for problem in each.problems)
