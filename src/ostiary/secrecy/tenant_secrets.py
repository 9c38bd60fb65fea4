"""Secrets that a tenant keeps for ever, sealed in the database.

They are not derived from the key-encryption key, which changes: subjects, hashes and counters must
outlive it.
"""

from __future__ import annotations

from enum import Enum

from ostiary.secrecy.randomness import TOKEN_BYTES, Randomness
from ostiary.secrecy.sealing import Place, Sealer
from ostiary.secrecy.secret import Secret


class TenantSecret(Enum):
    """What each of them is for."""

    PAIRWISE_SUBJECTS = "pairwiseSubjects"
    PASSWORD_PEPPER = "passwordPepper"  # noqa: S105  # a name
    WRONG_PASSWORDS = "wrongPasswords"
    """Of the digests by which a repeated wrong password is told from a new one."""


def make_tenant_secret(name: TenantSecret, sealer: Sealer, randomness: Randomness) -> bytes:
    """Draw the secret of a new tenant, sealed (`Purpose.TENANT_SECRETS`)."""
    return sealer.seal(Secret(randomness.octets(TOKEN_BYTES)), _place(name))


def open_tenant_secret(name: TenantSecret, sealed: bytes, sealer: Sealer) -> Secret[bytes]:
    """Open it; raises SealError."""
    return sealer.open(sealed, _place(name))


def _place(name: TenantSecret) -> Place:
    return Place("tenant_secrets", name.value, "sealed")
