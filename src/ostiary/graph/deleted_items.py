"""`identity/conditionalAccess/deletedItems`: what was deleted in the last 30 days.

Source: api-reference policydeletableitem-list, -get, -restore, -delete.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.administration.policy_history import deleted_collection, restore_deleted
from ostiary.administration.required_contexts import ProtectedAction
from ostiary.directory.deleted import DeletedItem
from ostiary.graph.answers import entity, etag_header
from ostiary.graph.answers import page as answer_page
from ostiary.graph.permissions import READ_POLICIES, WRITE_CONTEXTS
from ostiary.graph.policy_calls import (
    OVERRIDE_PARAMETER,
    ROOT,
    override_of,
    refused,
    schema_version,
)
from ostiary.graph.policy_shapes import LOCATION, POLICY
from ostiary.graph.shapes import DONE, listed, told
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations
from ostiary.schema.answers import Refusal, timestamp
from ostiary.schema.materialise import normal_form
from ostiary.schema.state import Collection

OPERATIONS: Final = Operations()


def _declare(collection: Collection, creates: ProtectedAction) -> None:
    whole = f"{ROOT}/deletedItems/{collection.value}"
    one = f"/{whole}/{{id}}"

    def listing(call: Call) -> Answer:
        """List what was deleted, the latest first."""
        found = call.store.deleted.all(deleted_collection(call.store, collection))
        return answer_page(call, [_shown(call, each, collection) for each in found], whole)

    def telling(call: Call) -> Answer:
        """Tell one deleted object."""
        return Answer(body=entity(call, _shown(call, _found(call, collection), collection), whole))

    def restoring(call: Call) -> Answer:
        """Bring a deleted object back, as it was."""
        snapshots = call.server.snapshots
        try:
            made = restore_deleted(
                call.store,
                snapshots,
                collection,
                call.path["id"],
                by=call.actor,
                override=override_of(call),
            )
        except Refusal as refusal:
            raise refused(refusal) from refusal
        snapshots.refresh()
        path = f"{ROOT}/{collection.value}"
        shown = _formed(call, made.document, collection)
        return Answer(200, entity(call, shown, path), etag_header(made.etag))

    def purging(call: Call) -> Answer:
        """Delete a deleted object for good."""
        kept_as = deleted_collection(call.store, collection)
        call.store.deleted.purge(kept_as, call.path["id"], by=call.actor)
        return Answer(204)

    guarded = {"parameters": [OVERRIDE_PARAMETER]}
    shape = POLICY if collection is Collection.POLICIES else LOCATION
    OPERATIONS.add("GET", f"/{whole}", needs=READ_POLICIES, answers=listed(shape))(listing)
    OPERATIONS.add("GET", one, needs=READ_POLICIES, answers=told(shape))(telling)
    OPERATIONS.add(
        "POST",
        f"{one}/restore",
        needs=WRITE_CONTEXTS.doing(creates),
        schema=guarded,
        answers=told(shape),
    )(restoring)
    OPERATIONS.add("DELETE", one, needs=WRITE_CONTEXTS.doing(ProtectedAction.PURGE), answers=DONE)(
        purging
    )


def _found(call: Call, collection: Collection) -> DeletedItem:
    kept_as = deleted_collection(call.store, collection)
    return call.store.deleted.need(kept_as, call.path["id"])


def _shown(call: Call, item: DeletedItem, collection: Collection) -> dict[str, Any]:
    deleted = timestamp(item.deleted)
    return {**_formed(call, item.document, collection), "deletedDateTime": deleted}


def _formed(call: Call, document: Any, collection: Collection) -> dict[str, Any]:
    if collection is not Collection.POLICIES:
        return dict(document)
    return normal_form(document, schema_version(call))


_declare(Collection.POLICIES, ProtectedAction.CREATE_POLICY)
_declare(Collection.NAMED_LOCATIONS, ProtectedAction.CREATE_LOCATION)
