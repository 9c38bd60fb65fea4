"""Octets to a server as they stand, and everything that it answers."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from ostiary.serving.strict_http import StrictProtocol


async def answered(
    protocol: type[StrictProtocol], app: ASGIApp, *pieces: bytes, whole: bytes = b""
) -> bytes:
    """Send pieces and give what is answered until the server ends the connection.

    After a piece that is `whole` its answer is awaited, which ends in `0 bytes`.
    """
    config = uvicorn.Config(
        app, http=protocol, port=0, lifespan="off", log_config=None, timeout_keep_alive=60
    )
    server = uvicorn.Server(config)
    config.load()
    loop = asyncio.get_running_loop()
    state: Any = server.server_state
    listening = await loop.create_server(lambda: protocol(config, state, {}, loop), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*listening.sockets[0].getsockname())
    answer = b""
    async with asyncio.timeout(60):  # what hangs fails
        with suppress(ConnectionError):  # a server that reads no more does not wait for the rest
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                if piece == whole:
                    answer += await reader.readuntil(b"0 bytes")
            while found := await reader.read(65_536):
                answer += found
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        while state.connections:
            await asyncio.sleep(0)
    listening.close()
    await listening.wait_closed()
    return answer
