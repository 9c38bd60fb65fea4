"""Random rows of a log for random tenants, and the engine's answer to each row by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pyarrow as pa

from ostiary.analysis.log_facts import sign_in_of
from ostiary.analysis.log_schema import SCHEMA
from ostiary.engine.decide import words
from ostiary.engine.policyset import PolicySet
from ostiary.model.decision import ControlStatus, Outcome
from ostiary.model.policy import Policy, PolicyState
from ostiary.schema.signin_json import read_decision_request
from ostiary.tenant.catalogue import NO_CATALOGUE
from ostiary.tenant.loading import load_parts
from tests.oracle.generate import cases

Row = dict[str, Any]
START = datetime(2026, 10, 1, 8, tzinfo=UTC)
_METHODS: tuple[list[str], ...] = (
    [],
    ["password"],
    ["password", "sms"],
    ["fido2"],
    ["windowsHelloForBusiness"],
    ["password", "microsoftAuthenticatorPush"],
    ["x509CertificateMultiFactor"],
)
_GRANTS = {
    "interactiveUser": ("authorization_code", "password", "device_code", None),
    "nonInteractiveUser": ("refresh_token", "on_behalf_of", "password", None),
    "servicePrincipal": ("client_credentials",),
    "managedIdentity": ("managed_identity",),
}
_STATES = tuple(PolicyState)


def drawn_tenant(seed: int) -> tuple[PolicySet, list[Row]]:
    """A random tenant, and random rows that reach for what it has."""
    found = cases(seed)
    document = {**found[0]["tenant"], "conditionalAccessPolicies": found[0]["policies"]}
    parts = load_parts(document, catalogue=NO_CATALOGUE)
    rng = Random(seed)  # noqa: S311  # a seed that can be repeated
    known = [read_decision_request({**case["signIn"], "facts": case["facts"]}) for case in found]
    addresses = [str(each.address) for each in known if each.address] or ["192.0.2.1"]
    addresses += ["2001:db8::1", "no address", "::ffff:192.0.2.7", "010.0.0.1"]
    directory = parts.directory
    choices = {
        "users": [*list(directory.users)[:12], "somebody-else"],
        "principals": [*list(directory.service_principals)[:8], "some-principal"],
        "apps": [*list(directory.applications)[:12], "some-app", ""],
        "addresses": addresses,
    }
    rows = [_row(rng, choices) for _ in range(60)]
    return PolicySet(parts.policies, directory), rows


def _row(rng: Random, choices: dict[str, list[str]]) -> Row:
    category = rng.choice(list(_GRANTS)[:2] * 3 + list(_GRANTS)[2:])
    person = category.endswith("User")
    audiences = rng.choice((None, None, rng.sample(choices["apps"][:-1], 1)))
    row: Row = {
        "created": rng.choice([None] + [START + timedelta(hours=rng.randrange(900))] * 9),
        "category": category,
        "user_id": rng.choice(choices["users"]) if person else None,
        "service_principal_id": None if person else rng.choice(choices["principals"]),
        "resource_id": rng.choice(choices["apps"]),
        "audiences": audiences,
        "ip": rng.choice(choices["addresses"]),
        "country": rng.choice(("DE", "US", "FR", "")),
        "client_app_type": rng.choice(
            ("browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "other")
        ),
        "platform": rng.choice(("windows", "iOS", "android", "linux", "macOS", "")),
        "device_state": rng.choice(("", "registered", "registered")),
        "device_id": rng.choice(("", "dev-1", "dev-2")),
        "device_name": rng.choice(("", "SALES-PC-7", "HR-PC-1")),
        "device_compliant": rng.choice((True, False, None)),
        "device_trust_type": rng.choice(("", "AzureAD", "ServerAD")),
        "sign_in_risk": rng.choice(("none", "none", "low", "medium", "high")),
        "user_risk": rng.choice(("none", "none", "low", "medium", "high")),
        "authentication_flow": rng.choice(("", "", "", "deviceCodeFlow")),
        "original_transfer_method": rng.choice(("", None, "authenticationTransfer")),
        "grant": rng.choice(_GRANTS[category]),
        "methods": rng.choice(_METHODS),
        "mfa_satisfied": rng.choice((True, False, None)),
        "external_user_type": rng.choice(("", "", "", "b2bCollaborationGuest")),
        "home_tenant_id": rng.choice((None, "77777777-0000-4000-8000-000000000001")),
    }
    for name in row:
        if name not in {"category", "user_id", "service_principal_id"} and rng.random() < 0.06:
            row[name] = None
    return row


def batch_of(rows: Sequence[Row]) -> pa.RecordBatch:
    """Write rows as a batch in the fixed schema."""
    full = [{name: row.get(name) for name in SCHEMA.names} for row in rows]
    return pa.RecordBatch.from_pylist(full, schema=SCHEMA)


def drawn_draft(seed: int, policies: PolicySet) -> list[Policy]:
    """A draft: some policies changed state, one gone, one with other controls."""
    rng = Random(seed + 1)  # noqa: S311
    draft = [replace(p, state=rng.choice((p.state, *_STATES))) for p in policies.policies]
    if len(draft) > 2:
        del draft[rng.randrange(len(draft))]
        one, other = rng.randrange(len(draft)), rng.randrange(len(draft))
        draft[one] = replace(draft[one], grant=draft[other].grant, session=draft[other].session)
    return draft


_OPEN_ENABLED = {
    ControlStatus.REFUSED: "failure",
    ControlStatus.PROMPT: "interrupted",
}


def engine_answer(policies: PolicySet, row: Row) -> tuple[list[str], str]:
    """Ask the engine about one row: the results of all policies as reports name them, the outcome.

    An enabled policy that is not satisfied counts as interrupted where every step it takes part in
    is a prompt.
    """
    prepared = policies.prepare(sign_in_of(row, policies.directory))
    results, _ = words(policies, prepared)
    mask, outcome = policies.outcome(prepared)
    standing, failed = policies.standing(prepared, mask), policies.match(prepared).failed
    named: list[str] = []
    for number, word in enumerate(results):
        steps = [s for s in standing.steps if s.policies >> number & 1]
        refused = any(s.judgement.status is ControlStatus.REFUSED for s in steps)
        if word == "failure" and not refused and not failed >> number & 1:
            word = "interrupted"
        named.append({"notEnabled": "notApplied", "unknown": "reportOnlyFailure"}.get(word, word))
    if outcome is Outcome.GRANT:
        return named, "success" if mask & policies.enabled else "notApplied"
    return named, "interrupted" if outcome is Outcome.INTERRUPT else "failure"


def counted_one_by_one(policies: PolicySet, rows: Sequence[Row]) -> list[Counter[str]]:
    """Count the results of every policy, asking the engine row by row."""
    counts = [Counter[str]() for _ in policies.policies]
    for row in rows:
        for count, word in zip(counts, engine_answer(policies, row)[0], strict=True):
            count[word] += 1
    return counts
