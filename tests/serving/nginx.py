"""A real nginx before a page, configured as docs/forward-authentication.md says."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from ostiary.secrecy.clock import SystemClock
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.serving.certificates import local_ca, server_certificate
from tests.serving.processes import ROOT, free_ports

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
PAGE = ROOT / "docs" / "forward-authentication.md"
_TRIES = 8
"""Each waits twice as long as the one before."""


class _Application(BaseHTTPRequestHandler):
    """The application behind the proxy: it says what it was told."""

    def do_GET(self) -> None:  # the base class calls it so
        """Answer with path and headers."""
        told = {name.lower(): value for name, value in self.headers.items()}
        lines = [self.path, *(f"{name}={value}" for name, value in told.items())]
        body = "\n".join(lines).encode("latin-1")
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:  # the base class's name
        """Write nothing."""


def documented() -> str:
    """Give the configuration of nginx that the page shows."""
    found = re.search(r"## nginx\n.*?```nginx\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@contextmanager
def nginx(folder: Path, login_url: str, authority: Path) -> Generator[tuple[str, ssl.SSLContext]]:
    """Run nginx before a page; gives its URL and what trusts its certificate."""
    assert NGINX is not None
    folder.mkdir()
    clock, randomness = SystemClock(), SystemRandomness()
    own = local_ca(folder, clock=clock, randomness=randomness).file
    shown = server_certificate(folder, ["127.0.0.1"], clock=clock, randomness=randomness)
    (port,) = free_ports(1)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Application) as application:
        thread = threading.Thread(target=application.serve_forever)
        thread.start()
        text = documented()
        for written, meant in (
            ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
            ("server_name wiki.example;", "server_name 127.0.0.1;"),
            ("/etc/ssl/wiki.pem", str(shown.certificate)),
            ("/etc/ssl/wiki.key", str(shown.key)),
            ("https://wiki.example$request_uri", f"https://127.0.0.1:{port}$request_uri"),
            ("https://login.example:8443", login_url),
            ("/etc/ostiary/ca.pem", str(authority)),
            ("login.example", "localhost"),
            ("http://127.0.0.1:3000", f"http://127.0.0.1:{application.server_port}"),
        ):
            assert written in text, written
            text = text.replace(written, meant)
        file = folder / "nginx.conf"
        file.write_text(_AROUND.format(folder=folder, server=text))
        command = [NGINX, "-p", str(folder), "-c", str(file), "-e", f"{folder}/error.log"]
        with subprocess.Popen(command) as process:  # noqa: S603  # Debian's nginx
            try:
                url = f"https://127.0.0.1:{port}"
                trust = ssl.create_default_context(cafile=own)
                _wait(url, trust)
                yield url, trust
            finally:
                process.terminate()
                process.wait(timeout=60)
                application.shutdown()
                thread.join()


def _wait(url: str, trust: ssl.SSLContext) -> None:
    transport = httpx.HTTPTransport(verify=trust, retries=_TRIES)
    with httpx.Client(transport=transport) as client:
        client.get(url)


_AROUND = """
daemon off;
pid {folder}/nginx.pid;
worker_processes 1;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{server}
}}
"""
