"""The Graph of a served tenant on a port of this host, for commands that really connect."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn

from ostiary.web.resource_apis import graph_api
from tests.web.serving import Served


@contextmanager
def live_graph(served: Served) -> Generator[str]:
    """Serve it without TLS, which our clients allow on this host only; gives the origin."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(graph_api(served.service), log_level="warning", lifespan="off")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
