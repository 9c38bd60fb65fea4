"""A real nginx or Caddy before a page, configured as docs/forward-authentication.md says."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from ostiary.secrecy.clock import SystemClock
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.serving.certificates import local_ca, server_certificate
from tests.serving.processes import ROOT, free_ports

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
CADDY = shutil.which("caddy")
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


def documented(heading: str) -> str:
    """Give the configuration of a proxy that the page shows."""
    shown = rf"## {heading}\n.*?```\w+\n(.*?)```"
    found = re.search(shown, PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@dataclass(frozen=True, slots=True)
class Proxy:
    """A kind of proxy: its heading on the page, its program, how its configuration is completed."""

    heading: str
    program: str | None
    around: str
    command: Callable[[str, Path, Path], list[str]]
    written: tuple[str, ...]
    meant: tuple[str, ...]

    def configured(self, **values: object) -> str:
        """Give the documented configuration for one run; `values` fill what was meant."""
        text = documented(self.heading)
        for written, meant in zip(self.written, self.meant, strict=True):
            assert written in text, written
            text = text.replace(written, meant.format(**values))
        return self.around.format(server=text, **values)


@contextmanager
def proxying(
    proxy: Proxy, folder: Path, login_url: str, authority: Path
) -> Generator[tuple[str, ssl.SSLContext]]:
    """Run a proxy before a page; gives its URL and what trusts its certificate."""
    assert proxy.program is not None
    folder.mkdir()
    clock, randomness = SystemClock(), SystemRandomness()
    own = local_ca(folder, clock=clock, randomness=randomness).file
    shown = server_certificate(folder, ["127.0.0.1"], clock=clock, randomness=randomness)
    (port,) = free_ports(1)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Application) as application:
        thread = threading.Thread(target=application.serve_forever)
        thread.start()
        file = folder / "proxy.conf"
        file.write_text(
            proxy.configured(
                folder=folder,
                port=port,
                certificate=shown.certificate,
                key=shown.key,
                login_url=login_url,
                login=login_url.removeprefix("https://"),
                authority=authority,
                application=application.server_port,
            )
        )
        command = proxy.command(proxy.program, folder, file)
        environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
        with subprocess.Popen(  # noqa: S603  # Debian's own
            command, env=environment, stderr=subprocess.DEVNULL
        ) as process:
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
_LOGIN = "https://login.example:8443"
NGINX_PROXY = Proxy(
    "nginx",
    NGINX,
    _AROUND,
    lambda program, folder, file: [
        *(program, "-p", str(folder), "-c", str(file)),
        *("-e", f"{folder}/error.log"),
    ],
    (
        "listen 443 ssl;",
        "server_name wiki.example;",
        "/etc/ssl/wiki.pem",
        "/etc/ssl/wiki.key",
        "https://wiki.example$request_uri",
        _LOGIN,
        "/etc/ostiary/ca.pem",
        "login.example",
        "http://127.0.0.1:3000",
    ),
    (
        "listen 127.0.0.1:{port} ssl;",
        "server_name 127.0.0.1;",
        "{certificate}",
        "{key}",
        "https://127.0.0.1:{port}$request_uri",
        "{login_url}",
        "{authority}",
        "localhost",
        "http://127.0.0.1:{application}",
    ),
)
CADDY_PROXY = Proxy(
    "Caddy",
    CADDY,
    "{{\n    admin off\n    auto_https off\n}}\n{server}",
    lambda program, folder, file: [
        *(program, "run", "--config", str(file), "--adapter", "caddyfile"),
    ],
    (
        "wiki.example {",
        _LOGIN,
        "login.example:8443",
        "/etc/ostiary/ca.pem",
        "login.example",
        "127.0.0.1:3000",
    ),
    (
        "https://127.0.0.1:{port} {{\n    tls {certificate} {key}",
        "{login_url}",
        "{login}",
        "{authority}",
        "localhost",
        "127.0.0.1:{application}",
    ),
)
