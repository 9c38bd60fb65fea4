"""A tenant behind a Graph API as plans are applied to it: looked at, and sent one request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ostiary.entra.client import GraphClient
from ostiary.entra.errors import AnswerLost, NotThere, Refused
from ostiary.entra.permissions import WRITE_GROUPS, WRITE_OBJECTS, WRITE_POLICIES, Need
from ostiary.entra.pull import tenant_id_of
from ostiary.model.json_types import JsonObject, as_object
from ostiary.policycode.changes import Kind, Plan
from ostiary.policycode.errors import NotYetThere, Unsettled
from ostiary.policycode.requests import PATHS, GraphRequest

_EXPANDED: Final[Mapping[Kind, dict[str, str]]] = {
    Kind.STRENGTH: {"$expand": "combinationConfigurations"}
}
"""What Graph leaves out unless it is asked for (resources authenticationstrengthpolicy)."""


@dataclass
class GraphEndpoint:
    """A Graph API; `fresh` are ids of objects made a moment ago, by us."""

    client: GraphClient
    fresh: set[str] = field(default_factory=set[str])
    _tenant: str = ""

    def tenant_id(self) -> str:
        """Give the tenant's id. Raises GraphError."""
        self._tenant = self._tenant or tenant_id_of(self.client)
        return self._tenant

    def look(self, kind: Kind, identifier: str) -> JsonObject | None:
        """Give an object as it is now, None where it is not there. Raises GraphError."""
        try:
            found = self.client.get(f"{_whole(kind)}/{identifier}", _EXPANDED.get(kind))
        except NotThere:
            return None
        return as_object(found.body)

    def named(self, kind: Kind, name: str) -> Sequence[JsonObject]:
        """Give the objects of a kind that have a name. Raises GraphError."""
        query = dict(_EXPANDED.get(kind, {}))
        if kind is Kind.GROUP:
            # The others are few, and not all of them can be filtered.
            quoted = name.replace("'", "''")
            query["$filter"] = f"displayName eq '{quoted}'"
        return [
            each
            for each in self.client.listed(_whole(kind), query)
            if str(each.get("displayName")).casefold() == name.casefold()
        ]

    def send(self, request: GraphRequest) -> JsonObject | None:
        """Carry out a request. Raises Unsettled, NotYetThere, GraphError."""
        try:
            answer = self.client.change(request.method, request.path, request.body)
        except AnswerLost as error:
            raise Unsettled(error.message) from error
        except NotThere as error:
            if request.method == "DELETE":
                return None
            raise self._not_yet(error) from error
        except Refused as error:
            raise self._not_yet(error) from error
        made = as_object(answer.body)
        if request.method == "POST" and isinstance(made.get("id"), str):
            self.fresh.add(str(made["id"]).casefold())
        return made

    def pause(self, seconds: float) -> None:
        """Wait."""
        self.client.patience.pause(seconds)

    def _not_yet(self, error: Refused) -> Refused | NotYetThere:
        """Tell a refusal from one that only comes too early.

        Entra does not know an object at once everywhere: "1040: NamedLocation with id … does not
        exist in the directory" (seen in KelvinTegelaar/CIPP #3932, #4194).
        """
        said = error.said.casefold()
        if error.status in {400, 404} and any(each in said for each in self.fresh):
            return NotYetThere(error.message, hint="Entra needs a while; go on with --resume")
        return error


def needs_of(plan: Plan) -> Iterable[Need]:
    """Give the permissions that applying a plan takes."""
    needs = {Kind.POLICY: WRITE_POLICIES, Kind.GROUP: WRITE_GROUPS}
    return dict.fromkeys(needs.get(each.kind, WRITE_OBJECTS) for each in plan.changes)


def _whole(kind: Kind) -> str:
    # v1.0 leaves out what it does not know of a policy, and the rest would look unchanged.
    return f"/{'beta' if kind is Kind.POLICY else 'v1.0'}/{PATHS[kind]}"
