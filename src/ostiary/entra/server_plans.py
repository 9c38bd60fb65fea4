"""Send a whole plan to an Ostiary server, which makes all of it or nothing."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from ostiary.entra.client import Answer, GraphClient
from ostiary.entra.errors import AnswerLost, Moved, NotThere
from ostiary.model.errors import InputError
from ostiary.model.json_types import as_object, as_strings
from ostiary.policycode.apply import Applied
from ostiary.policycode.changes import Plan
from ostiary.policycode.errors import PlanStale

_PATH: Final = "/v1.0/identity/conditionalAccess/applyPlan"
_TRIES: Final = 4
_STALE: Final = "planStale"


def send_plan(client: GraphClient, plan: Plan, *, override: str | None = None) -> Applied:
    """Apply a plan on a server.

    Where no answer comes it is sent again: the server tells a plan that it has applied already.
    Raises PlanStale, Refused, AnswerLost, InputError where the address is not Ostiary's.
    """
    for tries in range(1, _TRIES + 1):
        try:
            answer = _sent(client, plan, override)
        except AnswerLost:
            if tries == _TRIES:
                raise
            client.patience.pause(2.0**tries)
            continue
        body = as_object(answer.body)
        ids = {str(name): str(each) for name, each in as_object(body.get("ids")).items()}
        already = body.get("alreadyApplied") is True and tries == 1
        return Applied(ids, as_strings(body.get("differing")), already)
    raise AnswerLost("no answer came")


def _sent(client: GraphClient, plan: Plan, override: str | None) -> Answer:
    headers = {"Ostiary-Override-Reason": quote(override)} if override else {}
    try:
        return client.change("POST", _PATH, {"plan": plan.to_json()}, headers=headers)
    except Moved as error:
        stale = [str(e.get("message")) for e in error.details if e.get("code") == _STALE]
        if stale:
            raise PlanStale(stale) from error
        raise
    except NotThere as error:
        raise InputError(
            f"expected the Graph of an Ostiary server at {client.origin}, came another one",
            hint="for Microsoft Entra: --target entra",
        ) from error
