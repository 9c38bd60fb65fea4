"""Reading JSON that may be broken or hostile: a clear error with its place, or the right value."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ostiary.model.errors import InputError
from ostiary.tenant.json_faults import DEEPEST, LONGEST_INTEGER
from ostiary.tenant.json_text import (
    LARGEST_FILE,
    parse_json,
    parse_json_lines,
    parse_json_or_lines,
    read_json,
    read_marked,
)

VALUE = {"name": "Zoë 😀", "n": [1, -2.5, None, True]}
TEXT = json.dumps(VALUE, ensure_ascii=False)


@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        f"\ufeff{TEXT}",
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        b"\xff\xfe" + TEXT.encode("utf-16-le"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        json.dumps(VALUE).encode(),
    ],
)
def test_every_unicode_encoding_gives_the_same_value(data: str | bytes) -> None:
    assert parse_json(data, "f") == VALUE


@pytest.mark.parametrize(
    ("data", "place", "sentence"),
    [
        (b"", "1:1", "expected a value, came an empty text"),
        (b'{"a": 1,\n "a": 2}', "2:2", "expected every member once in an object, came `a` twice"),
        (b'[{"\\u0061": 1, "a": 2}]', "1:16", "expected every member once"),
        (b"[NaN]", "1:2", "expected a JSON value, came `NaN`"),
        (b"[\n-Infinity]", "2:1", "expected a JSON value, came `-Infinity`"),
        (b"[1e999]", "1:2", "expected a number, came `1e999`, which is too large"),
        (b'["\\ud800"]', "1:3", "came half a surrogate pair `\\ud800`"),
        (b'["\\ude00\\ud83d"]', "1:3", "came half a surrogate pair `\\ude00"),
        (b'{"a": 1} trailing', "1:10", "expected the end of the text, came `t`"),
        (b'{"a": 1,}', "1:9", "expected a name in double quotes, came `}`"),
        (b"[1 2]", "1:4", "expected a comma or the end, came `2`"),
        (b'{"a" 1}', "1:6", "expected a colon, came `1`"),
        (b'["abc', "1:2", "expected a closing quotation mark, came the end of the text"),
        (b'["a\nb"]', "1:4", "expected a printable character, came the end of the line"),
        (b'["\\x"]', "1:3", "expected an escape that JSON knows"),
        (b'["\\u12"]', "1:", "expected four hexadecimal digits"),
        (b"{'a': 1}", "1:2", "expected a name in double quotes, came `'`"),
        (b'["\xff"]', "1:3", "expected text in UTF-8, came the byte 0xff"),
        (b"\x00\x01\x02", "1:1", "expected a value, came the character U+0000"),
        (b'{"a": {"b": 1, "b": 2}', "1:16", "came `b` twice"),
    ],
)
def test_what_is_wrong_is_said_with_line_and_column(data: bytes, place: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_json(data, "tenant.json")
    assert caught.value.message.startswith(f"tenant.json:{place}")
    assert sentence in caught.value.message
    assert caught.value.hint


def test_a_text_with_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(InputError, match="f:1:3: expected text, came half a surrogate pair"):
        parse_json('["\ud800"]', "f")


def test_an_escaped_backslash_before_u_is_no_surrogate() -> None:
    assert parse_json(b'["\\\\ud800", "\\ud83d\\ude00"]', "f") == ["\\ud800", "😀"]


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_nesting_is_bounded(opening: str, closing: str) -> None:
    def nested(depth: int) -> str:
        return opening * (depth - 1) + "[]" + closing * (depth - 1)

    parse_json(nested(DEEPEST), "f")
    with pytest.raises(InputError, match="expected at most 200 objects and lists"):
        parse_json(nested(DEEPEST + 1), "f")


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'[{"a":' * 50_000 + b"1" + b"}]" * 50_000,
        b"[" + b"1" * 5_000 + b"]",
        b"[" + b"1" * 10_000_000 + b"]",
        b'["' + b'\\"' * 500_000,
        b'{"a":1,"a":2,"b":"' + b'\\"' * 500_000,
        b'["' + b"\\u0061" * 500_000 + b'\\ud800"]',
        b"[" + b'{"a":1},' * 200_000 + b'{"a":1,"a":1}]',
    ],
)
def test_hostile_texts_are_refused_quickly(data: bytes) -> None:
    started = time.perf_counter()
    with pytest.raises(InputError):
        parse_json(data, "hostile.json")
    assert time.perf_counter() - started < 5  # seconds; a slow machine needs well below one


def test_an_integer_may_be_as_long_as_python_allows() -> None:
    digits = "9" * LONGEST_INTEGER
    assert parse_json(f"[-{digits}]", "f") == [-int(digits)]
    with pytest.raises(InputError, match="expected at most 4300 digits"):
        parse_json(f"[{digits}9]", "f")


def test_lines_keep_their_numbers() -> None:
    assert parse_json_lines(b'{"a": 1}\r\n\n[2]\n', "f") == ((1, {"a": 1}), (3, [2]))
    with pytest.raises(InputError, match="f:3:2: expected"):
        parse_json_lines(b'{"a": 1}\n\n[}\n', "f")


@pytest.mark.parametrize(
    ("data", "values"),
    [
        ('{"a": 1}', [(1, {"a": 1})]),
        ('\n{\n"a": 1\n}\n', [(2, {"a": 1})]),
        ('{"a": 1}\n{"a": 2}\n', [(1, {"a": 1}), (2, {"a": 2})]),
        ("1\n2", [(1, 1), (2, 2)]),
    ],
)
def test_one_value_or_one_a_line(data: str, values: list[tuple[int, object]]) -> None:
    assert list(parse_json_or_lines(data, "f")) == values


def test_a_faulty_first_line_is_reported_in_its_place() -> None:
    with pytest.raises(InputError, match=r"f:1:9: .*came `a` twice"):
        parse_json_or_lines('{"a": 1,"a": 2}\n{"a": 3}', "f")


def test_a_file_that_is_not_there_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_json(tmp_path / "missing.json")


def test_a_member_that_stands_twice_is_marked_where_the_rest_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    file.write_text('[{"a": 1}, {"b": 1, "b": 2}]')
    marked = read_marked(file)
    assert marked.value == [{"a": 1}, {"b": 2}]
    assert marked.error is not None
    assert "came `b` twice" in marked.error.message
    file.write_text('[{"b": 1, "b": 2}, NaN]')
    with pytest.raises(InputError, match="came `b` twice"):
        read_marked(file)


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_no_text_raises_anything_but_an_input_error(data: bytes | str) -> None:
    with suppress(InputError):
        parse_json(data, "f")
    with suppress(InputError):
        parse_json_or_lines(data, "f")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=("Cs",))), inner)
    ),
    max_leaves=20,
)


@given(JSON, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.booleans())
def test_every_json_value_survives(value: object, encoding: str, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert parse_json(text.encode(encoding), "f") == value


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    for path in (tmp_path / "pipe.json", Path("/dev/zero")):
        with pytest.raises(InputError) as caught:
            read_json(path)
        assert caught.value.message == f"{path}: expected a file, came a device, pipe or socket"


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(InputError) as caught:
        read_json(path)
    assert caught.value.message == f"{path}: expected at most 512 MiB, came more"


def test_a_name_that_no_file_can_have_is_an_input_error() -> None:
    with pytest.raises(InputError, match="it cannot be read"):
        read_json(Path("a\0b.json"))
