"""What If: one sign-in that somebody might make, and what every policy would say to it.

The words to choose from are those of the conditions, in their order on screen; Graph's `evaluate`
answers (api-reference conditionalaccessroot-evaluate).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from ostiary.admin.graph_calls import Refused
from ostiary.admin.visit import Answer, PageRoute, Shown, Visit
from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import WordCondition

PATH: Final = "/what-if"
_PERSON: Final = "user"
_TYPED: Final = ("ipAddress", "country")


@dataclass(frozen=True, slots=True)
class Choice:
    """A fact with a fixed list of words: its path in the request, its heading, its words."""

    path: tuple[str, ...]
    title: str
    words: Mapping[str, str]

    @property
    def name(self) -> str:
        """Its field in the form."""
        return "-".join(self.path[1:])


def choices() -> Iterator[Choice]:
    """Give every such fact, in the order of the conditions."""
    for each in CONDITIONS:
        if isinstance(each, WordCondition) and not each.assignment:
            words = {key: text for key, text in each.words.items() if key not in each.universal}
            yield Choice(tuple(each.facts[0].what_if.split("/")), each.title, words)


async def show_form(visit: Visit) -> Answer:
    """Show the form; what the address names is filled in, so that a log leads here."""
    return Shown("what_if", _page(visit.query))


async def ask(visit: Visit) -> Answer:
    """Ask, and show what applies and why the rest does not."""
    form = visit.form
    try:
        body = await _request(visit)
        answer = await visit.graph.send("POST", "/identity/conditionalAccess/evaluate", body)
    except Refused as refused:
        return Shown("what_if", {**_page(form), "refused": refused}, refused.status)
    found: list[dict[str, Any]] = answer["value"]
    results = {
        "apply": [each for each in found if each["policyApplies"]],
        "do_not": [each for each in found if not each["policyApplies"]],
    }
    return Shown("what_if", {**_page(form), "results": results})


async def _request(visit: Visit) -> dict[str, Any]:
    form = visit.form
    body: dict[str, Any] = {
        "signInIdentity": await _identity(visit, form.get("identity", "").strip()),
        "signInContext": {"includeApplications": await _resource(visit)},
        "signInConditions": {},
        "appliedPoliciesOnly": False,
    }
    for name in _TYPED:
        if text := form.get(name, "").strip():
            body["signInConditions"][name] = text
    for each in choices():
        if word := form.get(each.name, ""):
            _put(body, each.path, word)
    return body


async def _identity(visit: Visit, typed: str) -> dict[str, str]:
    """Find who is meant: a user by name or id, a workload identity by its object id."""
    if visit.form.get("kind", _PERSON) != _PERSON:
        return {"servicePrincipalId": typed}
    if not typed:
        raise Refused(400, "badRequest", "expected a user name or an object ID, came nothing", ())
    found = await visit.graph.get(f"/users/{quote(typed, safe='')}")
    return {"userId": str(found["id"])}


async def _resource(visit: Visit) -> list[str]:
    """Find the resource: by its display name or application id; none means any."""
    typed = visit.form.get("resource", "").strip()
    if not typed:
        return []
    named = typed.replace("'", "''")
    wanted = f"displayName eq '{named}'"
    found = await visit.graph.get("/servicePrincipals", filter=wanted, top="1")
    listed: list[dict[str, Any]] = found["value"]
    return [str(listed[0]["appId"]) if listed else typed]


def _put(body: dict[str, Any], path: tuple[str, ...], word: str) -> None:
    for name in path[:-1]:
        body = body.setdefault(name, {})
    body[path[-1]] = word


def _page(form: Mapping[str, str]) -> dict[str, Any]:
    return {"choices": list(choices()), "form": dict(form), "results": None, "refused": None}


ROUTES: Final = (PageRoute("GET", PATH, show_form), PageRoute("POST", PATH, ask))
