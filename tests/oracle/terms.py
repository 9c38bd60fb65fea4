"""Terms of use: whether an acceptance stands."""

import re

from tests.oracle.shapes import Json, objects, part
from tests.oracle.sign_in import SignIn


def is_accepted(agreement_id: str, sign_in: SignIn) -> bool:
    """Whether some acceptance of that agreement is still good here and today."""
    known = {one["id"]: one for one in objects(sign_in.tenant, "agreements")}
    agreement = part(known, agreement_id)
    return any(
        acceptance["agreementId"] == agreement_id and _stands(agreement, acceptance, sign_in)
        for acceptance in map(_spelled_out, sign_in.fact("acceptedTerms", []))
    )


def _spelled_out(acceptance: str | Json) -> Json:
    """A bare id was accepted today, on no particular device."""
    return {"agreementId": acceptance} if isinstance(acceptance, str) else acceptance


def _stands(agreement: Json, acceptance: Json, sign_in: SignIn) -> bool:
    frequency = re.fullmatch(r"P(\d+)D", agreement.get("userReacceptRequiredFrequency") or "")
    # Accepted on day 0, expired from day n (entra-docs terms-of-use).
    if frequency and (acceptance.get("daysAgo") or 0) >= int(frequency[1]):
        return False
    if not agreement.get("isPerDeviceAcceptanceRequired"):
        return True
    here = (sign_in.device or {}).get("deviceId")
    return here is not None and acceptance.get("deviceId") == here
