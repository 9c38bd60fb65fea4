"""One sign-in as it is kept: what happened, by whom, from where, shown what, decided how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from typing import Any, Final

INTERACTIVE, NON_INTERACTIVE = "interactiveUser", "nonInteractiveUser"
SERVICE_PRINCIPAL, MANAGED_IDENTITY = "servicePrincipal", "managedIdentity"
"""The four kinds, in the words of Graph's signInEventTypes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInEvent:
    """Every attempt, refused or granted. None means: not known, or it does not apply.

    `platform`, `country`, flows and `resource_id` are '' where it is known that there is none.
    `managed_identity` is `systemAssigned` or `userAssigned`, and `managed_resource_id` the Azure
    resource that it is or belongs to. `snapshot` names the version of the directory and policies
    that decided.
    """

    id: str
    created: datetime
    category: str
    error_code: int = 0
    failure_reason: str | None = None
    ca_status: str = "notApplied"
    user_id: str | None = None
    user_name: str | None = None
    user_display_name: str | None = None
    user_type: str | None = None
    home_tenant_id: str | None = None
    external_user_type: str | None = None
    service_principal_id: str | None = None
    service_principal_name: str | None = None
    managed_identity: str | None = None
    managed_resource_id: str | None = None
    client_app_id: str | None = None
    client_app_name: str | None = None
    resource_id: str | None = None
    resource_name: str | None = None
    audiences: tuple[str, ...] | None = None
    ip: str | None = None
    country: str | None = None
    city: str | None = None
    client_app_type: str | None = None
    platform: str | None = None
    browser: str | None = None
    operating_system: str | None = None
    user_agent: str | None = None
    device_id: str | None = None
    device_name: str | None = None
    device_compliant: bool | None = None
    device_trust_type: str | None = None
    sign_in_risk: str | None = None
    user_risk: str | None = None
    authentication_flow: str | None = None
    original_transfer_method: str | None = None
    grant: str | None = None
    methods: tuple[str, ...] | None = None
    mfa_satisfied: bool | None = None
    session_id: str | None = None
    token_id: str | None = None
    correlation_id: str | None = None
    facts: Mapping[str, Any] | None = None
    """The decision request of the sign-in, so that it can be decided again."""
    snapshot: int = 0

    @property
    def principal_id(self) -> str:
        """Who signed in: the user, or the workload identity."""
        return (self.user_id or self.service_principal_id or "").casefold()


_DEFAULTS: Final = {
    each.name: None if each.default is MISSING else each.default for each in fields(SignInEvent)
}
_LISTS: Final = ("audiences", "methods")
_APART: Final = frozenset({"id", "created", "error_code"})
"""Members that stand in columns of their own."""
_KEPT: Final = tuple(name for name in _DEFAULTS if name not in _APART)


def compact(event: SignInEvent) -> dict[str, Any]:
    """Give the members that say something, without those that have columns."""
    found = {name: getattr(event, name) for name in _KEPT}
    return {name: value for name, value in found.items() if value != _DEFAULTS[name]}


def restored(event_id: str, created: datetime, error_code: int, row: dict[str, Any]) -> SignInEvent:
    """Read what `compact` gave."""
    for name in _LISTS:
        if name in row:
            row[name] = tuple(row[name])
    return SignInEvent(id=event_id, created=created, error_code=error_code, **row)


__all__ = [
    "INTERACTIVE",
    "MANAGED_IDENTITY",
    "NON_INTERACTIVE",
    "SERVICE_PRINCIPAL",
    "SignInEvent",
    "compact",
    "restored",
]
