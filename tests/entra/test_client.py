"""The client of Graph: pages, throttling, lost answers, challenges, and what it never does."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from ostiary.entra.client import Answer
from ostiary.entra.errors import (
    AnswerLost,
    Busy,
    GraphError,
    Moved,
    NotAllowed,
    NotThere,
    Refused,
    SignInNeeded,
    Unreachable,
)
from ostiary.entra.tokens import GivenToken
from tests.entra.faults import (
    Fault,
    Waits,
    answering,
    failed_answer,
    lost_answer,
    lost_request,
    sequence,
    throttled,
    unreachable,
)
from tests.entra.stub import ORIGIN, Counting, stub, values

CLAIMS = {"access_token": {"nbf": {"essential": True, "value": "1700000000"}}}


def one(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"id": "1"}, headers={"ETag": 'W/"a"'})


def test_an_object_comes_with_its_version() -> None:
    client, _ = stub(one)
    assert client.get("/v1.0/a") == Answer(200, client.get("/v1.0/a").headers, {"id": "1"})
    assert client.get("/v1.0/a").etag == 'W/"a"'


def test_pages_are_read_to_the_last() -> None:
    def pages(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params.get("$skiptoken", "0"))
        link = f"{ORIGIN}/v1.0/users?$skiptoken={page + 1}" if page < 2 else None
        return values([{"id": f"{page}"}], link)

    client, proxy = stub(pages)
    assert [each["id"] for each in client.listed("/v1.0/users", {"$top": "1"})] == ["0", "1", "2"]
    assert len(proxy.asked) == 3


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1.0/users?$skiptoken=1",
        "http://graph.example/v1.0/users?$skiptoken=1",
        "https://graph.example:8443/v1.0/users",
        "https://graph.example@evil.example/v1.0/users",
    ],
)
def test_a_next_page_elsewhere_is_never_asked_for(link: str) -> None:
    client, proxy = stub(lambda request: values([{"id": "1"}], link))
    with pytest.raises(GraphError, match="the token is not sent there"):
        list(client.listed("/v1.0/users"))
    assert len(proxy.asked) == 1


def test_a_page_that_leads_to_itself_ends() -> None:
    client, _ = stub(lambda request: values([], f"{ORIGIN}/v1.0/users?a"))
    with pytest.raises(GraphError, match="leads to itself"):
        list(client.listed("/v1.0/users"))


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (throttled(7), 7),
        (throttled("Sun, 01 Mar 2026 12:00:30 GMT"), 30),
        (throttled("Sun, 01 Mar 2026 11:00:00 GMT"), 0),
        (throttled("soon"), 1),
        (answering(503, {}, Retry_After="2"), 2),
        (answering(500), 1),
        (answering(504), 1),
        (lost_request, 1),
        (lost_answer, 1),
        (unreachable, 1),
    ],
)
def test_a_question_is_asked_again_after_the_time_that_is_asked_for(
    fault: Fault, seconds: float
) -> None:
    waits = Waits()
    client, proxy = stub(one, (1, fault), waits=waits)
    assert client.get("/v1.0/a").body == {"id": "1"}
    assert (waits.seconds, len(proxy.asked)) == ([seconds], 2)


def test_without_a_word_of_when_it_waits_ever_longer_and_gives_up() -> None:
    waits = Waits()
    client, _ = stub(lambda request: httpx.Response(503), waits=waits)
    with pytest.raises(Busy, match="no answer after 10 tries"):
        client.get("/v1.0/a")
    assert waits.seconds == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_it_gives_up_at_once_where_it_would_have_to_wait_too_long() -> None:
    waits = Waits()
    client, _ = stub(one, (1, throttled(100_000)), waits=waits)
    with pytest.raises(Busy, match="the next one would have to wait 100000 s; try again later"):
        client.get("/v1.0/a")
    assert waits.seconds == []


def test_a_host_that_is_not_there_is_tried_only_a_few_times() -> None:
    waits = Waits()
    client, _ = stub(one, *sequence(*[unreachable] * 4), waits=waits)
    with pytest.raises(Unreachable, match="gave no answer: connection refused"):
        client.get("/v1.0/a")
    assert len(waits.seconds) == 3


@pytest.mark.parametrize("fault", [throttled(3), unreachable])
def test_a_change_that_was_surely_not_made_is_sent_again(fault: Fault) -> None:
    client, proxy = stub(one, (1, fault), writes=True)
    assert client.change("POST", "/v1.0/a", {"b": 1}).status == 200
    assert len(proxy.asked) == 2


@pytest.mark.parametrize(
    "fault",
    [lost_request, lost_answer, failed_answer, answering(500), answering(502), answering(503)],
)
def test_a_change_of_which_nobody_knows_is_not_sent_again(fault: Fault) -> None:
    client, proxy = stub(one, (1, fault), writes=True)
    with pytest.raises(AnswerLost):
        client.change("POST", "/v1.0/a", {"b": 1})
    assert len(proxy.asked) == 1


def test_a_client_that_reads_sends_no_change() -> None:
    client, proxy = stub(one)
    with pytest.raises(NotAllowed):
        client.change("DELETE", "/v1.0/a")
    assert proxy.asked == []


def test_a_version_goes_along_with_a_change() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(412 if request.headers["if-match"] != 'W/"b"' else 204)

    client, _ = stub(answer, writes=True)
    assert client.change("PATCH", "/v1.0/a", {}, etag='W/"b"').body is None
    with pytest.raises(Moved):
        client.change("PATCH", "/v1.0/a", {}, etag='W/"a"')


@pytest.mark.parametrize(("status", "kind"), [(404, NotThere), (409, Moved), (400, Refused)])
def test_a_refusal_is_told_in_graphs_words(status: int, kind: type[Refused]) -> None:
    error = {"code": "BadRequest", "message": "1007: wrong", "innerError": {"request-id": "r1"}}
    client, _ = stub(lambda request: httpx.Response(status, json={"error": error}))
    with pytest.raises(kind) as found:
        client.get("/v1.0/a")
    told = f"GET /v1.0/a was refused with {status}: BadRequest: 1007: wrong (request r1)"
    assert (found.value.message, found.value.status) == (told, status)


def test_an_answer_that_is_no_json_is_told() -> None:
    client, _ = stub(lambda request: httpx.Response(200, text="<html>"))
    with pytest.raises(GraphError, match="expected JSON"):
        client.get("/v1.0/a")


def challenging(text: str) -> str:
    return (
        'Bearer realm="", authorization_uri="https://login.example/common/oauth2/authorize",'
        f' error="insufficient_claims", claims="{text}"'
    )


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_claims_challenge_is_met_with_another_token(encode: Callable[[bytes], bytes]) -> None:
    text = encode(json.dumps(CLAIMS).encode()).decode()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers["authorization"] == "Bearer token-1":
            return httpx.Response(401, headers={"WWW-Authenticate": challenging(text)})
        return httpx.Response(200, json={"id": "1"})

    client, _ = stub(answer)
    assert client.get("/v1.0/a").body == {"id": "1"}
    assert isinstance(client.tokens, Counting)
    assert client.tokens.asked == [None, json.dumps(CLAIMS)]
    assert client.get("/v1.0/a").status == 200
    assert len(client.tokens.asked) == 2


def test_a_token_that_is_not_renewed_says_what_is_asked_for() -> None:
    text = base64.b64encode(json.dumps(CLAIMS).encode()).decode()
    challenge = httpx.Response(401, headers={"WWW-Authenticate": challenging(text)})
    client, _ = stub(lambda request: challenge)
    client.tokens = GivenToken("t")
    with pytest.raises(SignInNeeded, match=r"a claims challenge asks for .*nbf"):
        client.get("/v1.0/a")


def test_a_token_that_is_refused_twice_is_told() -> None:
    client, proxy = stub(lambda request: httpx.Response(401))
    with pytest.raises(Refused, match="401"):
        client.get("/v1.0/a")
    client.tokens = GivenToken("token-2")
    with pytest.raises(SignInNeeded, match="sign in again"):
        client.get("/v1.0/a")
    assert len(proxy.asked) == 3


def test_what_was_throttled_of_a_batch_is_asked_again_alone() -> None:
    sizes: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)["requests"]
        sizes.append(len(asked))
        responses: list[dict[str, Any]] = [
            {"id": each["id"], "status": 429, "headers": {"Retry-After": "5"}}
            if each["url"] == "/b" and len(sizes) == 1
            else {"id": each["id"], "status": 404 if each["url"] == "/c" else 200, "body": {}}
            for each in asked
        ]
        return httpx.Response(200, json={"responses": responses[::-1]})

    waits = Waits()
    client, _ = stub(answer, waits=waits)
    a, b, c = client.batch(["/a", "/b", "/c"])
    assert (a, b, isinstance(c, NotThere)) == (Answer(200, {}, {}), Answer(200, {}, {}), True)
    assert (sizes, waits.seconds) == ([3, 1], [5])


def test_a_batch_with_an_answer_missing_is_told() -> None:
    client, _ = stub(lambda request: httpx.Response(200, json={"responses": []}))
    with pytest.raises(GraphError, match="some did not come"):
        client.batch(["/a"])
