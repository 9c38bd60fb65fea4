"""Golden's rules of comparison (`_about.format.comparison`), and two members of our own."""

from typing import Any, cast

from tests.oracle.shapes import Json, objects, part, texts

# Members whose value may be a list of which any one is right.
ALTERNATIVES = ("aadstsCode", "oauthError", "conditionalAccessStatus", "analysisReasons")


def differences(expected: Json, actual: Json) -> list[str]:
    """Every member of a decision that is not as expected, as sentences; empty when it agrees."""
    found = [
        f"{member}: expected {expected[member]!r}, got {actual.get(member)!r}"
        for member in expected
        if member != "policies" and not _member_agrees(member, expected, actual)
    ]
    if actual.get("outcome") == "block" and actual.get("nextChallenge"):
        found.append(f"nextChallenge: nothing is asked on block, got {actual['nextChallenge']!r}")
    if actual.get("outcome") != "grant" and actual.get("aadstsCode") == 0:
        found.append("aadstsCode: 0 means success, and this is none")
    return found + _policy_differences(objects(expected, "policies"), objects(actual, "policies"))


def what_if_differences(expected: Json, actual: Json) -> list[str]:
    """The same for a What If answer, whose policies stand under `value` by `id`."""
    answered = [{**entry, "policyId": entry["id"]} for entry in objects(actual, "value")]
    present = {entry["policyId"] for entry in answered}
    found = [
        f"policy {policy} must not be in the answer"
        for policy in texts(expected, "absentPolicies")
        if policy in present
    ]
    # A policy that does not apply may be left out of the answer; golden G520 lists one that must
    # be left out among the expected ones as well, with nothing but its id.
    absent = texts(expected, "absentPolicies")
    wanted = [
        entry
        for entry in objects(expected, "policies")
        if entry["policyId"] in present
        or (entry.get("policyApplies") is not False and entry["policyId"] not in absent)
    ]
    return found + _policy_differences(wanted, answered)


def _policy_differences(expected: list[Json], answered: list[Json]) -> list[str]:
    by_id = {entry["policyId"]: entry for entry in answered}
    found: list[str] = []
    for entry in expected:
        actual = by_id.get(entry["policyId"])
        if actual is None:
            found.append(f"policy {entry['policyId']} is not in the answer")
            continue
        found += [
            f"policy {entry['policyId']}, {member}: expected {value!r}, got {actual.get(member)!r}"
            for member, value in entry.items()
            if not _agrees(member, value, actual.get(member))
        ]
    return found


def _member_agrees(member: str, expected: Json, actual: Json) -> bool:
    value = expected[member]
    if member == "absentPolicies":
        return not any(p["policyId"] in value for p in objects(actual, "policies"))
    if member == "session":
        return value is None or _contains(actual.get("session"), value)
    if member == "sessionAbsent":
        session = part(actual, "session")
        # 0 is a frequency, and not the same as none.
        return all(session.get(name) is None or session[name] is False for name in value)
    if member == "nextChallengeAnyOf":
        return (actual.get("nextChallenge") or []) in [[step] for step in value]
    return _agrees(member, value, actual.get(member))


def _agrees(member: str, expected: Any, actual: Any) -> bool:
    if expected is None:
        return True
    if member == "analysisReasons":
        wanted = cast("list[str]", expected if isinstance(expected, list) else [expected])
        return any(reason in wanted for reason in str(actual).split(","))
    if member in ALTERNATIVES and isinstance(expected, list):
        return actual in expected
    if member == "claimsChallenge":
        return bool(actual) is expected
    if member == "conditionalAccessAudiences":
        return set(actual or []) == set(expected)
    if member == "nextChallenge":
        return (actual or []) == expected
    return type(actual) is type(expected) and actual == expected


def _contains(actual: Any, expected: Any) -> bool:
    """Subset of an object, member by member; null is a value here."""
    if isinstance(expected, dict):
        members = cast("Json", expected)
        return isinstance(actual, dict) and all(
            key in actual and _contains(cast("Json", actual)[key], value)
            for key, value in members.items()
        )
    return type(actual) is type(expected) and actual == expected
