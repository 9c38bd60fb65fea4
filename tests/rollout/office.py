"""A small tenant whose policy is rolled out: people, a pilot group, administrators, a log."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from datetime import timedelta
from functools import cache
from typing import Any

from ostiary.analysis.log_arrow import RecordBatch
from ostiary.model.policy import Policy
from ostiary.tenant.proofs import names_of
from ostiary.tenant.tenant import Tenant, load_tenant
from tests.analysis.impact_cases import START, Row, batch_of
from tests.analysis.impact_tenant import BACKGROUND, GLOBAL_ADMINISTRATOR, row
from tests.rollout.cases import EMERGENCY, PILOT, POLICY_ID, policy

STAFF = tuple(f"f0000000-0000-4000-8000-{number:012d}" for number in range(10))
ADMIN = "aaaaaaaa-0000-4000-8000-000000000004"
INNER = "c0000000-0000-4000-8000-000000000099"
MANAGEMENT = "797f4846-ba00-4fd7-ba43-dac1f8f63013"


def tenant_document(**policy_users: Any) -> dict[str, Any]:
    """Give the tenant; the first of the staff are in the pilot group, by a group in it."""
    people = [*STAFF, ADMIN, EMERGENCY]
    return {
        "tenantId": "99999999-0000-4000-8000-000000000000",
        "users": [
            {"id": each, "displayName": f"user {each[-2:]}", "userPrincipalName": f"{each[-2:]}@x"}
            for each in people
        ],
        "groups": [
            {"id": PILOT, "displayName": "Pilot", "members": [{"id": INNER}]},
            {"id": INNER, "displayName": "Inner", "members": [{"id": STAFF[0]}, {"id": EMERGENCY}]},
        ],
        "roleAssignments": [
            {
                "roleDefinitionId": GLOBAL_ADMINISTRATOR,
                "principalId": each,
                "directoryScopeId": "/",
            }
            for each in (ADMIN, EMERGENCY)
        ],
        "userRegistrationDetails": [
            {
                "id": each,
                "isMfaRegistered": each != EMERGENCY,
                "methodsRegistered": [] if each == EMERGENCY else ["microsoftAuthenticatorPush"],
            }
            for each in people
        ],
        "settings": {"emergencyAccess": [EMERGENCY]},
        "conditionalAccessPolicies": [policy(**policy_users)],
    }


@cache
def office() -> Tenant:
    """Give the tenant with the policy Off."""
    return load_tenant(tenant_document())


def read(tenant: Tenant, policy_id: str = POLICY_ID) -> Policy:
    """Give the policy as the engine reads it."""
    return next(each for each in tenant.parts.policies if each.id == policy_id)


def names(tenant: Tenant) -> Any:
    """Give the names of questions."""
    return names_of(tenant)


def log(*rows: Row) -> list[RecordBatch]:
    """Give sign-ins of a fortnight to Azure management, with a password alone."""
    at = {"resource_id": MANAGEMENT, "audiences": [MANAGEMENT]}
    return [batch_of([{**each, **at} for each in rows])]


def everybody(users: Iterable[str] = (*STAFF, ADMIN), *, mfa: bool = True) -> list[Row]:
    """Give a sign-in of each, a day between two of them."""
    shown = {"mfa_satisfied": True, "methods": ["password", "sms"]} if mfa else {}
    return [row(each, 0, **shown) | _day(number * 2) for number, each in enumerate(users)]


def script(user: str) -> Row:
    """Give a sign-in in the background, by a refreshed token without MFA."""
    return row(user, 1, **BACKGROUND)


def _day(number: int) -> Row:
    return {"created": START + timedelta(days=number)}


def changed(document: dict[str, Any], **users: Any) -> dict[str, Any]:
    """Give a policy with other users."""
    found = deepcopy(document)
    found["conditions"]["users"].update(users)
    return found
