"""Deleted policies: for thirty days they come back as they were, or go for good."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from ostiary.admin.changing import refusal, send, status_of
from ostiary.admin.describing import in_words
from ostiary.admin.graph_calls import Refused
from ostiary.admin.pages.policies import PATH as POLICIES
from ostiary.admin.policy_files import json_text, plain
from ostiary.admin.visit import Answer, GoTo, PageRoute, Shown, Visit
from ostiary.directory.deleted import KEPT_FOR

PATH: Final = f"{POLICIES}/deleted"
_DELETED: Final = "/identity/conditionalAccess/deletedItems/policies"


async def show_deleted(visit: Visit) -> Answer:
    """List what was deleted, the latest first, and when each is gone for good."""
    found = await visit.graph.all(_DELETED)
    return Shown("deleted_policies", {"policies": [_with_end(each) for each in found]})


async def show_one(visit: Visit) -> Answer:
    """Show a deleted policy in words."""
    return await _shown(visit)


async def restore(visit: Visit) -> Answer:
    """Bring a policy back as it was, its state included."""
    try:
        await send(visit, "POST", f"{_DELETED}/{visit.path['id']}/restore")
    except Refused as refused:
        return await _shown(visit, refused)
    return GoTo(f"{POLICIES}/{visit.path['id']}", "policy_restored")


async def ask_to_purge(visit: Visit) -> Answer:
    """Ask whether a policy is to go for good."""
    policy = await visit.graph.get(f"{_DELETED}/{visit.path['id']}")
    return Shown("purge_policy", {"policy": _with_end(policy)})


async def purge(visit: Visit) -> Answer:
    """Delete a policy for good."""
    await send(visit, "DELETE", f"{_DELETED}/{visit.path['id']}")
    return GoTo(PATH, "policy_purged")


async def _shown(visit: Visit, error: Refused | None = None) -> Answer:
    policy = await visit.graph.get(f"{_DELETED}/{visit.path['id']}")
    values: dict[str, Any] = {
        "policy": _with_end(policy),
        "words": await in_words(policy, visit.graph),
        "document": json_text(plain(policy)),
        **refusal(error),
    }
    return Shown("deleted_policy", values, status_of(error))


def _with_end(policy: dict[str, Any]) -> dict[str, Any]:
    """Give a policy with the moment from which it is gone."""
    return {**policy, "gone": datetime.fromisoformat(policy["deletedDateTime"]) + KEPT_FOR}


ROUTES: Final = (
    PageRoute("GET", PATH, show_deleted),
    PageRoute("GET", f"{PATH}/{{id}}", show_one),
    PageRoute("POST", f"{PATH}/{{id}}/restore", restore),
    PageRoute("GET", f"{PATH}/{{id}}/purge", ask_to_purge, needs=("DELETE", f"{_DELETED}/{{id}}")),
    PageRoute("POST", f"{PATH}/{{id}}/purge", purge),
)
