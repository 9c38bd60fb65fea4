"""Random tenants with their policies and sign-ins, compiled."""

from __future__ import annotations

from dataclasses import dataclass

from ostiary.engine.policyset import PolicySet
from ostiary.model.signin import SignIn
from ostiary.schema.signin_json import read_decision_request
from ostiary.tenant.catalogue import NO_CATALOGUE
from ostiary.tenant.loading import load_parts
from tests.oracle.generate import cases


@dataclass(frozen=True)
class Drawn:
    """One random tenant: its compiled policies and sign-ins to decide."""

    seed: int
    policies: PolicySet
    sign_ins: tuple[SignIn, ...]


def drawn(seed: int) -> Drawn:
    """Draw the tenant of a seed."""
    found = cases(seed)
    document = {**found[0]["tenant"], "conditionalAccessPolicies": found[0]["policies"]}
    parts = load_parts(document, catalogue=NO_CATALOGUE)
    bodies = ({**case["signIn"], "facts": case["facts"]} for case in found)
    policies = PolicySet(parts.policies, parts.directory)
    return Drawn(seed, policies, tuple(read_decision_request(body) for body in bodies))
