"""Compare an answer with what a case expects: every rule of the format, and no other.

Source: `_about.format.comparison` and `.expect` of the suite; each function says which sentence.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from ostiary.conformance.containment import (
    ABSENT,
    Absent,
    equal,
    is_list,
    missing,
)
from ostiary.model.json_types import JsonObject, as_object

ALTERNATIVES = frozenset(
    {"aadstsCode", "analysisReasons", "oauthError", "conditionalAccessStatus", "httpStatus"}
)
"""Members whose expected value may be a list of which any one is right."""

_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Difference:
    """One member that is not as expected; `actual` is ABSENT where the answer lacks it.

    `rule` says how the two were compared, where that is not plain equality.
    """

    member: str
    expected: Any
    actual: Any
    rule: str = ""

    def __str__(self) -> str:
        """Say it in one line."""
        rule = f"{self.rule} " if self.rule else ""
        return f"{self.member}: expected {rule}{_shown(self.expected)}, came {_shown(self.actual)}"

    def to_json(self) -> dict[str, Any]:
        """Give it for a report; a member that the answer lacks has no `actual`."""
        actual = {} if self.actual is ABSENT else {"actual": self.actual}
        return {"member": self.member, "expected": self.expected, **actual, "rule": self.rule}


Differences: TypeAlias = Iterator[Difference]


def decision_differences(expected: JsonObject, answer: JsonObject) -> tuple[Difference, ...]:
    """Compare the answer to a `decide` case."""
    return (*_members(expected, answer), *_nothing_asked_on_block(expected, answer))


def what_if_differences(expected: JsonObject, answer: JsonObject) -> tuple[Difference, ...]:
    """Compare the answer to a `whatif` case, in the suite's shape or in Graph's.

    Under whatif a policy expected not to apply may be absent, and so may one that the case
    also names in `absentPolicies`; every other listed policy must be there.
    """
    present = answered_policies(answer).keys()
    unwanted = {identifier(each) for each in expected.get("absentPolicies") or ()}
    policies = [
        entry
        for entry in expected.get("policies") or ()
        if identifier(entry["policyId"]) in present
        or (
            entry.get("policyApplies") is not False
            and identifier(entry["policyId"]) not in unwanted
        )
    ]
    return tuple(_members({**expected, "policies": policies}, answer))


def call_differences(expected: JsonObject, status: int, body: object) -> tuple[Difference, ...]:
    """Compare the answer to one call of a `validate` case; `then` is up to the runner."""
    found = list(_alternatives("httpStatus", expected.get("httpStatus"), status))
    part = expected.get("errorContains")
    if part is not None:
        texts = _error_texts(body)
        if not any(str(part) in text for text in texts):
            came = " | ".join(texts) if texts else ABSENT
            found.append(Difference("errorContains", part, came, "an error with"))
    contained = expected.get("responseContains")
    if contained is not None:
        found += _subset("responseContains", contained, ABSENT if body is None else body)
    return tuple(found)


def answered_policies(answer: JsonObject) -> dict[str, JsonObject]:
    """Give the policies of an answer by id: `policies[].policyId`, or Graph's `value[].id`."""
    entries = answer.get("policies", answer.get("value"))
    found: dict[str, JsonObject] = {}
    for entry in entries if is_list(entries) else ():
        body = as_object(entry)
        found.setdefault(identifier(body.get("policyId", body.get("id"))), body)
    return found


def identifier(value: object) -> str:
    """Write an id so that equal ones are equal: case does not count in GUIDs (RFC 9562)."""
    return str(value).casefold()


def _members(expected: JsonObject, answer: JsonObject) -> Differences:
    """Rule: only named members are compared, null is not asserted; `false`, 0 and [] are values."""
    for member, value in expected.items():
        if value is not None:
            rule = _RULES.get(member) or _alternatives
            compared = answer if member in _WHOLE_ANSWER else answer.get(member, ABSENT)
            yield from rule(member, value, compared)


