"""Files that are no suite: told before a case runs, with the place."""

import re
from pathlib import Path
from typing import Any

import pytest

from ostiary.conformance.suite import load_suite, read_suite
from ostiary.model.errors import InputError
from tests.conformance.engines import case


def document(**members: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {"fixtures": {}, "cases": []}
    return whole | members


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ([], "s.json: expected a conformance suite, a JSON object"),
        (None, "s.json: expected a conformance suite, a JSON object"),
        ({"fixtures": {}}, "s.json: expected `cases` or `validationCases`, came neither"),
        (document(fixtures=None), "s.json: expected an object in `fixtures`, the tenant"),
        (document(fixtures=[]), "s.json: expected an object in `fixtures`, the tenant"),
        (document(cases={}), "s.json: expected a list in `cases`"),
        (document(validationCases=1), "s.json: expected a list in `validationCases`"),
        (document(cases=["x"]), "s.json: `cases[0]`: expected a case, a JSON object"),
        (document(cases=[{}]), "s.json: `cases[0]`: expected a text in `id`"),
        (
            document(cases=[case("A"), case("B", kind="guess")]),
            "s.json: `cases[1]` (B): expected one of `decide`, `whatif`, `validate` in `kind`",
        ),
        (
            document(cases=[case("A", expect=None)]),
            "s.json: `cases[0]` (A): expected an object in `expect`",
        ),
        (
            document(cases=[case("A", expect={"policies": [{}]})]),
            "s.json: `cases[0]` (A): expected objects with `policyId` in `expect.policies`",
        ),
        (
            document(cases=[case("A", expect={"absentPolicies": "p"})]),
            "s.json: `cases[0]` (A): expected a list in `expect.absentPolicies`",
        ),
        (
            document(cases=[case("A", expect={"then": [{"method": "GET"}]})]),
            "s.json: `cases[0]` (A): `expect.then[0]`: expected an object in `expect`",
        ),
    ],
)
def test_what_is_no_suite_is_told(written: Any, said: str) -> None:
    with pytest.raises(InputError, match=rf"^{re.escape(said)}(;|$)"):
        read_suite(written, "s.json")


def test_an_empty_suite_is_one() -> None:
    assert read_suite(document(), "s.json").cases == ()
    assert read_suite({"validationCases": []}, "s.json").fixtures == {}


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or directory"):
        load_suite(tmp_path / "none.json")
