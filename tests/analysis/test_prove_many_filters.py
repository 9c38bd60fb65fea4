"""Device filters too many to be told apart leave only registered devices in doubt."""

from typing import Any

import ostiary
from ostiary.analysis.naming import Names
from ostiary.analysis.prove_gaps import gaps
from ostiary.analysis.prove_results import Verdict
from ostiary.analysis.questions import Asked

APP = "00000003-0000-0000-c000-000000000000"


def _policy(number: int) -> dict[str, Any]:
    """Block devices of one name in a part of the name that no other policy asks for."""
    rule = f'device.extensionAttribute{number % 10 + 1} -contains "x{number}y"'
    return {
        "id": f"ffffffff-0000-4000-8000-{number:012x}",
        "displayName": f"Block {number}",
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "users": {"includeUsers": ["All"]},
            "applications": {"includeApplications": ["All"]},
            "devices": {"deviceFilter": {"mode": "include", "rule": rule}},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    }


def test_unregistered_devices_are_never_in_doubt() -> None:
    document = {
        "tenantId": "99999999-0000-4000-8000-000000000001",
        "users": [{"id": "aaaaaaaa-0000-4000-8000-000000000001", "userPrincipalName": "a@b.test"}],
        "conditionalAccessPolicies": [_policy(number) for number in range(40)],
    }
    compiled = ostiary.load_tenant(document).compiled
    answer = gaps(compiled, Asked(resources=(APP,), requires=("mfa",)), Names(compiled.directory))
    assert answer.verdict is Verdict.BROKEN
    assert ["only from unregistered devices" in each.text for each in answer.open] == [True]
    assert [each.witness.confirmed for each in answer.open] == [True]
    assert ["only from registered devices" in each.text for each in answer.undecided] == [True]
