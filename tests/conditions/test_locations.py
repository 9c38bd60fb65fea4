"""Named locations that an address does not tell: membership is unknown, not false."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conditions.asking import APPLIES, MAY_APPLY, answer

MISSING = "cccccccc-0000-4000-8000-000000000009"
NETWORK = "cccccccc-0000-4000-8000-000000000001"
AT = {"ipAddress": "192.0.2.1"}
COMPLIANT_NETWORK: dict[str, Any] = {
    "@odata.type": "#microsoft.graph.compliantNetworkNamedLocation",
    "id": NETWORK,
    "displayName": "All compliant network locations",
}
BROKEN: dict[str, Any] = {
    "@odata.type": "#microsoft.graph.ipNamedLocation",
    "id": NETWORK,
    "displayName": "Branch",
    "ipRanges": [{"cidrAddress": "300.1.1.1/8"}],
}


def locations(included: list[str], excluded: list[str]) -> dict[str, Any]:
    return {"locations": {"includeLocations": included, "excludeLocations": excluded}}


@pytest.mark.parametrize(
    ("location", "known"),
    [(MISSING, []), (NETWORK, [COMPLIANT_NETWORK]), (NETWORK, [BROKEN])],
    ids=["not exported", "compliant network", "broken range"],
)
def test_who_is_in_it_is_unknown(location: str, known: list[Any]) -> None:
    for setting in (locations([location], []), locations(["All"], [location])):
        assert answer(setting, where=AT, namedLocations=known) == MAY_APPLY


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("198.50.255.255", False),
        ("198.51.0.0", True),
        ("198.51.255.255", True),
        ("198.52.0.0", False),
    ],
)
def test_a_range_that_is_one_block_of_65536_addresses(address: str, inside: bool) -> None:
    block = {**BROKEN, "ipRanges": [{"cidrAddress": "198.51.0.0/16"}]}
    setting = locations([NETWORK], [])
    found = answer(setting, where={"ipAddress": address}, namedLocations=[block])
    assert found == (APPLIES if inside else (False, "location"))
