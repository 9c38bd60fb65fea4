"""The verdict on a draft, ready to be shown beside its form by `verdict_part.html`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ostiary.admin.graph_calls import Refused
from ostiary.admin.naming import Names
from ostiary.admin.visit import Visit
from ostiary.admin.what_if_links import what_if_address
from ostiary.conditions.base import Lookup
from ostiary.model.json_types import JsonObject, as_object

_PATH: Final = "/identity/conditionalAccess/policies/verdict"
_TONES: Final = {
    "closed": "good",
    "none": "good",
    "narrowed": "warn",
    "left": "warn",
    "undecided": "warn",
    "opened": "bad",
    "widened": "bad",
}


@dataclass(frozen=True, slots=True)
class Shut:
    """Somebody who could not get in: the name, why, the policies, and What If with a witness."""

    name: str
    why: str
    policies: tuple[str, ...]
    what_if: str


@dataclass(frozen=True, slots=True)
class Guard:
    """What the lockout guard would say: `nobody`, `lockedOut` or `unusable`."""

    verdict: str
    why: str
    accounts: tuple[Shut, ...]
    no_other: bool


@dataclass(frozen=True, slots=True)
class Way:
    """A way in: in words, the sign-in that shows it, what is in doubt, and What If with it."""

    text: str
    example: str
    doubts: tuple[str, ...]
    what_if: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What becomes of one gap; `tone` is `good`, `warn` or `bad`."""

    name: str
    change: str
    tone: str
    ways: tuple[Way, ...]
    more: int
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DraftVerdict:
    """All that is said of a draft; `waiting` says why nothing is said yet."""

    valid: bool = True
    message: str = ""
    problems: tuple[dict[str, Any], ...] = ()
    saved: Guard | None = None
    on: Guard | None = None
    gaps: tuple[Gap, ...] = ()
    lint: tuple[dict[str, Any], ...] = ()
    waiting: str = ""


async def verdict_of(
    visit: Visit, policy: JsonObject, policy_id: str | None = None
) -> DraftVerdict:
    """Ask Graph for the verdict on a policy as it would be sent; nothing is saved.

    `policy_id` is the policy that would be changed, None for a new one. Raises Refused where the
    person may not ask; while an answer is being worked out, `waiting` says so.
    """
    body = {"policy": policy, "policyId": policy_id}
    try:
        answer = await visit.graph.send("POST", _PATH, body)
    except Refused as refused:
        if refused.status != 503:
            raise
        return DraftVerdict(waiting=str(refused.message))
    names = Names(visit.graph)
    return DraftVerdict(
        valid=bool(answer["valid"]),
        message=str(answer.get("message") or ""),
        problems=tuple(answer["problems"]),
        saved=await _guard(answer["whenSaved"], names),
        on=await _guard(answer["whenOn"], names),
        gaps=tuple(gap_of(each) for each in answer["gaps"]),
        lint=tuple(answer["lint"]),
    )


async def _guard(found: Any, names: Names) -> Guard | None:
    if not found:
        return None
    accounts = [
        Shut(
            await names.of(Lookup.USER, each["target"]),
            each["message"],
            tuple(policy["displayName"] for policy in each["policies"]),
            what_if_address(as_object(each["witness"])) if each.get("witness") else "",
        )
        for each in found["accounts"]
    ]
    return Guard(found["verdict"], found["why"], tuple(accounts), found["noOtherAdministrator"])


def gap_of(found: JsonObject) -> Gap:
    """Read what becomes of a gap."""
    change = str(found["change"])
    told = [*found["leaves"], *(found["undecided"] if change == "undecided" else ())]
    ways = tuple(way_of(each) for each in told)
    more = max(0, int(found["waysAfter"]) - len(found["leaves"]))
    unknown = tuple(str(each) for each in found["unknown"])
    return Gap(str(found["name"]), change, _TONES[change], ways, more, unknown)


def way_of(statement: JsonObject) -> Way:
    """Read one way in of a proof."""
    witness = as_object(statement["witness"])
    return Way(
        str(statement["statement"]),
        str(witness["text"]),
        tuple(str(each) for each in statement.get("doubts", ())),
        what_if_address(as_object(witness["request"])),
    )
