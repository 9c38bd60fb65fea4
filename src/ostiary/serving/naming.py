"""The one object that somebody at the host names: by id or by name, never by a guess."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Final

from ostiary.directory.documents import Stored
from ostiary.directory.store import Aggregates
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject

MOST_NAMED: Final = 5


def called(document: JsonObject) -> str:
    """Give what an object is called."""
    return str(document.get("displayName") or document.get("id"))


def one_named(
    what: str,
    name: str,
    objects: Iterable[Stored],
    *,
    ids: Callable[[Stored], Iterable[str]] = lambda each: (each.id,),
) -> Stored:
    """Find an object by an id or, if nothing has that id, by its display name; case is ignored.

    Raises InputError: where it is none, with names that are close; where it is several, with all.
    """
    key, known = name.strip().casefold(), list(objects)
    found = [each for each in known if key in {one.casefold() for one in ids(each)}] or [
        each for each in known if called(each.document).casefold() == key
    ]
    if len(found) == 1:
        return found[0]
    if found:
        candidates = ", ".join(f"{each.id} ({_told(each)})" for each in found[:MOST_NAMED])
        raise InputError(
            f"expected one {what} named `{name}`, there are {len(found)}",
            hint=f"use an id: {candidates}",
        )
    raise absent(what, name, [called(each.document) for each in known])


def absent(what: str, name: str, names: Sequence[str]) -> InputError:
    """Say that there is no such object, and which names are close to what was written."""
    folded = {each.casefold(): each for each in names}
    close = [each for each in folded if name.casefold() in each]
    close += get_close_matches(name.casefold(), folded, n=MOST_NAMED)
    shown = dict.fromkeys((*(folded[each] for each in close), *names))
    listed = ", ".join(f"`{each}`" for each in list(shown)[:MOST_NAMED])
    return InputError(
        f"there is no {what} named `{name}`",
        hint=f"there are, among others, {listed}" if listed else "there is none at all",
    )


def one_user(store: Aggregates, name: str) -> Stored:
    """Find a user by id or sign-in name. Raises InputError."""
    found = store.users.get(name) or store.users.by_name(name)
    if found is None:
        raise InputError(
            f"expected a user's id or sign-in name, and nobody has `{name}`",
            hint="`ostiary user list --search` finds people by the beginning of a name",
        )
    return found


def one_location(store: Aggregates, name: str) -> Stored:
    """Find a named location by id or display name. Raises InputError."""
    return one_named("named location", name, store.locations.all())


def one_group(store: Aggregates, name: str) -> Stored:
    """Find a group by id or display name. Raises InputError."""
    return one_named("group", name, store.groups.all())


def one_application(store: Aggregates, name: str) -> Stored:
    """Find an application by application id, object id or display name. Raises InputError."""
    return one_named(
        "application",
        name,
        store.applications.all(),
        ids=lambda each: (each.id, str(each.document.get("appId"))),
    )


def _told(found: Stored) -> str:
    """Tell objects of one name apart: by their state, else by when they were made."""
    state = found.document.get("state")
    return str(state) if state else f"made {found.created:%Y-%m-%d}"
