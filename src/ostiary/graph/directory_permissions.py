"""Who may change the directory through Graph: permissions and roles as the reference lists them.

Sources: the permission tables of the Graph reference; entra-docs
role-based-access-control/permissions-reference. Roles that read are `None`: members may.
"""

from __future__ import annotations

from typing import Final

from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.graph.permissions import (
    GLOBAL_READER,
    Allowed,
    either,
)

AUTHENTICATION_ADMINISTRATOR: Final = "c4e39bd9-1100-46d3-8c65-fb160da0071f"
PRIVILEGED_AUTHENTICATION_ADMINISTRATOR: Final = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"

METHOD_WRITERS: Final = frozenset(
    {
        GLOBAL_ADMINISTRATOR,
        AUTHENTICATION_ADMINISTRATOR,
        PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
    }
)
METHOD_READERS: Final = METHOD_WRITERS | {GLOBAL_READER}


def both(*permissions: str, roles: frozenset[str] | None) -> Allowed:
    """Declare that one of the permissions is needed, delegated or an application's own."""
    return Allowed(either(*permissions), either(*permissions), roles)


READ_METHODS: Final = both(
    "UserAuthenticationMethod.Read.All",
    "UserAuthenticationMethod.ReadWrite.All",
    roles=METHOD_READERS,
)
WRITE_METHODS: Final = both("UserAuthenticationMethod.ReadWrite.All", roles=METHOD_WRITERS)
