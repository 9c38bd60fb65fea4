"""Methods of a backup: those that may have been used since are not good a second time (CC05)."""

from __future__ import annotations

from datetime import datetime

from ostiary.factors.totp import DRIFT_STEPS, STEP_SECONDS
from ostiary.model.json_types import JsonObject
from ostiary.signin.stored_methods import ACCESS_PASS, RECOVERY_CODES, TOTP


def still_good(kind: str, document: JsonObject, now: datetime) -> JsonObject | None:
    """Tell what is kept of a method after a restore.

    Recovery codes and access passes end, for nobody knows which were used meanwhile. Codes of an
    authenticator app are good from the next time step on.
    """
    if kind in {RECOVERY_CODES, ACCESS_PASS}:
        return None
    if kind == TOTP:
        return {**document, "lastStep": int(now.timestamp()) // STEP_SECONDS + DRIFT_STEPS}
    return document
