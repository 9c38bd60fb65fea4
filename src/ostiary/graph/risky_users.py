"""`identityProtection/riskyUsers` and `riskyServicePrincipals`: who is at risk, as people decide.

Source: api-reference riskyuser-list, -get, -confirmcompromised, -dismiss; the same of
riskyserviceprincipal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ostiary.administration.risks import set_risks
from ostiary.directory.risks import Risk
from ostiary.graph.answers import entity, page, selected, told
from ostiary.graph.bodies import TEXTS, body_shape, written
from ostiary.graph.directory_objects import absent
from ostiary.graph.directory_permissions import READ_RISKS, WRITE_RISKS
from ostiary.graph.listing import Source, filter_of, page_of
from ostiary.graph.permissions import Allowed
from ostiary.graph.policy_calls import OVERRIDABLE, override_of
from ostiary.graph.ranks import denied
from ostiary.graph.shapes import DONE, MAYBE_TEXT, listed
from ostiary.graph.shapes import told as shown_as
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations
from ostiary.http.shapes import FLAG, TEXT, TIME, Named, closed
from ostiary.model.json_types import JsonObject

OPERATIONS: Final = Operations()


@dataclass(frozen=True, slots=True)
class _Kind:
    path: str
    stored: str
    body: str
    reading: Allowed
    writing: Allowed
    names: tuple[str, str]

    @property
    def type(self) -> Named:
        """The type of one of them in the document of the API."""
        named = dict.fromkeys(self.names, MAYBE_TEXT)
        return Named(self.path[:-1], closed({**_RISK, **named}))


_RISK: Final = {
    "id": TEXT,
    "isDeleted": FLAG,
    "isProcessing": FLAG,
    "riskLevel": TEXT,
    "riskState": TEXT,
    "riskDetail": TEXT,
    "riskLastUpdatedDateTime": TIME,
}
_KINDS: Final = (
    _Kind(
        "riskyUsers",
        "user",
        "userIds",
        READ_RISKS["user"],
        WRITE_RISKS["user"],
        ("userDisplayName", "userPrincipalName"),
    ),
    _Kind(
        "riskyServicePrincipals",
        "servicePrincipal",
        "servicePrincipalIds",
        READ_RISKS["servicePrincipal"],
        WRITE_RISKS["servicePrincipal"],
        ("displayName", "appId"),
    ),
)


def _declare(kind: _Kind) -> None:
    whole = f"/identityProtection/{kind.path}"

    def listing(call: Call) -> Answer:
        """List who has, or had, a risk."""
        wanted = filter_of(call)
        known = sorted(
            (each for each in call.store.risks.all() if each.kind == kind.stored),
            key=lambda each: each.id,
        )
        source = Source[Risk](
            lambda place, number: [e for e in known if place is None or e.id > place][:number],
            lambda row: row.id,
            lambda row: _shown(call, kind, row),
        )
        found = page_of(call, source, wanted)
        shown = [selected(call, _shown(call, kind, each)) for each in found.rows]
        return page(call, shown, whole[1:], following=found.following)

    def telling(call: Call) -> Answer:
        """Tell how risky somebody is."""
        found = call.store.risks.of(call.path["id"].casefold())
        if found is None or found.kind != kind.stored:
            raise absent(call.path["id"])
        return Answer(body=entity(call, selected(call, _shown(call, kind, found)), whole[1:]))

    def confirming(call: Call) -> Answer:
        """Say that accounts are in other hands: their risk is high."""
        return _decided(call, kind, "high", "confirmedCompromised")

    def dismissing(call: Call) -> Answer:
        """Say that there is no risk."""
        return _decided(call, kind, "none", "dismissed")

    body = body_shape({kind.body: TEXTS}, needed=(kind.body,))
    OPERATIONS.add("GET", whole, needs=kind.reading, answers=listed(kind.type))(listing)
    OPERATIONS.add(
        "POST",
        f"{whole}/confirmCompromised",
        needs=kind.writing,
        schema=OVERRIDABLE,
        answers=DONE,
        body=body,
    )(confirming)
    OPERATIONS.add(
        "POST", f"{whole}/dismiss", needs=kind.writing, schema=OVERRIDABLE, answers=DONE, body=body
    )(dismissing)
    OPERATIONS.add("GET", f"{whole}/{{id}}", needs=kind.reading, answers=shown_as(kind.type))(
        telling
    )


for _each in _KINDS:
    _declare(_each)


def _decided(call: Call, kind: _Kind, level: str, state: str) -> Answer:
    ids = written(call.document, {kind.body: TEXTS}, needed=(kind.body,))[kind.body]
    for each in ids:
        if level == "none" and each.casefold() == call.token.object_id:
            raise denied("your own risk is dismissed by somebody else")
    set_risks(
        call.store,
        call.server.snapshots,
        kind.stored,
        ids,
        level=level,
        state=state,
        by=call.actor,
        override=override_of(call),
    )
    return Answer(204)


def _shown(call: Call, kind: _Kind, risk: Risk) -> dict[str, Any]:
    store = call.store
    found = (store.users if kind.stored == "user" else store.principals).get(risk.id)
    document: JsonObject = found.document if found else {}
    name, other = kind.names
    named = {name: document.get("displayName"), other: document.get(other)}
    return {
        "id": risk.id,
        "isDeleted": found is None,
        "isProcessing": False,
        "riskLevel": risk.level,
        "riskState": risk.state,
        "riskDetail": "adminConfirmedUserCompromised"
        if risk.state == "confirmedCompromised"
        else "none",
        "riskLastUpdatedDateTime": told(risk.updated),
        **named,
    }
