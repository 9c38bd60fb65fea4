"""Names of roles in the sentences of proofs, which have their ids."""

from __future__ import annotations

import re
from typing import Final

from ostiary.tenant.catalogue import BUILT_IN

_ROLE: Final = re.compile(r"role `([0-9a-f-]{36})`")


def with_role_names(text: str) -> str:
    """Put the name of each built-in role in the place of its id."""
    return _ROLE.sub(lambda found: f"role `{BUILT_IN.roles.get(found[1], found[1])}`", text)
