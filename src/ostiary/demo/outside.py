"""What is outside of the tenant: the issuer that its application trusts, and who gets alerts.

A pipeline's provider issues tokens there (OpenID Connect Discovery 1.0), and the people on duty
have a webhook. Both are one small HTTPS server of the demonstration's own process.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, cast

from joserfc import jwt
from joserfc.jwk import RSAKey

from ostiary.demo.tenant import AUDIENCE, SUBJECT
from ostiary.secrecy.clock import Clock
from ostiary.secrecy.randomness import Randomness
from ostiary.serving.certificates import local_ca, server_certificate

HOST: Final = "127.0.0.1"
WEBHOOK: Final = "/alerts"
_TOKEN_LASTS: Final = timedelta(days=1)
_LONGEST: Final = 1 << 20
_FOLDER: Final = "outside"


@dataclass
class Outside:
    """The server's origin, its certificate authority, and the alerts that came."""

    origin: str
    authority: Path
    key: RSAKey
    alerts: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    came: threading.Condition = field(default_factory=threading.Condition)

    def token(self, now: datetime, subject: str = SUBJECT) -> str:
        """Issue a token, by itself for the pipeline that publishes timetables; it lasts a day."""
        times = {"iat": now, "nbf": now, "exp": now + _TOKEN_LASTS}
        seconds = {name: int(each.timestamp()) for name, each in times.items()}
        claims = {"iss": self.origin, "sub": subject, "aud": AUDIENCE, **seconds}
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def document(self, path: str) -> dict[str, Any] | None:
        """Give what stands at a path."""
        configuration = {"issuer": self.origin, "jwks_uri": f"{self.origin}/keys"}
        keys = {"keys": [self.key.as_dict(private=False)]}
        return {"/.well-known/openid-configuration": configuration, "/keys": keys}.get(path)

    def take(self, alerts: list[dict[str, Any]]) -> None:
        """Keep alerts that came."""
        with self.came:
            self.alerts.extend(alerts)
            self.came.notify_all()

    def alert_about(self, name: str, since: int, seconds: float) -> dict[str, Any] | None:
        """Wait for an alert that names somebody, beyond the first `since`."""

        def found() -> dict[str, Any] | None:
            return next((each for each in self.alerts[since:] if name in json.dumps(each)), None)

        with self.came:
            return self.came.wait_for(found, timeout=seconds)


@contextmanager
def outside(
    data: Path, key: Mapping[str, Any], *, clock: Clock, randomness: Randomness
) -> Generator[Outside]:
    """Serve it until the end, at a port that is free."""
    folder = data / _FOLDER
    folder.mkdir(exist_ok=True)
    authority = local_ca(folder, clock=clock, randomness=randomness).file
    shown = server_certificate(folder, [HOST], clock=clock, randomness=randomness)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown.certificate)
    with ThreadingHTTPServer((HOST, 0), _Handler) as server:
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True)
        origin = f"https://{HOST}:{server.server_port}"
        found = Outside(origin, authority, RSAKey.import_key(dict(key)))
        _Handler.of[server.server_port] = found
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()
            del _Handler.of[server.server_port]


class _Handler(BaseHTTPRequestHandler):
    of: Final[dict[int, Outside]] = {}
    """Port -> what is served there."""

    @property
    def _outside(self) -> Outside:
        return self.of[cast("ThreadingHTTPServer", self.server).server_port]

    def do_GET(self) -> None:  # the base class calls it so
        """Give a document."""
        document = self._outside.document(self.path)
        self._answer(200 if document else 404, document or {})

    def do_POST(self) -> None:  # the base class calls it so
        """Take alerts."""
        length = int(self.headers.get("Content-Length", 0))
        if self.path != WEBHOOK or length > _LONGEST:
            self._answer(404, {})
            return
        self._outside.take(json.loads(self.rfile.read(length))["alerts"])
        self._answer(202, {})

    def _answer(self, status: int, document: Mapping[str, Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # the base class's name
        """Write nothing: the terminal is for the story."""
