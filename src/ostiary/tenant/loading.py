"""Load a tenant: directory, policies that can be decided, refused policies, warnings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ostiary.conditions.base import Lookup
from ostiary.model.directory import Directory
from ostiary.model.policy import Policy
from ostiary.tenant.catalogue import BUILT_IN, Catalogue
from ostiary.tenant.directory_json import ReadDirectory, read_directory
from ostiary.tenant.documents import RawTenant, Warning_
from ostiary.tenant.kept_policies import KeptPolicies
from ostiary.tenant.mentioned import with_carried_strengths, with_named_applications
from ostiary.tenant.name_books import Books, books_of
from ostiary.tenant.names import Names
from ostiary.tenant.policy_reading import RefusedPolicy, draft, read_policies
from ostiary.tenant.reading import read_each, read_raw
from ostiary.tenant.unexplained import explain


@dataclass(frozen=True, slots=True)
class TenantParts:
    """What an input holds. Of `seen` policies each is loaded or refused.

    `policies` has every policy once; `copies` counts the further ones that equal one of them.
    `skipped_files` names files, and objects in files, in which nothing was recognised.
    """

    directory: Directory
    policies: tuple[Policy, ...] = ()
    refused: tuple[RefusedPolicy, ...] = ()
    warnings: tuple[Warning_, ...] = ()
    skipped_files: tuple[str, ...] = ()
    seen: int = 0
    copies: int = 0

    @property
    def loaded(self) -> int:
        """How many of the policies seen are in use, copies included."""
        return len(self.policies) + self.copies


def load_parts(
    source: str | Path | Mapping[str, Any], *, catalogue: Catalogue = BUILT_IN
) -> TenantParts:
    """Read a tenant from one JSON document, a file, or a folder.

    Raises InputError where a file cannot be read, nothing is recognised, or a member outside the
    policies has the wrong type. A policy that cannot be used raises nothing: it is refused, with
    all that is wrong with it. One that only breaks a rule of Microsoft Graph is decided as
    written, with a warning.
    """
    return parts_of(read_raw(source), catalogue)


def load_each_file(
    path: str | Path, *, catalogue: Catalogue = BUILT_IN
) -> list[tuple[str, TenantParts]]:
    """Read every JSON file below a folder as a tenant of its own, in the order of their names.

    Raises InputError as `load_parts` does, but not for a file in which nothing is recognised.
    """
    return [(file, parts_of(raw, catalogue)) for file, raw in read_each(Path(path))]


def parts_of(
    raw: RawTenant,
    catalogue: Catalogue = BUILT_IN,
    *,
    read: ReadDirectory | None = None,
    kept: KeptPolicies | None = None,
) -> TenantParts:
    """Make a tenant of the raw documents; `load_parts` says what comes of them.

    `read` is what `read_directory` made of all but the policies, where somebody kept it; `kept`
    are the policies of the state before, of which only what changed is read again.
    """
    read = read or read_directory(raw, catalogue)
    warnings = [*raw.warnings, *read.warnings]
    drafts = draft(raw, kept)
    directory = with_carried_strengths(read.directory, drafts.documents, warnings)
    books = books_of(replace(read, directory=directory), catalogue)
    names = Names(books, read.settings.names)
    done = read_policies(drafts, names, kept)
    directory = with_named_applications(directory, done.policies, catalogue)
    directory = _with_emergency_access(directory, read, (books, names), warnings)
    unexplained = explain(done.mentions, done.policies, directory)
    return TenantParts(
        directory=directory,
        policies=tuple(done.policies),
        refused=tuple(done.refused),
        warnings=(*warnings, *done.warnings, *unexplained),
        skipped_files=raw.skipped,
        seen=len(done.policies) + done.copies + len(done.refused),
        copies=done.copies,
    )


def _with_emergency_access(
    directory: Directory, read: ReadDirectory, known: tuple[Books, Names], warnings: list[Warning_]
) -> Directory:
    """Resolve the emergency access accounts: ids or names of users or groups."""
    books, names = known
    people = (books.by_lookup[Lookup.USER], books.by_lookup[Lookup.GROUP])
    found = {word: names.find(people, word) for word in read.settings.emergency_access}
    warnings.extend(_unknown(word) for word, account in found.items() if account is None)
    accounts = frozenset(account for account in found.values() if account is not None)
    return replace(directory, settings=replace(directory.settings, emergency_access=accounts))


def _unknown(word: str) -> Warning_:
    message = f"no user or group is called `{word}`; it is not taken for emergency access"
    return Warning_("unknownName", message, "settings")


__all__ = ["RefusedPolicy", "TenantParts", "Warning_", "load_each_file", "load_parts", "parts_of"]
