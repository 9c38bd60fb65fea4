"""The coverage matrix (ours; Entra has none): what is required of whom for what.

`GET identity/conditionalAccess/coverage`; `circumstances` is `browser`, `mobile` or `legacy`,
`rows` `classes` or `groups`, `reportOnly=true` counts policies in report-only as if they were on,
`resource` looks at one resource alone, by id or name.
"""

from __future__ import annotations

import json
from typing import Any, Final

from ostiary.analysis.coverage import CIRCUMSTANCES, Ground
from ostiary.analysis.coverage_kinds import Kind
from ostiary.analysis.coverage_matrix import Matrix
from ostiary.analysis.naming import UnknownName
from ostiary.graph.answers import context
from ostiary.graph.permissions import READ_PROOFS
from ostiary.graph.policy_calls import ROOT
from ostiary.graph.proving import proved
from ostiary.graph.shapes import told
from ostiary.graph.trimming import trimmed
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.http.shapes import TEXT, TEXTS, TIME, WHOLE, Named, closed, list_of, one_of, opened
from ostiary.model.errors import InputError
from ostiary.tenant.proofs import names_of, refusals
from ostiary.tenant.tenant import Tenant

OPERATIONS: Final = Operations()
ROWS: Final = ("classes", "groups")
_KINDS: Final = opened({each.value: WHOLE for each in Kind})
_ABOUT: Final = list_of(closed({"id": TEXT, "people": WHOLE}, needed=("id", "people")))
_POLICIES: Final = list_of(
    closed({"id": TEXT, "displayName": TEXT, "state": TEXT}, needed=("id", "displayName"))
)
_CELL: Final = Named(
    "ostiary.coverageCell",
    closed(
        {
            "required": one_of(*(each.value for each in Kind)),
            "kinds": _KINDS,
            "policiesCount": WHOLE,
            "policies": _ABOUT,
            "elsewhereCount": WHOLE,
            "elsewhere": _ABOUT,
        },
        needed=("required", "kinds", "policies", "elsewhere"),
    ),
)
_ROW: Final = closed(
    {"text": TEXT, "count": WHOLE, "examples": TEXTS, "cells": list_of(_CELL)},
    needed=("text", "count", "cells"),
)
_FURTHER: Final = closed(
    {
        "rows": WHOLE,
        "people": WHOLE,
        "columns": WHOLE,
        "resources": WHOLE,
        "cells": list_of(_KINDS),
    }
)
COVERAGE: Final = Named(
    "ostiary.coverage",
    closed(
        {
            "asOf": TIME,
            "circumstances": one_of(*CIRCUMSTANCES),
            "people": WHOLE,
            "resources": WHOLE,
            "policies": _POLICIES,
            "columns": list_of(closed({"text": TEXT, "count": WHOLE, "ids": TEXTS})),
            "rows": list_of(_ROW),
            "further": _FURTHER,
            "unknown": TEXTS,
        },
        needed=("columns", "rows", "further", "unknown", "people", "policies"),
    ),
)


@OPERATIONS.add("GET", f"/{ROOT}/coverage", needs=READ_PROOFS, answers=told(COVERAGE))
def tell_coverage(call: Call) -> Answer:
    """Tell what is required of everybody for every resource, people and resources in classes."""
    circumstances = _word(call, "circumstances", tuple(CIRCUMSTANCES))
    rows = _word(call, "rows", ROWS)
    report_only = call.asked.query.get("reportonly", "").casefold() == "true"
    tenant = call.snapshot.tenant
    apps = _apps(tenant, call.asked.query.get("resource", "").strip())
    at = f"{call.asked.at:%Y-%m-%dT%H:%M:%SZ}"

    def work() -> dict[str, Any]:
        ground = Ground(tenant.compiled, circumstances=circumstances, report_only=report_only)
        matrix = Matrix(ground, names_of(tenant), groups=rows == "groups", apps=apps)
        refused = [f"policy `{each}` could not be read" for each in refusals(tenant)]
        found = {**matrix.to_json(), "circumstances": circumstances, "asOf": at}
        return trimmed({**found, "unknown": refused})

    key = json.dumps(["coverage", circumstances, rows, report_only, apps])
    head = {"@odata.context": context(call, "ostiary.coverage")}
    return Answer(body={**head, **proved(call, key, work)})


def _word(call: Call, name: str, words: tuple[str, ...]) -> str:
    found = call.asked.query.get(name, words[0])
    if found in words:
        return found
    known = ", ".join(words)
    raise ApiError(400, "BadRequest", f"expected {known} in `{name}`, came `{found[:20]}`")


def _apps(tenant: Tenant, word: str) -> tuple[str, ...]:
    if not word:
        return ()
    try:
        found = names_of(tenant).resource(word)
    except UnknownName as error:
        raise InputError(error.message, hint=error.hint) from error
    if isinstance(found, tuple):
        return found
    raise InputError(f"expected a resource, came `{word[:60]}`")
