"""Pages of the directory: people, groups, roles, applications, devices, and what was deleted."""

from __future__ import annotations

from typing import Final

from ostiary.admin.pages.directory import group, groups, roles, user, users

PAGES: Final = (users, user, groups, group, roles)
