"""Authentication methods as the store keeps them, and as the checks of factors know them."""

from __future__ import annotations

from datetime import datetime

from ostiary.directory.factors import Method
from ostiary.factors.access_pass import AccessPass
from ostiary.factors.passkeys import Passkey
from ostiary.factors.recovery_codes import RecoveryCodes
from ostiary.factors.totp import TotpMethod
from ostiary.model.base64url import encoded
from ostiary.model.json_types import JsonObject, as_strings

TOTP, PASSKEY, RECOVERY_CODES = "softwareOneTimePasscode", "passKeyDeviceBound", "recoveryCode"
ACCESS_PASS = "temporaryAccessPass"  # noqa: S105  # a kind of method
"""Graph's words in `methodsRegistered`; recovery codes have none and are not told there."""


def totp_of(method: Method, sealed: bytes) -> TotpMethod:
    """Read an authenticator app."""
    last = method.document.get("lastStep")
    return TotpMethod(
        id=method.id,
        user_id=method.user_id,
        sealed_seed=sealed,
        created_at=method.created,
        display_name=_text(method.document, "displayName"),
        confirmed_at=method.created,
        last_step=last if isinstance(last, int) else None,
    )


def totp_document(method: TotpMethod) -> JsonObject:
    """Write what is kept of an authenticator app beside its sealed seed."""
    return {"displayName": method.display_name, "lastStep": method.last_step}


def recovery_codes_of(method: Method) -> RecoveryCodes:
    """Read the recovery codes that are left."""
    digests = tuple(as_strings(method.document.get("digests")))
    return RecoveryCodes(method.user_id, digests, method.created)


def access_pass_of(method: Method) -> AccessPass:
    """Read a Temporary Access Pass."""
    document = method.document
    used = document.get("usedAt")
    return AccessPass(
        id=method.id,
        user_id=method.user_id,
        hash=_text(document, "hash"),
        starts_at=datetime.fromisoformat(_text(document, "startsAt")),
        expires_at=datetime.fromisoformat(_text(document, "expiresAt")),
        once=document.get("once") is not False,
        created_by=_text(document, "createdBy"),
        used_at=datetime.fromisoformat(used) if isinstance(used, str) else None,
    )


def access_pass_document(made: AccessPass) -> JsonObject:
    """Write what is kept of a Temporary Access Pass."""
    return {
        "hash": made.hash,
        "startsAt": made.starts_at.isoformat(),
        "expiresAt": made.expires_at.isoformat(),
        "once": made.once,
        "createdBy": made.created_by,
        "usedAt": made.used_at.isoformat() if made.used_at else None,
    }


def passkey_of(method: Method) -> Passkey:
    """Read a passkey."""
    document = method.document
    used = document.get("lastUsedAt")
    return Passkey(
        credential_id=encoded(method.credential or b""),
        user_id=method.user_id,
        public_key=_text(document, "publicKey"),
        sign_count=int(document.get("signCount") or 0),
        aaguid=_text(document, "aaguid"),
        backup_eligible=document.get("backupEligible") is True,
        backed_up=document.get("backedUp") is True,
        attested=document.get("attested") is True,
        created_at=method.created,
        display_name=_text(document, "displayName"),
        transports=as_strings(document.get("transports")),
        device_id=_text(document, "deviceId") or None,
        last_used_at=datetime.fromisoformat(used) if isinstance(used, str) else None,
    )


def passkey_document(passkey: Passkey) -> JsonObject:
    """Write what is kept of a passkey beside its credential id."""
    return {
        "publicKey": passkey.public_key,
        "signCount": passkey.sign_count,
        "aaguid": passkey.aaguid,
        "backupEligible": passkey.backup_eligible,
        "backedUp": passkey.backed_up,
        "attested": passkey.attested,
        "displayName": passkey.display_name,
        "transports": list(passkey.transports),
        "deviceId": passkey.device_id,
        "lastUsedAt": passkey.last_used_at.isoformat() if passkey.last_used_at else None,
    }


def _text(document: JsonObject, name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""
