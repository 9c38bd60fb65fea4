"""Azure roles: what each allows; those that are built in, and those that the tenant made.

Source: azure-docs role-based-access-control/built-in-roles, role-definitions, custom-roles.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from ostiary.directory.azure import ROLE_DEFINITION
from ostiary.directory.documents import Stored
from ostiary.directory.store import Aggregates
from ostiary.model.json_types import as_object, as_strings, is_list

ROOT: Final = "/"
"""The scope above every management group."""


@dataclass(frozen=True, slots=True)
class AzureRole:
    """A role: actions it allows but for those taken out again.

    `assignable` are the scopes at and below which it can be assigned. Actions on data are kept and
    told; no service here keeps data. `made` is the object of a custom role, None of a built-in one.
    """

    id: str
    name: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()
    description: str = ""
    assignable: tuple[str, ...] = (ROOT,)
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()
    made: Stored | None = None

    def allows(self, action: str) -> bool:
        """Tell whether it allows an action; `*` stands for anything, case does not count."""
        folded = action.casefold()
        allowed = any(fnmatchcase(folded, each.casefold()) for each in self.actions)
        return allowed and not any(
            fnmatchcase(folded, each.casefold()) for each in self.not_actions
        )


def definition_id(role_id: str) -> str:
    """Give the id of a role's definition, which is the tenant's and not a subscription's."""
    return f"/providers/{ROLE_DEFINITION}/{role_id}"


def role_id_of(written: object) -> str:
    """Give the last part of the id of a definition, whatever subscription it was read in."""
    return str(written).rstrip("/").rpartition("/")[2].casefold()


def role_of(work: Aggregates, role_id: str) -> AzureRole | None:
    """Give a role by its GUID, None where there is none."""
    built_in = BUILT_IN.get(role_id.casefold())
    if built_in is not None:
        return built_in
    found = work.azure.get(definition_id(role_id))
    return None if found is None else custom_role(found)


def custom_roles(work: Aggregates) -> list[AzureRole]:
    """Give the roles that the tenant made."""
    return [custom_role(each) for each in work.azure.of_type(ROLE_DEFINITION)]


def custom_role(found: Stored) -> AzureRole:
    """Read the object of a custom role."""
    properties = as_object(found.document.get("properties"))
    written: object = properties.get("permissions")
    permissions = as_object(written[0] if is_list(written) and written else None)
    return AzureRole(
        str(found.document["name"]),
        str(properties.get("roleName")),
        tuple(as_strings(permissions.get("actions"))),
        tuple(as_strings(permissions.get("notActions"))),
        str(properties.get("description") or ""),
        tuple(as_strings(properties.get("assignableScopes"))),
        tuple(as_strings(permissions.get("dataActions"))),
        tuple(as_strings(permissions.get("notDataActions"))),
        found,
    )


def _built_in() -> Mapping[str, AzureRole]:
    text = files("ostiary.arm").joinpath("built_in_roles.json").read_text("utf-8")
    rows: list[dict[str, Any]] = json.loads(text)["roles"]
    found = (
        AzureRole(
            row["id"],
            row["name"],
            tuple(row["actions"]),
            tuple(row["notActions"]),
            row["description"],
        )
        for row in rows
    )
    return MappingProxyType({each.id: each for each in found})


BUILT_IN: Final = _built_in()
OWNER: Final = BUILT_IN["8e3af657-a8ff-443c-a75c-2fe8c4bcb635"]
CONTRIBUTOR: Final = BUILT_IN["b24988ac-6180-42a0-ab88-20f7382dd24c"]
READER: Final = BUILT_IN["acdd72a7-3385-48ef-bd42-f606fba81ae7"]
USER_ACCESS_ADMINISTRATOR: Final = BUILT_IN["18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"]
