"""Column types of the first schema, as they were then."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

WHOLE: Final[Any] = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""Numbers, and times as microseconds since 1970 (STRICT tables of SQLite know INTEGER only)."""
WORDS: Final[Any] = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Keys, compared by code point."""
