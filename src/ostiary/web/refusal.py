"""A request that is refused: raised where it is found out, answered in one place."""

from __future__ import annotations

from typing import TypeVar

from ostiary.oidc.errors import OAuthError

Value = TypeVar("Value")


class Refused(Exception):
    """Ends a request with an OAuth error."""

    def __init__(self, error: OAuthError) -> None:
        """Keep the error."""
        super().__init__(error.text)
        self.error = error


def accepted(value: Value | OAuthError) -> Value:
    """Give a value that is no error. Raises Refused."""
    if isinstance(value, OAuthError):
        raise Refused(value)
    return value
