"""Reading a sign-in: words of the evaluate page, and what What If leaves out."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.model.signin import Device
from ostiary.schema.signin_json import read_decision_request, read_what_if_request

BODY: dict[str, Any] = {"signInIdentity": {"userId": "u"}, "signInContext": {}}


@pytest.mark.parametrize(
    ("written", "read"),
    [("EntraID", "AzureAD"), ("ServerAD", "ServerAD"), ("Workplace", "Workplace")],
)
def test_the_trust_type_of_the_evaluate_page_is_that_of_filters(written: str, read: str) -> None:
    conditions = {"deviceInfo": {"trustType": written}}
    device = read_decision_request({**BODY, "signInConditions": conditions}).device
    assert isinstance(device, Device)
    assert device.get("trusttype") == read


def test_what_if_does_not_look_at_facts() -> None:
    facts = {"originalTransferMethod": "deviceCodeFlow", "grant": "refresh_token"}
    asked = {**BODY, "facts": facts}
    assert read_what_if_request(asked) == read_what_if_request(BODY)
    assert read_decision_request(asked).original_transfer_method == "deviceCodeFlow"
