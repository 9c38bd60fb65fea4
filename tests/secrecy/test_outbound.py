"""SF01: this server connects to allowed origins only, at addresses that it judged."""

from __future__ import annotations

import ast
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from ostiary.model.errors import InputError
from ostiary.secrecy.outbound import AT_ONCE, Outbound, OutboundFailed, OutboundLimits
from ostiary.secrecy.outbound_rules import OutboundRefused, origin_of, outbound_rules
from tests.secrecy.canary import Answer, Asked, Canary, authority, canary
from tests.test_architecture import PACKAGE, relative

LOOPBACK = ("127.0.0.0/8",)
PUBLIC = "93.184.215.14"


@pytest.fixture
def server() -> Iterator[Canary]:
    """A canary without TLS."""
    with canary() as found:
        yield found


def guard(server: Canary, *, networks: Sequence[str] = LOOPBACK, **more: float) -> Outbound:
    limits = OutboundLimits(**more)  # pyright: ignore[reportArgumentType]  # both are numbers
    return Outbound(outbound_rules([server.url()], networks), limits=limits)


def test_SF01_an_allowed_origin_is_asked(server: Canary) -> None:
    server.reply = lambda _: Answer(201, b'{"a":1}', {"X-Thing": "b"})
    found = guard(server).post(server.url("/a?b=c"), b"body", {"Content-Type": "text/plain"})
    assert (found.status, found.body, found.headers["x-thing"]) == (201, b'{"a":1}', "b")
    asked = server.asked[0]
    assert (asked.method, asked.path, asked.body) == ("POST", "/a?b=c", b"body")
    assert asked.headers["host"] == f"127.0.0.1:{server.port}"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.2", "evil.example"])
def test_SF01_an_origin_that_is_not_named_is_not_asked(server: Canary, host: str) -> None:
    with pytest.raises(OutboundRefused, match=r"add .* to `allow` of \[outbound\]"):
        guard(server).get(server.url(host=host))
    assert server.asked == []


def test_SF01_nothing_is_allowed_unless_it_is_said(server: Canary) -> None:
    with pytest.raises(OutboundRefused):
        Outbound().get(server.url())


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "0.0.0.0"),  # noqa: S104  # must be refused
        *("169.254.169.254", "100.100.100.200", "168.63.129.16", "224.0.0.1", "192.0.0.192"),
        *("255.255.255.255", "198.18.0.1", "240.0.0.1", "::", "::1", "fe80::1", "fc00::1"),
        *("fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254"),
        *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a9fe:a9fe::1"),
        *("2001:db8::1", "fe80::1%eth0", "64:ff9b:1::a00:1"),
    ],
)
def test_SF01_addresses_that_are_not_public_are_refused(server: Canary, address: str) -> None:
    rules = outbound_rules([server.url(host="name.example")])
    outbound = Outbound(rules, resolve=lambda _, __: [address])
    with pytest.raises(OutboundRefused, match="public address"):
        outbound.get(server.url(host="name.example"))


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:21f:cb07::1", "::ffff:93.184.215.14"])
def test_SF01_public_addresses_are_accepted(address: str) -> None:
    origin = origin_of("https://name.example")
    assert outbound_rules([str(origin)]).require_addresses(origin, [address]) == (address,)


def test_SF01_a_name_with_one_address_inside_is_refused_whole(server: Canary) -> None:
    rules = outbound_rules([server.url(host="name.example")])
    outbound = Outbound(rules, resolve=lambda _, __: [PUBLIC, "127.0.0.1"])
    with pytest.raises(OutboundRefused, match=r"127\.0\.0\.1"):
        outbound.get(server.url(host="name.example"))
    assert server.asked == []


