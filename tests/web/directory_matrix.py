"""Which directory roles each operation on the directory asks for; None: any member (AD02)."""

from __future__ import annotations

from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR, GLOBAL_READER, USER_ADMINISTRATOR

AUTHENTICATION = "c4e39bd9-1100-46d3-8c65-fb160da0071f"
PRIVILEGED_AUTHENTICATION = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"
PRIVILEGED_ROLE = "e8611ab8-c189-46e8-94e1-60213ab1f814"


def roles(*held: str) -> frozenset[str]:
    """Give roles, with the Global Administrator, who may do everything."""
    return frozenset({GLOBAL_ADMINISTRATOR, *held})


USERS = roles(USER_ADMINISTRATOR)
METHODS = roles(AUTHENTICATION, PRIVILEGED_AUTHENTICATION)
_METHODS_OF = "users/{id}/authentication"
_KINDS = ("fido2Methods", "softwareOathMethods", "temporaryAccessPassMethods")
DIRECTORY: dict[str, frozenset[str] | None] = {
    "POST users": USERS,
    "DELETE users/{id}": USERS,
    f"POST {_METHODS_OF}/temporaryAccessPassMethods": METHODS,
    **{
        f"GET {_METHODS_OF}/{each}": METHODS | {GLOBAL_READER}
        for each in (
            "methods",
            "passwordMethods",
            *_KINDS,
            *(f"{kind}/{{method}}" for kind in _KINDS),
        )
    },
    **{f"DELETE {_METHODS_OF}/{kind}/{{method}}": METHODS for kind in _KINDS},
}
