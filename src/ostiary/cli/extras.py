"""Commands that need an extra of the package say so before they import it."""

from __future__ import annotations

import sys
from importlib.util import find_spec

from ostiary.model.errors import InputError

_SERVER = ("alembic", "cryptography", "sqlalchemy", "starlette", "uvicorn")
_ANALYSIS = ("duckdb", "numpy", "pyarrow")
_DEMO = ("httpx", "msal")
_ENTRA = ("httpx",)
"""azure-identity is asked for where one of its credentials is."""


def require_server() -> None:
    """Raise InputError where the packages of the extra `server` are not installed.

    On Windows always: a data folder is locked, and its keys are kept for their owner, in ways that
    only POSIX has.
    """
    if sys.platform == "win32":
        raise InputError(
            "expected Linux or macOS for a server and its data, came Windows",
            hint="run it in WSL or a container; validate, whatif, decide, lint, impact and prove "
            "work here",
        )
    _require("server", _SERVER)


def require_analysis() -> None:
    """Raise InputError where the packages of the extra `analysis` are not installed."""
    _require("analysis", _ANALYSIS)


def require_demo() -> None:
    """Raise InputError where what `ostiary demo` needs is not installed."""
    require_server()
    require_analysis()
    _require("demo", _DEMO)


def require_entra() -> None:
    """Raise InputError where what speaks to a Graph API is not installed."""
    _require("entra", _ENTRA)


def _require(extra: str, packages: tuple[str, ...]) -> None:
    missing = [name for name in packages if not find_spec(name)]
    if missing:
        raise InputError(
            f"expected the packages of the extra `{extra}`, {', '.join(missing)} not installed",
            hint=f"install ostiary[{extra}]; in a clone of the project: make server",
        )
