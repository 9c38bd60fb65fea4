"""Changes of terms of use, behind the lockout guard: the one way to make them.

Source: Graph resources agreement, agreementfilelocalization; entra-docs
conditional-access/terms-of-use.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ostiary.administration.guard import Override, guarded
from ostiary.directory.documents import Stored
from ostiary.directory.protocols import Actor
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Aggregates, Store
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object, as_strings, is_list


def create_agreement(
    store: Store, snapshots: Snapshots, document: JsonObject, *, by: Actor
) -> Stored:
    """Make terms of use. Raises InputError where not exactly one file is the default."""
    _require_default(files_of(document))
    with guarded(store, snapshots, by=by) as work:
        return work.agreements.create(document, by=by)


def change_agreement(
    store: Store,
    snapshots: Snapshots,
    object_id: str,
    members: JsonObject,
    *,
    by: Actor,
    expected: str | None = None,
) -> Stored:
    """Change what is asked with terms of use. Raises NoSuchObject, ObjectChanged, InputError."""
    if "files" in members:
        _require_default(files_of(members))
    with guarded(store, snapshots, by=by) as work:
        return work.agreements.modify(object_id, members, by=by, expected=expected)


def add_file(
    store: Store, snapshots: Snapshots, object_id: str, file: JsonObject, *, by: Actor
) -> None:
    """Add a document, in the place of the one in the same language, if there is one.

    A major version ends what was accepted of it: everybody is asked again. Raises NoSuchObject.
    """
    with guarded(store, snapshots, by=by) as work:
        found = work.agreements.need(object_id)
        language = str(file.get("language")).casefold()
        others = [
            each
            for each in files_of(found.document)
            if str(each.get("language")).casefold() != language
        ]
        first = not others or file.get("isDefault") is True
        if first:
            others = [{**each, "isDefault": False} for each in others]
        listed = [{**file, "isDefault": first}, *others] if first else [*others, file]
        if not any(each.get("isDefault") for each in listed):
            listed[0] = {**listed[0], "isDefault": True}
        work.agreements.modify(found.id, {"files": listed}, by=by)
        if file.get("isMajorVersion") is True:
            work.acceptances.forget(found.id, by=by)


def delete_agreement(
    store: Store,
    snapshots: Snapshots,
    object_id: str,
    *,
    by: Actor,
    expected: str | None = None,
    override: Override | None = None,
) -> None:
    """Remove terms of use that no policy requires, and what was accepted of them.

    Raises NoSuchObject, ObjectChanged, InputError.
    """
    with guarded(store, snapshots, by=by, override=override) as work:
        found = work.agreements.need(object_id)
        users = list(_requiring(work, found.id))
        if users:
            raise InputError(
                f"the terms of use are required by {', '.join(users[:5])}",
                hint="take them out of these policies first",
            )
        work.agreements.delete(found.id, by=by, expected=expected)
        work.acceptances.forget(found.id, by=by)


def files_of(document: JsonObject) -> list[dict[str, Any]]:
    """Give the files of an agreement, each for a language."""
    listed = document.get("files")
    return [dict(as_object(each)) for each in listed] if is_list(listed) else []


def _require_default(files: list[dict[str, Any]]) -> None:
    languages = [str(each.get("language")).casefold() for each in files]
    if len(set(languages)) != len(languages):
        raise InputError("expected one of `files` for each language")
    if sum(each.get("isDefault") is True for each in files) != 1:
        raise InputError("expected `isDefault` on exactly one of `files`")


def _requiring(work: Aggregates, agreement_id: str) -> Iterator[str]:
    for each in work.policies.all():
        grant = as_object(each.document.get("grantControls"))
        named = {one.casefold() for one in as_strings(grant.get("termsOfUse"))}
        if agreement_id in named:
            yield f"`{each.document.get('displayName') or each.id}`"
