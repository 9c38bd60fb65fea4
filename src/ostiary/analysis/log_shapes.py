"""Under which names the raw columns of a sign-in stand in the shapes that logs come in.

Graph's `signIn` (objects), the envelope of Azure Monitor around the same members, and the tables of
Log Analytics. Old exports of the latter split a column of JSON in two: `…_dynamic`, `…_string`.
Sources: api-reference signin; Azure Monitor reference, tables SigninLogs and
AADNonInteractiveUserSignInLogs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Raw:
    """One raw column: its name here, its member in Graph, its columns in tables.

    `envelope` are members of the Azure Monitor record around `properties`, in both spellings that
    are in use; the record's own member comes first.
    """

    name: str
    graph: str = ""
    table: tuple[str, ...] = ()
    envelope: tuple[str, ...] = ()


def _split(name: str) -> tuple[str, ...]:
    return (name, f"{name}_dynamic", f"{name}_string")


RAW: Final = (
    Raw("request_id", "id", ("Id",)),
    Raw("time", "createdDateTime", ("CreatedDateTime", "TimeGenerated"), ("time", "Time")),
    Raw("category", "", ("Category", "Type"), ("category", "Category")),
    Raw("event_types", "signInEventTypes", ("SignInEventTypes",)),
    Raw("interactive", "isInteractive", ("IsInteractive",)),
    Raw("managed", "managedIdentityType", ("ManagedIdentityType",)),
    Raw("managed_service", "managedServiceIdentity.msiType"),
    Raw("user_id", "userId", ("UserId",)),
    Raw("user_name", "userPrincipalName", ("UserPrincipalName",)),
    Raw("principal_id", "servicePrincipalId", ("ServicePrincipalId",)),
    Raw("principal_name", "servicePrincipalName", ("ServicePrincipalName",)),
    Raw("app_id", "appId", ("AppId",)),
    Raw("app_name", "appDisplayName", ("AppDisplayName",)),
    Raw("resource_id", "resourceId", ("ResourceIdentity",)),
    Raw("resource_name", "resourceDisplayName", ("ResourceDisplayName",)),
    Raw("audiences", "conditionalAccessAudiences", ("ConditionalAccessAudiences",)),
    Raw("ip", "ipAddress", ("IPAddress",), ("callerIpAddress", "calleripaddress")),
    Raw("place", "location", _split("LocationDetails")),
    Raw("land", "", ("Location",), ("location", "Location")),
    Raw("client", "clientAppUsed", ("ClientAppUsed",)),
    Raw("device", "deviceDetail", _split("DeviceDetail")),
    Raw("user_agent", "userAgent", ("UserAgent",)),
    Raw("sign_in_risk", "riskLevelDuringSignIn", ("RiskLevelDuringSignIn",)),
    Raw("user_risk", "riskLevelAggregated", ("RiskLevelAggregated",)),
    Raw("protocol", "authenticationProtocol", ("AuthenticationProtocol",)),
    Raw("original", "originalTransferMethod", ("OriginalTransferMethod",)),
    Raw("requirement", "authenticationRequirement", ("AuthenticationRequirement",)),
    Raw("steps", "authenticationDetails", ("AuthenticationDetails",)),
    Raw("status", "status", _split("Status")),
    Raw("result", "", ("ResultType",), ("resultType", "resulttype")),
    Raw("ca_status", "conditionalAccessStatus", ("ConditionalAccessStatus",)),
    Raw("user_type", "userType", ("UserType",)),
    Raw("home_tenant", "homeTenantId", ("HomeTenantId",)),
    Raw("resource_tenant", "resourceTenantId", ("ResourceTenantId",)),
    Raw("crossing", "crossTenantAccessType", ("CrossTenantAccessType",)),
)

IDENTITY: Final = ("user_id", "user_name", "principal_id", "principal_name")
TARGET: Final = ("app_id", "app_name", "resource_id", "resource_name")
CIRCUMSTANCE: Final = ("time", "ip", "status", "result")
ESSENTIAL: Final = (
    (IDENTITY, "who signs in (`UserId`, `UserPrincipalName` or `ServicePrincipalId`)"),
    (TARGET, "to what (`AppId` or `ResourceIdentity`)"),
    (CIRCUMSTANCE, "when, whence or how it ended (`CreatedDateTime`, `IPAddress` or `ResultType`)"),
)
"""A sign-in names somebody, something, and a circumstance."""


def essential_missing(present: Iterable[str]) -> tuple[str, ...]:
    """Say what these raw columns do not tell of a sign-in: who, to what, under which circumstances.

    Each with the column of Log Analytics that would.
    """
    held = set(present)
    return tuple(what for group, what in ESSENTIAL if not held & set(group))


_UNIT = " [UTC]"
"""What the portal of Log Analytics adds to columns that hold times."""


def table_columns(header: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Give, for each raw column that a table has, the table's columns, the preferred one first.

    Tables use Log Analytics names or, where somebody flattened Graph's records, Graph's own; case
    does not matter.
    """
    spelled = {each.strip().removesuffix(_UNIT).casefold(): each for each in header}
    # `resourceId` in a table is the ARM id of the log itself.
    graph_names = "resourceidentity" not in spelled and "operationname" not in spelled
    found: dict[str, tuple[str, ...]] = {}
    for raw in RAW:
        wanted = (*raw.table, raw.graph) if graph_names else raw.table
        columns = (spelled.get(each.casefold()) for each in wanted if each)
        present = tuple(dict.fromkeys(each for each in columns if each is not None))
        if present:
            found[raw.name] = present
    return found


__all__ = [
    "CIRCUMSTANCE",
    "ESSENTIAL",
    "IDENTITY",
    "RAW",
    "TARGET",
    "Raw",
    "essential_missing",
    "table_columns",
]
