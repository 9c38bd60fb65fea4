"""What of a home tenant is trusted, and who can be asked for something."""

from __future__ import annotations

import pytest

from ostiary.controls.visitor import visitor
from ostiary.model.directory import Directory, InboundTrust, Settings
from ostiary.model.signin import SignIn, TokenGrant, UserIdentity, WorkloadIdentity

HERE = Directory(settings=Settings(inbound_trust={"default": InboundTrust(mfa=True)}))


@pytest.mark.parametrize(("tenant", "trusted"), [("a-tenant", True), (None, False)])
def test_a_home_that_nobody_knows_is_not_trusted_by_default(
    tenant: str | None, trusted: bool
) -> None:
    guest = visitor(SignIn(UserIdentity("u", "b2bCollaborationGuest", tenant)), HERE)
    assert guest.external
    assert guest.trust.mfa is trusted


@pytest.mark.parametrize(
    ("sign_in", "can_prompt"),
    [
        (SignIn(UserIdentity("u")), True),
        (SignIn(UserIdentity("u"), grant=TokenGrant.PASSWORD), False),
        (SignIn(UserIdentity("u"), client_app_type="other"), False),
        (SignIn(WorkloadIdentity("p"), grant=TokenGrant.CLIENT_CREDENTIALS), False),
    ],
)
def test_only_a_person_before_a_page_can_be_asked(sign_in: SignIn, can_prompt: bool) -> None:
    assert sign_in.can_prompt is can_prompt
