"""The form of What If, made from the conditions' own declarations, and read back as a question.

A field of the form has the name of its member in Graph's evaluate, without the first step of its
path (`devicePlatform`, `authenticationFlow-transferMethod`, `deviceInfo-isCompliant`). Addresses
may fill it in: `/admin/what-if?user=…&app=…`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from ostiary.admin.graph_calls import Graph
from ostiary.admin.naming import Names
from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Lookup, Shape, WordCondition
from ostiary.conditions.devices import DEVICE_FILTER
from ostiary.conditions.facts import COUNTRY, IP_ADDRESS
from ostiary.conditions.guests import GUEST_TYPES
from ostiary.conditions.rule_vocabulary import PropertyKind
from ostiary.conditions.user_actions import ACTION_URN, USER_ACTIONS
from ostiary.model.json_types import JsonObject, as_object, as_strings, is_list, is_object

WORKLOAD: Final = "workload"
_ALIASES: Final = MappingProxyType(
    {"user": "identity", "app": "resource", "ip": "ipAddress", "context": "authenticationContext"}
)
"""What an address may say for a field."""
_OUTSIDE: Final = ("externalUserType", "externalTenantId")
_DEVICE: Final = "deviceInfo"
_BOOLEANS: Final = MappingProxyType({"true": True, "false": False})


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


@dataclass(frozen=True, slots=True)
class DeviceInput:
    """A property of a device that filters can ask for; `words` empty: it is typed."""

    name: str
    title: str
    words: tuple[str, ...]
    kind: PropertyKind


def choices() -> Iterator[Choice]:
    """Give every fact of words, in the order of the conditions."""
    for each in CONDITIONS:
        if isinstance(each, WordCondition) and not each.assignment:
            words = {key: text for key, text in each.words.items() if key not in each.universal}
            yield Choice(tuple(each.facts[0].what_if.split("/")), each.title, words)
        elif all(field.shape is Shape.FLAGS and field.lookup is None for field in each.fields):
            words = {key: text for field in each.fields for key, text in field.words.items()}
            yield Choice(tuple(each.facts[0].what_if.split("/")), each.title, words)


def typed_facts() -> tuple[tuple[str, str], ...]:
    """Give name and title of the facts that are typed."""
    return tuple((each.what_if.rpartition("/")[2], each.title) for each in (IP_ADDRESS, COUNTRY))


def device_inputs() -> Iterator[DeviceInput]:
    """Give every property that filters for devices know."""
    for each in DEVICE_FILTER.properties.values():
        words = tuple(_BOOLEANS) if each.kind is PropertyKind.BOOLEAN else each.words
        yield DeviceInput(f"{_DEVICE}-{each.name}", each.name, words, each.kind)


def user_actions() -> Mapping[str, str]:
    """Give the user actions with their titles, as the policy form has them."""
    return {action.value: USER_ACTIONS[urn] for action, urn in ACTION_URN.items()}


def guest_types() -> Mapping[str, str]:
    """Give the types of guests and external users."""
    return GUEST_TYPES


def filled(query: Mapping[str, str]) -> dict[str, str]:
    """Give the fields that an address fills in."""
    found = {_ALIASES.get(name, name): value for name, value in query.items()}
    if "servicePrincipal" in query:
        found |= {"kind": WORKLOAD, "identity": query["servicePrincipal"]}
    return found


def fields_of(request: JsonObject) -> dict[str, str]:
    """Give the fields of a question, as far as the form has them."""
    who, context = as_object(request.get("signInIdentity")), as_object(request.get("signInContext"))
    principal = str(who.get("servicePrincipalId") or "")
    found = {
        "kind": WORKLOAD if principal else "user",
        "identity": principal or str(who.get("userId") or ""),
        **{name: str(who.get(name) or "") for name in _OUTSIDE},
        "resource": ", ".join(as_strings(context.get("includeApplications"))),
        "userAction": str(context.get("userAction") or ""),
        "authenticationContext": str(context.get("authenticationContextValue") or ""),
        **dict(_flat(as_object(request.get("signInConditions")))),
    }
    if _DEVICE in as_object(request.get("signInConditions")):
        found["registered"] = "true"
    return {name: value for name, value in found.items() if value}


def _flat(members: JsonObject, before: str = "") -> Iterator[tuple[str, str]]:
    for name, value in members.items():
        if is_object(value):
            yield from _flat(value, f"{before}{name}-")
        elif is_list(value):
            yield f"{before}{name}", ", ".join(str(each) for each in value)
        elif isinstance(value, bool):
            yield f"{before}{name}", "true" if value else "false"
        elif value is not None:
            yield f"{before}{name}", str(value)


async def question_of(graph: Graph, form: Mapping[str, str]) -> dict[str, Any]:
    """Read a filled-in form as a question of evaluate. Raises InputError for unknown names."""
    names = Names(graph)
    conditions: dict[str, Any] = {
        name: text for name, _ in typed_facts() if (text := form.get(name, "").strip())
    }
    body: dict[str, Any] = {
        "signInIdentity": await _identity(names, form),
        "signInContext": await _context(names, form),
        "signInConditions": conditions,
        "appliedPoliciesOnly": False,
    }
    for each in choices():
        if word := form.get(each.name, ""):
            _put(body, each.path, word)
    device = _device(form)
    if device or form.get("registered") == "true":
        conditions[_DEVICE] = device
    return body


async def _identity(names: Names, form: Mapping[str, str]) -> dict[str, str]:
    typed = form.get("identity", "").strip()
    if form.get("kind") == WORKLOAD:
        return {"servicePrincipalId": await names.find(Lookup.SERVICE_PRINCIPAL, typed)}
    found = {"userId": await names.find(Lookup.USER, typed)}
    outside = {name: form.get(name, "").strip() for name in _OUTSIDE}
    return {**found, **{name: text for name, text in outside.items() if text}}


async def _context(names: Names, form: Mapping[str, str]) -> dict[str, Any]:
    """Read the target: an action or a context where one is chosen, else resources, none: any."""
    if action := form.get("userAction", ""):
        return {"userAction": action}
    if context := form.get("authenticationContext", "").strip():
        return {"authenticationContextValue": context}
    typed = [each.strip() for each in form.get("resource", "").split(",") if each.strip()]
    return {"includeApplications": [await _application(names, each) for each in typed]}


async def _application(names: Names, typed: str) -> str:
    if typed.casefold() in {"all", "office365", "microsoftadminportals"}:
        return typed
    return await names.find(Lookup.APPLICATION, typed)


def _device(form: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in device_inputs():
        text = form.get(each.name, "").strip()
        if not text:
            continue
        if each.kind is PropertyKind.BOOLEAN:
            found[each.title] = _BOOLEANS.get(text.casefold(), text)
        elif each.kind is PropertyKind.TEXT_COLLECTION:
            found[each.title] = [part.strip() for part in text.split(",") if part.strip()]
        else:
            found[each.title] = text
    return found


def _put(body: dict[str, Any], path: tuple[str, ...], word: str) -> None:
    for name in path[:-1]:
        body = body.setdefault(name, {})
    body[path[-1]] = word
