"""A client of Microsoft Graph: pages, throttling, challenges; reads only, unless it is told.

What changes nothing is asked again until an answer comes or patience ends. A change is sent again
by itself only where it was surely not made: nothing was sent, or Graph said that it was throttled
(429). Otherwise `AnswerLost` is raised, and whoever sent it has to look what became of it.

INVARIANT: a token goes to the origin of the client and to no other, whatever a `nextLink` says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

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
from ostiary.entra.tokens import Tokens, challenged
from ostiary.entra.waiting import Patience, wait_of
from ostiary.model.json_types import JsonObject, as_object, is_list, is_object

MOST_IN_A_BATCH: Final = 20
"""Source: Graph concepts/json-batching, batch size limitations."""
_PASSING: Final = frozenset({429, 500, 502, 503, 504})
_READING: Final = frozenset({"GET", "HEAD"})
_TRIES_TO_REACH: Final = 4
"""A host that does not answer at all is more often misspelt than busy."""
_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_KINDS: Final[Mapping[int, type[Refused]]] = {404: NotThere, 410: NotThere, 409: Moved, 412: Moved}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; names of headers in lower case, `body` None where there was none."""

    status: int
    headers: Mapping[str, str]
    body: Any = None

    @property
    def etag(self) -> str | None:
        """The version of the object, where the API has versions (Ostiary's; Entra's has none)."""
        return self.headers.get("etag")


