"""What an id in a policy refers to."""

from __future__ import annotations

from enum import Enum


class Lookup(Enum):
    """What the ids of a field refer to."""

    USER = "user"
    GROUP = "group"
    ROLE = "directory role"
    APPLICATION = "application"
    SERVICE_PRINCIPAL = "service principal"
    NAMED_LOCATION = "named location"
    AUTHENTICATION_CONTEXT = "authentication context"
    STRENGTH = "authentication strength"
    AGREEMENT = "terms of use"
