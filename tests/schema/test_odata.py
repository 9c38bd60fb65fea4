"""Query options: what they select, and what they refuse."""

from __future__ import annotations

import pytest

from ostiary.model.errors import InputError
from ostiary.schema.odata import Query, filter_test

DOCUMENT = {
    "displayName": "O'Brien's policy",
    "state": "enabled",
    "scenarios": "secureFoundation,zeroTrust",
    "count": 5,
    "isTrusted": False,
    "grantControls": {"operator": "OR"},
    "templateId": None,
    "created": "2026-11-22T09:00:00.000000Z",
    "names": ["a", "b"],
    "parts": [{"id": 1}, {"id": 2}],
}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("state eq 'enabled'", True),
        ("state ne 'enabled'", False),
        ("displayName eq 'O''Brien''s policy'", True),
        ("templateId eq null", True),
        ("isTrusted eq false", True),
        ("isTrusted eq true", False),
        ("count ge 5 and count le 5", True),
        ("count gt 5 or count lt 5", False),
        ("count gt 'a'", False),
        ("grantControls/operator eq 'OR'", True),
        ("grantControls/operator/deeper eq null", True),
        ("scenarios has 'zeroTrust'", True),
        ("scenarios has microsoft.graph.templateScenarios'zeroTrust'", True),
        ("scenarios has 'zero'", False),
        ("state in ('disabled', 'enabled')", True),
        ("state in ('disabled')", False),
        ("startswith(displayName,'O')", True),
        ("endswith(displayName, 'policy')", True),
        ("contains(displayName,'x')", False),
        ("contains(templateId,'x')", False),
        ("not (state eq 'enabled')", False),
        ("not state eq 'disabled' and count eq 5", True),
        ("state eq 'x' and count eq 5 or isTrusted eq false", True),
        ("state eq 'x' and (count eq 5 or isTrusted eq false)", False),
        ("state eq enabled", True),
        ("created ge 2026-11-22T09:00:00Z", True),
        ("created gt 2026-11-22T09:00:00Z", False),
        ("created lt 2026-11-22T10:00:00+01:00", False),
        ("created lt 2026-11-22T09:00:01Z", True),
        ("created ge 2026-13-45T09:00:00Z", False),
        ("names/any(n:n eq 'a')", True),
        ("names/any(n: n eq 'c')", False),
        ("parts/any(p:p/id eq 2) and count eq 5", True),
        ("state/any(x:x eq 'enabled')", False),
    ],
)
def test_a_filter_decides(text: str, holds: bool) -> None:
    assert filter_test(text)(DOCUMENT) is holds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("state", "expected more, came the end"),
        ("state eq", "expected more, came the end"),
        (
            "state is 'x'",
            "expected one of `eq`, `ne`, `has`, `gt`, `ge`, `lt`, `le`, `in` in `$filter`, "
            "came `is`",
        ),
        ("(state eq 'x'", "expected `)`, came the end"),
        ("state eq 'x' state", "expected `and`, `or` or the end of `$filter`, came `state`"),
        ("state eq 'x", "`$filter` cannot be read from ` 'x` on"),
        ("names/any(n eq 'a')", "expected `name:` in `any`, came `n`"),
        ("names/any(n:m eq 'a')", "expected `n` in `any`, came `m`"),
        ("a" * 9000, "`$filter` is longer than 8000 characters"),
        ("startswith(state 'x')", "expected `,`, came `'x'`"),
        ("(" * 100 + "state eq 'x'" + ")" * 100, "`$filter` is nested too deeply"),
        ("not " * 100 + "state eq 'x'", "`$filter` is nested too deeply"),
    ],
)
def test_a_filter_that_cannot_be_read_is_told(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        filter_test(text)
    assert caught.value.message == message


def test_escapes_of_a_url_are_undone() -> None:
    query = Query.of("$filter=displayName%20eq+'%C3%A9'&$select=a,b")
    assert query.options == {"$filter": "displayName eq 'é'", "$select": "a,b"}


def test_selecting_keeps_annotations() -> None:
    document = {"id": "1", "state": "x", "@odata.type": "t"}
    assert Query.of("$select=state").select(document) == {"state": "x", "@odata.type": "t"}
    assert Query.of("$select=*").select(document) == document
    assert Query.of("").select(document) == document


def test_an_option_that_is_not_offered_is_refused() -> None:
    with pytest.raises(InputError, match="query option `\\$expand` is not supported"):
        Query.of("$expand=x")


def test_an_option_of_the_client_is_let_through() -> None:
    assert Query.of("client=x&").options == {"client": "x"}
