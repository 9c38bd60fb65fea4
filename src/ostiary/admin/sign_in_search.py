"""The search form of the sign-in log: what it asks of Graph, and the columns of the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ostiary.admin.graph_calls import Graph
from ostiary.admin.log_pages import day_clause, is_id, quoted
from ostiary.directory.sign_in_events import (
    INTERACTIVE,
    MANAGED_IDENTITY,
    NON_INTERACTIVE,
    SERVICE_PRINCIPAL,
)
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object, as_strings

KINDS: Final = (INTERACTIVE, NON_INTERACTIVE, SERVICE_PRINCIPAL, MANAGED_IDENTITY)
RESULTS: Final = ("success", "failure", "notApplied")
_MOST_NAMED: Final = 10
"""People or applications of one name that are looked for at once."""
FIELDS: Final = ("user", "app", "address", "id", "status", "ca", "since", "until")
"""What is typed or chosen; each is a member of the address, so that a search can be kept."""


@dataclass(frozen=True, slots=True)
class LogColumn:
    """A column: its text is `log.<name>`; `members` are those of Graph's signIn that it shows."""

    name: str
    members: tuple[str, ...]
    value: Callable[[JsonObject], Any]


def _plain(name: str, member: str) -> LogColumn:
    return LogColumn(name, (member,), lambda each: each.get(member))


def _inner(name: str, member: str, inner: str) -> LogColumn:
    return LogColumn(name, (member,), lambda each: as_object(each.get(member)).get(inner))


def _either(name: str, *members: str) -> LogColumn:
    return LogColumn(
        name, members, lambda each: next((each[m] for m in members if each.get(m)), "")
    )


def _place(each: JsonObject) -> str:
    found = as_object(each.get("location"))
    return ", ".join(str(found[name]) for name in ("city", "countryOrRegion") if found.get(name))


def _kinds(each: JsonObject) -> str:
    return ", ".join(as_strings(each.get("signInEventTypes")))


COLUMNS: Final = (
    _plain("date", "createdDateTime"),
    _plain("request", "id"),
    _either("user", "userDisplayName", "servicePrincipalName", "userPrincipalName"),
    _either("user_name", "userPrincipalName"),
    _either("principal", "userId", "servicePrincipalId"),
    _plain("application", "appDisplayName"),
    _plain("application_id", "appId"),
    _plain("resource", "resourceDisplayName"),
    _inner("status", "status", "errorCode"),
    _inner("reason", "status", "failureReason"),
    _plain("address", "ipAddress"),
    LogColumn("place", ("location",), _place),
    _plain("conditional_access", "conditionalAccessStatus"),
    _plain("client_app", "clientAppUsed"),
    _inner("system", "deviceDetail", "operatingSystem"),
    _inner("browser", "deviceDetail", "browser"),
    _inner("device", "deviceDetail", "displayName"),
    _plain("requirement", "authenticationRequirement"),
    _plain("sign_in_risk", "riskLevelDuringSignIn"),
    LogColumn("kind", ("signInEventTypes",), _kinds),
    _plain("correlation", "correlationId"),
)
USUAL: Final = (
    "date",
    "user",
    "application",
    "resource",
    "status",
    "address",
    "conditional_access",
)


def columns_of(chosen: Sequence[str]) -> tuple[LogColumn, ...]:
    """Give the columns that an address names, the usual ones where it names none that there is."""
    known = tuple(each for each in COLUMNS if each.name in chosen)
    return known or tuple(each for each in COLUMNS if each.name in USUAL)


def members_of(columns: Sequence[LogColumn]) -> str:
    """Give `$select` for columns; the id and the time are always there."""
    members = (member for each in columns for member in each.members)
    return ",".join(dict.fromkeys(("id", "createdDateTime", "status", *members)))


async def filter_of(graph: Graph, query: Mapping[str, str]) -> str:
    """Write `$filter` for what was typed and chosen, '' for all. Raises InputError, Refused."""
    typed = {name: query.get(name, "").strip() for name in FIELDS}
    parts = [
        _kind(query.get("kind", "")),
        await _user(graph, typed["user"]),
        await _application(graph, typed["app"]),
        f"startswith(ipAddress,{quoted(typed['address'])})" if typed["address"] else "",
        _either_id(typed["id"]),
        _status(typed["status"]),
        f"conditionalAccessStatus eq '{typed['ca']}'" if typed["ca"] in RESULTS else "",
        day_clause("createdDateTime", "ge", typed["since"]),
        day_clause("createdDateTime", "lt", typed["until"], later=1),
    ]
    return " and ".join(each for each in parts if each)


def _listed(texts: Sequence[str]) -> str:
    return ",".join(map(quoted, texts))


def _kind(kind: str) -> str:
    return f"signInEventTypes/any(t: t eq '{kind}')" if kind in KINDS else ""


def _either_id(text: str) -> str:
    return f"(id eq {quoted(text)} or correlationId eq {quoted(text)})" if text else ""


def _status(text: str) -> str:
    if text in {"success", "failure"}:
        return f"status/errorCode {'eq' if text == 'success' else 'ne'} 0"
    if not text:
        return ""
    number = text.upper().removeprefix("AADSTS")
    if not (number.isascii() and number.isdigit() and len(number) < 8):
        raise InputError(
            f"expected `success`, `failure` or an error code in the status, came `{text[:40]}`",
            hint="write for example 50126 or AADSTS50126",
        )
    return f"status/errorCode eq {int(number)}"


async def _user(graph: Graph, typed: str) -> str:
    """Find people and workload identities by id, user name, or the beginning of either name."""
    if not typed:
        return ""
    if is_id(typed):
        return f"(userId eq {quoted(typed)} or servicePrincipalId eq {quoted(typed)})"
    parts = [f"startswith(userPrincipalName,{quoted(typed)})"]
    if "@" not in typed:
        people = await _named(graph, "/users", typed, "id")
        workloads = await _named(graph, "/servicePrincipals", typed, "id")
        parts += [f"userId in ({_listed(people)})"] if people else []
        parts += [f"servicePrincipalId in ({_listed(workloads)})"] if workloads else []
    return f"({' or '.join(parts)})"


async def _application(graph: Graph, typed: str) -> str:
    if not typed:
        return ""
    if is_id(typed):
        return f"appId eq {quoted(typed)}"
    known = await _named(graph, "/servicePrincipals", typed, "appId")
    return (
        f"appId in ({_listed(known)})" if known else f"startswith(appDisplayName,{quoted(typed)})"
    )


async def _named(graph: Graph, path: str, typed: str, member: str) -> list[str]:
    """Give the ids of the first objects whose display name begins so."""
    wanted = f"startswith(displayName,{quoted(typed)})"
    found = await graph.get(
        path, filter=wanted, select=f"{member},displayName", top=str(_MOST_NAMED)
    )
    return [str(each[member]) for each in found["value"] if each.get(member)]
