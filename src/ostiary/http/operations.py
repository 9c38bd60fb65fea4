"""The operations of an API: what each needs stands beside it, or it cannot be served at all.

Deny by default (checklist AD01): a path gets into the application only through an `Operation`,
and an operation without a declaration of what it needs fails when its module is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol, TypeAlias, runtime_checkable

from ostiary.http.calls import Answer, Asked, Call
from ostiary.http.errors import ApiError
from ostiary.http.shapes import ANY, Shape


@runtime_checkable
class Needs(Protocol):
    """What a caller must hold for an operation."""

    def refusal(self, call: Call) -> ApiError | None:
        """Tell why the caller may not, None where he may."""
        ...

    def described(self) -> JsonText:
        """Give it for the document of the API."""
        ...


JsonText: TypeAlias = Mapping[str, Any]
Answers: TypeAlias = Mapping[int, Shape | None]
"""What is answered where nothing is refused: status -> shape of the body, None: no content."""
Handler: TypeAlias = Callable[[Call], Answer]
OpenHandler: TypeAlias = Callable[[Asked], Answer]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path (in Starlette's form).

    `schema` goes into its OpenAPI document as it stands; `answers` and `body` say what is answered
    and taken.
    """

    name: str
    method: str
    path: str
    handler: Handler
    needs: Needs
    schema: JsonText = field(default_factory=lambda: MappingProxyType({}))
    answers: Answers | None = None
    body: Shape | None = None


@dataclass(frozen=True, slots=True)
class OpenOperation:
    """One method of one path that anybody may call, signed in or not."""

    name: str
    path: str
    handler: OpenHandler
    method: str = "GET"
    answers: Answers = field(default_factory=lambda: {200: ANY})


class Undeclared(TypeError):
    """An operation was written without saying who may call it."""


@dataclass
class Operations:
    """The operations of one resource, each declared by a decorator above its handler."""

    all: list[Operation] = field(default_factory=list[Operation])

    def add(
        self,
        method: str,
        path: str,
        *,
        needs: Needs,
        schema: JsonText = MappingProxyType({}),
        answers: Answers | None = None,
        body: Shape | None = None,
    ) -> Callable[[Handler], Handler]:
        """Declare the function below. Raises Undeclared at import where `needs` says nothing."""
        if not isinstance(needs, Needs):  # pyright: ignore[reportUnnecessaryIsInstance]  # whatever a decorator was given
            raise Undeclared(f"{method} {path} does not say what its caller needs")

        def declared(handler: Handler) -> Handler:
            name = handler.__name__
            self.all.append(
                Operation(name, method.upper(), path, handler, needs, schema, answers, body)
            )
            return handler

        return declared
