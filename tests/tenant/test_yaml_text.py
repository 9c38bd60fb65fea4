"""YAML is read as it looks: words stay words, and what could be taken two ways is refused."""

import pytest

from ostiary.model.errors import InputError
from ostiary.tenant.yaml_text import parse_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[NO, SE]", ["NO", "SE"]),
        ("[yes, On, off, n]", ["yes", "On", "off", "n"]),
        ("[true, False, null, ~, 12, -3]", [True, False, None, None, 12, -3]),
        ("[012, 1_000, 0x1f, 12:30:45]", ["012", "1_000", "0x1f", "12:30:45"]),
        ("day: 2026-01-31", {"day": "2026-01-31"}),
        ("a: [x]\r\nb: y\r\n", {"a": ["x"], "b": "y"}),
        ('{"a": [1, "b"]}', {"a": [1, "b"]}),
        ("", None),
    ],
)
def test_values(text: str, value: object) -> None:
    assert parse_yaml(text, "f.yaml") == value


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: 1\na: 2\n", "f.yaml: `a` stands twice in what begins at line 1"),
        ("a: &x [1]\nb: *x\n", "f.yaml: aliases are not taken: write the value out"),
        ("a: [1\nb: 2", "f.yaml: line 2, column 2"),
        ("!!python/object:os.system {}", "could not determine a constructor"),
    ],
)
def test_what_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(InputError) as told:
        parse_yaml(text, "f.yaml")
    assert sentence in told.value.message
