"""What an API is made of: how it talks, and its operations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ostiary.http.calls import Asked, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import OpenOperation, Operation
from ostiary.http.shapes import Shape
from ostiary.model.errors import OstiaryError


class Dialect(Protocol):
    """How an API writes errors, and which headers all its answers carry."""

    title: str
    error_shape: Shape

    def check(self, asked: Asked) -> None:
        """Refuse a request that lacks what every one needs. Raises ApiError (400)."""
        ...

    def error_body(self, asked: Asked, error: ApiError) -> Mapping[str, Any]:
        """Write an error."""
        ...

    def headers(self, asked: Asked) -> Mapping[str, str]:
        """Give the headers of every answer."""
        ...

    def word(self, error: OstiaryError) -> str:
        """Give the API's word for an error of the store."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Api:
    """An API: how it talks, and its operations, those before others that are tried first.

    `gate` is asked of every call once what its operation needs is there; it may refuse still.
    """

    dialect: Dialect
    operations: tuple[Operation, ...]
    open: tuple[OpenOperation, ...] = ()
    gate: Callable[[Call], ApiError | None] | None = None