def test_SF01_a_name_that_changes_its_address_is_asked_where_it_was_judged(server: Canary) -> None:
    answers = iter((["127.0.0.1"], ["169.254.169.254"]))
    rules = outbound_rules([server.url(host="rebinding.example")], ["127.0.0.1/32"])
    outbound = Outbound(rules, resolve=lambda _, __: next(answers))
    assert outbound.get(server.url(host="rebinding.example")).status == 200
    assert server.asked[0].headers["host"].startswith("rebinding.example:")
    with pytest.raises(OutboundRefused, match=r"169\.254\.169\.254"):
        outbound.get(server.url(host="rebinding.example"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_SF01_redirects_are_not_followed(server: Canary, status: int) -> None:
    server.reply = lambda _: Answer(status, b"", {"Location": server.url("/secret")})
    with pytest.raises(OutboundFailed, match="redirect"):
        guard(server).get(server.url())
    assert [each.path for each in server.asked] == ["/"]


def test_SF01_a_long_answer_is_refused(server: Canary) -> None:
    server.reply = lambda _: Answer(200, b"x" * 1001)
    with pytest.raises(OutboundFailed, match="at most 1000 bytes"):
        guard(server, answer_bytes=1000).get(server.url())


def test_SF01_a_compressed_answer_is_refused(server: Canary) -> None:
    server.reply = lambda _: Answer(200, b"x", {"Content-Encoding": "gzip"})
    with pytest.raises(OutboundFailed, match="gzip"):
        guard(server).get(server.url())
    assert server.asked[0].headers["accept-encoding"] == "identity"


def test_SF01_an_answer_that_does_not_come_is_given_up(server: Canary) -> None:
    server.reply = lambda _: None
    with pytest.raises(OutboundFailed, match=r"in 0\.2 seconds"):
        guard(server, seconds=0.2).get(server.url())


def test_SF01_slow_servers_take_only_so_many_threads(server: Canary) -> None:
    arrived = threading.Semaphore(0)

    def wait(_: Asked) -> None:
        arrived.release()

    server.reply = wait
    outbound = guard(server, seconds=30)

    def ask() -> None:
        with pytest.raises(OutboundFailed):
            outbound.get(server.url())

    waiting = [threading.Thread(target=ask) for _ in range(AT_ONCE)]
    for each in waiting:
        each.start()
    for _ in waiting:
        arrived.acquire()
    with pytest.raises(OutboundFailed, match="other requests are under way"):
        outbound.get(server.url())
    server.over.set()
    for each in waiting:
        each.join()


def test_SF01_TLS_is_verified(tmp_path: Path) -> None:
    with canary(tmp_path) as server:
        rules = outbound_rules([server.url(), server.url(host="other.example")], LOOPBACK)
        to_here = Outbound(
            rules, authorities=authority(tmp_path), resolve=lambda _, __: ["127.0.0.1"]
        )
        assert to_here.get(server.url()).status == 200
        with pytest.raises(OutboundFailed, match="certificate is not believed"):
            to_here.get(server.url(host="other.example"))
        with pytest.raises(OutboundFailed, match="certificate is not believed"):
            Outbound(rules).get(server.url())
        assert len(server.asked) == 1


def test_SF01_a_proxy_of_the_environment_is_not_asked(
    server: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert guard(server).get(server.url()).status == 200


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "gopher://a.example", "//a.example", "a.example", ""),
        *("https://user@a.example", "https://a.example:99999", "https://a.example\\@b", "https://"),
        *("https://a.exa mple", "https://a.example/\r\nX: y", "https://ä.example", "https://[::1"),
    ],
)
def test_SF01_what_is_no_plain_address_is_refused(url: str) -> None:
    with pytest.raises(InputError):
        origin_of(url)


def test_origins_are_written_one_way() -> None:
    assert str(origin_of("https://A.Example.:443/x?y")) == "https://a.example"
    assert str(origin_of("http://[::1]:8080")) == "http://[::1]:8080"


def senders(tree: ast.AST) -> Iterator[str]:
    """Names what could connect to others."""
    modules = {"http.client", "urllib.request", "smtplib", "httpx", "requests", "aiohttp"}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (n.name for n in names if n.name in modules)
            case ast.ImportFrom(module=str(module)) if module in modules:
                yield module
            case ast.Attribute(attr="create_connection" | "connect_ex"):
                yield node.attr
            case _:
                pass


def test_SF01_nothing_else_sends() -> None:
    found = {
        relative(path): names
        for path in sorted(PACKAGE.rglob("*.py"))
        if (names := sorted(set(senders(ast.parse(path.read_text(encoding="utf-8"))))))
    }
    assert found == {
        "src/ostiary/secrecy/outbound.py": ["create_connection", "http.client"],
        # to applications of this process, by ASGI: nothing goes over a network
        "src/ostiary/admin/inside.py": ["httpx"],
        # a command of the host's own user, to the server that he names
        "src/ostiary/conformance/http_calls.py": ["http.client"],
        # clients of the demonstration, to the server that it started
        "src/ostiary/demo/browser.py": ["httpx"],
        "src/ostiary/demo/clients.py": ["httpx", "requests"],
        "src/ostiary/demo/serving.py": ["httpx"],
        # commands of an administrator, to the tenant that he names
        "src/ostiary/entra/client.py": ["httpx"],
        "src/ostiary/entra/connection.py": ["httpx"],
        # on a connection that the guard made
        "src/ostiary/serving/alerts.py": ["smtplib"],
    }
