"""The resources of the directory, in the order in which their paths are tried."""

from __future__ import annotations

from typing import Final

from ostiary.graph import applications, groups, methods, users

RESOURCES: Final = (users, groups, methods, applications)
