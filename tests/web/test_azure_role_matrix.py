"""AD02: each of the four general Azure roles against each operation of the management API."""

from __future__ import annotations

from ostiary.arm.app import API
from ostiary.arm.azure_roles import CONTRIBUTOR, OWNER, READER, USER_ACCESS_ADMINISTRATOR
from ostiary.http.operations import Operation

WITHOUT_A_ROLE = {
    "GET /tenants",
    "GET /subscriptions",
    "GET /subscriptions/{subscription}/operationresults/{operation}",
    "GET /subscriptions/{subscription}/operationStatuses/{operation}",
    "GET /providers/Microsoft.Management/managementGroups",
    # Which group has to be writable depends on the body: asked by the handlers.
    "PUT /providers/Microsoft.Management/managementGroups/{group}",
    "PATCH /providers/Microsoft.Management/managementGroups/{group}",
    "GET /providers/Microsoft.Billing/billingAccounts",
}
"""Operations that whoever signed in may call; they show what he may see."""


def _actions() -> dict[str, str]:
    """Give the action of each operation that needs one."""
    found: dict[str, str] = {}
    for each in API.operations:
        action = each.needs.described().get("action")
        if action:
            # A resource of any type, and any provider.
            named = str(action).replace("{resource type}", "Microsoft.Storage/storageAccounts")
            found[_name(each)] = named.replace("*", "Microsoft.Storage")
    return found


def _name(each: Operation) -> str:
    return f"{each.method} {each.path}"


def test_AD02_every_operation_needs_a_role_or_says_why_not() -> None:
    kinds = {_name(each): set(each.needs.described()) for each in API.operations}
    assert {name for name, kind in kinds.items() if "signedIn" in kind} == WITHOUT_A_ROLE
    others = [kind - {"scope", "signedIn"} for kind in kinds.values()]
    assert set().union(*others) == {"action", "anyRoleIn", "billing", "directoryRole"}


def test_AD02_the_matrix_of_azure_roles_and_operations() -> None:
    for name, action in _actions().items():
        folded = action.casefold()
        reads = folded.endswith("/read")
        of_access = folded.startswith("microsoft.authorization/")
        assert reads is name.startswith(("GET ", "HEAD ")), name
        assert OWNER.allows(action), name
        assert READER.allows(action) is reads, name
        assert USER_ACCESS_ADMINISTRATOR.allows(action) is (reads or of_access), name
        kept_apart = of_access or folded in {
            "microsoft.subscription/cancel/action",
            "microsoft.subscription/enable/action",
        }
        assert CONTRIBUTOR.allows(action) is (reads or not kept_apart), name