@dataclass
class GraphClient:
    """One Graph API and a way to get tokens for it.

    `http` has the origin as its base address; `writes` allows changes.
    """

    http: httpx.Client
    tokens: Tokens
    patience: Patience
    writes: bool = False
    _token: str | None = field(default=None, init=False, repr=False)

    @property
    def origin(self) -> str:
        """Scheme, host and port of the API."""
        return _origin(str(self.http.base_url))

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Answer:
        """Ask for one thing. Raises GraphError."""
        return self._asked("GET", path, query)

    def listed(
        self, path: str, query: Mapping[str, str] | None = None, *, counting: bool = False
    ) -> Iterator[JsonObject]:
        """Give every object of a collection, page after page, as it comes. Raises GraphError.

        `counting` asks for the kind of answer that `$count` and advanced filters need.
        """
        headers = {"ConsistencyLevel": "eventual"} if counting else {}
        first = self._asked("GET", path, query, headers=headers)
        yield from _objects(path, first.body)
        yield from self.following(as_object(first.body), headers)

    def following(
        self, page: JsonObject, headers: Mapping[str, str] | None = None
    ) -> Iterator[JsonObject]:
        """Give the objects of the pages behind one that is there already. Raises GraphError."""
        seen: set[str] = set()
        while link := str(page.get("@odata.nextLink") or ""):
            if link in seen:
                raise GraphError(f"GET {link}: a page leads to itself", hint="try again later")
            seen.add(link)
            path = self._own(link)
            answer = self._asked("GET", path, headers=headers)
            yield from _objects(path, answer.body)
            page = as_object(answer.body)

    def change(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        etag: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Make a change; `etag`: only while the object is of this version.

        Raises AnswerLost, Moved, NotThere, Refused, Unreachable, Busy, SignInNeeded; NotAllowed
        where the client only reads.
        """
        if not self.writes:
            raise NotAllowed(f"{method} {path}: this client only reads")
        sent = {**(headers or {}), **({"If-Match": etag} if etag else {})}
        return self._asked(method, path, body=body, headers=sent)

    def batch(
        self, paths: Sequence[str], *, version: str = "v1.0"
    ) -> Sequence[Answer | GraphError]:
        """Ask for up to 20 things at once; answers in the same order, each alone good or bad.

        What was throttled is asked again. Raises GraphError where the batch itself fails.
        """
        found: dict[int, Answer | GraphError] = {}
        waiting, tries, waited = list(range(len(paths))), 0, 0.0
        while waiting:
            tries += 1
            answers = self._batch([(number, paths[number]) for number in waiting], version)
            held_up = {n: a for n, a in answers.items() if a.status in _PASSING}
            found |= {n: _judged(paths[n], a) for n, a in answers.items() if n not in held_up}
            if not held_up:
                break
            seconds = max(
                wait_of(each.headers, tries, self.patience.now()) for each in held_up.values()
            )
            waited += seconds
            self._wait(f"GET {paths[next(iter(held_up))]}", tries, seconds, waited)
            waiting = sorted(held_up)
        return [found[number] for number in range(len(paths))]

    def _batch(self, asked: Sequence[tuple[int, str]], version: str) -> dict[int, Answer]:
        requests = [{"id": str(n), "method": "GET", "url": path} for n, path in asked]
        # A batch of questions changes nothing, so that it may be sent again like one of them.
        body = self._asked("POST", f"/{version}/$batch", body={"requests": requests}, reads=True)
        found: dict[int, Answer] = {}
        for each in as_object(body.body).get("responses") or ():
            headers = {
                str(name).casefold(): str(value)
                for name, value in as_object(each.get("headers")).items()
            }
            found[int(each["id"])] = Answer(int(each["status"]), headers, each.get("body"))
        if set(found) != {number for number, _ in asked}:
            raise GraphError("POST $batch: expected an answer to every request, some did not come")
        return found

    def _asked(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        reads: bool = False,
    ) -> Answer:
        asked = f"{method} {path.partition('?')[0]}"
        reads = reads or method in _READING
        tries, waited, renewed = 0, 0.0, False
        while True:
            tries += 1
            answer = self._sent(asked, method, path, query, body, headers or {}, reads=reads)
            if isinstance(answer, Unreachable):
                if tries >= min(_TRIES_TO_REACH, self.patience.tries):
                    raise answer
                seconds = wait_of({}, tries, self.patience.now())
            elif answer.status == 401 and not renewed:
                self._renew(asked, answer)
                renewed = True
                continue
            elif answer.status in _PASSING and (reads or answer.status == 429):
                seconds = wait_of(answer.headers, tries, self.patience.now())
            else:
                return _good(asked, answer)
            waited += seconds
            self._wait(asked, tries, seconds, waited)

    def _wait(self, asked: str, tries: int, seconds: float, waited: float) -> None:
        if tries >= self.patience.tries or waited > self.patience.seconds:
            raise Busy(
                f"{asked}: no answer after {tries} tries; the next one would have to wait"
                f" {seconds:g} s",
                hint="try again later",
            )
        self.patience.pause(seconds)

    def _sent(
        self,
        asked: str,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        body: object,
        headers: Mapping[str, str],
        *,
        reads: bool,
    ) -> Answer | Unreachable:
        """Send it once; Unreachable where it may be sent again. Raises AnswerLost."""
        if self._token is None:
            self._token = self.tokens.token()
        sent = {"Authorization": f"Bearer {self._token}", "Accept": "application/json", **headers}
        content = None
        if body is not None:
            content = json.dumps(body, ensure_ascii=False).encode("utf-8")
            sent["Content-Type"] = "application/json"
        try:
            response = self.http.request(method, path, params=query, content=content, headers=sent)
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            if reads or isinstance(error, _NOT_SENT):
                return Unreachable(f"{asked}: {self.origin} gave no answer: {reason}")
            raise AnswerLost(f"{asked}: no answer came: {reason}") from error
        names = {name.casefold(): value for name, value in response.headers.items()}
        return Answer(response.status_code, names, _read(asked, response))

    def _renew(self, asked: str, answer: Answer) -> None:
        """Get another token: the one that a challenge asks for, or the same anew."""
        claims = challenged(answer.headers.get("www-authenticate", ""))
        before = self._token
        self._token = self.tokens.token(claims)
        if claims is None and self._token == before:
            refusal = Refused(asked, answer.status, answer.body)
            raise SignInNeeded(refusal.message, hint="sign in again; the token is not taken")

    def _own(self, link: str) -> str:
        """Give the path of a link to our own origin. Raises GraphError for any other."""
        if _origin(link) != self.origin:
            raise GraphError(
                f"expected a next page at {self.origin}, came one at {_origin(link)};"
                " the token is not sent there"
            )
        parts = urlsplit(link)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _objects(path: str, body: object) -> Iterator[JsonObject]:
    found = as_object(body).get("value")
    if not is_list(found):
        raise GraphError(f"GET {path}: expected a list in `value`, came something else")
    return (each for each in found if is_object(each))


def _good(asked: str, answer: Answer) -> Answer:
    judged = _judged(asked, answer)
    if isinstance(judged, GraphError):
        raise judged
    return judged


def _judged(asked: str, answer: Answer) -> Answer | GraphError:
    if answer.status < 400:
        return answer
    if answer.status in _PASSING:
        said = Refused(asked, answer.status, answer.body)
        return AnswerLost(f"{said.message}; whether it was done is not known")
    kind = _KINDS.get(answer.status, Refused)
    hint = ""
    if answer.status == 403:
        hint = "the permissions that are needed are listed in docs/entra.md"
    return kind(asked, answer.status, answer.body, hint=hint)


def _read(asked: str, response: httpx.Response) -> Any:
    if not response.content:
        return None
    try:
        return response.json()
    except ValueError as error:
        if response.status_code >= 400:
            return None
        raise GraphError(f"{asked}: expected JSON, came something else") from error


def _origin(url: str) -> str:
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return f"{parts.scheme}://{parts.hostname}:{port}".casefold()
