"""A Graph API under test, over HTTP: every validation case in a state that is made by calls.

An API gives ids of its own. So objects of a case are made with POST, and the ids of the suite are
written in place of theirs in what is sent and what comes. After a case all that it made is deleted,
and nothing else. The tenant must be one for this purpose: what is there at the beginning would be
listed and counted, so it has to be empty of policies.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from ostiary.conformance.http_calls import HttpCaller
from ostiary.conformance.implementation import Answer, Call, NotSupported
from ostiary.model.errors import InputError, OstiaryError
from ostiary.model.json_types import JsonObject, as_object, as_strings, is_list
from ostiary.schema.state import Collection, PolicyStore, state_from

Declare = Callable[[Sequence[str]], None]
"""Declares emergency access accounts at the target, by their ids there, and no others."""

ROOT: Final = "identity/conditionalAccess"
_REASON: Final = {"Ostiary-Override-Reason": "a run of the conformance suite"}
"""Cases block everybody: a lockout guard must not stand before the rules (others ignore it)."""
_ORDER: Final = (
    Collection.CONTEXTS,
    Collection.STRENGTHS,
    Collection.NAMED_LOCATIONS,
    Collection.POLICIES,
)
"""What policies name comes before them."""
_PASSWORD: Final = "only-for-the-conformance-suite"  # noqa: S105  # of accounts that are disabled
_READ_ONLY: Final = frozenset({"createdDateTime", "modifiedDateTime", "deletedDateTime"})


class Target:
    """An implementation of the suite that answers validation cases alone."""

    def __init__(self, caller: HttpCaller, token: str, declare: Declare | None = None) -> None:
        """Call an API as the holder of a token; without `declare` nobody can be declared.

        Raises InputError where the token is not taken, or the tenant has policies of its own.
        """
        self._caller, self._declare = caller, declare
        self._headers = {"Authorization": f"Bearer {token}", **_REASON}
        found = {each: self._listed(each) for each in _ORDER}
        owned = sum(map(len, found.values()))
        if owned:
            raise InputError(
                f"expected a tenant for this purpose, it has {owned} policies, locations, contexts"
                " and strengths of its own",
                hint="make one with `ostiary init`",
            )
        me = self._call("GET", "/v1.0/me")
        self._me: JsonObject = as_object(me.body if me.status == 200 else None)
        self._made: list[tuple[Collection | None, str]] = []
        self._declared = False

    def decide(self, tenant: JsonObject, sign_in: JsonObject) -> JsonObject:
        """Refuse: the tenant of a case cannot be made by calls."""
        raise NotSupported("decisions are not asked over HTTP")

    def what_if(self, tenant: JsonObject, request: JsonObject) -> JsonObject:
        """Refuse: the tenant of a case cannot be made by calls."""
        raise NotSupported("What If evaluations are not asked over HTTP")

    def call(
        self, fixtures: JsonObject, given: JsonObject, calls: Sequence[Call]
    ) -> Sequence[Answer]:
        """Make what the case has, call in order, and delete everything again."""
        state = state_from(given, fixtures)
        text = json.dumps([given, *([each.method, each.path, each.body] for each in calls)])
        ids: dict[str, str] = {}
        try:
            if "creator" in given:
                self._set_up_people(state, given, fixtures, ids)
            for collection in _ORDER:
                for document in _needed(state, collection, given, text):
                    self._make(collection, document, ids)
            return [self._asked(each, state.version, ids) for each in calls]
        finally:
            self._clear()

    def _asked(self, call: Call, version: str, ids: Mapping[str, str]) -> Answer:
        headers = {name: str(value) for name, value in call.headers.items()}
        path = f"/{version}/{_renamed(call.path, ids).lstrip('/')}"
        answer = self._call(call.method, path, _renamed(call.body, ids), headers)
        self._note(call, answer)
        back = {there: here for here, there in ids.items()}
        return Answer(answer.status, _renamed(answer.body, back))

    def _make(self, collection: Collection, document: JsonObject, ids: dict[str, str]) -> None:
        body = {key: value for key, value in document.items() if key not in _READ_ONLY}
        if collection is not Collection.CONTEXTS:  # theirs are the client's
            body.pop("id")
        made = self._done("POST", _path(collection), _renamed(body, ids))
        self._made.append((collection, str(made["id"])))
        if collection is not Collection.CONTEXTS:
            ids[str(document["id"])] = str(made["id"])

    def _note(self, call: Call, answer: Answer) -> None:
        """Keep in mind what a call of the case made: it is deleted after it."""
        found = as_object(answer.body).get("id") if answer.status == 201 else None
        folded = call.path.casefold()
        for collection in _ORDER:
            place = f"{ROOT}/{collection.value}".casefold()
            deployed = collection is Collection.POLICIES and "/templates/" in folded
            if found is not None and (folded.strip("/") == place or deployed):
                self._made.append((collection, str(found)))
            if collection is Collection.CONTEXTS and f"{place}/" in folded:
                made_by_patch = call.method == "PATCH" and answer.status < 300
                if made_by_patch:
                    self._made.append((collection, folded.rpartition("/")[2]))

    def _set_up_people(
        self, state: PolicyStore, given: JsonObject, fixtures: JsonObject, ids: dict[str, str]
    ) -> None:
        """Let the caller stand for the creator, and declare emergency access accounts."""
        if not self._me:
            raise NotSupported("the token is nobody's: a template needs a user who deploys it")
        if self._declare is None:
            raise NotSupported("emergency access accounts can be declared with --data only")
        ids[str(given["creator"])] = str(self._me["id"])
        groups = {str(each.get("id")).casefold() for each in _objects(fixtures, "groups")}
        for number, each in enumerate(as_strings(given.get("emergencyAccess"))):
            kind = "groups" if each.casefold() in groups else "users"
            body = self._group(number) if kind == "groups" else self._user(number)
            made = self._done("POST", f"/v1.0/{kind}", body)
            ids[each] = str(made["id"])
            self._made.append((None, f"/v1.0/{kind}/{made['id']}"))
        self._declared = True
        self._declare([ids[each] for each in as_strings(given.get("emergencyAccess"))])

    def _user(self, number: int) -> dict[str, Any]:
        domain = str(self._me.get("userPrincipalName")).rpartition("@")[2]
        name = f"conformance-{number}"
        return {
            "accountEnabled": False,
            "displayName": name,
            "mailNickname": name,
            "userPrincipalName": f"{name}@{domain}",
            "passwordProfile": {"password": _PASSWORD},
        }

    def _group(self, number: int) -> dict[str, Any]:
        name = f"conformance-{number}"
        return {
            "displayName": name,
            "mailNickname": name,
            "mailEnabled": False,
            "securityEnabled": True,
        }

    def _clear(self) -> None:
        """Delete what was made, the latest first: policies name what was made before them."""
        if self._declared and self._declare is not None:
            self._declare([])
            self._declared = False
        while self._made:
            collection, name = self._made.pop()
            path = name if collection is None else f"{_path(collection)}/{name}"
            # Trusted networks and published contexts cannot be deleted.
            if collection is Collection.CONTEXTS:
                self._call("PATCH", path, {"isAvailable": False})
            elif collection is Collection.NAMED_LOCATIONS:
                kept = as_object(self._call("GET", path).body)
                if kept.get("isTrusted") is True:
                    change = {"@odata.type": kept["@odata.type"], "isTrusted": False}
                    self._done("PATCH", path, change)
            if self._call("DELETE", path).status not in (204, 404):
                raise InputError(f"`{path}` was made for a case and cannot be deleted")

    def _listed(self, collection: Collection) -> list[JsonObject]:
        """Give the objects of the tenant's own."""
        found = self._done("GET", _path(collection))
        value = found.get("value")
        if found.get("@odata.nextLink") or not is_list(value):
            raise OstiaryError("expected a list on one page, came something else")
        own = [as_object(each) for each in value]
        return [each for each in own if each.get("policyType") != "builtIn"]

    def _done(self, method: str, path: str, body: object = None) -> JsonObject:
        """Make a call that has to be granted. Raises InputError with what the API said."""
        answer = self._call(method, path, body)
        if answer.status >= 400:
            error = as_object(as_object(answer.body).get("error"))
            raise InputError(
                f"{method} {path}: expected it to be done, the API answered {answer.status}:"
                f" {error.get('message') or error.get('code') or 'without a reason'}",
                hint="the token needs Policy.ReadWrite.ConditionalAccess and its like, of a Global"
                " Administrator",
            )
        return as_object(answer.body)

    def _call(
        self, method: str, path: str, body: object = None, more: Mapping[str, str] | None = None
    ) -> Answer:
        return self._caller.call(method, path, body, headers={**self._headers, **(more or {})})


def _path(collection: Collection) -> str:
    """Give the path of a collection; beta, which holds every member that a case gives."""
    return f"/beta/{ROOT}/{collection.value}"


def _needed(
    state: PolicyStore, collection: Collection, given: JsonObject, text: str
) -> Iterator[JsonObject]:
    """Give the objects of a case that its calls can meet, built-in ones aside."""
    folded = text.casefold()
    # Where a case says what there is, it may be about how many there are.
    told = collection is Collection.POLICIES or collection.value in as_object(given.get("objects"))
    for key, document in state.all(collection).items():
        named = f'"{key}"' in folded or f"/{key}" in folded
        if (told or named) and document.get("policyType") != "builtIn":
            yield document


def _objects(fixtures: JsonObject, member: str) -> Iterator[JsonObject]:
    found = fixtures.get(member)
    yield from (as_object(each) for each in (found if is_list(found) else ()))


def _renamed(value: Any, ids: Mapping[str, str]) -> Any:  # JSON
    """Write one id for another wherever it stands; ids are GUIDs, so no other text is met."""
    text = json.dumps(value)
    for old, new in ids.items():
        text = text.replace(old, new)
    return json.loads(text)
