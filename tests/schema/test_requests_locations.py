"""Named locations through the API."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.schema.location_rules import IP, check_location, range_text, range_written
from ostiary.schema.requests import validate_request
from tests.schema.builders import LOCATION, LOCATIONS, POLICIES, created, ip_location, policy, store

COUNTRY = {
    "@odata.type": "#microsoft.graph.countryNamedLocation",
    "displayName": "Home",
    "countriesAndRegions": ["fr", "DE"],
}
NETWORK = ip_location("203.0.113.0/24", "2001:db8::/32")


def answer(method: str, path: str, body: Any = None, **given: Any) -> tuple[int, dict[str, Any]]:
    response = validate_request(store(**given), method, path, body)
    return response.status, dict(response.body or {})


def details(body: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["target"], each["code"]) for each in body["error"]["details"]]


def test_a_network_is_not_trusted_unless_said_so() -> None:
    status, body = answer("POST", LOCATIONS, NETWORK)
    assert status == 201
    assert body["isTrusted"] is False
    assert body["ipRanges"] == NETWORK["ipRanges"]
    assert body["createdDateTime"] == body["modifiedDateTime"] == "2026-01-01T00:00:00.0000000Z"


def test_a_country_is_found_by_address_unless_said_otherwise() -> None:
    status, body = answer("POST", LOCATIONS, COUNTRY)
    assert status == 201
    assert body["countriesAndRegions"] == ["FR", "DE"]
    assert body["countryLookupMethod"] == "clientIpAddress"
    assert body["includeUnknownCountriesAndRegions"] is False
    assert body["@odata.type"] == "#microsoft.graph.countryNamedLocation"


@pytest.mark.parametrize(
    "document",
    [
        ip_location("12.34.221.11/22"),  # host bits, as the sample of the API has
        ip_location("10.0.0.0/9", "10.0.0.1/32"),
        ip_location("2001:0:9d38:90d6:0:0:0:0/63"),
        ip_location("203.0.113.0/24", isTrusted=True),
        {**NETWORK, "@odata.type": "microsoft.graph.IPNamedLocation"},
        {
            **ip_location(),
            "ipRanges": [
                {
                    "@odata.type": "#microsoft.graph.iPv4Range",
                    "lowerAddress": "192.0.2.1",
                    "upperAddress": "192.0.2.9",
                }
            ],
        },
        COUNTRY,
        {**COUNTRY, "countryLookupMethod": "authenticatorAppGps"},
    ],
)
def test_possible_locations_are_kept(document: dict[str, Any]) -> None:
    assert answer("POST", LOCATIONS, document)[0] == 201


def between(kind: str, **addresses: str) -> dict[str, Any]:
    return {**ip_location(), "ipRanges": [{"@odata.type": f"#microsoft.graph.{kind}", **addresses}]}


RANGE, ADDRESS = "ipRanges[0]", "ipRanges[0].cidrAddress"
COUNTRIES = "countriesAndRegions"


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({"displayName": "x"}, [("@odata.type", "missingType")]),
        ({**NETWORK, "@odata.type": "#microsoft.graph.user"}, [("@odata.type", "missingType")]),
        ({**NETWORK, "displayName": None}, [("displayName", "wrongType")]),
        ({**NETWORK, "displayName": " "}, [("displayName", "malformed")]),
        (ip_location(), [("ipRanges", "malformed")]),
        ({**NETWORK, "ipRanges": None}, [("ipRanges", "wrongType")]),
        (
            {**NETWORK, "ipRanges": [{"cidrAddress": "10.0.0.0/24"}]},
            [(f"{RANGE}.@odata.type", "missingType")],
        ),
        (ip_location("10.0.0.0/8"), [(ADDRESS, "rangeTooLarge")]),
        (ip_location("0.0.0.0/0"), [(ADDRESS, "rangeTooLarge")]),
        (ip_location("2000::/8"), [(ADDRESS, "rangeTooLarge")]),
        (ip_location("10.0.0.1"), [(ADDRESS, "invalidRange")]),
        (ip_location("10.0.0.0/255.255.0.0"), [(ADDRESS, "invalidRange")]),
        (ip_location("10.0.0.0/33"), [(ADDRESS, "invalidRange")]),
        (ip_location("office"), [(ADDRESS, "invalidRange")]),
        (between("iPv4CidrRange"), [(ADDRESS, "invalidRange")]),
        (
            {**ip_location("10.0.0.0/24", "x"), "isTrusted": "yes"},
            [("isTrusted", "wrongType"), ("ipRanges[1].cidrAddress", "invalidRange")],
        ),
        (between("iPv6CidrRange", cidrAddress="10.0.0.0/24"), [(ADDRESS, "invalidRange")]),
        (
            between("iPv4Range", lowerAddress="10.0.0.9", upperAddress="10.0.0.1"),
            [(RANGE, "invalidRange")],
        ),
        (between("iPv4Range", lowerAddress="10.0.0.9"), [(RANGE, "invalidRange")]),
        (
            between("iPv6Range", lowerAddress="10.0.0.1", upperAddress="10.0.0.9"),
            [(RANGE, "invalidRange")],
        ),
        (
            {**COUNTRY, "countriesAndRegions": ["FRA", "É1"]},
            [(f"{COUNTRIES}[0]", "malformed"), (f"{COUNTRIES}[1]", "malformed")],
        ),
        ({**COUNTRY, "countriesAndRegions": []}, [(COUNTRIES, "malformed")]),
        ({**COUNTRY, "countryLookupMethod": "dice"}, [("countryLookupMethod", "unknownWord")]),
        ({**COUNTRY, "isTrusted": True}, [("isTrusted", "countryNotTrusted")]),
    ],
)
def test_impossible_locations_are_refused(
    document: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    status, body = answer("POST", LOCATIONS, document)
    assert status == 400
    assert details(body) == found


def test_a_range_that_is_no_text_is_told_once() -> None:
    document = between("iPv4CidrRange") | {
        "ipRanges": [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": 7}]
    }
    assert details(answer("POST", LOCATIONS, document)[1]) == [
        ("ipRanges[0].cidrAddress", "wrongType")
    ]


@pytest.mark.parametrize(("count", "status"), [(2000, 201), (2001, 400)])
def test_a_location_has_at_most_2000_ranges(count: int, status: int) -> None:
    ranges = [f"11.{number // 256}.{number % 256}.0/24" for number in range(count)]
    assert answer("POST", LOCATIONS, ip_location(*ranges))[0] == status


def test_a_tenant_has_at_most_195_networks_but_any_countries() -> None:
    many = [{**NETWORK, "id": f"cccccccc-0000-4000-9000-{number:012d}"} for number in range(193)]
    given = {"objects": {"namedLocations": many}}
    last = validate_request(store(**given), "POST", LOCATIONS, NETWORK)
    assert last.status == 201
    assert validate_request(last.state, "POST", LOCATIONS, NETWORK).status == 400
    assert validate_request(last.state, "POST", LOCATIONS, COUNTRY).status == 201


def test_a_location_is_listed_and_got() -> None:
    state, identifier = created(NETWORK, LOCATIONS)
    listed = validate_request(state, "GET", LOCATIONS).body or {}
    assert [each["displayName"] for each in listed["value"]] == ["HQ", "Branch"]
    got = validate_request(state, "GET", f"{LOCATIONS}('{identifier}')").body or {}
    assert got["displayName"] == "Branch"
    assert got["@odata.context"].endswith("#identity/conditionalAccess/namedLocations/$entity")


def test_a_change_keeps_the_ranges() -> None:
    state, identifier = created(NETWORK, LOCATIONS)
    change = {"@odata.type": "#microsoft.graph.ipNamedLocation", "displayName": "Office"}
    response = validate_request(state, "PATCH", f"{LOCATIONS}/{identifier}", change)
    assert response.status == 204
    got = validate_request(response.state, "GET", f"{LOCATIONS}/{identifier}").body or {}
    assert (got["displayName"], got["ipRanges"]) == ("Office", NETWORK["ipRanges"])


@pytest.mark.parametrize(
    ("change", "target"),
    [
        ({"@odata.type": "#microsoft.graph.countryNamedLocation"}, "@odata.type"),
        ({"ipRanges": ip_location("10.0.0.0/8")["ipRanges"]}, "ipRanges[0].cidrAddress"),
        ({"displayName": None}, "displayName"),
    ],
)
def test_a_change_that_would_break_a_location_changes_nothing(
    change: dict[str, Any], target: str
) -> None:
    state, identifier = created(NETWORK, LOCATIONS)
    response = validate_request(state, "PATCH", f"{LOCATIONS}/{identifier}", change)
    assert response.status == 400
    assert details(dict(response.body or {}))[0][0] == target
    assert response.state is state


def test_a_trusted_location_loses_its_trust_before_it_is_deleted() -> None:
    where = f"{LOCATIONS}/{LOCATION}"
    assert answer("DELETE", where)[0] == 400
    distrusted = validate_request(store(), "PATCH", where, {"isTrusted": False})
    assert distrusted.status == 204
    deleted = validate_request(distrusted.state, "DELETE", where)
    assert deleted.status == 204
    assert validate_request(deleted.state, "GET", where).status == 404


def test_a_location_that_a_policy_names_is_not_deleted() -> None:
    state, identifier = created(NETWORK, LOCATIONS)
    document = policy(locations={"includeLocations": ["All"], "excludeLocations": [identifier]})
    state = validate_request(state, "POST", POLICIES, document).state
    response = validate_request(state, "DELETE", f"{LOCATIONS}/{identifier}")
    assert response.status == 400
    assert response.body is not None
    assert response.body["error"]["message"] == (
        "the location is used by `t`; take it out there first"
    )


def test_a_location_of_a_kind_we_cannot_make_is_shown_as_it_is() -> None:
    kind = "#microsoft.graph.compliantNetworkNamedLocation"
    other = {"@odata.type": kind, "id": "aa", "displayName": "All compliant networks"}
    assert answer("GET", f"{LOCATIONS}/aa", objects={"namedLocations": [other]})[1] == {
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess"
        "/namedLocations/$entity",
        **other,
    }


@pytest.mark.parametrize("text", ["203.0.113.0/24", "2001:db8::/32", "203.0.113.1-203.0.113.9"])
def test_a_range_is_read_as_it_is_written(text: str) -> None:
    body = range_written(f" {text} ")
    assert range_text(body) == text
    named = {"@odata.type": IP, "displayName": "Head office", "ipRanges": [body]}
    assert check_location(named) == ()
