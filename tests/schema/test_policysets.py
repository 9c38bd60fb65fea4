"""Published policy sets: every policy is read, loses nothing, and is judged without a fault."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ostiary.model.json_types import JsonObject, is_list, is_object
from ostiary.schema.checking import check_policy, structural_problems
from ostiary.schema.materialise import normal_form

FOLDER = Path(__file__).parents[3] / "shared" / "policysets"
KNOWN_CODES = {"wrongType", "nobodyIncluded", "1011", "InvalidPasswordResetControl"} | {
    "persistentBrowserNeedsAll"
}


def read(path: Path) -> Any:
    content = path.read_bytes()
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return json.loads(content.decode(encoding))


def policies(value: Any) -> Iterator[dict[str, Any]]:
    if is_list(value):
        for each in value:
            yield from policies(each)
    elif is_object(value):
        if is_object(value.get("conditions")):
            yield dict(value)
        else:
            yield from policies(list(value.values()))


FILES = sorted(FOLDER.rglob("*.json"))
DOCUMENTS = [each for path in FILES for each in policies(read(path))]


def lost(before: JsonObject, after: JsonObject) -> Iterator[str]:
    """Names every member that is gone or means something else."""
    for key, value in before.items():
        if key not in after:
            yield key
        elif is_object(value):
            yield from lost(value, after[key])
        elif json.dumps(value).casefold() != json.dumps(after[key]).casefold():
            yield from () if value is None and after[key] == [] else (key,)


@pytest.mark.skipif(not FILES, reason=f"{FOLDER} is not here")
def test_published_policies_lose_nothing() -> None:
    assert len(DOCUMENTS) == 459
    for document in DOCUMENTS:
        if not structural_problems(document):
            assert list(lost(document, normal_form(document, "beta"))) == []


@pytest.mark.skipif(not FILES, reason=f"{FOLDER} is not here")
def test_published_policies_break_only_rules_that_they_do_break() -> None:
    # names beside empty id lists, and `[]` where an object belongs
    found = {each.code for document in DOCUMENTS for each in check_policy(document)}
    assert found == KNOWN_CODES
