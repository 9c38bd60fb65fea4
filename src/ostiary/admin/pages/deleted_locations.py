"""Deleted named locations: for thirty days they come back as they were, or go for good."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from ostiary.admin.changing import refusal, send, status_of
from ostiary.admin.graph_calls import Refused
from ostiary.admin.pages.named_locations import PATH as LOCATIONS
from ostiary.admin.pages.named_locations import content_of
from ostiary.admin.visit import Answer, GoTo, PageRoute, Shown, Visit
from ostiary.directory.deleted import KEPT_FOR

PATH: Final = f"{LOCATIONS}/deleted"
_DELETED: Final = "/identity/conditionalAccess/deletedItems/namedLocations"


async def show_deleted(visit: Visit) -> Answer:
    """List what was deleted, the latest first, and when each is gone for good."""
    return await _shown(visit)


async def restore(visit: Visit) -> Answer:
    """Bring a location back as it was."""
    try:
        await send(visit, "POST", f"{_DELETED}/{visit.path['id']}/restore")
    except Refused as refused:
        return await _shown(visit, refused)
    return GoTo(f"{LOCATIONS}/{visit.path['id']}", "location_restored")


async def purge(visit: Visit) -> Answer:
    """Delete a location for good."""
    try:
        await send(visit, "DELETE", f"{_DELETED}/{visit.path['id']}")
    except Refused as refused:
        return await _shown(visit, refused)
    return GoTo(PATH, "location_purged")


async def _shown(visit: Visit, error: Refused | None = None) -> Answer:
    rows = [
        {
            **each,
            **content_of(each),
            "gone": datetime.fromisoformat(each["deletedDateTime"]) + KEPT_FOR,
        }
        for each in await visit.graph.all(_DELETED)
    ]
    values: dict[str, Any] = {"locations": rows, **refusal(error)}
    return Shown("deleted_locations", values, status_of(error))


ROUTES: Final = (
    PageRoute("GET", PATH, show_deleted),
    PageRoute("POST", f"{PATH}/{{id}}/restore", restore),
    PageRoute("POST", f"{PATH}/{{id}}/purge", purge),
)
