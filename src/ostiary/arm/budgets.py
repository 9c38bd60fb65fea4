"""`Microsoft.Consumption/budgets`: what a subscription, group or account may cost, and who is told.

Source: rest/api/consumption/budgets (2023-05-01). Nothing costs anything here: budgets are kept and
guarded, what is spent stays zero, and so nobody is ever told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ostiary.arm import shapes
from ostiary.arm.answers import asked_scope
from ostiary.arm.billing import ACCOUNTS, CURRENCY, account_id
from ostiary.arm.billing_roles import Billing, Level
from ostiary.arm.budget_bodies import NAME, budget_properties
from ostiary.arm.roles import Action
from ostiary.arm.scopes import folded_scope, require_scope
from ostiary.directory.documents import Stored
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import as_object

OPERATIONS: Final = Operations()
_BUDGET: Final = "Microsoft.Consumption/budgets"
_ALL: Final = f"/{{scope:path}}/providers/{_BUDGET}"
_ONE: Final = f"{_ALL}/{{budget}}"


@dataclass(frozen=True, slots=True)
class _Budgets:
    """The Azure role, or at a billing account the billing role, to do something with budgets."""

    verb: str

    def refusal(self, call: Call) -> ApiError | None:
        """Refuse who holds none."""
        if folded_scope(asked_scope(call)).startswith(f"{ACCOUNTS.casefold()}/"):
            return Billing(Level.READ if self.verb == "read" else Level.CHANGE).refusal(call)
        return Action(f"{_BUDGET}/{self.verb}", "/{scope}").refusal(call)

    def described(self) -> Mapping[str, Any]:
        """Give it for the document of the API."""
        return {"action": f"{_BUDGET}/{self.verb}", "scope": "/{scope}"}


@OPERATIONS.add("GET", _ALL, needs=_Budgets("read"), answers=shapes.listed(shapes.PROXY))
def list_budgets(call: Call) -> Answer:
    """List the budgets of a scope."""
    scope = _scope(call)
    found = call.store.azure.of_type(_BUDGET, scope)
    return Answer(body={"value": [_shown(each) for each in found]})


@OPERATIONS.add("GET", _ONE, needs=_Budgets("read"), answers={200: shapes.PROXY})
def get_budget(call: Call) -> Answer:
    """Tell one budget."""
    return Answer(body=_shown(_needed(call)))


@OPERATIONS.add(
    "PUT", _ONE, needs=_Budgets("write"), answers=shapes.kept(shapes.PROXY), body=shapes.PROXY_BODY
)
def put_budget(call: Call) -> Answer:
    """Make a budget, or change one, which takes the eTag that was read."""
    name, scope = call.path["budget"], _scope(call)
    if NAME.fullmatch(name) is None:
        text = "The name of a budget has 1 to 63 letters, digits, '_' and '-'."
        raise ApiError(400, "BadRequest", text)
    properties = budget_properties(as_object(call.document.get("properties")), call.asked.at)
    with call.store.transaction() as work, work.unit.recording(call.actor):
        old = work.azure.get(f"{scope}/providers/{_BUDGET}/{name}")
        _require_version(call, old)
        document = {
            "id": f"{scope}/providers/{_BUDGET}/{name}",
            "type": _BUDGET,
            "name": name if old is None else old.document["name"],
            "properties": properties,
        }
        if old is None:
            return Answer(201, _shown(work.azure.create(document, by=call.actor)))
        kept = work.azure.replace(old.id, document, by=call.actor, expected=old.etag)
    return Answer(200, _shown(kept))


@OPERATIONS.add("DELETE", _ONE, needs=_Budgets("delete"), answers={200: None, 204: None})
def delete_budget(call: Call) -> Answer:
    """Delete a budget."""
    found = _needed(call)
    call.store.azure.delete(found.id, by=call.actor, expected=found.etag)
    return Answer(200)


@OPERATIONS.add(
    "GET",
    "/{scope:path}/providers/Microsoft.Consumption/usageDetails",
    needs=Action("Microsoft.Consumption/usageDetails/read", "/{scope}"),
    answers=shapes.listed(shapes.PROXY),
)
def list_usage(call: Call) -> Answer:
    """List what was charged for: nothing costs anything here."""
    require_scope(call, asked_scope(call))
    return Answer(body={"value": []})


def _scope(call: Call) -> str:
    """Give the scope that is asked. Raises ApiError (404) where there is nothing."""
    scope = asked_scope(call)
    if folded_scope(scope) != account_id(call.server.tenant_id).casefold():
        require_scope(call, scope)
    return scope


def _needed(call: Call) -> Stored:
    found = call.store.azure.get(f"{_scope(call)}/providers/{_BUDGET}/{call.path['budget']}")
    if found is None:
        name = call.path["budget"][:63]
        raise ApiError(404, "ResourceNotFound", f"The budget '{name}' could not be found.")
    return found


def _require_version(call: Call, old: Stored | None) -> None:
    """Refuse a change of a version that was not read: the eTag is mandatory, as in Azure."""
    sent = call.document.get("eTag") or call.asked.headers.get("if-match")
    if old is None or str(sent).strip('"') == old.etag:
        return
    if sent:
        text = "The budget was changed since it was read: read it again."
        raise ApiError(412, "PreconditionFailed", text)
    text = "There is a budget of that name: send the eTag that was read to change it."
    raise ApiError(409, "Conflict", text)


def _shown(found: Stored) -> dict[str, Any]:
    properties = as_object(found.document.get("properties"))
    spent = {"currentSpend": {"amount": 0.0, "unit": CURRENCY}}
    return {**found.document, "eTag": f'"{found.etag}"', "properties": {**properties, **spent}}
