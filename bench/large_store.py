"""A data folder as large as the budgets of the pages speak of, to measure them in.

`python -m bench.large_store FOLDER` makes a tenant with 100,000 users and 195 policies, a log of
1,000,000 sign-ins of the last 30 days, and an administrator; `--users 5000 --sign-ins 20000` a
small one of the same shape. About 15 minutes and 2.5 GB for the large one.

`make_store(folder, Amounts(...))` does the same for a test or a script, and gives the `Large` store
with the administrator's name and password; serve it with `open_service(folder, settings(), …)` of
`bench.sign_in_tenant`. All policies are in report-only, so that a password is enough to sign in;
the administrator is Global Administrator, and so may see every page. The four kinds of sign-ins
are there, some have failed, and every one has the part that each policy played: sign-ins that were
really decided, when the policies were still on.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from bench import names
from bench.names import Size
from bench.sign_in_tenant import PASSWORD, POLICIES, fill, settings
from bench.signins import sign_ins
from bench.tenant import synthetic_tenant
from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.directory import tables_logs
from ostiary.directory.json_documents import to_text
from ostiary.directory.protocols import SYSTEM
from ostiary.directory.sign_in_events import (
    INTERACTIVE,
    MANAGED_IDENTITY,
    NON_INTERACTIVE,
    SERVICE_PRINCIPAL,
    SignInEvent,
    compact,
)
from ostiary.directory.sign_in_verdicts import frame_of, verdicts_of
from ostiary.directory.sign_ins import searched
from ostiary.engine.decide import rule, weigh
from ostiary.model.json_types import as_object
from ostiary.secrecy.clock import SystemClock
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.secrecy.secret import Secret
from ostiary.tenant.tenant import load_tenant
from ostiary.web.service import Service, open_service

_DAYS = 30
_BATCH = 5_000
_FAILURES = ((50126, 0.02), (50053, 0.005), (530032, 0.005))
"""Error codes of failed sign-ins and their shares."""
_TRIES, _KEPT = 4, 0.05
"""Of drawn sign-ins most are refused, of a tenant's few: so most of these are passed over."""
_PLACES = (("NO", "Bergen"), ("DE", "Berlin"), ("US", "Austin"), ("JP", "Osaka"))


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is made; `drawn` sign-ins are decided, and each stands in the log many times."""

    users: int = 100_000
    sign_ins: int = 1_000_000
    drawn: int = 20_000

    @property
    def size(self) -> Size:
        """Everything else in proportion: few ranges make the tenant sooner."""
        return replace(names.FULL, users=self.users, groups=max(50, self.users // 20), ranges=4_000)


@dataclass(frozen=True, slots=True)
class Large:
    """What was made; the administrator signs in with a password alone."""

    folder: Path
    administrator: str
    password: str


@dataclass(frozen=True, slots=True)
class _Drawn:
    event: SignInEvent
    frame: bytes
    verdicts: bytes


def make_store(folder: Path, amounts: Amounts) -> Large:
    """Make all of it in an empty folder."""
    fill(folder, amounts.size, report_only=True)
    service = open_service(
        folder, settings(), clock=SystemClock(), randomness=SystemRandomness(), environment={}
    )
    try:
        made = _with_administrator(folder, service)
        _log(service, amounts)
    finally:
        service.store.close()
    return made


def _with_administrator(folder: Path, service: Service) -> Large:
    user = names.user_id(2)
    word = service.attempts.passwords.hash(Secret(PASSWORD))
    assignment = {
        "principalId": user,
        "roleDefinitionId": GLOBAL_ADMINISTRATOR,
        "directoryScopeId": "/",
    }
    with service.store.transaction() as together:
        together.passwords.set(user, word, by=SYSTEM)
        together.roles.create(assignment, by=SYSTEM)
    return Large(folder, "user2@example.test", PASSWORD)


def _log(service: Service, amounts: Amounts) -> None:
    rng, now = Random(5), service.clock.now()
    drawn = list(_drawn(service, amounts, now))
    first = now - timedelta(days=_DAYS)
    step = timedelta(days=_DAYS) / amounts.sign_ins
    for begin in range(0, amounts.sign_ins, _BATCH):
        end = min(begin + _BATCH, amounts.sign_ins)
        rows = [_row(rng, rng.choice(drawn), first + step * n) for n in range(begin, end)]
        with service.store.database.writing() as connection:
            connection.execute(insert(tables_logs.sign_ins), rows)


def _row(rng: Random, drawn: _Drawn, at: datetime) -> dict[str, Any]:
    event = replace(
        drawn.event,
        id=_guid(rng),
        created=at,
        correlation_id=_guid(rng),
        error_code=drawn.event.error_code or _error(rng),
    )
    return {
        "id": event.id,
        "at": at,
        "principal_id": event.principal_id,
        "app_id": event.client_app_id,
        "error_code": event.error_code,
        "frame": drawn.frame,
        "verdicts": drawn.verdicts,
        "row": to_text(compact(event)),
        **searched(event),
    }


def _guid(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))


def _error(rng: Random) -> int:
    draw = rng.random()
    for code, share in _FAILURES:
        if draw < share:
            return code
        draw -= share
    return 0


def _drawn(service: Service, amounts: Amounts, now: datetime) -> Iterator[_Drawn]:
    """Decide sign-ins, and write them as the log does."""
    size = amounts.size
    document = synthetic_tenant(POLICIES, size)
    tenant = load_tenant(document)
    frame = frame_of(tenant.compiled)
    service.store.sign_ins.keep_frame(frame)
    rng, kept = Random(3), 0
    for request in sign_ins(amounts.drawn * _TRIES, document, size):
        weighed = weigh(tenant.compiled, tenant.prepare(request))
        ruling = rule(weighed)
        if ruling.code and rng.random() > _KEPT:
            continue
        event = replace(_event(rng, request, now), ca_status=ruling.status)
        event = replace(event, error_code=ruling.code, failure_reason=ruling.why or None)
        yield _Drawn(event, frame.hash, verdicts_of(weighed))
        kept += 1
        if kept == amounts.drawn:
            return


def _event(rng: Random, request: dict[str, Any], now: datetime) -> SignInEvent:
    identity, conditions = request["signInIdentity"], request["signInConditions"]
    facts, (country, city) = request["facts"], rng.choice(_PLACES)
    apps: list[str] = request["signInContext"].get("includeApplications") or [names.app_id(0)]
    app, device = names.app_id(rng.randrange(names.FULL.apps)), conditions.get("deviceInfo")
    known = SignInEvent(
        id="",
        created=now,
        category=NON_INTERACTIVE if rng.random() < 0.7 else INTERACTIVE,
        client_app_id=app,
        client_app_name=f"Application {_number(app)}",
        resource_id=apps[0],
        resource_name=f"Application {_number(apps[0])}",
        audiences=tuple(apps),
        ip=conditions["ipAddress"],
        country=country,
        city=city,
        client_app_type=conditions["clientAppType"],
        platform=conditions.get("devicePlatform") or "",
        browser="Firefox 140.0",
        device_id=as_object(device).get("deviceId"),
        sign_in_risk=conditions.get("signInRiskLevel"),
        user_risk=conditions.get("userRiskLevel"),
        grant=facts["grant"],
        facts=request,
    )
    if "servicePrincipalId" in identity:
        principal = identity["servicePrincipalId"]
        return replace(
            known,
            category=MANAGED_IDENTITY if rng.random() < 0.2 else SERVICE_PRINCIPAL,
            service_principal_id=principal,
            service_principal_name=f"Workload {_number(principal)}",
        )
    number = _number(identity["userId"])
    return replace(
        known,
        user_id=identity["userId"],
        user_name=f"user{number}@example.test",
        user_display_name=f"User {number}",
        user_type="member",
        methods=tuple(facts["methods"]),
        mfa_satisfied=facts["mfaSatisfied"],
    )


def _number(identifier: str) -> int:
    return int(identifier.rpartition("-")[2], 16)


def main() -> None:
    """Read the command line, make the store, and say who the administrator is."""
    usual = Amounts()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--users", type=int, default=usual.users)
    parser.add_argument("--sign-ins", type=int, default=usual.sign_ins)
    chosen = parser.parse_args()
    amounts = Amounts(chosen.users, chosen.sign_ins, min(usual.drawn, chosen.sign_ins))
    made = make_store(chosen.folder, amounts)
    print(f"{made.folder}: {made.administrator} signs in with `{made.password}`")


if __name__ == "__main__":
    main()
