"""Resources of any provider: tell, make, change, delete, exist.

Source: azure-docs rest/api/resources/resources (create-or-update-by-id and its siblings). What a
resource would do is not done: it is kept as it was described, validated, and guarded by roles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ostiary.administration.managed_identities import remove_identities_below
from ostiary.arm import shapes
from ostiary.arm.addresses import Address, Collection, address_of, collection_of
from ostiary.arm.changes import changing, merged, needed_group, no_group
from ostiary.arm.depth import require_shallow
from ostiary.arm.keeping import keep_resource, needed_resource, resource_document
from ostiary.arm.listing import page_of, refusal_of_list
from ostiary.arm.providers import is_own, no_type
from ostiary.arm.roles import refusal_of, sight
from ostiary.arm.subscriptions import subscription_of
from ostiary.arm.versions import as_answer, require_version
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import as_object

OPERATIONS: Final = Operations()
"""Tried last: the path of a resource fits nearly everything."""
_ONE: Final = "/subscriptions/{subscription}/{resource:path}"
_INSIDE: Final = "providers/namespace/type/name".count("/")


@dataclass(frozen=True, slots=True)
class ResourceAction:
    """`read`, `write` or `delete` of the type of the resource that the path names, at it."""

    verb: str

    def refusal(self, call: Call) -> ApiError | None:
        """Refuse who holds no role that allows it there. Raises ApiError (404) for no resource."""
        collection = _collection(call) if call.asked.method == "GET" else None
        if collection is not None:
            return refusal_of_list(call, collection.place)
        address = addressed(call)
        return refusal_of(call, f"{address.type}/{self.verb}", address.id)

    def described(self) -> Mapping[str, Any]:
        """Give it for the document of the API."""
        scope = "/subscriptions/{subscription}/{resource}"
        return {"action": f"{{resource type}}/{self.verb}", "scope": scope}


def _collection(call: Call) -> Collection | None:
    return collection_of(f"/subscriptions/{call.path['subscription']}/{call.path['resource']}")


def _listed(call: Call, wanted: Collection, subscription_id: str) -> Answer:
    """List the resources of a type that the caller can see, whole."""
    if is_own(wanted.type.partition("/")[0]):
        raise no_type(*wanted.type.split("/", 1))
    if wanted.on_resource:
        needed_resource(call.store, address_of(wanted.place))
    elif call.store.azure.get(wanted.place) is None:
        raise no_group(wanted.place.rpartition("/")[2])
    place = f"{wanted.place}/".casefold()
    sees = sight(call, f"{wanted.type}/read", subscription_id)
    found = [
        each.document
        for each in call.store.azure.below(wanted.place, wanted.type)
        # What stands on a resource does not stand on those inside of it.
        if sees(each.id) and not (wanted.on_resource and each.id[len(place) :].count("/") > _INSIDE)
    ]
    return Answer(body=page_of(call, found, lambda _: True))


def addressed(call: Call) -> Address:
    """Give the resource that the path names. Raises ApiError (400, 404)."""
    return address_of(f"/subscriptions/{call.path['subscription']}/{call.path['resource']}")


@OPERATIONS.add(
    "HEAD",
    _ONE,
    needs=ResourceAction("read"),
    answers={204: None},
)
def resource_exists(call: Call) -> Answer:
    """Tell by the status alone whether there is such a resource."""
    subscription_of(call)
    needed_resource(call.store, addressed(call))
    return Answer(204)


@OPERATIONS.add(
    "GET",
    _ONE,
    needs=ResourceAction("read"),
    answers={200: shapes.RESOURCE_OR_LIST},
)
def get_resource(call: Call) -> Answer:
    """Tell one resource, or all of a type where the path ends with a type."""
    subscription = subscription_of(call)
    collection = _collection(call)
    if collection is not None:
        return _listed(call, collection, subscription.id)
    return as_answer(needed_resource(call.store, addressed(call)))


@OPERATIONS.add(
    "PUT",
    _ONE,
    needs=ResourceAction("write"),
    answers=shapes.kept(shapes.RESOURCE),
    body=shapes.RESOURCE_BODY,
)
def put_resource(call: Call) -> Answer:
    """Make a resource, or describe it anew."""
    address = addressed(call)
    with changing(call, address.id) as work:
        old, document = resource_document(work, address, call.document)
        return keep_resource(call, work, old, document)


@OPERATIONS.add(
    "PATCH",
    _ONE,
    needs=ResourceAction("write"),
    answers={200: shapes.RESOURCE},
    body=shapes.RESOURCE_PATCH,
)
def change_resource(call: Call) -> Answer:
    """Give some members of a resource other values; tags are replaced as a whole."""
    address = addressed(call)
    require_shallow(call.document)
    with changing(call, address.id) as work:
        old = needed_resource(work, address)
        body = as_object(merged(old.document, call.document))
        if "tags" in call.document:
            body = {**body, "tags": call.document["tags"]}
        _, document = resource_document(work, address, body)
        return keep_resource(call, work, old, document)


@OPERATIONS.add(
    "DELETE",
    _ONE,
    needs=ResourceAction("delete"),
    answers={200: None, 204: None},
)
def delete_resource(call: Call) -> Answer:
    """Delete a resource with everything that stands in it and on it."""
    address = addressed(call)
    with changing(call, address.id, deleting=True) as work:
        if address.group is not None:
            needed_group(work, address.subscription, address.group)
        found = None if is_own(address.namespace) else work.azure.get(address.id)
        if found is None:
            return Answer(204)
        require_version(call, found)
        remove_identities_below(work, found.id, by=call.actor)
        work.azure.delete_below(found.id, by=call.actor)
    return Answer(200)
