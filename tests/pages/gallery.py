"""Serves every page with sample values on loopback, with the real headers.

`python -m tests.pages.gallery [--port N]` prints the address; `/` lists the pages. Forms that
belong to the service are posted to `/post`, which answers with what it was sent.
"""

from __future__ import annotations

import argparse
import base64
import secrets
import socket
from functools import partial
from html import escape
from urllib.parse import quote

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ostiary.pages import (
    Asset,
    Login,
    Page,
    Post,
    Texts,
    asset_answer,
    assets,
    render,
    security_headers,
    texts_for,
)
from tests.pages.payloads import PAYLOADS, filled
from tests.pages.samples import samples


def respond(page: Page, texts: Texts, *targets: str) -> Response:
    """Answer with a page as the service does."""
    nonce = base64.b64encode(secrets.token_bytes(18)).decode()
    headers = security_headers(page, nonce, host="localhost", form_targets=targets)
    return Response(render(page, texts, nonce), headers=headers)


def _texts(request: Request) -> Texts:
    texts = texts_for(request.query_params.get("lang"))
    if "rtl" in request.query_params:
        return Texts("ar", "rtl", texts.entries)
    return texts


def _pages(app_origin: str) -> dict[str, Page]:
    return samples(f"{app_origin}/callback")


async def _list(request: Request, *, app_origin: str) -> Response:
    names = list(_pages(app_origin))
    if "json" in request.query_params:
        return JSONResponse({"pages": names, "payloads": len(PAYLOADS), "app": app_origin})
    items = "".join(f'<li><a href="/page/{escape(each)}">{escape(each)}</a>' for each in names)
    return HTMLResponse(f"<!doctype html><title>Gallery</title><ul>{items}</ul>")


async def _page(request: Request, *, app_origin: str) -> Response:
    page = _pages(app_origin).get(request.path_params["name"])
    if page is None:
        return HTMLResponse("<!doctype html><title>No such page</title>", 404)
    if payload := request.query_params.get("payload"):
        page = filled(page, "".join(PAYLOADS[int(number)] for number in payload.split(",")))
    return respond(page, _texts(request))


async def _redirecting(request: Request) -> Response:
    """Show a step whose answer redirects to `to`, which its headers allow with `allowed`."""
    target = request.query_params["to"]
    page = Login(form=Post(f"/post?redirect={quote(target, safe='')}"), login="alice")
    return respond(page, _texts(request), *([target] if "allowed" in request.query_params else []))


async def _unescaped(request: Request) -> Response:
    """Show payloads as they are, in a page with no language: what the checks must find."""
    numbers = request.query_params.get("payload", "").split(",")
    text = "".join(PAYLOADS[int(number)] for number in numbers if number)
    return HTMLResponse(f"<!doctype html><p>{text}</p><img src='/icon.svg'>")


async def _posted(request: Request) -> Response:
    form = await request.form()
    if target := request.query_params.get("redirect"):
        return RedirectResponse(target, 303)
    return JSONResponse(
        {
            "fields": [[name, str(value)] for name, value in form.multi_items()],
            "origin": request.headers.get("origin"),
            "site": request.headers.get("sec-fetch-site"),
            "host": request.headers["host"],
        }
    )


def _asset_route(served: Asset) -> Route:
    async def answer(request: Request) -> Response:
        body, headers = asset_answer(served, request.headers.get("accept-encoding", ""))
        return Response(body, headers=headers)

    return Route(served.path, answer)


def gallery(app_origin: str) -> Starlette:
    """Build the app; `app_origin` is where answers to an app go, another origin than ours."""
    return Starlette(
        routes=[
            Route("/", partial(_list, app_origin=app_origin)),
            Route("/page/{name}", partial(_page, app_origin=app_origin)),
            Route("/unescaped", _unescaped),
            Route("/redirecting", _redirecting),
            Route("/post", _posted, methods=["POST"]),
            Route("/callback", _posted, methods=["GET", "POST"]),
            *(_asset_route(each) for each in assets()),
        ]
    )


def _listen(port: int) -> list[socket.socket]:
    """Listen on both loopback addresses: `localhost` and the addresses are three origins."""
    first = socket.create_server(("127.0.0.1", port))
    port = first.getsockname()[1]
    try:
        return [first, socket.create_server(("::1", port), family=socket.AF_INET6)]
    except OSError:
        return [first]


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    sockets = _listen(parser.parse_args().port)
    port = sockets[0].getsockname()[1]
    print(f"http://localhost:{port}", flush=True)  # noqa: T201  # says where it is
    config = uvicorn.Config(gallery(f"http://127.0.0.1:{port}"), log_level="warning")
    uvicorn.Server(config).run(sockets=sockets)


if __name__ == "__main__":
    main()