def _alternatives(member: str, expected: Any, actual: Any) -> Differences:  # JSON
    """Rule: a list as the value of some members means that any one member is right."""
    if expected is None:
        return
    if member in ALTERNATIVES and is_list(expected):
        # An answer without the member says the same as one where it is null.
        came = None if isinstance(actual, Absent) else actual
        if not any(equal(each, came) for each in expected):
            yield Difference(member, expected, actual, "one of")
    elif not equal(expected, actual):
        yield Difference(member, expected, actual)


def _reasons(member: str, expected: Any, actual: Any) -> Differences:  # JSON
    """Rule: of several comma-joined analysisReasons at least one has to be acceptable."""
    acceptable = expected if is_list(expected) else (expected,)
    given = [word.strip() for word in actual.split(",")] if isinstance(actual, str) else ()
    if not any(word in acceptable for word in given):
        yield Difference(member, expected, actual, "one of" if is_list(expected) else "")


def _policies(member: str, expected: Any, answer: Any) -> Differences:  # JSON
    """Rule: policies are matched by id, in any order; one with an id alone has to be there."""
    present = answered_policies(answer)
    for entry in expected:
        name = f"{member}[{entry['policyId']}]"
        actual = present.get(identifier(entry["policyId"]))
        if actual is None:
            yield Difference(name, {**entry}, ABSENT, "a policy")
            continue
        for key, value in entry.items():
            if value is None or key == "policyId":
                continue
            rule = _reasons if key == "analysisReasons" else _alternatives
            yield from rule(f"{name}.{key}", value, actual.get(key, ABSENT))


def _absent_policies(member: str, expected: Any, answer: Any) -> Differences:  # JSON
    """Rule: these policies must not be in the answer."""
    present = answered_policies(answer)
    for each in expected:
        if identifier(each) in present:
            yield Difference(f"{member}[{each}]", None, {**present[identifier(each)]}, "no policy:")


def _challenges(member: str, expected: Any, actual: Any) -> Differences:  # JSON
    """Rule: compared whole and in order; an answer without the member asks for nothing."""
    if not equal(expected, [] if actual is None or actual is ABSENT else actual):
        yield Difference(member, expected, actual)


def _nothing_asked_on_block(expected: JsonObject, answer: JsonObject) -> Differences:
    """Rule: on outcome block `nextChallenge` is empty or absent even where not named."""
    blocked = "block" in (expected.get("outcome"), answer.get("outcome"))
    if blocked and expected.get("nextChallenge") is None and answer.get("nextChallenge"):
        yield Difference("nextChallenge", [], answer["nextChallenge"], "on outcome block")


def _audiences(member: str, expected: Any, actual: Any) -> Differences:  # JSON
    """Rule: compared as a set."""
    if not is_list(actual) or set(map(identifier, expected)) != set(map(identifier, actual)):
        yield Difference(member, expected, actual, "the set")


def _claims(member: str, expected: Any, actual: Any) -> Differences:  # JSON
    """Rule: true = the response carries a non-empty claims string; the string itself will do."""
    carried = not isinstance(actual, Absent) and bool(actual)
    if carried is not expected:
        yield Difference(member, expected, actual)


def _subset(member: str, expected: Any, actual: Any) -> Differences:  # JSON
    """Rule: every named member must be there and match; inside, null is a value."""
    for path, wanted, came in missing(expected, actual, member):
        yield Difference(path, wanted, came)


_RULES: dict[str, Callable[[str, Any, Any], Differences]] = {
    "policies": _policies,
    "absentPolicies": _absent_policies,
    "nextChallenge": _challenges,
    "conditionalAccessAudiences": _audiences,
    "claimsChallenge": _claims,
    "session": _subset,
}
_WHOLE_ANSWER = frozenset({"policies", "absentPolicies"})


def _error_texts(body: object) -> tuple[str, ...]:
    """Give the two places of a Graph error where the sentence may stand."""
    error = as_object(as_object(body).get("error"))
    texts = (error.get("message"), as_object(error.get("innerError")).get("message"))
    return tuple(text for text in texts if isinstance(text, str))


def _shown(value: object) -> str:
    if isinstance(value, Absent):
        return repr(value)
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


__all__ = [
    "ALTERNATIVES",
    "Difference",
    "answered_policies",
    "call_differences",
    "decision_differences",
    "identifier",
    "what_if_differences",
]
