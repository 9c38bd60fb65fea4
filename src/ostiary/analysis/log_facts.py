"""One row of a log as the engine's sign-in. What nobody recorded is MISSING.

A row may be any mapping with columns of `log_schema`; a column that is absent counts as null. Facts
that no log has: insider, agent and service principal risk, and most properties of a device.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeVar

from ostiary.analysis.log_schema import CATEGORIES, Category
from ostiary.model.directory import Directory, Registration
from ostiary.model.signin import (
    MISSING,
    Client,
    Device,
    Identity,
    Missing,
    Proofs,
    PropertyValue,
    Resources,
    SignIn,
    Target,
    TokenGrant,
    UserIdentity,
    WorkloadIdentity,
)

_Value = TypeVar("_Value")
_WORKLOADS = {Category.SERVICE_PRINCIPAL.value, Category.MANAGED_IDENTITY.value}
_GRANTS = {grant.value: grant for grant in TokenGrant}
_USUAL_GRANTS = dict(
    zip(
        CATEGORIES,
        (
            TokenGrant.AUTHORIZATION_CODE,
            TokenGrant.REFRESH_TOKEN,
            TokenGrant.CLIENT_CREDENTIALS,
            TokenGrant.MANAGED_IDENTITY,
        ),
        strict=True,
    )
)
"""How tokens of a category are asked for where the log does not tell."""
NOBODY = Directory()


def sign_in_of(row: Mapping[str, Any], directory: Directory = NOBODY) -> SignIn:
    """Read one row, or one combination of columns, as a sign-in.

    The directory tells the registered methods of users, and who a userPrincipalName is where the
    log has no id. Session controls see an authentication of just now: a log does not tell its age.
    """
    category = row.get("category") or Category.INTERACTIVE.value
    workload = category in _WORKLOADS
    identity = _identity(row, directory)
    audiences: Sequence[str] | None = row.get("audiences")
    country, grant = row.get("country"), row.get("grant")
    return SignIn(
        identity=identity,
        target=_target(audiences, row.get("resource_id")),
        client_app_type=_known(row.get("client_app_type")),
        platform=_or_none(row.get("platform")),
        address=_known(row.get("ip")),
        country=_or_none(country),
        country_known=country is not None,
        device=_device(row),
        sign_in_risk=_known(row.get("sign_in_risk")),
        user_risk=_known(row.get("user_risk")),
        service_principal_risk=MISSING if workload else "none",
        insider_risk="none" if workload else MISSING,
        agent_risk=MISSING,
        authentication_flow=_or_none(row.get("authentication_flow")),
        original_transfer_method=row.get("original_transfer_method") or None,
        grant=_GRANTS[grant] if grant else _USUAL_GRANTS[category],
        interactive=category == Category.INTERACTIVE.value,
        follow_dependencies=not audiences,
        client=Client(app_id=row.get("client_app_id")),
        proofs=_proofs(row, directory.registrations.get(_user_id(identity))),
    )


def person_of(row: Mapping[str, Any], directory: Directory = NOBODY) -> SignIn:
    """Read only who signs in and what they have registered; all other facts have defaults.

    Much faster than `sign_in_of`, for the many people of a log: conditions on the identity, and
    what controls ask of the person (`controls.visitor`), read nothing else.
    """
    identity = _identity(row, directory)
    registration = directory.registrations.get(_user_id(identity))
    proofs = _proofs({}, registration) if registration else _NO_PROOFS
    return SignIn(identity, target=_NO_TARGET, client=_NO_CLIENT, proofs=proofs)


_NO_TARGET, _NO_CLIENT, _NO_PROOFS = Resources(), Client(), Proofs()


def _identity(row: Mapping[str, Any], directory: Directory) -> Identity:
    return _workload(row) if row.get("category") in _WORKLOADS else _user(row, directory)


def _workload(row: Mapping[str, Any]) -> WorkloadIdentity:
    return WorkloadIdentity(row.get("service_principal_id") or "")


def _user(row: Mapping[str, Any], directory: Directory) -> UserIdentity:
    user_id: str = row.get("user_id") or ""
    if "@" in user_id and user_id not in directory.users:
        user_id = _by_principal_name(_Held(directory)).get(user_id, user_id)
    external: str | None = row.get("external_user_type") or None
    return UserIdentity(user_id, external, row.get("home_tenant_id") if external else None)


class _Held:
    """A directory as a key: the very same object, since its mappings cannot be hashed."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory

    def __hash__(self) -> int:
        return id(self.directory)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.directory is self.directory


@lru_cache(maxsize=4)
def _by_principal_name(held: _Held) -> Mapping[str, str]:
    people = held.directory.users.values()
    return MappingProxyType({each.principal_name.casefold(): each.id for each in people})


def _user_id(identity: Identity) -> str:
    return identity.user_id if isinstance(identity, UserIdentity) else ""


def _target(audiences: Sequence[str] | None, resource: str | None) -> Target | Missing:
    """Give what was asked for: what Conditional Access evaluated if the log tells.

    The empty id is a sign-in to no particular resource.
    """
    if audiences:
        return Resources(tuple(audiences))
    if resource is None:
        return MISSING
    return Resources((resource,) if resource else ())


def _known(value: _Value | None) -> _Value | Missing:
    return MISSING if value is None else value


def _or_none(value: str | None) -> str | Missing | None:
    """Read a column in which the empty text stands for "there is none"."""
    return MISSING if value is None else value or None


_PROPERTIES = (
    ("device_id", "deviceid"),
    ("device_name", "displayname"),
    ("device_compliant", "iscompliant"),
    ("device_trust_type", "trusttype"),
)
"""Column -> property of device filters. The operating system of the log is the user agent's, not
the property of the device, so filters on it stay open."""


def _device(row: Mapping[str, Any]) -> Device | Missing | None:
    """Give the device with the properties that the log tells; all others are unknown."""
    state = row.get("device_state")
    if not state:
        return MISSING if state is None else None
    told = {name: row[column] for column, name in _PROPERTIES if _tells(row, column)}
    held: list[tuple[str, PropertyValue]] = [
        (name, value) for name, value in sorted(told.items()) if value != ""
    ]
    return Device(tuple(held), frozenset(told))


def _tells(row: Mapping[str, Any], column: str) -> bool:
    """Whether the log tells a property: logs leave out names and ids that they do not know."""
    value = row.get(column)
    return value is not None and (value != "" or column == "device_trust_type")


def _proofs(row: Mapping[str, Any], registration: Registration | None) -> Proofs:
    mfa = row.get("mfa_satisfied") is True
    return Proofs(
        methods=frozenset(row.get("methods") or ()),
        mfa=mfa,
        home_mfa=mfa,
        mfa_registered=registration is None or registration.mfa is not False,
        registered_methods=registration.methods if registration else None,
    )


__all__ = ["NOBODY", "person_of", "sign_in_of"]
