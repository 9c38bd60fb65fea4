"""One sign-in, written in every shape that logs come in."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ostiary.analysis.log_reading import LogSource, read_logs

USER = "9b117c67-170e-4aed-9702-658b3fddc889"
TENANT = "2ad3fc79-1859-42fa-9011-6f8df2251b22"
OUTLOOK = "27922004-5251-4030-b22d-91ecd9a37ea4"
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
DEVICE = "bd83f9f0-3b4a-4c43-8ad5-1d8c9a3d2e10"


def graph(**members: Any) -> dict[str, Any]:
    """A sign-in as Graph writes it, with everything that Ostiary reads."""
    return {
        "id": "66ea54eb-6301-4ee5-be62-ff5a759b0100",
        "createdDateTime": "2026-03-04T09:15:30.1234567Z",
        "userPrincipalName": "Adele@Contoso.example",
        "userId": USER.upper(),
        "appId": OUTLOOK,
        "appDisplayName": "Outlook Mobile",
        "ipAddress": "203.0.113.7",
        "clientAppUsed": "Mobile Apps and Desktop clients",
        "conditionalAccessStatus": "success",
        "conditionalAccessAudiences": [EXCHANGE],
        "isInteractive": True,
        "signInEventTypes": ["interactiveUser"],
        "authenticationProtocol": "oAuth2",
        "originalTransferMethod": "none",
        "authenticationRequirement": "multiFactorAuthentication",
        "authenticationDetails": [
            {
                "authenticationStepDateTime": "2026-03-04T09:15:31Z",
                "authenticationMethod": "Password",
                "succeeded": True,
                "authenticationStepRequirement": "Primary authentication",
                "authenticationStepResultDetail": "Correct password",
            },
            {
                "authenticationMethod": "Mobile app notification",
                "succeeded": True,
                "authenticationStepRequirement": "Multifactor authentication",
                "authenticationStepResultDetail": "MFA successfully completed",
            },
        ],
        "riskLevelDuringSignIn": "none",
        "riskLevelAggregated": "low",
        "resourceId": EXCHANGE,
        "resourceDisplayName": "Office 365 Exchange Online",
        "status": {"errorCode": 0, "additionalDetails": None},
        "deviceDetail": {
            "deviceId": DEVICE,
            "displayName": "ADELE-PHONE",
            "operatingSystem": "Ios 18.1",
            "browser": "Mobile Safari",
            "isCompliant": True,
            "isManaged": True,
            "trustType": "Azure AD registered",
        },
        "location": {"city": "Haifa", "countryOrRegion": "IL", "geoCoordinates": {"latitude": 32}},
        "userType": "member",
        "homeTenantId": TENANT,
        "resourceTenantId": TENANT,
        "crossTenantAccessType": "none",
        **members,
    }


ROW: Mapping[str, Any] = {
    "category": "interactiveUser",
    "user_id": USER,
    "service_principal_id": None,
    "client_app_id": OUTLOOK,
    "client_app_name": "Outlook Mobile",
    "resource_id": EXCHANGE,
    "resource_name": "Office 365 Exchange Online",
    "audiences": [EXCHANGE],
    "ip": "203.0.113.7",
    "country": "IL",
    "client_app_type": "mobileAppsAndDesktopClients",
    "platform": "iOS",
    "device_state": "registered",
    "device_id": DEVICE,
    "device_compliant": True,
    "device_trust_type": "Workplace",
    "sign_in_risk": "none",
    "user_risk": "low",
    "authentication_flow": "",
    "grant": "authorization_code",
    "methods": ["password", "microsoftAuthenticatorPush"],
    "mfa_satisfied": True,
    "error_code": 0,
    "ca_status": "success",
    "user_name": "adele@contoso.example",
    "user_type": "member",
    "home_tenant_id": TENANT,
    "external_user_type": "",
    "request_id": "66ea54eb-6301-4ee5-be62-ff5a759b0100",
    "city": "Haifa",
    "browser": "Mobile Safari",
    "operating_system": "Ios 18.1",
    "device_name": "ADELE-PHONE",
    "original_transfer_method": "",
}
"""What `graph()` means, but for `created`."""


def monitor(record: Mapping[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    """The same in the envelope of Azure Monitor."""
    return {
        "time": "2026-03-04T09:16:00Z",
        "resourceId": f"/tenants/{TENANT}/providers/Microsoft.aadiam",
        "operationName": "Sign-in activity",
        "category": "SignInLogs",
        "resultType": "0",
        "callerIpAddress": "198.51.100.1",
        "location": "DE",
        "properties": dict(record or graph()),
        **members,
    }


_TABLE = {
    "Id": "id",
    "UserPrincipalName": "userPrincipalName",
    "UserId": "userId",
    "AppId": "appId",
    "AppDisplayName": "appDisplayName",
    "IPAddress": "ipAddress",
    "ClientAppUsed": "clientAppUsed",
    "ConditionalAccessStatus": "conditionalAccessStatus",
    "ConditionalAccessAudiences": "conditionalAccessAudiences",
    "IsInteractive": "isInteractive",
    "AuthenticationProtocol": "authenticationProtocol",
    "OriginalTransferMethod": "originalTransferMethod",
    "AuthenticationRequirement": "authenticationRequirement",
    "AuthenticationDetails": "authenticationDetails",
    "RiskLevelDuringSignIn": "riskLevelDuringSignIn",
    "RiskLevelAggregated": "riskLevelAggregated",
    "ResourceIdentity": "resourceId",
    "ResourceDisplayName": "resourceDisplayName",
    "Status": "status",
    "DeviceDetail": "deviceDetail",
    "LocationDetails": "location",
    "UserType": "userType",
    "HomeTenantId": "homeTenantId",
    "ResourceTenantId": "resourceTenantId",
    "CrossTenantAccessType": "crossTenantAccessType",
}


def table_row(record: Mapping[str, Any] | None = None) -> dict[str, str]:
    """The same as a row of Log Analytics: JSON in cells, spread over lines as the portal does."""
    held = record or graph()
    row = {
        column: held[member]
        if isinstance(held[member], str)
        else json.dumps(held[member], indent=2)
        for column, member in _TABLE.items()
        if member in held
    }
    row |= {
        "CreatedDateTime [UTC]": "3/4/2026, 9:15:30.123 AM",
        "ResourceId": f"/tenants/{TENANT}/providers/Microsoft.aadiam",
        "OperationName": "Sign-in activity",
        "Category": "SignInLogs",
        "Type": "SigninLogs",
        "ResultType": "0",
        "Location": "IL",
    }
    return row


def old_table_row() -> dict[str, str]:
    """A row of the older column set, where JSON columns come in pairs."""
    row = table_row()
    for column in ("DeviceDetail", "LocationDetails", "Status"):
        row |= {f"{column}_dynamic": row.pop(column), f"{column}_string": ""}
    return row


def as_csv(*rows: Mapping[str, str]) -> str:
    """Rows as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def read(
    path: Path | Iterable[Path], *, columns: Iterable[str] | None = None
) -> tuple[list[dict[str, Any]], LogSource]:
    """All rows of a log, and what the reader says of it."""
    paths = [path] if isinstance(path, Path) else list(path)
    source = read_logs(paths)
    rows: list[dict[str, Any]] = [row for batch in source for row in batch.to_pylist()]
    kept = None if columns is None else set(columns)
    if kept is not None:
        rows = [{name: row[name] for name in kept} for row in rows]
    return rows, source


Write = Callable[[Path], object]
