"""A request to the policy API as its handlers see it, and what handlers share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from pydantic import BaseModel

from ostiary.model.errors import InputError, Problem
from ostiary.model.json_types import JsonObject, is_object
from ostiary.schema.answers import Refusal, Response, not_found, timestamp
from ostiary.schema.edge_types import Version
from ostiary.schema.materialise import metadata, with_context
from ostiary.schema.odata import Query
from ostiary.schema.problems import problems_of
from ostiary.schema.state import Collection, PolicyStore

_TITLES = {
    Collection.POLICIES: "ConditionalAccessPolicy",
    Collection.NAMED_LOCATIONS: "NamedLocation",
    Collection.CONTEXTS: "AuthenticationContextClassReference",
    Collection.STRENGTHS: "AuthenticationStrengthPolicy",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One request: state, body, query, the ids in its path, and what purity needs handed in."""

    state: PolicyStore
    version: Version
    body: object
    query: Query
    ids: tuple[str, ...]
    now: datetime
    new_id: Callable[[], str]
    root: str

    @property
    def time(self) -> str:
        """The time of the request as Graph writes it."""
        return timestamp(self.now)

    def object_body(self) -> JsonObject:
        """Give the body; raises Refusal where it is no JSON object."""
        if not is_object(self.body):
            raise Refusal(400, "Empty Payload. JSON content expected.")
        return self.body

    def existing(self, collection: Collection) -> JsonObject:
        """Give the object that the path names; raises Refusal (404) where there is none."""
        found = self.state.find(collection, self.ids[0])
        if found is None:
            raise not_found(_TITLES[collection], self.ids[0])
        return found

    def done(self, state: PolicyStore) -> Response:
        """Answer 204 with a new state."""
        return Response(204, None, state)

    def shown(self, document: Mapping[str, Any], path: str) -> Response:
        """Answer 200 with one object of a collection."""
        context = metadata(self.version, f"{path}/$entity", root=self.root)
        selected = self.query.select(dict(document))
        return Response(200, with_context(selected, context), self.state)

    def created(self, document: Mapping[str, Any], path: str, state: PolicyStore) -> Response:
        """Answer 201 with the new object."""
        context = metadata(self.version, f"{path}/$entity", root=self.root)
        return Response(201, with_context(document, context), state)

    def listed(self, documents: list[dict[str, Any]], path: str) -> Response:
        """Answer 200 with the objects that the query asks for."""
        try:
            page = self.query.page(documents)
        except InputError as error:
            raise Refusal(400, error.message) from error
        context = metadata(self.version, path, root=self.root)
        return Response(200, with_context(page, context), self.state)


Handler: TypeAlias = Callable[[Call], Response]


def refuse_if_any(problems: tuple[Problem, ...], *, message: str = "") -> None:
    """Raise Refusal (400) naming every problem; the first one is the sentence unless given."""
    if problems:
        raise Refusal(400, message or f"{problems[0].message} (`{problems[0].path}`)", problems)


def fitted(model: type[BaseModel], document: object) -> dict[str, Any]:
    """Give a document in Graph's spelling; raises Refusal (400) with everything that is wrong."""
    refuse_if_any(problems_of(model, document))
    return model.model_validate(document).model_dump(exclude_unset=True)


def changed(document: Any, change: Any) -> Any:
    """Merge a PATCH body: objects member by member, everything else replaced; null is a value.

    An object of another `@odata.type` than the one it meets is another thing and replaces it.
    Source: api-reference conditionalaccesspolicy-update.
    """
    if not (is_object(document) and is_object(change)):
        return change
    kinds = {str(each.get("@odata.type", "")) for each in (document, change)} - {""}
    if len(kinds) > 1:
        return dict(change)
    inner = {key: changed(document.get(key), value) for key, value in change.items()}
    return {**document, **inner}
