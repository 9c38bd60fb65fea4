"""`ostiary.impact`: what a tenant's policies, or a draft of them, do to the sign-ins of a log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ostiary.engine.policyset import PolicySet
from ostiary.tenant.drafts import DraftKind, load_draft
from ostiary.tenant.loading import load_parts

if TYPE_CHECKING:
    from ostiary.analysis.impact import Impact

Document: TypeAlias = str | Path | Mapping[str, Any]


def impact(
    tenant: Document,
    log: str | Path | Iterable[str | Path],
    *,
    draft: Document | None = None,
    draft_is: DraftKind | None = None,
    assume: Mapping[str, str] | None = None,
    out: str | Path | None = None,
    pseudonymise: bool = False,
) -> Impact:
    """Decide every sign-in of a log, and count what came of it; needs the extra `analysis`.

    `log` are files, folders or patterns. `draft` is compared with the tenant's policies: one
    policy is taken for a change, several for the whole set, unless `draft_is` says otherwise.
    `assume` maps facts that the log lacks to words. `out`: a Parquet file of affected sign-ins.
    Raises InputError where something cannot be read or written.
    """
    from ostiary.analysis.impact import impact as impact_of

    parts = load_parts(tenant)
    refused = [each.to_json() for each in parts.refused]
    drafted = None
    if draft is not None:
        read = load_draft(tenant, draft, parts, kind=draft_is)
        parts, drafted = replace(parts, directory=read.directory), read.policies
        refused += [e.to_json() for e in read.parts.refused if e.to_json() not in refused]
    return impact_of(
        PolicySet(parts.policies, parts.directory),
        [log] if isinstance(log, str | Path) else list(log),
        draft=drafted,
        assume=assume or {},
        refused=refused,
        out=None if out is None else str(out),
        pseudonymise=pseudonymise,
    )
