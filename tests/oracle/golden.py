"""Golden's cases: where they are, and how a case changes the tenant."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any, cast

from tests.oracle.shapes import Json

ROOT = Path(__file__).resolve().parents[2]


def golden_path() -> Path:
    """conformance.json of the shared material beside the checkout, or at OSTIARY_SHARED."""
    shared = Path(os.environ.get("OSTIARY_SHARED") or ROOT.parent / "shared")
    return shared / "golden" / "conformance.json"


@cache
def golden() -> Json:
    """The whole suite, empty lists where it is not there."""
    path = golden_path()
    if not path.is_file():
        return {"fixtures": {}, "cases": []}
    return cast("Json", json.loads(path.read_text(encoding="utf-8")))


def tenant_of(case: Json) -> Json:
    """The tenant of one case: its overrides merged over the fixtures."""
    return merged(golden()["fixtures"], case.get("tenant") or {})


def merged(base: Any, change: Any) -> Any:
    """Objects key by key; lists of objects that have ids by id; anything else is replaced."""
    if isinstance(base, dict) and isinstance(change, dict):
        old, new = cast("Json", base), cast("Json", change)
        return {**old, **{key: merged(old.get(key), value) for key, value in new.items()}}
    old_elements, new_elements = _identified(base), _identified(change)
    if old_elements and new_elements:
        both = dict(old_elements)
        for key, element in new_elements.items():
            both[key] = merged(both.get(key), element)
        return list(both.values())
    return change


def _identified(value: Any) -> Json:
    """The elements of a list by id, or by appId; empty where not every element has one."""
    if not isinstance(value, list):
        return {}
    elements = [cast("Json", one) for one in cast("list[Any]", value) if isinstance(one, dict)]
    found = {one.get("id") or one.get("appId"): one for one in elements}
    whole = None not in found and len(found) == len(cast("list[Any]", value))
    return cast("Json", found) if whole else {}
