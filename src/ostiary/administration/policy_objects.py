"""The objects of Conditional Access in the store: read as a state, changed by a request.

The only way to change policies, named locations, authentication contexts and strengths. What a
request means is decided by `ostiary.schema.requests`, a pure function that the conformance suite
holds to Graph; here its answer is kept, audited, in one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from weakref import WeakKeyDictionary

from ostiary.administration.emergency_accounts import declared
from ostiary.administration.guard import Override, guarded
from ostiary.directory.documents import Documents, Stored
from ostiary.directory.errors import ObjectChanged
from ostiary.directory.protocols import Actor, ActorKind
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Aggregates, Store
from ostiary.model.json_types import JsonObject
from ostiary.schema.answers import Response
from ostiary.schema.requests import validate_request
from ostiary.schema.state import Collection, PolicyStore


@dataclass(frozen=True, slots=True)
class PolicyRequest:
    """A request to the policy API, below the version; `expected` is the etag of If-Match."""

    method: str
    path: str
    body: object
    version: str
    root: str
    request_id: str
    expected: str | None = None


_Objects = Mapping[Collection, Mapping[str, Stored]]
_NONE: _Objects = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, and the very versions of objects that it tells of.

    INVARIANT: an etag is never read by itself after the object. Somebody may have changed it in
    between, and whoever sends that etag back would overwrite what he never saw.
    """

    response: Response
    objects: _Objects

    def etag(self, collection: Collection, object_id: str) -> str | None:
        """Give the etag of an object, None where there is none."""
        found = self.objects.get(collection, {}).get(object_id.casefold())
        return found.etag if found else None


@dataclass(frozen=True, slots=True)
class _Latest:
    """The last state that was read: 195 policies need not be parsed for each page or change."""

    revision: int
    objects: _Objects
    state: PolicyStore


_LATEST: WeakKeyDictionary[Store, _Latest] = WeakKeyDictionary()


def read(store: Store, request: PolicyRequest) -> Told:
    """Answer a request that changes nothing."""
    known = _latest(store)
    return Told(_answered(store, known.state, request, shared=True), known.objects)


def tried(store: Store, request: PolicyRequest) -> Response:
    """Answer a request that may change something, and keep nothing of it."""
    return _answered(store, _latest(store).state, request)


def _latest(store: Store) -> _Latest:
    revision = store.revision()
    known = _LATEST.get(store)
    if known is None or known.revision != revision:
        objects = _objects_of(store, known.objects if known else _NONE)
        known = _LATEST[store] = _Latest(revision, objects, _state(store, objects, None))
    return known


def change(
    store: Store,
    snapshots: Snapshots,
    request: PolicyRequest,
    *,
    by: Actor,
    override: Override | None = None,
) -> Told:
    """Answer a request, and keep what it changed: all of it with its audit rows, or nothing.

    The whole state is read behind the lock of the tenant, so that no rule over several objects
    (the highest number of policies, a location in use) can be broken by two requests at once.
    Raises ObjectChanged where the object is no longer the `expected` version, and LockedOut where
    administrators could no longer get in (checklist BG04) and nobody answers for it by `override`.
    """
    with guarded(store, snapshots, by=by, override=override) as work:
        # Only a user can be left out of the policy of a template that he deploys.
        creator = by.id if by.kind is ActorKind.USER else None
        known = _LATEST.get(store)
        before = _state(work, _objects_of(work, known.objects if known else _NONE), creator)
        response = _answered(store, before, request)
        kept = keep_changes(work, before, response.state, by=by, expected=request.expected)
    return Told(response, kept)


def keep_changes(
    work: Aggregates,
    before: PolicyStore,
    after: PolicyStore,
    *,
    by: Actor,
    expected: str | None = None,
) -> Mapping[Collection, Mapping[str, Stored]]:
    """Keep what is different between two states, audited; gives the new versions of objects.

    Raises ObjectChanged where an object is no longer the `expected` version.
    """
    kept: dict[Collection, dict[str, Stored]] = {}
    for step in _steps(before, after):
        made = _keep(work, step, expected, by)
        if made is not None:
            kept.setdefault(step.kind, {})[step.id] = made
    return kept


def answered(store: Store, state: PolicyStore, *, method: str, path: str, body: object) -> Response:
    """Answer a request to a state that nobody has kept; `path` begins with the version."""
    return validate_request(
        state, method, path, body, now=store.means.clock.now(), new_id=store.means.new_id
    )


def state_of(work: Aggregates, *, creator: str | None = None) -> PolicyStore:
    """Read everything that a request is judged by; built-in strengths are there always."""
    return _state(work, _objects_of(work, _NONE), creator)


def _objects_of(work: Aggregates, known: _Objects) -> _Objects:
    """Read the objects; what is `known` and did not change stays the same value."""
    return {
        kind: aggregate.all_after(known.get(kind, {}))
        for kind, aggregate in _aggregates(work).items()
    }


def _state(work: Aggregates, found: _Objects, creator: str | None) -> PolicyStore:
    objects = {
        kind: MappingProxyType({key: each.document for key, each in stored.items()})
        for kind, stored in found.items()
    }
    own = objects[Collection.STRENGTHS]
    objects[Collection.STRENGTHS] = MappingProxyType({**_built_in(), **own})
    return PolicyStore(
        objects=MappingProxyType(objects),
        creator=creator,
        emergency_access=declared(work),
        groups=work.groups.ids(),
    )


@dataclass(frozen=True, slots=True)
class _Step:
    kind: Collection
    id: str
    document: JsonObject | None
    known: bool


def _answered(
    store: Store, state: PolicyStore, request: PolicyRequest, *, shared: bool = False
) -> Response:
    return validate_request(
        state,
        request.method,
        f"/{request.version}/{request.path.lstrip('/')}",
        request.body,
        now=store.means.clock.now(),
        new_id=store.means.new_id,
        request_id=request.request_id,
        root=request.root,
        shared=shared,
    )


def _steps(before: PolicyStore, after: PolicyStore) -> Iterator[_Step]:
    for kind in Collection:
        old, new = before.all(kind), after.all(kind)
        for key in dict.fromkeys((*old, *new)):
            document = new.get(key)
            if document is not old.get(key):
                yield _Step(kind, key, document, key in old)


def _keep(work: Aggregates, step: _Step, expected: str | None, by: Actor) -> Stored | None:
    aggregate = _aggregates(work)[step.kind]
    if step.document is None:
        aggregate.delete(step.id, by=by, expected=expected)
        return None
    if step.known:
        return aggregate.replace(step.id, step.document, by=by, expected=expected)
    if expected is not None:
        raise ObjectChanged("`If-Match` was given, but the request would make a new object")
    return aggregate.create(step.document, by=by)


def _aggregates(work: Aggregates) -> Mapping[Collection, Documents]:
    return {
        Collection.POLICIES: work.policies,
        Collection.NAMED_LOCATIONS: work.locations,
        Collection.CONTEXTS: work.contexts,
        Collection.STRENGTHS: work.strengths,
    }


def aggregate_of(work: Aggregates, collection: Collection) -> Documents:
    """Give the aggregate that keeps a collection."""
    return _aggregates(work)[collection]


@cache
def _built_in() -> Mapping[str, JsonObject]:
    text = files("ostiary.tenant").joinpath("data/strengths.json").read_text("utf-8")
    found = json.loads(text)["authenticationStrengthPolicies"]
    return MappingProxyType({each["id"]: each for each in found})
