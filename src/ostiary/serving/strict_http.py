"""HTTP/1.1 read strictly: what two readers could take for different requests is refused.

llhttp (by httptools, under uvicorn's protocol) refuses by itself what smuggles requests past a
proxy: two lengths, a length beside chunks, line ends of one octet, folded lines, spaces before a
colon. What it leaves to its caller is decided here. Sources: RFC 9110, RFC 9112.
See docs/decisions/0020.
"""

from __future__ import annotations

from typing import Final

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

UNFINISHED_BYTES: Final = 64 * 1024
"""What may come of a head, of the line before a chunk, or of trailers, before it ends."""
_MOST_WAITING: Final = 16
"""Requests of one connection that wait for the answers before theirs."""
_VERSIONS: Final = frozenset({"1.0", "1.1"})
_REFUSED: Final = "Invalid HTTP request received."


class NotHttp(Exception):
    """A request that is not what HTTP/1.1 says it has to be."""


class StrictProtocol(HttpToolsProtocol):
    """uvicorn's protocol for requests that can be read in one way only."""

    _in_head = False
    _went_on = False
    _unfinished = 0
    _deaf = False

    @property
    def answers(self) -> bool:
        """Whether a request is being answered."""
        # uvicorn has none before the first request.
        return self.cycle is not None and not self.cycle.response_complete  # pyright: ignore[reportUnnecessaryComparison]

    def data_received(self, data: bytes) -> None:
        """Read what came; refuses what is no request, or does not come to its end."""
        self._unset_keepalive_if_required()
        parser = self.parser
        if self._deaf or parser is None:
            return
        self._went_on = False
        try:
            parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._deaf = True  # no other protocol is spoken: its answer ends the connection
            return
        except httptools.HttpParserError:
            self._refuse()
            return
        self._unfinished = 0 if self._went_on else self._unfinished + len(data)
        if self._unfinished > UNFINISHED_BYTES:
            self._refuse()

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        self._in_head = True

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; trailers are not, which anybody may add unseen (RFC 9110 section 6.5)."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to answer. Raises NotHttp, which ends the reading."""
        self._in_head, self._went_on = False, True
        parser = self.parser
        if parser is None or len(self.pipeline) >= _MOST_WAITING:
            raise NotHttp("expected a client that waits for answers")
        upgrades = parser.should_upgrade()
        self._require_http(parser.get_http_version(), upgrades=upgrades)
        super().on_headers_complete()
        if upgrades:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._went_on = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        self._went_on = True
        super().on_message_complete()

    def _require_http(self, version: str, *, upgrades: bool) -> None:
        names = [name for name, _ in self.headers]
        hosts, encodings = names.count(b"host"), names.count(b"transfer-encoding")
        if version not in _VERSIONS:
            raise NotHttp("expected HTTP/1.0 or HTTP/1.1")
        # RFC 9112 section 3.2: one host, and none is only left out by HTTP/1.0.
        if hosts > 1 or (hosts == 0 and version == "1.1"):
            raise NotHttp("expected one host")
        if b"#" in self.url:
            raise NotHttp("expected a target without fragment")
        # RFC 9112 section 6.1: HTTP/1.0 knows no transfer codings; ours is chunked and no other.
        if encodings and (version == "1.0" or self._encoding() != b"chunked"):
            raise NotHttp("expected a body in chunks, or of a length")
        # httptools leaves such a body unread.
        if upgrades and (encodings or b"content-length" in names):
            raise NotHttp("expected no body with a wish for another protocol")

    def _encoding(self) -> bytes:
        found = [value for name, value in self.headers if name == b"transfer-encoding"]
        return b",".join(found).strip().lower()

    def _refuse(self) -> None:
        """Answer 400 where that is the next answer, and read no more of this client."""
        self._deaf = True
        self.logger.warning(_REFUSED)
        cycle = self.cycle
        if not self.answers or (cycle.more_body and not self._comes_later(cycle)):
            self.send_400_response(_REFUSED)
        elif cycle.more_body:
            self.transport.close()
        else:
            cycle.keep_alive = False  # the requests before it were whole, and are answered

    def _comes_later(self, cycle: RequestResponseCycle) -> bool:
        return bool(self.pipeline) or cycle.response_started
