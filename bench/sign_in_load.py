"""Clients on one core: browsers that sign in, and applications that refresh their tokens.

Sockets and strings only, so that the clients stay far cheaper than either server.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import re
import struct
import time
from collections import deque
from dataclasses import dataclass, field
from html import unescape
from random import Random
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from bench.sign_in_tenant import ADDRESS, PASSWORD, USER_AGENT, Person

VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=")
IDLE_SECONDS = 2.0
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Target:
    """A server and how it is asked."""

    port: int
    authorize: str
    token: str
    client_id: str
    redirect_uri: str
    scope: str


@dataclass(slots=True)
class Answer:
    """An HTTP response."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")


@dataclass
class Connection:
    """One connection that is kept open, with the cookies of one browser."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict[str, str])
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    _used: float = 0.0

    async def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> Answer:
        if time.perf_counter() - self._used > IDLE_SECONDS:
            self.close()  # before the server does
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._streams
        body = urlencode(form).encode() if form is not None else b""
        lines = [
            f"{method} {path} HTTP/1.1",
            f"host: localhost:{self.port}",
            f"user-agent: {USER_AGENT}",
            f"x-forwarded-for: {ADDRESS}",
            "sec-fetch-site: same-origin",
            "accept: */*",
        ]
        if self.cookies:
            lines.append("cookie: " + "; ".join(f"{k}={v}" for k, v in self.cookies.items()))
        if form is not None:
            lines += [f"content-type: {FORM}", f"content-length: {len(body)}"]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        answer = await _read(reader)
        self._used = time.perf_counter()
        for key, value in answer.headers:
            if key == "set-cookie":
                name, _, rest = value.partition("=")
                self.cookies[name] = rest.partition(";")[0]
        if answer.header("connection") == "close":
            self.close()
        return answer

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _read(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = [
        (name.lower(), value.strip())
        for name, _, value in (line.partition(":") for line in head[1:] if line)
    ]
    answer = Answer(int(head[0].split(" ")[1]), headers, b"")
    if answer.header("transfer-encoding") == "chunked":
        while size := int((await reader.readline()).strip() or b"0", 16):
            answer.body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
    else:
        answer.body = await reader.readexactly(int(answer.header("content-length") or 0))
    return answer


class Refused(Exception):
    """A server answered otherwise than with what was asked for; the times would mean nothing."""


async def sign_in(target: Target, person: Person) -> str:
    """Sign in by password and authenticator app, redeem the code, and give the refresh token."""
    browser = Connection(target.port)
    asked = {
        "client_id": target.client_id,
        "response_type": "code",
        "redirect_uri": target.redirect_uri,
        "scope": target.scope,
        "state": "s",
        "nonce": "n",
        "code_challenge": CHALLENGE.decode(),
        "code_challenge_method": "S256",
    }
    answer = await browser.ask("GET", f"{target.authorize}?{urlencode(asked, quote_via=quote)}")
    values = {"login": person.name, "passwd": PASSWORD}
    for _ in range(20):
        if answer.status in {302, 303}:
            location = answer.header("location")
            if location.startswith(target.redirect_uri):
                browser.close()
                return await _redeemed(target, dict(parse_qsl(urlsplit(location).query)))
            parts = urlsplit(location)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            answer = await browser.ask("GET", path)
            continue
        page = answer.body.decode()
        form = page.partition("<form ")[2].partition("</form>")[0]
        action = re.search(r'action="([^"]+)"', form)
        if action is None:
            raise Refused(f"{answer.status}: {page[:600]}")
        hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
        fields = {unescape(name): unescape(value) for name, value in hidden}
        fields |= {name: value for name, value in values.items() if f'name="{name}"' in form}
        if 'name="otp"' in form:
            fields["otp"] = one_time_code(person.key)
        answer = await browser.ask("POST", unescape(action[1]), fields)
    raise Refused("the sign-in does not end")


async def _redeemed(target: Target, answer: dict[str, str]) -> str:
    form = {
        "grant_type": "authorization_code",
        "client_id": target.client_id,
        "code": answer.get("code", ""),
        "redirect_uri": target.redirect_uri,
        "code_verifier": VERIFIER,
    }
    client = Connection(target.port)
    found = await client.ask("POST", target.token, form)
    client.close()
    return _refresh_token(found)


def _refresh_token(answer: Answer) -> str:
    if answer.status != 200:
        raise Refused(f"{answer.status}: {answer.body[:600]!r}")
    tokens = json.loads(answer.body)
    if not tokens["id_token"] or tokens["access_token"].count(".") != 2:
        raise Refused("expected an ID token and a signed access token")
    return tokens["refresh_token"]


async def refresh(target: Target, client: Connection, token: str) -> str:
    """Use a refresh token and give the next one."""
    form = {
        "grant_type": "refresh_token",
        "client_id": target.client_id,
        "refresh_token": token,
        "scope": target.scope,
    }
    return _refresh_token(await client.ask("POST", target.token, form))


async def everybody(target: Target, people: list[Person], at_once: int) -> list[str]:
    """Let all sign in, so many at once; gives their refresh tokens."""
    waiting, tokens = deque(people), list[str]()

    async def one_after_another() -> None:
        while waiting:
            tokens.append(await sign_in(target, waiting.popleft()))

    await asyncio.gather(*(one_after_another() for _ in range(at_once)))
    return tokens


async def closed(target: Target, tokens: list[str], at_once: int, seconds: float) -> int:
    """Refresh as fast as the server answers; gives how often. `tokens` are replaced."""
    end, done = time.perf_counter() + seconds, 0

    async def one_after_another(mine: range) -> None:
        nonlocal done
        client = Connection(target.port)
        while time.perf_counter() < end:
            for each in mine:
                tokens[each] = await refresh(target, client, tokens[each])
                done += 1
        client.close()

    shares = (range(first, len(tokens), at_once) for first in range(at_once))
    await asyncio.gather(*(one_after_another(share) for share in shares))
    return done


async def opened(target: Target, tokens: list[str], rate: float, seconds: float) -> list[float]:
    """Refresh at moments drawn beforehand, whether or not the server keeps up.

    Gives the seconds from the moment when each was due until its answer was there.
    """
    rng, free, idle = Random(3), deque(range(len(tokens))), list[Connection]()
    taken, running = list[float](), set[asyncio.Task[None]]()

    async def one(due: float) -> None:
        while not free:
            await asyncio.sleep(0.0005)
        number, client = free.popleft(), idle.pop() if idle else Connection(target.port)
        tokens[number] = await refresh(target, client, tokens[number])
        taken.append(time.perf_counter() - due)
        free.append(number)
        idle.append(client)

    due = time.perf_counter()
    end = due + seconds
    while (due := due + rng.expovariate(rate)) < end:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        task = asyncio.create_task(one(due))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    for each in idle:
        each.close()
    return taken


def one_time_code(key: str) -> str:
    """The code that an authenticator app shows now (RFC 6238)."""
    seed = base64.b32decode(key + "=" * (-len(key) % 8))
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(seed, counter, "sha1")
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
