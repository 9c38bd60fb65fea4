"""Asks the server of this host or container whether it lives: exit code 0 if so, else 1.

`python healthy.py [/readyz]`; the folder is `$OSTIARY_DATA`. It goes to the sign-in service's own
port, whatever the public name points at, and believes the certificate for that name only.
"""

from __future__ import annotations

import os
import socket
import ssl
import sys
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from ostiary.model.errors import OstiaryError
from ostiary.serving.certificates import CA_CERTIFICATE
from ostiary.serving.settings import ServerSettings
from ostiary.serving.settings_reading import read_settings

SECONDS: Final = 5
_OF_ALL: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # only asked about


def main() -> int:
    """Ask once."""
    folder = Path(os.environ.get("OSTIARY_DATA", "ostiary-data"))
    path = sys.argv[1] if len(sys.argv) > 1 else "/healthz"
    try:
        found = read_settings(config=None, folder=folder, environment=os.environ).settings
        status = asked(found, _trust(found, folder), path)
    except (OstiaryError, OSError, HTTPException) as error:
        print(f"not healthy: {error}", file=sys.stderr)
        return 1
    print(f"{path}: {status}")
    return 0 if status == 200 else 1


def asked(settings: ServerSettings, trust: ssl.SSLContext, path: str) -> int:
    """Ask the listener of the sign-in service; gives the status of its answer."""
    host = urlsplit(settings.login_url).netloc
    address = settings.listen.addresses[0]
    place = _OF_ALL.get(address, address), settings.listen.login_port
    with (
        socket.create_connection(place, timeout=SECONDS) as plain,
        trust.wrap_socket(plain, server_hostname=urlsplit(settings.login_url).hostname) as secured,
    ):
        request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        secured.sendall(request.encode("ascii"))
        answer = HTTPResponse(secured)
        answer.begin()
        return answer.status


def _trust(settings: ServerSettings, folder: Path) -> ssl.SSLContext:
    tls = settings.tls
    authority = tls.authority if tls.certificate else folder / CA_CERTIFICATE
    return ssl.create_default_context(cafile=authority)


if __name__ == "__main__":
    sys.exit(main())
