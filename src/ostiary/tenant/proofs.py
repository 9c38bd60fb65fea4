"""`ostiary.prove`: questions about every sign-in that can occur, asked of a tenant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeAlias, overload

from ostiary.analysis.naming import Names
from ostiary.analysis.prove_compare import Compared, compare
from ostiary.analysis.prove_gaps import gaps
from ostiary.analysis.prove_lockout import Lockout, lockout
from ostiary.analysis.prove_results import Answer
from ostiary.analysis.prove_shadowed import Shadowed, shadowed
from ostiary.analysis.questions import NO_CONDITIONS, Asked
from ostiary.engine.policyset import PolicySet
from ostiary.model.errors import InputError
from ostiary.model.signin import SignIn
from ostiary.tenant.catalogue import BUILT_IN, Catalogue
from ostiary.tenant.drafts import DraftKind, load_draft
from ostiary.tenant.loading import load_parts
from ostiary.tenant.tenant import Tenant, load_tenant

Document: TypeAlias = str | Path | Mapping[str, Any]
Source: TypeAlias = Tenant | Document
Words: TypeAlias = "str | Iterable[str]"
Question: TypeAlias = Literal["gaps", "lockout", "shadowed", "compare", "equivalent"]
QUESTIONS = ("gaps", "lockout", "shadowed", "compare", "equivalent")


@overload
def prove(
    tenant: Source,
    question: Literal["gaps"] = "gaps",
    *,
    users: Words = ...,
    excluded: Words = ...,
    resources: Words = ...,
    when: Mapping[str, object] = ...,
    requires: Words = ...,
    never_block: bool = ...,
    log: Words = ...,
) -> Answer: ...
@overload
def prove(tenant: Source, question: Literal["lockout"]) -> Lockout: ...
@overload
def prove(tenant: Source, question: Literal["shadowed"]) -> Shadowed: ...
@overload
def prove(
    tenant: Document,
    question: Literal["compare", "equivalent"],
    *,
    old: Document | None = ...,
    new: Document,
) -> Compared: ...
def prove(
    tenant: Source,
    question: Question = "gaps",
    *,
    users: Words = "All",
    excluded: Words = (),
    resources: Words = "All",
    when: Mapping[str, object] = NO_CONDITIONS,
    requires: Words = "mfa",
    never_block: bool = False,
    log: Words = (),
    old: Document | None = None,
    new: Document | None = None,
) -> Answer | Lockout | Shadowed | Compared:
    """Answer a question over every sign-in that can occur.

    `gaps`: who reaches `resources` without one of `requires` or, with `never_block`, who is
    blocked; `log` are files of sign-ins for witnesses. `lockout`: can those who must get back in
    change policies. `shadowed`: which policies change nothing. `compare` and
    `equivalent`: what changes from the policies of `old` (default: the tenant's) to those of `new`.
    Raises InputError and UnknownName for a question that cannot be understood.
    """
    if question not in QUESTIONS:
        raise InputError(f"expected one of {', '.join(QUESTIONS)}, came `{question}`")
    if question in {"compare", "equivalent"}:
        if isinstance(tenant, Tenant) or new is None:
            raise InputError(
                f"expected the tenant's file, folder or document and `new` for `{question}`",
                hint="the names in policies are looked up in the tenant as it was written",
            )
        return compared(tenant, old, new)
    loaded = tenant if isinstance(tenant, Tenant) else load_tenant(tenant)
    refused = refusals(loaded)
    if question == "lockout":
        return lockout(loaded.compiled, names_of(loaded), refused=refused)
    if question == "shadowed":
        return shadowed(loaded.compiled, refused=refused)
    asked = Asked(
        users=_words(users),
        excluded=_words(excluded),
        resources=_words(resources),
        when=when,
        requires=_words(requires),
        never_block=never_block,
    )
    seen = seen_by(loaded, _words(log)) if log else ()
    return gaps(loaded.compiled, asked, names_of(loaded), refused=refused, seen=seen)


def _words(written: Words) -> tuple[str, ...]:
    return (written,) if isinstance(written, str) else tuple(written)


def seen_by(tenant: Tenant, log: Sequence[str]) -> tuple[SignIn, ...]:
    """Read the distinct sign-ins of a log, for witnesses; raises InputError."""
    from ostiary.analysis.log_reading import read_logs
    from ostiary.analysis.log_seen import seen_in

    return seen_in(read_logs(log), tenant.parts.directory).sign_ins


def names_of(tenant: Tenant) -> Names:
    """Give what resolves the names of questions."""
    return names_for(tenant.compiled, tenant.catalogue)


def names_for(policies: PolicySet, catalogue: Catalogue) -> Names:
    """Give what resolves names for the directory of some policies."""
    return Names(
        policies.directory,
        catalogue.application_names,
        catalogue.role_names,
        catalogue.applications,
    )


def refusals(tenant: Tenant) -> tuple[str, ...]:
    """Name the policies that were refused at loading: nothing is proved beside them."""
    return tuple(each.name for each in tenant.parts.refused)


def compared(
    tenant: Document,
    old: Document | None,
    new: Document,
    *,
    kind: DraftKind | None = None,
    catalogue: Catalogue = BUILT_IN,
) -> Compared:
    """Compare two sets of policies, both read with the names and ids of a tenant.

    `old` None stands for the tenant's own policies; `new` alone is a draft of them, of that
    `kind`, or what `load_draft` takes it for. Two are both whole sets.
    Raises InputError where one cannot be read.
    """
    parts = load_parts(tenant, catalogue=catalogue)
    before, kind = parts, kind if old is None else DraftKind.WHOLE
    if old is not None:
        draft = load_draft(tenant, old, parts, kind=kind, catalogue=catalogue)
        before = replace(draft.parts, directory=draft.directory)
    draft = load_draft(tenant, new, before, kind=kind, catalogue=catalogue)
    base = PolicySet((), draft.directory)
    refused = dict.fromkeys(each.name for each in (*before.refused, *draft.parts.refused))
    names = names_for(base, catalogue)
    return compare(before.policies, draft.policies, base, names, refused=tuple(refused))
