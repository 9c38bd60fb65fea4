"""The sign-in log as the Parquet file that `ostiary impact` reads (extra `analysis`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ostiary.analysis.log_fast_form import write_fast_form
from ostiary.analysis.log_rows import batches_of
from ostiary.directory.sign_in_events import (
    MANAGED_IDENTITY,
    SERVICE_PRINCIPAL,
    SignInEvent,
)


def export_sign_ins(events: Iterable[SignInEvent], out: str | Path) -> int:
    """Write sign-ins in the fast form and give their number. Raises OutputError."""
    return write_fast_form(batches_of(rows_of(events)), out)


def rows_of(events: Iterable[SignInEvent]) -> Iterator[dict[str, Any]]:
    """Give sign-ins as rows of the fixed schema (`analysis.log_schema`)."""
    for event in events:
        workload = event.category in {SERVICE_PRINCIPAL, MANAGED_IDENTITY}
        registered = bool(event.device_id)
        yield {
            "created": event.created,
            "category": event.category,
            "user_id": None if workload else event.principal_id or None,
            "service_principal_id": event.principal_id or None if workload else None,
            "client_app_id": _folded(event.client_app_id),
            "client_app_name": event.client_app_name,
            "resource_id": _folded(event.resource_id),
            "resource_name": event.resource_name,
            "audiences": None
            if event.audiences is None
            else [each.casefold() for each in event.audiences],
            "ip": event.ip,
            "country": event.country,
            "client_app_type": event.client_app_type,
            "platform": event.platform,
            "device_state": "registered" if registered else "",
            "device_id": _folded(event.device_id) or "",
            "device_compliant": bool(event.device_compliant),
            "device_trust_type": event.device_trust_type or "",
            "sign_in_risk": event.sign_in_risk,
            "user_risk": event.user_risk,
            "authentication_flow": event.authentication_flow,
            "grant": event.grant,
            "methods": None if event.methods is None else list(event.methods),
            "mfa_satisfied": event.mfa_satisfied,
            "error_code": event.error_code,
            "ca_status": event.ca_status,
            "user_name": event.service_principal_name if workload else _folded(event.user_name),
            "user_type": _folded(event.user_type),
            "home_tenant_id": _folded(event.home_tenant_id),
            "external_user_type": event.external_user_type,
            "request_id": event.id,
            "city": event.city,
            "browser": event.browser,
            "operating_system": event.operating_system,
            "device_name": event.device_name or "",
            "original_transfer_method": event.original_transfer_method,
        }


def _folded(text: str | None) -> str | None:
    return None if text is None else text.casefold()
