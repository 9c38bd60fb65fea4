"""Holds an engine against the oracle, case by case.

The engine comes in as a function, so that nothing here knows it.
"""

from collections.abc import Callable
from typing import Any, Protocol

from tests.oracle import expectation, what_if_expectation
from tests.oracle.compare import differences, what_if_differences
from tests.oracle.shapes import Json


class Answer(Protocol):
    """What the engine returns; `to_json` gives it in the words of golden's `expect`."""

    def to_json(self) -> Any: ...


class Tenant(Protocol):
    """A tenant loaded with its policies."""

    def decide(self, sign_in: Json, /) -> Answer: ...

    def what_if(self, request: Json, /) -> Answer: ...


Load = Callable[[Json], Tenant]


def disagreements(load: Load, cases: list[Json]) -> list[tuple[Json, list[str]]]:
    """The cases on which engine and oracle differ, each with what differs.

    The cases share their tenant document and policies, as those of one seed do.
    """
    try:
        tenant = load(document(cases[0]))
    except Exception as error:  # whatever the engine does wrong is the finding
        return [(cases[0], [f"load: {type(error).__name__}: {error}"])]
    found = [(case, _differences(tenant, case)) for case in cases]
    return [(case, differs) for case, differs in found if differs]


def disagreement(load: Load, case: Json) -> list[str]:
    """What engine and oracle differ in on one case; empty when they agree."""
    found = disagreements(load, [case])
    return found[0][1] if found else []


def answers(load: Load, case: Json) -> tuple[Json, Any]:
    """Both answers to one case, the oracle's with its alternatives; for people to read."""
    try:
        return expected(case), _answer(load(document(case)), case)
    except Exception as error:  # shown in place of the answer
        return expected(case), f"{type(error).__name__}: {error}"


def document(case: Json) -> Json:
    """The tenant document of a case, policies included."""
    return {**case["tenant"], "conditionalAccessPolicies": case["policies"]}


def expected(case: Json) -> Json:
    """The oracle's expectation of one case."""
    if case["kind"] == "whatif":
        return what_if_expectation(case["tenant"], case["policies"], case["signIn"])
    return expectation(case["tenant"], case["policies"], case["signIn"], case["facts"])


def _differences(tenant: Tenant, case: Json) -> list[str]:
    wanted = expected(case)
    try:
        answer = _answer(tenant, case)
    except Exception as error:  # whatever the engine does wrong is the finding
        return [f"{case['kind']}: {type(error).__name__}: {error}"]
    compare = what_if_differences if case["kind"] == "whatif" else differences
    return compare(wanted, answer)


def _answer(tenant: Tenant, case: Json) -> Any:
    if case["kind"] == "whatif":
        return tenant.what_if(case["signIn"]).to_json()
    return tenant.decide({**case["signIn"], "facts": case["facts"]}).to_json()
