"""Every answer that a test gets is compared with what the document of the API says of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from ostiary.arm.app import API as ARM
from ostiary.graph.app import API as GRAPH
from ostiary.http.api import Api
from ostiary.http.document import openapi_document, template


class Undescribed(AssertionError):
    """An answer is not what the document of the API says."""


@cache
def document_of(name: str) -> dict[str, Any]:
    """Give the document of `graph` or `management`."""
    return openapi_document(_API[name])


_API: Mapping[str, Api] = {"graph": GRAPH, "management": ARM}


@cache
def _routes(name: str) -> tuple[tuple[re.Pattern[str], dict[str, Any]], ...]:
    api, paths = _API[name], document_of(name)["paths"]
    routes = dict.fromkeys(each.path for each in (*api.open, *api.operations))
    return tuple(
        (re.compile(f"{_pattern(path)}/?", re.IGNORECASE), paths[template(path)]) for path in routes
    )


def _pattern(path: str) -> str:
    parts = re.split(r"({\w+(?::\w+)?})", path)
    return "".join(
        (".+" if each.endswith(":path}") else "[^/]+") if each.startswith("{") else re.escape(each)
        for each in parts
    )


@cache
def _validator(name: str, schema: str) -> Any:
    # Components stand in the document, to which references point.
    whole = {**json.loads(schema), "components": document_of(name)["components"]}
    return jsonschema_rs.validator_for(whole, validate_formats=True)


def described(name: str, method: str, path: str) -> dict[str, Any] | None:
    """Give what the document says of a request, None where it names no such operation."""
    for pattern, methods in _routes(name):
        found = methods.get(method.lower())
        if found is not None and pattern.fullmatch(path):
            return found
    return None


def require_described(name: str, response: Any) -> None:
    """Raise Undescribed where an answer is not one that its operation may give."""
    method, path = response.request.method, response.request.url.path
    operation = described(name, method, path)
    if operation is None:
        return
    answers = operation["responses"]
    told = answers.get(str(response.status_code), answers.get(f"{response.status_code // 100}XX"))
    where = f"{method} {path} -> {response.status_code}"
    if told is None:
        raise Undescribed(f"{where}: only {', '.join(answers)} are described")
    if response.status_code == 431:
        return  # longer than headers may be: refused before anybody knows whose API it is
    content = told.get("content")
    if content is None:
        if response.content:
            raise Undescribed(f"{where}: no content is described, came {response.text[:200]}")
        return
    kind = response.headers["content-type"].partition(";")[0]
    if kind not in content:
        raise Undescribed(f"{where}: expected {' or '.join(content)}, came {kind}")
    schema, body = json.dumps(content[kind]["schema"]), response.text
    for error in _validator(name, schema).iter_errors(
        response.json() if kind == "application/json" else body
    ):
        place = "/".join(map(str, error.instance_path))
        raise Undescribed(f"{where}: {place}: {error.message[:500]}")
