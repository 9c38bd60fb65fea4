"""The OpenAPI document of an API, made of the declarations of its operations alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from ostiary.http.api import Api
from ostiary.http.operations import OpenOperation, Operation
from ostiary.http.shapes import NUMBER, Shape, gathered

OPENAPI: Final = "3.1.0"
VERSION: Final = "1.0.0"
"""Of the document's format, not of Ostiary: clients compare it."""
_PLACES: Final = re.compile(r"{(\w+)(?::\w+)?}")
_TOKEN: Final = "token"  # noqa: S105  # the name of a way to sign in


def openapi_document(api: Api) -> dict[str, Any]:
    """Describe an API: its paths, what each takes, answers and needs; every type once."""
    types: dict[str, Any] = {}
    error = gathered(api.dialect.error_shape, types)
    paths: dict[str, dict[str, Any]] = {}
    for each in api.open:
        paths.setdefault(template(each.path), {})[each.method.lower()] = _open(each, types)
    for each in api.operations:
        described = _described(each, types, error)
        paths.setdefault(template(each.path), {})[each.method.lower()] = described
    scheme = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    return {
        "openapi": OPENAPI,
        "info": {"title": api.dialect.title, "version": VERSION},
        "paths": paths,
        "components": {
            "schemas": dict(sorted(types.items())),
            "securitySchemes": {_TOKEN: scheme},
        },
    }


def template(path: str) -> str:
    """Give a route as OpenAPI writes it: `{scope:path}`, which may hold slashes, is `{scope}`."""
    return _PLACES.sub(r"{\1}", path)


def _open(each: OpenOperation, types: dict[str, Any]) -> dict[str, Any]:
    return {
        **_named(each.method, each.path, each.name, each.handler.__doc__),
        "parameters": _places(each.path),
        "responses": _responses(each.answers, types),
    }


def _described(each: Operation, types: dict[str, Any], error: Any) -> dict[str, Any]:
    parameters: Sequence[Any] = each.schema.get("parameters", ())
    described: dict[str, Any] = {
        **_named(each.method, each.path, each.name, each.handler.__doc__),
        **{name: value for name, value in each.schema.items() if name != "parameters"},
        "parameters": [*_places(each.path), *gathered(parameters, types)],
        "responses": {
            **_responses(each.answers or {}, types),
            "4XX": _answer("refused", None if each.method == "HEAD" else error),
        },
        "security": [{_TOKEN: []}],
        "x-needs": dict(each.needs.described()),
    }
    if each.body is not None:
        content = {"application/json": {"schema": gathered(each.body, types)}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _named(method: str, path: str, name: str, documented: str | None) -> dict[str, Any]:
    summary = (documented or name).partition("\n")[0]
    return {"operationId": f"{method}_{template(path)}", "summary": summary}


def _places(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PLACES.findall(path)
    ]


def _responses(answers: Mapping[int, Shape | None], types: dict[str, Any]) -> dict[str, Any]:
    return {
        str(status): _answer(
            HTTPStatus(status).phrase, None if shape is None else gathered(shape, types)
        )
        for status, shape in answers.items()
    }


def _answer(description: str, shape: Any) -> dict[str, Any]:
    if shape is None:
        return {"description": description}
    kind = "text/plain" if shape == NUMBER else "application/json"
    return {"description": description, "content": {kind: {"schema": shape}}}
