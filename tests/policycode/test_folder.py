"""Folders: where files may stand, what they may be, and what is refused with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ostiary.analysis.lint_pitfall import Severity
from ostiary.model.errors import InputError
from ostiary.model.json_types import as_object
from ostiary.policycode.configuration import Exclusions, Gate, Unmanaged, read_configuration
from ostiary.policycode.folder import KEYS, load_folder
from ostiary.tenant.documents import POLICIES
from tests.policycode.tenants import policy, write_files

LOCATION = "displayName: HQ\r\nipRanges:\r\n  - 192.0.2.0/24\r\n"


def test_files_stand_where_people_put_them(tmp_path: Path) -> None:
    files: dict[str, Any] = {
        "policies/deep/er/a.json": policy("A"),
        "policies/many.json": [policy("B"), policy("C")],
        "anywhere/d.json": {"value": [policy("D")]},
        "locations.yaml": f"- {LOCATION.replace(chr(13) + chr(10), chr(13) + chr(10) + '  ')}",
        "namedLocations/hq.yml": LOCATION,
        "strengths/s.yaml": "displayName: S\nallowedCombinations: [fido2]\n",
        "users.json": [{"id": "u"}],
        ".hidden/policies/e.json": policy("E"),
        "README.md": "no object",
        "tests/t.yml": "assertions:\n  - {name: t, requires: mfa}\n",
        "ostiary.yml": "emergencyAccess: glass@example.com\n",
    }
    found = load_folder(write_files(tmp_path, files))
    names = [str(as_object(item.value)["displayName"]) for item in found.raw.items(POLICIES)]
    assert sorted(names) == ["A", "B", "C", "D"]
    assert {key: len(list(found.raw.items(key))) for key in found.raw.parts} == {
        POLICIES: 4,
        "namedLocations": 2,
        "authenticationStrengthPolicies": 1,
    }
    assert set(found.raw.parts) <= set(KEYS.values())
    assert [each.name for each in found.assertions] == ["t"]
    assert found.configuration.emergency_access == ("glass@example.com",)


def test_files_of_windows_are_read(tmp_path: Path) -> None:
    root = write_files(tmp_path, {"locations/hq.yaml": LOCATION})
    text = '{"displayName": "P", "conditions": {}}'
    (root / "policies").mkdir()
    (root / "policies" / "p.json").write_bytes(text.encode("utf-16"))
    (root / "policies" / "q.yaml").write_bytes(b"\xef\xbb\xbfdisplayName: Q\r\nconditions: {}\r\n")
    found = load_folder(root)
    assert len(list(found.raw.items(POLICIES))) == 2


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "expected policies, came none"),
        ({"policies/p.json": "{"}, "p.json:1:2: "),
        ({"policies/p.yaml": "a: [", "policies/q.json": "["}, "2 files cannot be read: "),
        ({"policies/p.yaml": "a: 1\na: 2\n"}, "`a` stands twice"),
        ({"tests/t.yaml": "assertions: 7\n"}, "t.yaml: expected `assertions`"),
        ({"ostiary.yaml": "", "ostiary.json": "{}"}, "expected one of ostiary.yaml"),
        (
            {"policies/p.json": {**policy("P"), "@ostiary.noLongerExcluded": 7}},
            "expected names in `@ostiary.noLongerExcluded`, came `7`",
        ),
        (
            {"policies/p.json": {**policy("P"), "@ostiary.formerly": ["x"]}},
            "expected a name in `@ostiary.formerly`, came",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(
    files: dict[str, Any], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as told:
        load_folder(write_files(tmp_path, files))
    assert sentence in told.value.message


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    for name, came in (("x", "a file"), ("y", "nothing of that name")):
        with pytest.raises(InputError, match=f"expected a folder of policies, came {came}"):
            load_folder(tmp_path / name)


def test_a_configuration_is_read_whole() -> None:
    found = read_configuration(
        {
            "emergencyAccess": ["a", "b"],
            "naming": "numbered",
            "names": {"<RING>": "Pilots"},
            "exclusions": "exact",
            "unmanaged": "delete",
            "ignoreLint": ["ost703"],
            "gates": {"lockout": "tell", "lint": "never", "impact": {"newlyBlocked": 0}},
            "rollout": {"anything": 1},
        },
        "ostiary.yaml",
    )
    assert (found.exclusions, found.unmanaged) == (Exclusions.EXACT, Unmanaged.DELETE)
    assert found.naming is not None
    assert (found.names, found.ignored) == ({"<RING>": "Pilots"}, {"OST703"})
    gates = found.gates
    assert (gates.lockout, gates.tests, gates.lint) == (Gate.TELL, Gate.REFUSE, None)
    assert (gates.impact, found.rollout) == ({"newlyBlocked": 0}, {"anything": 1})


def test_nothing_said_is_the_careful_choice() -> None:
    found = read_configuration(None, "ostiary.yaml")
    assert (found.exclusions, found.unmanaged) == (Exclusions.KEEP, Unmanaged.KEEP)
    assert (found.gates.lockout, found.gates.lint) == (Gate.REFUSE, Severity.ERROR)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ([], "expected an object with members, came `[]`"),
        ({"emergencyaccess": []}, "`emergencyaccess` is none of emergencyAccess, naming"),
        ({"emergencyAccess": [7]}, "`emergencyAccess`: expected a list of texts, came `[7]`"),
        ({"exclusions": "drop"}, "`exclusions`: expected `keep` or `exact`, came `'drop'`"),
        ({"naming": "CA"}, "`naming`: expected `off`, `numbered`"),
        ({"gates": {"lint": "bad"}}, "`gates.lint`: expected `error` or `warning` or `note`"),
        (
            {"gates": {"impact": {"newlyBlocked": -1}}},
            "`gates.impact.newlyBlocked`: expected a number of sign-ins, came `-1`",
        ),
        ({"gates": {"impact": {"newly": 1}}}, "`gates.impact.newly` is none of newlyBlocked"),
    ],
)
def test_a_configuration_that_says_nothing_we_know_is_refused(body: object, sentence: str) -> None:
    with pytest.raises(InputError) as told:
        read_configuration(body, "ostiary.yaml")
    assert sentence in told.value.message
