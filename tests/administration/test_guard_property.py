"""BG04 as a property: what the guard lets pass leaves ways in, what it refuses would close one.

Random changes are made behind the guard, one after the other, in a tenant where everybody gets in.
Whatever passes, the engine, and the oracle that shares no line with it, grant a sign-in to every
emergency access account and to another administrator, with what they have. Whatever is refused
changes nothing, and each witness is a sign-in that both refuse.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ostiary.administration.required_contexts import contexts_for_policies
from ostiary.analysis.administrators import (
    ADMIN_CENTER,
    administrators,
    emergency_accounts,
)
from ostiary.analysis.prove_lockout import lockout
from ostiary.directory.database import FILE_NAME
from ostiary.directory.mirror import Mirror
from ostiary.model.decision import Outcome
from ostiary.model.signin import SignIn
from ostiary.schema.signin_json import read_decision_request
from ostiary.signin.deciding import risk_of
from ostiary.tenant.proofs import names_of
from ostiary.tenant.tenant import Tenant
from tests.administration.walking import Change, Walk, drawn_world
from tests.directory.stores import made
from tests.oracle import expectation, names
from tests.oracle.shapes import Json, objects, part

STEPS = 25


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new store, made once and copied for each walk."""
    folder = tmp_path_factory.mktemp("template")
    made(str(folder)).store.close()
    return folder


@settings(max_examples=5, phases=[Phase.generate])  # a smaller seed is no simpler walk
@given(seed=st.integers(0, 2**32))
def test_BG04_whoever_must_get_in_does_after_every_change_that_passes(
    template: Path, seed: int
) -> None:
    rng = Random(seed)  # noqa: S311  # a seed that can be repeated
    with TemporaryDirectory() as folder:
        shutil.copy(template / FILE_NAME, folder)
        found = made(folder)
        try:
            walk = Walk(rng, found.store, drawn_world(rng))
            for _ in range(STEPS):
                _hold(walk, walk.step())
        finally:
            found.store.close()


def _hold(walk: Walk, change: Change) -> None:
    if change.refused is None:
        _everybody_gets_in(walk, change)
        return
    assert change.after is not None
    assert walk.snapshots.refresh().tenant.parts != change.after.parts or _beside_the_tenant(change)
    if not change.refused.accounts:
        directory = change.after.parts.directory
        assert change.refused.others
        assert set(administrators(directory).ids) <= set(emergency_accounts(directory).ids)
    for each in change.refused.accounts:
        user = change.after.parts.directory.users.get(each.id)
        if each.request is None:
            assert user is None or not user.enabled
        else:
            assert change.after.decide(each.request).outcome is not Outcome.GRANT, change


def _beside_the_tenant(change: Change) -> bool:
    """Risks and protected actions are no part of the tenant's document."""
    return change.name in {"_set_risk", "_protect"}


def _everybody_gets_in(walk: Walk, change: Change) -> None:
    tenant = walk.snapshots.refresh().tenant
    contexts, directory = contexts_for_policies(walk.store), tenant.parts.directory
    risks = {each: risk_of(walk.store, each) for each in directory.users}
    found = lockout(tenant.compiled, names_of(tenant), contexts=contexts, risks=risks)
    assert {each.id for each in found.emergency} == directory.settings.emergency_access
    document = _document(walk)
    for each in (*found.emergency, *found.others[:1]):
        assert each.can is True, (change, each)
        request = each.request
        assert request is not None
        _is_honest(tenant, request, risks[each.id])
        with_all = {**request, "facts": _all_shown(document, tenant, each.id)}
        asked_for = [request]
        asked_for += [{**with_all, "signInContext": _towards(each)} for each in contexts[:1]]
        for asked in asked_for:
            assert tenant.decide(asked).outcome is Outcome.GRANT, (change, each)
            policies = objects(document, "conditionalAccessPolicies")
            answer = expectation(document, policies, asked, part(asked, "facts"))
            assert answer["outcome"] == "grant", (change, each)


def _all_shown(document: Json, tenant: Tenant, user_id: str) -> Json:
    """Give what an account can show at most."""
    mfa, methods = _registered(tenant, user_id)
    return {
        "methods": sorted(methods),
        "mfaSatisfied": mfa,
        "passwordChanged": mfa,
        "acceptedTerms": [each["id"] for each in objects(document, "agreements")],
    }


def _registered(tenant: Tenant, user_id: str) -> tuple[bool, frozenset[str]]:
    """Tell whether an account has a second factor, and its methods: always a password."""
    found = tenant.parts.directory.registrations.get(user_id)
    if found is None or not found.mfa:
        return False, frozenset({"password"})
    return True, frozenset({"password", *(found.methods or ())})


def _towards(context: str) -> Json:
    return {
        "@odata.type": "#microsoft.graph.authContext",
        "authenticationContextValue": context,
    }


def _is_honest(tenant: Tenant, request: Json, risk: str) -> None:
    """A way in is none if it takes what the account has not."""
    signed: SignIn = read_decision_request(request)
    directory = tenant.parts.directory
    user_id = part(request, "signInIdentity")["userId"]
    mfa, methods = _registered(tenant, user_id)
    assert directory.users[user_id].enabled
    assert signed.user_risk == risk
    assert signed.device is None
    assert signed.proofs.methods <= methods
    assert mfa or not signed.proofs.mfa
    assert part(request, "signInContext")["includeApplications"] == [ADMIN_CENTER, names.GRAPH]


def _document(walk: Walk) -> dict[str, Any]:
    mirror = Mirror()
    mirror.refresh(walk.store.database)
    return mirror.document()
