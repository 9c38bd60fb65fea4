"""DS04: whatever is written as a filter, it is read or refused; nothing else happens."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ostiary.model.errors import InputError
from ostiary.schema.odata_filter import holds, read_filter

_PIECES = st.sampled_from(
    [
        *("displayName", "id/x", "eq", "ne", "and", "or", "not", "(", ")", "'a'", "'it''s'", "'"),
        *("startswith", ",", "in", "true", "null", "2026-01-01T00:00:00Z", "any", ":", "/", "has"),
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=40).map(" ".join)))
def test_DS04_any_text_is_a_filter_or_is_refused(text: str) -> None:
    try:
        found = read_filter(text)
    except InputError:
        return
    assert holds(found, {"displayName": "a", "id": "b"}, fold=True) in {True, False}


@given(st.integers(min_value=1, max_value=5_000))
def test_DS04_depth_and_length_are_bounded(depth: int) -> None:
    text = "(" * depth + "displayName eq 'a'" + ")" * depth
    try:
        read_filter(text)
    except InputError:
        return
    assert depth < 100
