"""What a plan is applied to, and where it is kept how far it has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ostiary.model.json_types import JsonObject
from ostiary.policycode.changes import Kind
from ostiary.policycode.requests import GraphRequest


class Endpoint(Protocol):
    """A tenant, or a transaction in one, that can be looked at and sent requests."""

    def tenant_id(self) -> str:
        """Give the tenant's id."""
        ...

    def look(self, kind: Kind, identifier: str) -> JsonObject | None:
        """Give an object as it is now, None where it is not there."""
        ...

    def named(self, kind: Kind, name: str) -> Sequence[JsonObject]:
        """Give the objects of a kind that have a name, in any case."""
        ...

    def send(self, request: GraphRequest) -> JsonObject | None:
        """Carry out a request and give the object that it made.

        Raises Unsettled where nobody knows whether it was done, NotYetThere where it refers to
        what Graph does not know yet, and OstiaryError where it was refused.
        """
        ...

    def pause(self, seconds: float) -> None:
        """Wait."""
        ...


class Steps(Protocol):
    """Where it is kept how far a plan has come: on a disk, or nowhere."""

    @property
    def ids(self) -> Mapping[str, str]:
        """The ids that the tenant gave to what was made, by placeholder."""
        ...

    def state(self, number: int) -> str:
        """Give `done`, `begun`, or nothing."""
        ...

    def begin(self, number: int) -> None:
        """Keep that a step is about to be taken."""
        ...

    def done(self, number: int, identifier: str) -> None:
        """Keep that a step was taken, and the id of its object."""
        ...


@dataclass
class InMemory:
    """Steps that nobody has to remember: a transaction is made as a whole or not at all."""

    ids: dict[str, str] = field(default_factory=dict[str, str])
    states: dict[int, str] = field(default_factory=dict[int, str])

    def state(self, number: int) -> str:
        """Give `done`, `begun`, or nothing."""
        return self.states.get(number, "")

    def begin(self, number: int) -> None:
        """Keep that a step is about to be taken."""
        self.states[number] = "begun"

    def done(self, number: int, identifier: str) -> None:
        """Keep that a step was taken."""
        self.states[number] = "done"
