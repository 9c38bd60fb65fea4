"""The sign-ins of the last 30 days: generated for the tenant, each decided by its policies.

They come from the generator of `ostiary log generate`; what the engine makes of each stands in the
log as it does where somebody really signs in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from ostiary.analysis.log_facts import sign_in_of
from ostiary.analysis.log_generate import generated
from ostiary.analysis.log_schema import Category
from ostiary.directory.sign_in_events import SignInEvent
from ostiary.directory.sign_in_verdicts import frame_of, verdicts_of
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Store
from ostiary.engine.decide import rule, weigh
from ostiary.engine.policyset import PolicySet
from ostiary.model.signin import MISSING, SignIn
from ostiary.schema.signin_writing import write_decision_request

DAYS: Final = 30
_SEED: Final = 7
_AT_ONCE: Final = 2_000
_FACTS: Final = tuple(each.name for each in fields(SignIn))
_WORKLOADS: Final = {Category.SERVICE_PRINCIPAL.value, Category.MANAGED_IDENTITY.value}


def write_history(
    store: Store,
    rows: int,
    now: datetime,
    *,
    refused: bool = True,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write about `rows` sign-ins of the days before `now`; give how many they were.

    `refused`: whether those that the policies refuse are written too.
    """
    policies = Snapshots(store).current().policies
    frame = frame_of(policies)
    store.sign_ins.keep_frame(frame)
    until = (now + timedelta(days=1)).date()
    names = {each.id: each.display_name for each in policies.directory.users.values()}
    drawn = _rows(policies, rows, until=until, before=now)
    written = 0
    while chunk := list(islice(drawn, _AT_ONCE)):
        with store.transaction() as work:
            for row in chunk:
                sign_in = _known(sign_in_of(row, policies.directory))
                weighed = weigh(policies, policies.prepare(sign_in))
                event, ruling = _event(row, sign_in, names), rule(weighed)
                if ruling.code and not refused:
                    continue
                if not event.error_code:
                    event = replace(
                        event,
                        error_code=ruling.code,
                        failure_reason=ruling.why if ruling.code else None,
                        ca_status=ruling.status,
                    )
                work.sign_ins.add(event, frame=frame.hash, verdicts=verdicts_of(weighed))
        written += len(chunk)
        if progress is not None:
            progress(written)
    return written


def _rows(
    policies: PolicySet, rows: int, *, until: Any, before: datetime
) -> Iterator[Mapping[str, Any]]:
    for batch in generated(policies.directory, rows, _SEED, DAYS + 1, until=until):
        for row in batch.to_pylist():
            if row["created"] < before:
                yield row


def _known(sign_in: SignIn) -> SignIn:
    """Say that there is no risk of the kinds that no log tells: nothing rates any here."""
    risks = [each for each in _FACTS if each.endswith("_risk")]
    missing: dict[str, Any] = {each: "none" for each in risks if getattr(sign_in, each) is MISSING}
    return replace(sign_in, **missing)


def _request(sign_in: SignIn) -> dict[str, Any] | None:
    """Write what was decided about, so that it can be decided again; None where a fact lacks."""
    if any(getattr(sign_in, each) is MISSING for each in _FACTS):
        return None
    return write_decision_request(sign_in)


def _event(row: Mapping[str, Any], sign_in: SignIn, names: Mapping[str, str]) -> SignInEvent:
    workload = row["category"] in _WORKLOADS
    methods = row["methods"]
    return SignInEvent(
        id=row["request_id"],
        created=row["created"],
        category=row["category"],
        error_code=row["error_code"],
        user_id=None if workload else row["user_id"],
        user_name=None if workload else row["user_name"],
        user_display_name=None if workload else names.get(str(row["user_id"])),
        user_type=None if workload else row["user_type"],
        service_principal_id=row["service_principal_id"] if workload else None,
        service_principal_name=row["user_name"] if workload else None,
        managed_identity="userAssigned"
        if row["category"] == Category.MANAGED_IDENTITY.value
        else None,
        client_app_id=row["client_app_id"],
        client_app_name=row["client_app_name"],
        resource_id=row["resource_id"],
        resource_name=row["resource_name"],
        audiences=tuple(row["audiences"] or ()) or None,
        ip=row["ip"],
        country=row["country"],
        city=row["city"],
        client_app_type=row["client_app_type"],
        platform=row["platform"],
        browser=row["browser"],
        operating_system=row["operating_system"],
        device_id=row["device_id"] or None,
        device_name=row["device_name"] or None,
        device_compliant=row["device_compliant"] if row["device_id"] else None,
        device_trust_type=row["device_trust_type"] or None,
        sign_in_risk=row["sign_in_risk"],
        user_risk=row["user_risk"],
        authentication_flow=row["authentication_flow"],
        original_transfer_method=row["original_transfer_method"],
        grant=row["grant"],
        methods=None if methods is None else tuple(methods),
        mfa_satisfied=row["mfa_satisfied"],
        correlation_id=row["request_id"],
        facts=_request(sign_in),
    )
