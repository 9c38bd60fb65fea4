"""Authentication strengths: the built-in ones shown, custom ones made of combinations."""

from __future__ import annotations

from typing import Any, Final

from ostiary.admin.changing import refusal, send, status_of
from ostiary.admin.graph_calls import Refused
from ostiary.admin.pages.named_locations import POLICIES
from ostiary.admin.rendering import texts
from ostiary.admin.strength_form import as_typed, groups_of, limit_sent, limits_of, name_of
from ostiary.admin.visit import Answer, GoTo, PageRoute, Shown, Visit
from ostiary.model.json_types import JsonObject, as_object, as_strings

PATH: Final = "/authentication-strengths"
_ROOT: Final = "/identity/conditionalAccess/authenticationStrength"
STRENGTHS: Final = f"{_ROOT}/policies"
_NEW: Final = f"{PATH}/new"
_ONE: Final = f"{PATH}/{{id}}"
_EMPTY: Final = {"displayName": "", "description": "", "allowedCombinations": ()}


async def show_strengths(visit: Visit) -> Answer:
    """List the strengths, those of the tenant first."""
    used = dict[str, int]()
    for policy in await visit.graph.all(POLICIES, select="id,grantControls"):
        strength = as_object(as_object(policy.get("grantControls")).get("authenticationStrength"))
        key = str(strength.get("id") or "").casefold()
        used[key] = used.get(key, 0) + 1
    rows = [
        {
            **each,
            "used": used.get(str(each["id"]).casefold(), 0),
            "methods": [name_of(one) for one in as_strings(each.get("allowedCombinations"))],
        }
        for each in await visit.graph.all(STRENGTHS)
    ]
    rows.sort(key=lambda each: (_is_built_in(each), each["id"] if _is_built_in(each) else ""))
    return Shown("authentication_strengths", {"strengths": rows})


async def show_new(visit: Visit) -> Answer:
    """Show an empty form."""
    return await _shown(visit, _EMPTY)


async def create(visit: Visit) -> Answer:
    """Make the strength that was sent."""
    body = {**_named(visit), "allowedCombinations": list(visit.sent.get("combination", ()))}
    try:
        made = await send(visit, "POST", STRENGTHS, body)
    except Refused as refused:
        return await _shown(visit, body, refused)
    return GoTo(f"{PATH}/{made['id']}", "strength_created")


async def show_strength(visit: Visit) -> Answer:
    """Show a strength; a custom one as forms to whoever may change it."""
    return await _shown(visit, await _strength(visit))


async def save(visit: Visit) -> Answer:
    """Change name and description."""
    return await _saved(visit, "PATCH", "", _named(visit), _named(visit))


async def save_combinations(visit: Visit) -> Answer:
    """Replace the combinations."""
    body = {"allowedCombinations": list(visit.sent.get("combination", ()))}
    return await _saved(visit, "POST", "/updateAllowedCombinations", body, body)


async def save_limit(visit: Visit) -> Answer:
    """Say which keys or certificates count for a combination; nothing typed: any."""
    strength = await _strength(visit)
    wanted = visit.form.get("applies", "")
    limit = next((each for each in limits_of(strength) if each.combination == wanted), None)
    if limit is None:
        return await _shown(visit, strength, status=400)
    body, path = limit_sent(limit, visit.form), "/combinationConfigurations"
    if body is None and not limit.id:
        return GoTo(f"{PATH}/{strength['id']}", "strength_changed")
    method = "DELETE" if body is None else "PATCH" if limit.id else "POST"
    return await _saved(visit, method, f"{path}/{limit.id}" if limit.id else path, body, {})


async def delete(visit: Visit) -> Answer:
    """Remove a custom strength that no policy requires."""
    strength = await _strength(visit)
    try:
        await send(visit, "DELETE", f"{STRENGTHS}/{strength['id']}")
    except Refused as refused:
        return await _shown(visit, strength, refused)
    return GoTo(PATH, "strength_deleted")


async def _strength(visit: Visit) -> dict[str, Any]:
    return await visit.graph.get(f"{STRENGTHS}/{visit.path['id']}")


async def _saved(
    visit: Visit, method: str, path: str, body: JsonObject | None, typed: JsonObject
) -> Answer:
    """Send a change; where it is refused, show what was `typed` over what is there."""
    strength = await _strength(visit)
    try:
        await send(visit, method, f"{STRENGTHS}/{strength['id']}{path}", body)
    except Refused as refused:
        shown = {**strength, **typed, "@odata.etag": visit.form.get("etag", "")}
        return await _shown(visit, shown, refused)
    return GoTo(f"{PATH}/{strength['id']}", "strength_changed")


def _named(visit: Visit) -> dict[str, str]:
    return {
        "displayName": visit.form.get("name", "").strip(),
        "description": visit.form.get("description", "").strip(),
    }


def _is_built_in(strength: JsonObject) -> bool:
    return strength.get("policyType") == "builtIn"


async def _shown(
    visit: Visit, strength: JsonObject, error: Refused | None = None, *, status: int = 200
) -> Answer:
    identifier, asked = str(strength.get("id") or ""), visit.form.get("applies", "")
    usage = await visit.graph.get(f"{STRENGTHS}/{identifier}/usage()") if identifier else {}
    known = as_strings((await visit.graph.get(f"{_ROOT}/combinations"))["value"])
    chosen = as_strings(strength.get("allowedCombinations"))
    others = texts().plain("strengths.others")
    values: dict[str, Any] = {
        "strength": strength,
        "built_in": _is_built_in(strength),
        "groups": groups_of(await visit.graph.all(STRENGTHS), known, chosen, others),
        "limits": [
            as_typed(each, visit.form) if error and each.combination == asked else each
            for each in limits_of(strength)
        ],
        "asked": asked,
        "policies": [*usage.get("mfa", ()), *usage.get("none", ())],
        **refusal(error),
    }
    return Shown("authentication_strength", values, status_of(error) if error else status)


ROUTES: Final = (
    PageRoute("GET", PATH, show_strengths),
    PageRoute("GET", _NEW, show_new, needs=("POST", STRENGTHS)),
    PageRoute("POST", _NEW, create),
    PageRoute("GET", _ONE, show_strength),
    PageRoute("POST", _ONE, save),
    PageRoute("POST", f"{_ONE}/combinations", save_combinations),
    PageRoute("POST", f"{_ONE}/limit", save_limit),
    PageRoute("POST", f"{_ONE}/delete", delete),
)
