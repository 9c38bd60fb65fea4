"""A mail server on loopback, with STARTTLS, that keeps what it is given."""

from __future__ import annotations

import base64
import socket
import socketserver
import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.secrecy.canary import tls_of

USER, WORD = "alerts", "only for tests"


@dataclass
class MailServer:
    """What came; `refuse` answers every mail with a temporary error."""

    tls: ssl.SSLContext
    port: int = 0
    mails: list[str] = field(default_factory=list[str])
    logins: list[str] = field(default_factory=list[str])
    secured: int = 0
    refuse: bool = False


class _Session:
    """One client."""

    def __init__(self, found: MailServer, connection: socket.socket) -> None:
        self._found, self._connection = found, connection

    def serve(self) -> None:
        """Answer until the client goes."""
        self._say("220 localhost ESMTP")
        word = ""
        while word != "QUIT":
            line = self._line()
            word = line.partition(" ")[0].upper()
            if word == "STARTTLS":
                self._secure()
            elif word == "DATA":
                self._take()
            else:
                self._plain(line)
        self._connection.close()

    def _plain(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if word.upper() == "AUTH":
            self._found.logins.append(base64.b64decode(rest.split()[1]).decode())
        refused = word.upper() == "MAIL" and self._found.refuse
        capable = "250-localhost\r\n250-STARTTLS\r\n250 AUTH PLAIN"
        answers = {"EHLO": capable, "AUTH": "235 welcome", "QUIT": "221 bye"}
        self._say("451 later" if refused else answers.get(word.upper(), "250 fine"))

    def _secure(self) -> None:
        self._say("220 go ahead")
        self._connection = self._found.tls.wrap_socket(self._connection, server_side=True)
        self._found.secured += 1

    def _take(self) -> None:
        self._say("354 go on")
        lines: list[str] = []
        while (line := self._line()) != ".":
            lines.append(line)
        self._found.mails.append("\n".join(lines))
        self._say("250 taken")

    def _say(self, text: str) -> None:
        self._connection.sendall(f"{text}\r\n".encode())

    def _line(self) -> str:
        octets = b""
        while not octets.endswith(b"\n"):
            octet = self._connection.recv(1)
            if not octet:
                raise ConnectionError
            octets += octet
        return octets.decode().rstrip("\r\n")


@contextmanager
def mail_server(folder: Path) -> Generator[MailServer]:
    """Serve until the end, with a certificate by the authority in a folder."""
    found = MailServer(tls_of(folder))

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            # a client that goes away in the middle is one of the tests
            with self.request.dup() as own, suppress(OSError):
                _Session(found, own).serve()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        found.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()
