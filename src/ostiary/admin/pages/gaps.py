"""Gaps: what the prover answers, who is exempt and why, what ends soon, what lint finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ostiary.admin.exempt import exemptions, temporary
from ostiary.admin.graph_calls import Refused
from ostiary.admin.proofs import ROOT, known_now, proof_of, standing, worked_out
from ostiary.admin.visit import Answer, PageRoute, Shown, Visit
from ostiary.analysis.concerns import CONCERNS
from ostiary.model.json_types import as_strings

PATH: Final = "/gaps"
_PARTS: Final = {"lockout": f"{ROOT}/proofs/lockout", "shadowed": f"{ROOT}/proofs/shadowed"}
_LINT: Final = f"{ROOT}/lint"
_FIELDS: Final = ("users", "except", "resources", "requires")
_FEW: Final = 3
_ROWS: Final = 30
"""Of a table on the page of everything; its own page, or the whole list, is a link away."""


async def show_gaps(visit: Visit) -> Answer:
    """Show everything that is known already; parts of the page wait for the rest."""
    policies = await visit.graph.all(f"{ROOT}/policies")
    emergency = await emergency_ids(visit)
    values: dict[str, Any] = {
        "proofs": [await standing(visit, each) for each in CONCERNS],
        "parts": {name: await known_now(visit, path) for name, path in _PARTS.items()},
        "lint": await known_now(visit, _LINT),
        "exempt": await exemptions(visit, policies, emergency),
        "temporary": await temporary(visit, policies),
        "most": len(policies) if visit.query.get("exempt") == "all" else _ROWS,
        "few": _ROWS,
        **await _asked(visit),
    }
    return Shown("gaps", values)


async def emergency_ids(visit: Visit) -> frozenset[str]:
    """Give the ids that are declared for emergencies: users and groups."""
    found = await visit.graph.get(f"{ROOT}/emergencyAccess")
    return frozenset(as_strings(found.get("declared")))


async def show_gap(visit: Visit) -> Answer:
    """Show one answer, waiting for it: as a part of the page, or as one of its own."""
    name = visit.path["name"]
    part = "_part" if visit.is_part else ""
    if name in _PARTS or name == "lint":
        found = await worked_out(visit, _PARTS.get(name, _LINT))
        return Shown(f"gap{part}", {"name": name, "found": found, "proof": None})
    proof = await standing(visit, name, wait=True)
    return Shown(f"gap{part}", {"name": name, "found": None, "proof": proof})


async def _asked(visit: Visit) -> dict[str, Any]:
    """Answer the question that somebody put together in the form, if any."""
    query = visit.query
    typed = {name: query.get(name, "").strip() for name in _FIELDS}
    if not typed["requires"]:
        return {"typed": typed, "answer": None, "refused": None}
    try:
        found = await visit.graph.send("POST", f"{ROOT}/proofs/gaps", _question(typed))
    except Refused as refused:
        return {"typed": typed, "answer": None, "refused": refused}
    return {"typed": typed, "answer": proof_of(found, "asked"), "refused": None}


def _question(typed: Mapping[str, str]) -> dict[str, Any]:
    """Read the form: several names stand with semicolons between them."""
    found: dict[str, Any] = {}
    for name in _FIELDS[:_FEW]:
        words = [each.strip() for each in typed[name].split(";") if each.strip()]
        if words:
            found[name] = words
    wanted = typed["requires"]
    return {**found, **({"never": "block"} if wanted == "never" else {"requires": wanted})}


ROUTES: Final = (
    PageRoute("GET", PATH, show_gaps),
    PageRoute("GET", f"{PATH}/{{name}}", show_gap),
)
