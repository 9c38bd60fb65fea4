"""Answers of the prover as pages show them; what is still being worked out is waited for apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from ostiary.admin.graph_calls import Refused
from ostiary.admin.verdicts import Way, way_of
from ostiary.admin.visit import Visit
from ostiary.model.json_types import JsonObject

ROOT: Final = "/identity/conditionalAccess"
STANDING: Final = f"{ROOT}/proofs/standing/{{name}}"
_TONES: Final = {"proved": "good", "undecided": "warn", "broken": "bad"}
_WAITING: Final = 503


@dataclass(frozen=True, slots=True)
class Proof:
    """One answer: `verdict` is empty while it is being worked out."""

    name: str
    verdict: str = ""
    tone: str = ""
    question: str = ""
    ways: tuple[Way, ...] = ()
    more: int = 0
    doubtful: tuple[Way, ...] = ()
    more_doubtful: int = 0
    unknown: tuple[str, ...] = ()
    world: tuple[JsonObject, ...] = ()


async def known_now(visit: Visit, path: str) -> dict[str, Any] | None:
    """Give an answer of a proof if it is known; None: it is being worked out. Raises Refused."""
    joint = "&" if "?" in path else "?"
    return await _unless_waiting(visit, f"{path}{joint}wait=false")


async def worked_out(visit: Visit, path: str) -> dict[str, Any] | None:
    """Wait for an answer a while; None: it takes longer. Raises Refused."""
    return await _unless_waiting(visit, path)


async def _unless_waiting(visit: Visit, path: str) -> dict[str, Any] | None:
    try:
        return await visit.graph.send("GET", path)
    except Refused as refused:
        if refused.status != _WAITING:
            raise
        return None


async def standing(visit: Visit, name: str, *, wait: bool = False) -> Proof:
    """Give the answer to a question that every tenant is asked. Raises Refused."""
    path = STANDING.replace("{name}", quote(name, safe=""))
    ask = worked_out if wait else known_now
    found = await ask(visit, path)
    return proof_of(found, name) if found else Proof(name)


def proof_of(found: JsonObject, name: str, most: int = 100) -> Proof:
    """Read an answer."""
    ways = tuple(way_of(each) for each in found["open"][:most])
    doubtful = tuple(way_of(each) for each in found["undecided"][:most])
    refused = [f"{each}" for each in found["refused"]]
    return Proof(
        name,
        str(found["verdict"]),
        _TONES[str(found["verdict"])],
        str(found["question"]),
        ways,
        int(found["openCount"]) - len(ways),
        doubtful,
        int(found["undecidedCount"]) - len(doubtful),
        (*refused, *(str(each) for each in found["unknown"])),
        tuple(found.get("world", ())),
    )
