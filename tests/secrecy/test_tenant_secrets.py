"""Secrets of the tenant outlive the key-encryption key."""

from __future__ import annotations

import pytest

from ostiary.secrecy.kek import Purpose
from ostiary.secrecy.sealing import Sealer, SealError
from ostiary.secrecy.tenant_secrets import TenantSecret, make_tenant_secret, open_tenant_secret
from tests.secrecy.seeded import SeededRandomness, some_keys


def test_a_tenant_secret_opens_under_its_name_only_and_after_a_change_of_keys() -> None:
    source = SeededRandomness()
    before = Sealer(some_keys(1, 1), Purpose.TENANT_SECRETS, source)
    after = Sealer(some_keys(1, 1, 2), Purpose.TENANT_SECRETS, source)
    sealed = make_tenant_secret(TenantSecret.PAIRWISE_SUBJECTS, before, source)
    secret = open_tenant_secret(TenantSecret.PAIRWISE_SUBJECTS, sealed, before)
    assert len(secret.reveal()) == 32
    assert open_tenant_secret(TenantSecret.PAIRWISE_SUBJECTS, sealed, after) == secret
    with pytest.raises(SealError):
        open_tenant_secret(TenantSecret.PASSWORD_PEPPER, sealed, before)
