"""The sign-in log: kept compact, rendered in Graph's shape, exported for the impact analysis."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ostiary.analysis.log_fast_form import is_fast_form
from ostiary.analysis.log_reading import read_logs
from ostiary.directory.importing import import_tenant
from ostiary.directory.sign_in_events import (
    INTERACTIVE,
    NON_INTERACTIVE,
    SERVICE_PRINCIPAL,
    SignInEvent,
)
from ostiary.directory.sign_in_export import export_sign_ins
from ostiary.directory.sign_in_verdicts import frame_of, unpack, verdicts_of
from ostiary.directory.sign_ins import Asked
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Store
from ostiary.engine.decide import decide, weigh
from tests.directory.stores import ADMIN, NOW, Made
from tests.directory.tenants import ASTRID, GUEST, MANAGEMENT, tenant

EVENT = SignInEvent(
    id="8f5b1c7e-0000-4000-8000-000000000001",
    created=NOW,
    category=INTERACTIVE,
    error_code=50076,
    failure_reason="multifactor authentication is required",
    ca_status="failure",
    user_id=ASTRID,
    user_name="Astrid@fjordvik.example",
    user_display_name="Astrid Moe",
    user_type="member",
    home_tenant_id="3e1f9a40-0000-4000-8000-000000000000",
    external_user_type="",
    client_app_id="04b07795-8ddb-461a-bbee-02f9e1bf7b46",
    client_app_name="Microsoft Azure CLI",
    resource_id=MANAGEMENT,
    resource_name="Windows Azure Service Management API",
    audiences=(MANAGEMENT,),
    ip="203.0.113.9",
    country="NO",
    city="Bergen",
    client_app_type="mobileAppsAndDesktopClients",
    platform="linux",
    operating_system="Linux",
    browser="Python Requests 2.32",
    sign_in_risk="none",
    user_risk="none",
    authentication_flow="",
    original_transfer_method="",
    grant="authorization_code",
    methods=("password",),
    mfa_satisfied=False,
    session_id="s1",
    correlation_id="c1",
    snapshot=7,
)


def requests() -> list[dict[str, Any]]:
    """Sign-ins that policies meet differently."""
    return [
        {
            "signInIdentity": {"userId": user},
            "signInContext": {"includeApplications": [MANAGEMENT]},
            "signInConditions": {"ipAddress": address},
            "facts": {"methods": ["password"], "mfaSatisfied": mfa},
        }
        for user in (ASTRID, GUEST)
        for address in ("203.0.113.9", "198.51.100.7")
        for mfa in (False, True)
    ]


@pytest.mark.parametrize("number", range(8))
def test_what_every_policy_did_is_rendered_as_it_was_decided(store: Store, number: int) -> None:
    import_tenant(store, tenant(), by=ADMIN)
    snapshot = Snapshots(store).current()
    prepared = snapshot.tenant.prepare(requests()[number])
    decided = [dict(each) for each in decide(snapshot.policies, prepared).applied]
    packed = verdicts_of(weigh(snapshot.policies, prepared))
    store.sign_ins.add(EVENT, frame=snapshot.frame.hash, verdicts=packed)
    store.policies.delete(tenant()["conditionalAccessPolicies"][0]["id"], by=ADMIN)
    rendered = store.sign_ins.as_graph(store.sign_ins.find(Asked()))
    assert rendered[0]["appliedConditionalAccessPolicies"] == decided


def test_an_authentication_strength_is_rendered_with_its_result(store: Store) -> None:
    document = tenant()
    strength = "00000000-0000-0000-0000-000000000004"
    document["conditionalAccessPolicies"][0]["grantControls"] = {
        "operator": "OR",
        "authenticationStrength": {"id": strength},
    }
    import_tenant(store, document, by=ADMIN)
    snapshot = Snapshots(store).current()
    for request in requests():
        prepared = snapshot.tenant.prepare(request)
        decided = [dict(each) for each in decide(snapshot.policies, prepared).applied]
        assert unpack(snapshot.frame, verdicts_of(weigh(snapshot.policies, prepared))) == decided


def test_equal_policies_have_one_frame(store: Store) -> None:
    import_tenant(store, tenant(), by=ADMIN)
    first = Snapshots(store).current()
    store.users.create({"displayName": "Somebody"}, by=ADMIN)
    assert frame_of(Snapshots(store).current().policies) == first.frame


def test_a_sign_in_is_kept_whole(store: Store) -> None:
    store.sign_ins.add(EVENT)
    found = store.sign_ins.get(EVENT.id)
    assert found is not None
    assert found.event == EVENT
    assert store.sign_ins.get("none") is None


def test_sign_ins_are_found(store: Store) -> None:
    later = replace(EVENT, id="2", created=NOW + timedelta(hours=1), error_code=0)
    other = replace(later, id="3", user_id=GUEST, client_app_id="APP")
    for each in (EVENT, later, other):
        store.sign_ins.add(each)

    def ids(asked: Asked, **page: int) -> list[str]:
        return [each.event.id for each in store.sign_ins.find(asked, **page)]

    assert ids(Asked()) == ["3", "2", EVENT.id]
    assert ids(Asked(principal_id=ASTRID.upper())) == ["2", EVENT.id]
    assert ids(Asked(app_id="app")) == ["3"]
    assert ids(Asked(error_code=50076)) == [EVENT.id]
    assert ids(Asked(since=NOW + timedelta(hours=1))) == ["3", "2"]
    assert ids(Asked(until=NOW + timedelta(hours=1))) == [EVENT.id]
    assert ids(Asked(), limit=1) == ["3"]
    assert ids(Asked(), before=3) == ["2", EVENT.id]
    assert [each.id for each in store.sign_ins.events()] == [EVENT.id, "2", "3"]
    assert [each.id for each in store.sign_ins.events(NOW + timedelta(minutes=1))] == ["2", "3"]
    assert store.sign_ins.forget_before(NOW + timedelta(minutes=1), limit=10) == 1
    assert ids(Asked()) == ["3", "2"]


def test_a_sign_in_has_the_shape_of_graph(store: Store) -> None:
    store.sign_ins.add(EVENT)
    shown = store.sign_ins.as_graph(store.sign_ins.find(Asked()))[0]
    assert shown["createdDateTime"] == "2026-11-22T09:00:00.000000Z"
    assert shown["status"] == {
        "errorCode": 50076,
        "failureReason": "multifactor authentication is required",
        "additionalDetails": "",
    }
    assert shown["clientAppUsed"] == "Mobile Apps and Desktop clients"
    assert shown["signInEventTypes"] == ["interactiveUser"]
    assert shown["location"]["countryOrRegion"] == "NO"
    assert shown["appliedConditionalAccessPolicies"] == []


def events() -> list[SignInEvent]:
    """Sign-ins of several kinds."""
    device = {
        "device_id": "dev-1",
        "device_name": "Laptop",
        "device_compliant": True,
        "device_trust_type": "ServerAD",
    }
    workload = SignInEvent(
        id="w",
        created=NOW,
        category=SERVICE_PRINCIPAL,
        service_principal_id="SP1",
        service_principal_name="Backup",
        client_app_id="a-1",
        client_app_name="Backup",
        resource_id=MANAGEMENT,
        grant="client_credentials",
        ca_status="notApplied",
        ip="203.0.113.9",
        country="",
        client_app_type=None,
        platform="",
        sign_in_risk="none",
        user_risk="none",
        authentication_flow="",
        original_transfer_method="",
        audiences=(MANAGEMENT,),
        methods=(),
        mfa_satisfied=None,
    )
    return [
        EVENT,
        replace(EVENT, id="2", error_code=0, ca_status="success", **device),
        replace(EVENT, id="3", category=NON_INTERACTIVE, grant="refresh_token", error_code=0),
        replace(
            EVENT,
            id="4",
            grant="device_code",
            authentication_flow="deviceCodeFlow",
            original_transfer_method="deviceCodeFlow",
        ),
        workload,
    ]


def test_the_export_is_the_log_as_it_would_be_read(made_store: Made, tmp_path: Path) -> None:
    store = made_store.store
    for each in events():
        store.sign_ins.add(each)
    out = tmp_path / "log.parquet"
    assert export_sign_ins(store.sign_ins.events(), out) == 5
    assert is_fast_form(out)
    exported = [row for batch in read_logs([out]) for row in batch.to_pylist()]
    graph = tmp_path / "log.json"
    rendered = store.sign_ins.as_graph(store.sign_ins.find(Asked()))[::-1]
    graph.write_text(json.dumps({"value": rendered}), encoding="utf-8")
    read = [row for batch in read_logs([graph]) for row in batch.to_pylist()]
    assert [_known(row) for row in exported] == [_known(row) for row in read]


def _known(row: dict[str, Any]) -> dict[str, Any]:
    """Leave out what one side cannot tell: nothing and unknown look alike in Graph's shape."""
    return {name: value for name, value in row.items() if value not in (None, "", [], False)}
