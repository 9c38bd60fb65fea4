"""Where deployments are: in a resource group or in a subscription, with the same operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ostiary.arm.roles import Action
from ostiary.http.calls import Call
from ostiary.http.operations import Answers, Handler, Operations
from ostiary.http.shapes import Shape

_SUBSCRIPTION: Final = "/subscriptions/{subscription}"
_PLACES: Final = (f"{_SUBSCRIPTION}/resourcegroups/{{group}}", _SUBSCRIPTION)
_KIND: Final = "Microsoft.Resources/deployments"


def at_both(
    operations: Operations,
    method: str,
    rest: str,
    verb: str,
    *,
    answers: Answers | None = None,
    body: Shape | None = None,
    short: bool = False,
) -> Callable[[Handler], Handler]:
    """Declare the function below in a resource group and in a subscription.

    `rest` is what follows `deployments`, `verb` what is done; `short`: without `/providers/…` too.
    """

    def declared(handler: Handler) -> Handler:
        for place in _PLACES:
            needs = Action(f"{_KIND}/{verb}", place)
            paths = [f"{place}/providers/{_KIND}{rest}"]
            paths += [f"{place}/deployments{rest}"] if short else []
            for path in paths:
                operations.add(method, path, needs=needs, answers=answers, body=body)(handler)
        return handler

    return declared


def deployments_at(call: Call) -> str:
    """Give the scope that the path names."""
    scope = f"/subscriptions/{call.path['subscription']}"
    return f"{scope}/resourceGroups/{call.path['group']}" if "group" in call.path else scope


def deployment_id(call: Call) -> str:
    """Give the id of the deployment that the path names."""
    return f"{deployments_at(call)}/providers/{_KIND}/{call.path['deployment']}"
