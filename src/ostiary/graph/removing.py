"""Removing an object of the directory: behind the guard, in the version that the caller saw."""

from __future__ import annotations

from typing import Protocol

from ostiary.administration.guard import Override
from ostiary.directory.protocols import Actor
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Store
from ostiary.graph.answers import if_match
from ostiary.graph.policy_calls import override_of
from ostiary.http.calls import Answer, Call


class Removal(Protocol):
    """A function of `administration` that removes an object by its id."""

    def __call__(
        self,
        store: Store,
        snapshots: Snapshots,
        identifier: str,
        /,
        *,
        by: Actor,
        expected: str | None,
        override: Override | None,
    ) -> object:
        """Remove it, or raise."""
        ...


def removed(call: Call, remove: Removal, identifier: str) -> Answer:
    """Remove an object as a call asks for it. Raises what the function raises."""
    remove(
        call.store,
        call.server.snapshots,
        identifier,
        by=call.actor,
        expected=if_match(call),
        override=override_of(call),
    )
    call.server.snapshots.refresh()
    return Answer(204)
