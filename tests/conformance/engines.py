"""Small suites and engines for the tests of the runner."""

from collections.abc import Sequence
from typing import Any

from ostiary.conformance.implementation import Answer, Call
from ostiary.conformance.suite import Suite, read_suite
from ostiary.model.json_types import JsonObject

Json = dict[str, Any]


def suite(*cases: Json, calls: Sequence[Json] = (), **fixtures: Any) -> Suite:
    """A suite with these cases, in a tenant with these members."""
    document = {"fixtures": fixtures, "cases": list(cases), "validationCases": list(calls)}
    return read_suite(document, "small.json")


def case(identifier: str, **members: Any) -> Json:
    """A case that asks for a decision and expects a token, unless the members say otherwise."""
    whole: Json = {"id": identifier, "kind": "decide", "policies": [], "signIn": {}, "facts": {}}
    return whole | {"expect": {"outcome": "grant"}} | members


def call_case(identifier: str, **members: Any) -> Json:
    """A case that reads all policies and expects them, unless the members say otherwise."""
    whole: Json = {"id": identifier, "kind": "validate", "method": "GET", "path": "/policies"}
    return whole | {"expect": {"httpStatus": 200}} | members


class Recorder:
    """An engine that grants everything, remembers what it was asked, and meddles with it."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def decide(self, tenant: JsonObject, sign_in: JsonObject) -> JsonObject:
        return self._granted("decide", tenant, sign_in)

    def what_if(self, tenant: JsonObject, request: JsonObject) -> JsonObject:
        return self._granted("whatif", tenant, request)

    def call(
        self, fixtures: JsonObject, given: JsonObject, calls: Sequence[Call]
    ) -> Sequence[Answer]:
        self._granted("call", fixtures, given)
        self.asked.extend(calls)
        return [Answer(200, {"value": []}) for _ in calls]

    def _granted(self, *question: Any) -> JsonObject:
        self.asked.append([_copied(each) for each in question])
        for each in question:
            _spoil(each)
        return {"outcome": "grant", "policies": []}


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}  # pyright: ignore[reportUnknownVariableType]  # JSON
    return [_copied(inner) for inner in value] if isinstance(value, list) else value  # pyright: ignore[reportUnknownVariableType]  # JSON


def _spoil(value: Any) -> None:
    """Change a document in place, as deep as it goes."""
    if isinstance(value, dict):
        for inner in list(value.values()):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # JSON
            _spoil(inner)
        value["spoilt"] = True
    elif isinstance(value, list):
        for inner in value:  # pyright: ignore[reportUnknownVariableType]  # JSON
            _spoil(inner)
        value.append("spoilt")  # pyright: ignore[reportUnknownMemberType]  # JSON
