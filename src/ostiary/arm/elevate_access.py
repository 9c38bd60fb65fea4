"""`elevateAccess`: a Global Administrator gets User Access Administrator at the root.

Source: azure-docs role-based-access-control/elevate-access-global-admin. It is taken back like any
role assignment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.arm.azure_roles import ROOT, USER_ACCESS_ADMINISTRATOR, definition_id, role_id_of
from ostiary.arm.roles import not_delegated
from ostiary.directory.azure import ROLE_ASSIGNMENT
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import as_object

OPERATIONS: Final = Operations()
_ACTION: Final = "Microsoft.Authorization/elevateAccess"


@dataclass(frozen=True, slots=True)
class GlobalAdministrator:
    """The caller is Global Administrator now, whatever the token says."""

    def refusal(self, call: Call) -> ApiError | None:
        """Refuse everybody else."""
        undelegated = not_delegated(call)
        if undelegated is not None:
            return undelegated
        if GLOBAL_ADMINISTRATOR in call.directory_roles:
            return None
        return ApiError(
            403,
            "AuthorizationFailed",
            f"The client with object id '{call.token.object_id}' is no Global Administrator, who "
            f"alone may perform action '{_ACTION}/action' over scope '{ROOT}'.",
        )

    def described(self) -> Mapping[str, Any]:
        """Give it for the document of the API."""
        return {"directoryRole": "Global Administrator"}


@OPERATIONS.add("POST", f"/providers/{_ACTION}", needs=GlobalAdministrator(), answers={200: None})
def elevate_access(call: Call) -> Answer:
    """Make the caller User Access Administrator of everything."""
    principal = call.token.object_id
    with call.store.transaction() as work, work.unit.recording(call.actor):
        held = work.azure.assignments(frozenset({principal}))
        properties = [as_object(each.document.get("properties")) for each in held]
        elevated = any(
            each.get("scope") == ROOT
            and role_id_of(each.get("roleDefinitionId")) == USER_ACCESS_ADMINISTRATOR.id
            for each in properties
        )
        if not elevated:
            name = call.store.means.new_id()
            document = {
                "id": f"/providers/{ROLE_ASSIGNMENT}/{name}",
                "type": ROLE_ASSIGNMENT,
                "name": name,
                "properties": {
                    "principalId": principal,
                    "principalType": "ServicePrincipal" if call.token.of_application else "User",
                    "roleDefinitionId": definition_id(USER_ACCESS_ADMINISTRATOR.id),
                    "scope": ROOT,
                    "createdBy": principal,
                    "updatedBy": principal,
                },
            }
            work.azure.create(document, by=call.actor)
    return Answer(200)
