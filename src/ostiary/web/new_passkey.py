"""A new passkey: what the browser is asked for, and whether its answer makes one."""

from __future__ import annotations

import json

from ostiary.factors import passkey_checks
from ostiary.factors.kinds import Refusal, Refused
from ostiary.factors.passkey_checks import PasskeyMade
from ostiary.factors.passkeys import PasskeyChallenge, PasskeyOwner, registration_options
from ostiary.oidc.parameters import Parameters
from ostiary.pages import Method, PasskeyRequest, Post, Problem
from ostiary.signin.accounts import Account
from ostiary.signin.method_attempts import read_json
from ostiary.signin.stored_methods import PASSKEY, passkey_of
from ostiary.web.received import Received

_LONGEST_NAME = 64
_PROBLEMS = {
    Refusal.UNVERIFIED_USER: Problem.PASSKEY_UNVERIFIED,
    Refusal.KNOWN_ALREADY: Problem.PASSKEY_KNOWN,
}


def asked_passkey(
    received: Received, account: Account, challenge: PasskeyChallenge, form: Post
) -> PasskeyRequest:
    """Ask for one that the person does not have yet."""
    owner = PasskeyOwner(account.id, account.name, account.display_name)
    existing = [passkey_of(each) for each in account.methods if each.kind == PASSKEY]
    options = registration_options(challenge, owner, received.service.passkeys, existing)
    return PasskeyRequest(form, json.dumps(options))


def made_passkey(
    received: Received, challenge: PasskeyChallenge, form: Parameters
) -> PasskeyMade | Problem:
    """Check the browser's answer to a challenge of the present session; nothing is kept yet."""
    service, body = received.service, read_json(form.get("passkey") or "")
    known = passkey_checks.credential_id_of(body) or ""
    name = " ".join((form.get("passkey_name") or "").split())[:_LONGEST_NAME]
    found = passkey_checks.register(
        body,
        challenge,
        session_id=challenge.session_id,
        settings=service.passkeys,
        known=(known,) if service.methods.by_answer(body) else (),
        now=service.clock.now(),
        display_name=name or Method.PASSKEY.value.capitalize(),
        device_id=received.device_id,
    )
    if isinstance(found, Refused):
        return _PROBLEMS.get(found.reason, Problem.PASSKEY_FAILED)
    return found
