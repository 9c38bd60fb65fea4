"""Protected actions: for which changes of policies an authentication context is asked."""

from __future__ import annotations

from typing import Any, Final

from ostiary.admin.changing import refusal, send, status_of
from ostiary.admin.graph_calls import Refused
from ostiary.admin.pages.authentication_contexts import ACTIONS, CONTEXTS
from ostiary.admin.visit import Answer, GoTo, PageRoute, Shown, Visit

PATH: Final = "/protected-actions"


async def show_actions(visit: Visit) -> Answer:
    """List the actions, each with the context that it asks for."""
    return await _shown(visit)


async def save(visit: Visit) -> Answer:
    """Ask for another context, or for none."""
    action, context = visit.path["id"], visit.form.get("context", "")
    try:
        await send(
            visit, "PATCH", f"{ACTIONS}/{action}", {"authenticationContextId": context or None}
        )
    except Refused as refused:
        return await _shown(visit, refused)
    return GoTo(PATH, "action_changed")


async def _shown(visit: Visit, error: Refused | None = None) -> Answer:
    contexts = await visit.graph.all(CONTEXTS)
    values: dict[str, Any] = {
        "actions": await visit.graph.all(ACTIONS),
        "contexts": [each for each in contexts if each.get("isAvailable")],
        "names": {each["id"]: each.get("displayName") or each["id"] for each in contexts},
        **refusal(error),
    }
    return Shown("protected_actions", values, status_of(error))


ROUTES: Final = (
    PageRoute("GET", PATH, show_actions),
    PageRoute("POST", f"{PATH}/{{id}}", save),
)
