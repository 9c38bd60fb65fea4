"""Versions of a policy: what each change was, any two compared, and any of them brought back."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from ostiary.admin.changing import refusal, send, status_of
from ostiary.admin.describing import in_words, told
from ostiary.admin.graph_calls import Refused
from ostiary.admin.host import PREFIX
from ostiary.admin.listing import address
from ostiary.admin.pages.policies import PATH
from ostiary.admin.policy_files import json_text, plain
from ostiary.admin.references import known
from ostiary.admin.visit import Answer, GoTo, PageRoute, Shown, Visit
from ostiary.analysis.policy_difference import references_between
from ostiary.model.json_types import JsonObject

_POLICY: Final = "/identity/conditionalAccess/policies/{}"
_WHOLE: Final = f"{PATH}/{{id}}/versions"
_ONE: Final = f"{_WHOLE}/{{version}}"
_SHOWN: Final = 30
"""Versions on a page."""


async def show_versions(visit: Visit) -> Answer:
    """List the versions, the latest first, each with what it changed; compare two of them."""
    every = await _versions(visit)
    first = _number(visit.query.get("before", "")) or every[0]["version"] + 1
    rest = [each for each in every if each["version"] < first]
    shown, older = rest[:_SHOWN], rest[_SHOWN : _SHOWN + 1]
    steps = [(old["policy"], new["policy"]) for new, old in pairwise([*shown, *older])]
    compared = _compared(visit, every)
    pair = (compared[0]["policy"], compared[1]["policy"]) if compared else None
    names = await known(visit.graph, _references([*steps, *([pair] if pair else [])]))
    changes = [told(*each, names) for each in steps]
    here = f"{PREFIX}{PATH}/{visit.path['id']}/versions"
    values: dict[str, Any] = {
        "policy": every[0]["policy"],
        "current": every[0],
        "versions": [
            {**each, "changes": changes[at] if at < len(changes) else None}
            for at, each in enumerate(shown)
        ],
        "numbers": [each["version"] for each in every],
        "compared": compared,
        "differences": told(*pair, names) if pair else (),
        "older": address(here, visit.query, before=str(shown[-1]["version"])) if older else "",
    }
    return Shown("policy_versions", values)


async def show_version(visit: Visit) -> Answer:
    """Show a version in words, and what bringing it back would change."""
    return await _shown(visit)


async def restore(visit: Visit) -> Answer:
    """Give the policy the settings of a version, where nobody changed it meanwhile."""
    policy = _POLICY.format(visit.path["id"])
    try:
        await send(visit, "POST", f"{policy}/versions/{visit.path['version']}/restore")
    except Refused as refused:
        return await _shown(visit, refused)
    return GoTo(f"{PATH}/{visit.path['id']}", "version_restored")


async def _shown(visit: Visit, error: Refused | None = None) -> Answer:
    path = _POLICY.format(visit.path["id"])
    version = await visit.graph.get(f"{path}/versions/{visit.path['version']}")
    now = await _current(visit, path)
    pair = (now or {}, version["policy"])
    names = await known(visit.graph, _references([pair]))
    values: dict[str, Any] = {
        "version": version,
        "policy": version["policy"],
        "now": now,
        "words": await in_words(version["policy"], visit.graph),
        "changes": told(*pair, names) if now else (),
        "document": json_text(plain(version["policy"])),
        **refusal(error),
    }
    return Shown("policy_version", values, status_of(error))


async def _current(visit: Visit, path: str) -> dict[str, Any] | None:
    """Give the policy as it is now, None where it was deleted."""
    try:
        return await visit.graph.get(path)
    except Refused as refused:
        if refused.status == 404:
            return None
        raise


async def _versions(visit: Visit) -> list[dict[str, Any]]:
    return await visit.graph.all(f"{_POLICY.format(visit.path['id'])}/versions")


def _compared(visit: Visit, every: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Give the two versions that the address names, the older first; none where it names none."""
    wanted = {_number(visit.query.get(name, "")) for name in ("one", "other")}
    found = sorted(
        (each for each in every if each["version"] in wanted), key=lambda each: each["version"]
    )
    return tuple(found) if len(found) == 2 else ()


def _references(pairs: Sequence[tuple[JsonObject, JsonObject]]) -> set[tuple[str, str]]:
    return {each for pair in pairs for each in references_between(*pair)}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


ROUTES: Final = (
    PageRoute("GET", _WHOLE, show_versions),
    PageRoute("GET", _ONE, show_version),
    PageRoute("POST", f"{_ONE}/restore", restore),
)
