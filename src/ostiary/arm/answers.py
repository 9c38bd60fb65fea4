"""What answers of the management API are written with: times, and operations at every scope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from ostiary.arm.azure_roles import ROOT
from ostiary.arm.roles import Action
from ostiary.http.calls import Call
from ostiary.http.operations import Answers, Handler, Operations
from ostiary.http.shapes import Shape


def told(at: datetime) -> str:
    """Write a time as Azure does."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def at_every_scope(
    operations: Operations,
    method: str,
    rest: str,
    action: str,
    *,
    answers: Answers | None = None,
    body: Shape | None = None,
) -> Callable[[Handler], Handler]:
    """Declare the function below for the root and for every scope under it.

    `rest` is what follows `/providers/`; the action is needed at the scope that is asked.
    """

    def declared(handler: Handler) -> Handler:
        here, at_root = f"/{{scope:path}}/providers/{rest}", Action(action, ROOT)
        operations.add(method, f"/providers/{rest}", needs=at_root, answers=answers, body=body)(
            handler
        )
        needs = Action(action, "/{scope}")
        return operations.add(method, here, needs=needs, answers=answers, body=body)(handler)

    return declared


def asked_scope(call: Call) -> str:
    """Give the scope that a call is about, as it was written."""
    return f"/{call.path.get('scope', '').strip('/')}"
