"""Commands that need an extra of the package say so before they import it."""

from __future__ import annotations

from importlib.util import find_spec

from ostiary.model.errors import InputError

_SERVER = ("alembic", "cryptography", "sqlalchemy", "starlette", "uvicorn")


def require_server() -> None:
    """Raise InputError where the packages of the extra `server` are not installed."""
    missing = [name for name in _SERVER if not find_spec(name)]
    if missing:
        raise InputError(
            f"expected the packages of the extra `server`, {', '.join(missing)} not installed",
            hint="install ostiary[server]",
        )
