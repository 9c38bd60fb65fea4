"""What lies outside of the tenant: an issuer of federated tokens, and a receiver of alerts."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

from joserfc import jwt
from joserfc.jwk import RSAKey

from ostiary.secrecy.clock import SystemClock
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.serving.certificates import local_ca, server_certificate

HOST = "127.0.0.1"
SUBJECT, AUDIENCE = "repo:fjordvik/backup:ref:refs/heads/main", "api://AzureADTokenExchange"


@dataclass
class Outside:
    """A server with a certificate authority of its own."""

    origin: str
    authority: Path
    key: RSAKey
    alerts: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def token(self, subject: str = SUBJECT) -> str:
        """Issue a token, as a pipeline gets it for its run."""
        now = int(time.time())
        times = {"iat": now, "nbf": now, "exp": now + 600}
        claims = {"iss": self.origin, "sub": subject, "aud": AUDIENCE, **times}
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def document(self, path: str) -> dict[str, Any] | None:
        """Give what stands at a path."""
        return {
            "/.well-known/openid-configuration": {
                "issuer": self.origin,
                "jwks_uri": f"{self.origin}/keys",
            },
            "/keys": {"keys": [self.key.as_dict(private=False)]},
        }.get(path)


@contextmanager
def outside(folder: Path) -> Generator[Outside]:
    """Serve it until the end."""
    folder.mkdir()
    clock, randomness = SystemClock(), SystemRandomness()
    authority = local_ca(folder, clock=clock, randomness=randomness).file
    shown = server_certificate(folder, [HOST], clock=clock, randomness=randomness)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown.certificate)
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
    with ThreadingHTTPServer((HOST, 0), _Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        found = Outside(f"https://{HOST}:{server.server_port}", authority, key)
        _Handler.told = {**_Handler.told, server.server_port: found}
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    told: dict[int, Outside] = {}  # noqa: RUF012  # replaced, never changed

    @property
    def _outside(self) -> Outside:
        return self.told[cast("ThreadingHTTPServer", self.server).server_port]

    def do_GET(self) -> None:  # the base class calls it so
        """Give a document."""
        document = self._outside.document(self.path)
        self._answer(200 if document else 404, document or {})

    def do_POST(self) -> None:  # the base class calls it so
        """Take alerts."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._outside.alerts.extend(json.loads(body)["alerts"])
        self._answer(202, {})

    def _answer(self, status: int, document: dict[str, Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # the base class's name
        """Write nothing."""
