"""What commands of the story answer, and the policies in it."""

from __future__ import annotations

import json
from typing import Any, Final, TypeAlias

from tests.cli.running import Ran

Json: TypeAlias = dict[str, Any]
_VERSION: Final = frozenset({"modifiedDateTime", "deletedDateTime", "@odata.etag"})


class NotAsExpected(AssertionError):
    """A step went otherwise than it has to."""


def answer(ran: Ran, codes: frozenset[int] | set[int] = frozenset({0})) -> Json:
    """Give the JSON that a command printed. Raises NotAsExpected for another exit code."""
    if ran.code not in codes:
        raise NotAsExpected(f"exit code {ran.code}: {ran.err or ran.out}")
    return ran.answers[-1]


def require(held: bool, wrong: str, came: object) -> None:
    """Raise NotAsExpected where something does not hold."""
    if not held:
        raise NotAsExpected(f"{wrong}: {json.dumps(came)[:2000]}")


def excluding(policy: Json, user_id: str) -> Json:
    """Give a policy that excludes somebody more."""
    conditions = policy["conditions"]
    users = conditions["users"]
    excluded: list[str] = [*(users.get("excludeUsers") or []), user_id]
    return {**policy, "conditions": {**conditions, "users": {**users, "excludeUsers": excluded}}}


def unversioned(policy: Json) -> Json:
    """Give a policy without its versions; a strength is its id, whoever spells it out."""
    found = {key: value for key, value in policy.items() if key not in _VERSION}
    own: Json = found["grantControls"] or {}
    strength = own.get("authenticationStrength")
    if not strength:
        return found
    grant: Json = {**found["grantControls"], "authenticationStrength": strength["id"]}
    return {**found, "grantControls": grant}


def differing(one: Json, other: Json) -> set[str]:
    """Give the members in which two policies differ; null is as good as absent."""
    return {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


def asks_people_for_mfa(policy: Json) -> bool:
    """Tell whether a policy requires MFA of people."""
    grant: Json = policy["grantControls"] or {}
    users: Json = policy["conditions"]["users"] or {}
    people = users.get("includeUsers") == ["All"] or users.get("includeGroups")
    asked = grant.get("builtInControls") == ["mfa"] or grant.get("authenticationStrength")
    return bool(people and asked)


def refused(told: Json) -> list[str]:
    """Give what a twin says of policies that it lacks."""
    return [each for each in told["notInTheTwin"] if each.startswith("the policy ")]


def changes(plan: Json) -> str:
    """Count the changes of a plan by their kind."""
    actions = [each["action"] for each in plan["changes"]]
    return ", ".join(f"{actions.count(one)} {one}" for one in dict.fromkeys(actions)) or "no change"
