"""A strength that is not there is never met (fail closed)."""

from __future__ import annotations

from ostiary.controls.authentication_strength import AuthenticationStrength
from ostiary.model.decision import ControlStatus
from ostiary.model.directory import Directory
from ostiary.model.signin import Proofs, SignIn, UserIdentity


def test_a_strength_that_does_not_exist_is_refused() -> None:
    sign_in = SignIn(UserIdentity("u"), proofs=Proofs(methods=frozenset({"fido2"}), mfa=True))
    judgement = AuthenticationStrength().judge("gone", sign_in, Directory())
    assert judgement.status is ControlStatus.REFUSED
    assert judgement.code == 53003
    assert judgement.why == "authentication strength `gone` does not exist"
