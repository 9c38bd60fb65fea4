"""Lists of which the database leaves out what is not asked for: the answer is the same as without.

The law: whatever a query asks, what it leaves of all objects is what the narrowed list gives.
"""

from __future__ import annotations

from urllib.parse import quote

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.graph import directory_objects
from tests.web.calling import called
from tests.web.serving import Served
from tests.web.test_graph_queries import Asking

NAMES = (
    "Sean O'Brien",
    "obrien 100%",
    "HelloWorld Crew",
    "Groß_Berg",
    "GROSS BERG",
    " İlker \u212aelvin",
    "Åse-Marie 2",
    'Back\\slash "Quoted"',
    "",
)
QUERIES = (
    '$search="displayName:obrien"',
    '$search="displayName:o\'brien"',
    '$search="displayName:world" OR "userPrincipalName:user3"',
    '$search="displayName:gross" AND "displayName:berg"',
    '$search="displayName:kelvin"',
    '$search="displayName:ase" OR "mail:nobody"',
    '$search="displayName:åse"&$orderby=displayName desc',
    '$search="mail:user5"',
    "$filter=startswith(displayName,'gross')&$orderby=displayName",
    "$filter=startswith(displayName,' ')",
    "$filter=startswith(displayName,'')",
    "$filter=endswith(displayName,'%') or displayName eq 'helloworld crew'",
    "$filter=endswith(displayName,'\"')",
    "$filter=accountEnabled eq false",
    "$filter=accountEnabled eq false and userType eq 'guest'",
    "$filter=accountEnabled eq true or startswith(userPrincipalName,'user1')",
    "$filter=not(userType eq 'Guest')",
    "$filter=userType eq 'Guest'&$orderby=displayName desc",
)


@pytest.fixture
def ask(served: Served) -> Asking:
    users = served.service.store.users
    for number, name in enumerate(NAMES):
        document = {
            "displayName": name,
            "userPrincipalName": f"user{number}@fjordvik.example",
            "mail": f"user{number}@fjordvik.example",
            "accountEnabled": number % 3 != 0,
            **({"userType": "Guest"} if number % 2 else {}),
        }
        users.create(document, by=SYSTEM)
    return Asking(called(served))


def _asked(ask: Asking, query: str) -> list[str]:
    """Give what is found, and the number that is told with it."""
    answer = ask(f"users?{quote(query, safe='$=&')}&$count=true", eventual=True)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return [str(body["@odata.count"]), *(each["userPrincipalName"] for each in body["value"])]


def _all(*_given: object) -> None:
    """Leave nothing out."""


def test_what_the_database_leaves_out_nobody_asked_for(
    ask: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrowed = {each: _asked(ask, each) for each in QUERIES}
    monkeypatch.setattr(directory_objects, "_wanted", _all)
    assert narrowed == {each: _asked(ask, each) for each in QUERIES}


def test_pages_in_order_follow_each_other(ask: Asking) -> None:
    """What is left out between two pages is not counted, and nothing is told twice."""
    for query in (each for each in QUERIES if "$orderby" in each):
        path = f"users?{quote(query, safe='$=&')}&$count=true"
        found: list[str] = []
        page = ask(f"{path}&$top=1", eventual=True).json()
        while True:
            found += [each["displayName"] for each in page["value"]]
            if "@odata.nextLink" not in page:
                break
            page = ask(page["@odata.nextLink"], eventual=True).json()
        assert found == ask.names(path, eventual=True)
