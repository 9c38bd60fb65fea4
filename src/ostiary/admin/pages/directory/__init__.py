"""Pages of the directory: people, groups, roles, applications, devices, and what was deleted."""

from __future__ import annotations

from typing import Final

from ostiary.admin.pages.directory import user, users

PAGES: Final = (users, user)
