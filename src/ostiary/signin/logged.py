"""Every attempt in the sign-in log: who, where from, shown what, decided how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ostiary.directory.sign_in_events import (
    INTERACTIVE,
    MANAGED_IDENTITY,
    NON_INTERACTIVE,
    SERVICE_PRINCIPAL,
    SignInEvent,
)
from ostiary.directory.sign_in_verdicts import verdicts_of
from ostiary.directory.store import Aggregates
from ostiary.model.json_types import JsonObject
from ostiary.model.signin import MISSING, Device, SignIn, TokenGrant
from ostiary.schema.signin_writing import write_decision_request
from ostiary.signin.accounts import Account
from ostiary.signin.deciding import Decided, Wish
from ostiary.signin.emergency import EmergencyAccess, alert
from ostiary.signin.request_facts import RequestFacts

_BACKGROUND = frozenset({TokenGrant.REFRESH_TOKEN, TokenGrant.ON_BEHALF_OF})


@dataclass(frozen=True, slots=True)
class Workload:
    """A service principal that asks for its own token.

    `managed`: a managed identity, `systemAssigned` or `userAssigned`, and the id of its resource.
    """

    id: str
    name: str
    managed: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt as it ended; `decided` None where it failed before policies were asked."""

    id: str
    correlation_id: str
    at: datetime
    wish: Wish
    facts: RequestFacts
    who: Account | Workload | None = None
    user_name: str = ""
    decided: Decided | None = None
    error_code: int = 0
    failure: str | None = None
    session_id: str | None = None
    token_id: str | None = None


def log_attempt(store: Aggregates, attempt: Attempt, emergency: EmergencyAccess) -> None:
    """Add an attempt to the log, with the part that every policy played.

    One of an emergency access account is alerted of in the same transaction (checklist BG01).
    """
    if not isinstance(attempt.who, Account) or not emergency.includes(attempt.who):
        _log(store, attempt)
        return
    with store.unit.joined() as unit:
        inner = Aggregates(unit)
        # INVARIANT: first, because the audit log's lock comes before every other.
        _alert(inner, attempt, attempt.who)
        _log(inner, attempt)


def _alert(store: Aggregates, attempt: Attempt, account: Account) -> None:
    wish, facts = attempt.wish, attempt.facts
    address = facts.address if isinstance(facts.address, str) else ""
    told: JsonObject = {
        "succeeded": attempt.error_code == 0,
        "errorCode": attempt.error_code,
        "failureReason": attempt.failure,
        "ipAddress": address,
        "country": _known(facts.country),
        "appId": wish.client_id,
        "appDisplayName": wish.client_name,
        "resourceId": wish.resource,
        "grant": wish.grant.value,
        "correlationId": attempt.correlation_id,
    }
    alert(store, attempt.id, account, account.actor(address, attempt.correlation_id), told)


def _log(store: Aggregates, attempt: Attempt) -> None:
    decided = attempt.decided
    if decided is None:
        store.sign_ins.add(_event(attempt))
        return
    frame, verdicts = decided.snapshot.frame, verdicts_of(decided.weighed)
    store.sign_ins.add(_event(attempt), frame=frame.hash, verdicts=verdicts)


def _event(attempt: Attempt) -> SignInEvent:
    wish, facts, who, decided = attempt.wish, attempt.facts, attempt.who, attempt.decided
    user = who if isinstance(who, Account) else None
    workload = who if isinstance(who, Workload) else None
    managed = (workload.managed if workload else None) or (None, None)
    sign_in = decided.prepared.sign_in if decided else None
    return SignInEvent(
        id=attempt.id,
        created=attempt.at,
        category=_category(wish, workload),
        error_code=attempt.error_code,
        failure_reason=attempt.failure,
        ca_status=decided.decision.status if decided else "notApplied",
        user_id=user.id if user else None,
        user_name=user.name if user else attempt.user_name or None,
        user_display_name=user.display_name if user else None,
        user_type=user.user_type if user else None,
        service_principal_id=workload.id if workload else None,
        service_principal_name=workload.name if workload else None,
        managed_identity=managed[0],
        managed_resource_id=managed[1],
        client_app_id=wish.client_id,
        client_app_name=wish.client_name or None,
        resource_id=wish.resource,
        resource_name=_resource_name(decided, wish.resource),
        audiences=decided.decision.audiences if decided else None,
        ip=None if facts.address is MISSING else facts.address,
        country="" if facts.country is None else _known(facts.country),
        client_app_type=facts.client_app_type,
        platform=facts.platform or "",
        browser=facts.user_agent.browser or None,
        operating_system=facts.user_agent.operating_system or None,
        **_device(facts.device),
        authentication_flow=wish.flow or "",
        original_transfer_method=wish.original_flow or wish.flow or "",
        grant=wish.grant.value,
        methods=tuple(sorted(sign_in.proofs.methods)) if sign_in and not workload else None,
        mfa_satisfied=sign_in.proofs.mfa if sign_in and not workload else None,
        user_risk=_known(sign_in.user_risk) if sign_in and not workload else None,
        sign_in_risk=_known(sign_in.sign_in_risk) if sign_in and not workload else None,
        session_id=attempt.session_id,
        token_id=attempt.token_id,
        correlation_id=attempt.correlation_id,
        facts=_facts(sign_in),
        snapshot=decided.snapshot.revision if decided else 0,
    )


def _resource_name(decided: Decided | None, resource: str) -> str | None:
    """Give the resource's name as the directory had it at the decision."""
    known = decided.snapshot.policies.directory.applications.get(resource) if decided else None
    return known.display_name or None if known else None


def _device(device: Device | None) -> dict[str, Any]:
    if device is None:
        return {}
    return {
        "device_id": device.get("deviceid"),
        "device_name": device.get("displayname"),
        "device_compliant": device.is_compliant,
        "device_trust_type": device.get("trusttype"),
    }


def _facts(sign_in: SignIn | None) -> JsonObject | None:
    """Write what was decided about, so that it can be decided again; None where facts are hidden.

    A decision request cannot say that an address was withheld.
    """
    if sign_in is None or MISSING in (sign_in.address, sign_in.country):
        return None
    return write_decision_request(sign_in)


def _category(wish: Wish, workload: Workload | None) -> str:
    if workload is not None and workload.managed is not None:
        return MANAGED_IDENTITY
    if wish.grant is TokenGrant.CLIENT_CREDENTIALS:
        return SERVICE_PRINCIPAL
    return NON_INTERACTIVE if wish.grant in _BACKGROUND else INTERACTIVE


def _known(value: object) -> str | None:
    return value if isinstance(value, str) else None
