"""What setting up a method leaves in the store and in the journey, wherever it is done."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import replace

from ostiary.factors import recovery_codes, totp
from ostiary.factors.kinds import Factor, ShownFactor
from ostiary.secrecy.sealing import Place
from ostiary.secrecy.secret import Secret
from ostiary.signin.accounts import Account, account_of
from ostiary.signin.journey import Journey
from ostiary.signin.stored_methods import RECOVERY_CODES
from ostiary.web.service import Service
from ostiary.web.visit import Visit

ISSUER = "Ostiary"


def with_new_app(service: Service, account: Account, journey: Journey) -> Journey:
    """Draw the seed of an authenticator app; it is kept once its first code was typed."""
    made = totp.enrol(
        account.id,
        account=account.name,
        issuer=service.tenant_name or ISSUER,
        sealer=service.seeds,
        randomness=service.randomness,
        now=service.clock.now(),
    ).method
    sealed = b64encode(made.sealed_seed).decode("ascii")
    return replace(journey, registering=Factor.TOTP, totp=(made.id, sealed))


def awaited_app(visit: Visit, account: Account) -> totp.TotpMethod | None:
    """Give the authenticator app whose first code is awaited, None where there is none."""
    if visit.journey.totp is None:
        return None
    identifier, sealed = visit.journey.totp
    return totp.TotpMethod(
        identifier, account.id, b64decode(sealed), visit.received.service.clock.now()
    )


def with_shown(visit: Visit, account: Account, shown: ShownFactor) -> Journey:
    """Count a method that was just set up as shown; who has no recovery codes gets some."""
    journey = replace(visit.journey, shown=(*visit.journey.shown, shown), totp=None, adding=False)
    fresh = account_of(visit.received.service.store, account.id) or account
    if fresh.method(RECOVERY_CODES) is not None:
        return journey
    return with_new_codes(visit, fresh, journey)


def with_new_codes(visit: Visit, account: Account, journey: Journey) -> Journey:
    """Make recovery codes; old ones are void. They are shown on the next page, and never again."""
    service = visit.received.service
    made, codes = recovery_codes.make(
        account.id, randomness=service.randomness, now=service.clock.now()
    )
    by = account.actor(visit.address or "", visit.received.trace.correlation_id)
    with service.store.transaction() as work:
        for old in (each for each in account.methods if each.kind == RECOVERY_CODES):
            work.methods.remove(old.id, by=by)
        work.methods.add(account.id, RECOVERY_CODES, {"digests": list(made.digests)}, by=by)
    text = json.dumps([each.reveal() for each in codes])
    sealed = service.seeds.seal(Secret(text.encode()), _codes_place(journey))
    return replace(journey, recovery_codes=b64encode(sealed).decode("ascii"), adding=False)


def codes_to_keep(visit: Visit) -> tuple[str, ...]:
    """Give the recovery codes that were just made."""
    sealed = b64decode(visit.journey.recovery_codes or "")
    opened = visit.received.service.seeds.open(sealed, _codes_place(visit.journey))
    codes: list[str] = json.loads(opened.reveal())
    return tuple(codes)


def _codes_place(journey: Journey) -> Place:
    return Place("interactions", journey.csrf, "recovery_codes")
