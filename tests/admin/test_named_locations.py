"""Named locations at the admin center: made, changed, kept while policies use them, removed."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.directory.objects import SETTINGS
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR, SECURITY_READER
from tests.admin.pages import Admin, with_role
from tests.web.serving import ASTRID, HQ, LIFEBOAT, PLACES

LIST = "/admin/named-locations"
RANGES, COUNTRIES = f"{LIST}/new/ip-ranges", f"{LIST}/new/countries"
ONE = f"{LIST}/{HQ}"


def stored(admin: Admin, location: str = HQ) -> dict[str, Any]:
    """Give a location as the store has it."""
    found = admin.served.service.store.locations.get(location)
    assert found is not None
    return dict(found.document)


def named(admin: Admin, name: str) -> dict[str, Any]:
    """Give the location of a name."""
    found = (dict(each.document) for each in admin.served.service.store.locations.all())
    return next(each for each in found if each["displayName"] == name)


def ranges(document: dict[str, Any]) -> list[str]:
    """Give its ranges in CIDR notation."""
    return [each.get("cidrAddress") for each in document["ipRanges"]]


def test_a_location_of_ip_ranges_is_made_from_what_is_typed_and_uploaded(admin: Admin) -> None:
    admin.sign_in(path=RANGES)
    file = ("branches.txt", b"\xef\xbb\xbf198.51.100.0/24\r\n2001:db8::/32\r\n\r\n")
    typed = "192.0.2.0/24\n198.51.100.0/24\n203.0.113.1-203.0.113.9"
    admin.upload(RANGES, {"file": file}, name="Branches", trusted="1", ranges=typed)
    assert "The named location was created." in admin.text, admin.refusal
    made = named(admin, "Branches")
    assert made["isTrusted"] is True
    assert ranges(made) == ["192.0.2.0/24", "198.51.100.0/24", None, "2001:db8::/32"]
    between = made["ipRanges"][2]
    assert (between["lowerAddress"], between["upperAddress"]) == ("203.0.113.1", "203.0.113.9")
    admin.open(f"{LIST}/{made['id']}/ranges")
    lines = "192.0.2.0/24\r\n198.51.100.0/24\r\n203.0.113.1-203.0.113.9\r\n2001:db8::/32\r\n"
    assert admin.text == lines
    assert "attachment" in admin.browser.page.headers["content-disposition"]


def test_countries_are_ticked_by_name(admin: Admin) -> None:
    admin.sign_in(path=COUNTRIES)
    assert "Norway" in admin.text
    chosen = {"lookup": "authenticatorAppGps", "unknown": "1"}
    admin.send(COUNTRIES, name="Nordics", countries=["NO", "SE"], **chosen)
    assert "The named location was created." in admin.text, admin.refusal
    made = named(admin, "Nordics")
    assert made["countriesAndRegions"] == ["NO", "SE"]
    assert made["countryLookupMethod"] == "authenticatorAppGps"
    assert made["includeUnknownCountriesAndRegions"] is True
    admin.open(f"{LIST}?kind=countries")
    assert "Norway, Sweden" in admin.text
    assert "Head office" not in admin.text
    admin.open(f"{LIST}/{made['id']}")
    admin.send(f"{LIST}/{made['id']}", countries=["DK"], unknown=[])
    changed = stored(admin, made["id"])
    assert changed["countriesAndRegions"] == ["DK"]
    assert changed["includeUnknownCountriesAndRegions"] is False


def test_what_graph_refuses_keeps_what_was_typed(admin: Admin) -> None:
    admin.sign_in(path=RANGES)
    admin.send(RANGES, name="Wrong", ranges="10.0.0.0/8\nnowhere")
    assert admin.status == 400
    assert "expected a prefix of /9 or longer, came /8" in admin.text
    assert "came `nowhere`" in admin.text
    assert "10.0.0.0/8\nnowhere</textarea>" in admin.text
    picture = {"file": ("map.png", b"\x89PNG\xff\xfe")}
    admin.upload(RANGES, picture, name="Wrong", ranges="192.0.2.0/24")
    assert admin.status == 400
    assert "expected a text file with one range a line" in admin.text


def test_who_uses_a_location_is_shown_and_keeps_it_from_being_deleted(admin: Admin) -> None:
    admin.sign_in(path=ONE)
    assert "Only from the office" in admin.text
    assert "Take its trust away first." in admin.text
    assert f"{ONE}/delete" not in admin.text
    admin.send(ONE, trusted=[])
    assert stored(admin)["isTrusted"] is False
    assert "Take it out of them first." in admin.text
    store = admin.served.service.store
    store.policies.delete(PLACES, by=SYSTEM)
    admin.open(ONE)
    assert "No policy uses it." in admin.text
    admin.send(f"{ONE}/delete")
    assert "It can be restored for 30 days." in admin.text
    assert store.locations.get(HQ) is None


def test_a_deleted_location_comes_back_or_goes_for_good(admin: Admin) -> None:
    store = admin.served.service.store
    store.policies.delete(PLACES, by=SYSTEM)
    store.locations.modify(HQ, {"isTrusted": False}, by=SYSTEM)
    deleted = f"{LIST}/deleted"
    admin.sign_in(path=deleted)
    assert "No named location was deleted" in admin.text
    admin.open(ONE)
    admin.send(f"{ONE}/delete")
    admin.open(deleted)
    assert "203.0.113.0/24" in admin.text
    admin.send(f"{deleted}/{HQ}/restore")
    assert "The named location was restored." in admin.text, admin.refusal
    assert ranges(stored(admin)) == ["203.0.113.0/24"]
    admin.send(f"{ONE}/delete")
    admin.open(deleted)
    admin.send(f"{deleted}/{HQ}/purge")
    assert "deleted permanently" in admin.text
    admin.browser.send(f"{deleted}/{HQ}/restore", {"csrf": "x"})
    assert admin.status == 403


def test_a_trusted_location_is_used_by_policies_on_all_trusted_ones(admin: Admin) -> None:
    places = {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}
    found = admin.served.service.store.policies.get(PLACES)
    assert found is not None
    conditions = {**found.document["conditions"], "locations": places}
    admin.served.change_policy(PLACES, {"conditions": conditions})
    admin.sign_in(path=ONE)
    assert "Only from the office" in admin.text
    admin.send(ONE, trusted=[])
    assert "Only from the office" not in admin.text


def test_a_change_by_somebody_else_is_not_overwritten(admin: Admin) -> None:
    admin.sign_in(path=ONE)
    admin.served.service.store.locations.modify(HQ, {"displayName": "Renamed"}, by=SYSTEM)
    admin.send(ONE, name="Mine")
    assert admin.status == 412
    assert stored(admin)["displayName"] == "Renamed"
    assert 'value="Mine"' in admin.text
    assert "Open what is there now" in admin.text


def test_the_guard_refuses_a_change_that_locks_somebody_out_and_an_override_is_kept(
    admin: Admin,
) -> None:
    """Everybody is blocked but from trusted networks, of which the office is the only one."""
    served = admin.served
    for user in (ASTRID, LIFEBOAT):
        with_role(served, GLOBAL_ADMINISTRATOR, user)
    served.service.store.singles.write(SETTINGS, {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    outside = {
        "clientAppTypes": ["all"],
        "applications": {"includeApplications": ["All"]},
        "users": {"includeUsers": ["All"]},
        "locations": {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]},
    }
    served.change_policy(PLACES, {"state": "enabled", "conditions": outside})
    admin.sign_in(path=ONE)
    admin.send(ONE, trusted=[])
    assert admin.status == 409
    assert "Nothing was changed." in admin.text
    assert "Lifeboat" in admin.refusal
    assert stored(admin)["isTrusted"] is True
    admin.send(ONE, reason="the office moves, and everybody was told")
    assert stored(admin)["isTrusted"] is False
    rows = served.service.store.audit.newest(activity="Override lockout guard", limit=1)
    assert rows[0].row["actor"]["id"] == ASTRID


@pytest.mark.parametrize("path", [LIST, ONE])
def test_a_security_reader_sees_and_cannot_change(admin: Admin, path: str) -> None:
    store = admin.served.service.store
    for each in store.roles.all():
        store.roles.delete(each.id, by=SYSTEM)
    with_role(admin.served, SECURITY_READER)
    admin.sign_in(path=path)
    assert "Head office" in admin.text
    assert 'method="post" action="/admin/named' not in admin.text
    assert "/new/" not in admin.text
    token = admin.text.partition('name="csrf" value="')[2].partition('"')[0]
    admin.browser.send(f"{ONE}/delete", {"csrf": token})
    assert admin.status == 403
    admin.browser.send(ONE, {"csrf": token, "name": "Mine", "ranges": "192.0.2.0/24"})
    assert admin.status == 403
    assert stored(admin)["displayName"] == "Head office"
