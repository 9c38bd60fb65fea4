"""A new tenant: what is in it, and that nothing is left where making it failed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ostiary.directory.snapshot import Snapshots
from ostiary.model.errors import InputError
from ostiary.secrecy.clock import FixedClock
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.serving.first_setup import (
    MadeTenant,
    NewTenant,
    checked_domain,
    make_tenant,
    new_store,
    sign_in_name,
)
from ostiary.serving.host import host_actor, opened_store
from tests.secrecy.seeded import START
from tests.web.serving import tenant

NEW = NewTenant(
    "fjordvik.example",
    "Fjordvik",
    "astrid@fjordvik.example",
    "Astrid Moe",
    ("lifeboat@fjordvik.example",),
)


def made(data: Path, new: NewTenant = NEW) -> MadeTenant:
    """Make a tenant in a folder."""
    randomness = SystemRandomness()
    with new_store(data, None, {}, clock=FixedClock(START), randomness=randomness) as store:
        return make_tenant(store, new, by=host_actor(), randomness=randomness)


def test_the_first_people_are_global_administrators_without_a_password(tmp_path: Path) -> None:
    data = tmp_path / "data"
    people = made(data).people
    assert [(each.name, each.emergency) for each in people] == [
        ("astrid@fjordvik.example", False),
        ("lifeboat@fjordvik.example", True),
    ]
    with opened_store(str(data), {}) as store:
        directory = Snapshots(store).current().policies.directory
        assert {each.principal_id for each in directory.role_assignments or ()} == {
            each.id for each in people
        }
        assert directory.settings.emergency_access == {people[1].id}
        assert all(store.passwords.of(each.id) is None for each in people)
        assert store.applications.by_app_id("04b07795-8ddb-461a-bbee-02f9e1bf7b46") is not None


def test_an_export_can_be_the_beginning(tmp_path: Path) -> None:
    from json import dumps

    source = tmp_path / "tenant.json"
    source.write_text(dumps(tenant()), encoding="utf-8")
    new = NewTenant("fjordvik.example", "Fjordvik", "astrid@fjordvik.example", source=source)
    found = made(tmp_path / "data", new)
    assert found.tenant_id == tenant()["tenantId"]
    assert found.people[0].id == tenant()["users"][0]["id"]


def test_data_that_is_there_is_left_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = made(data)
    with pytest.raises(InputError, match="a server's data is there"):
        made(data)
    with opened_store(str(data), {}) as store:
        assert store.users.get(first.people[0].id) is not None


def test_nothing_is_left_where_the_export_cannot_be_read(tmp_path: Path) -> None:
    data, source = tmp_path / "data", tmp_path / "tenant.json"
    source.write_text("{", encoding="utf-8")
    with pytest.raises(InputError):
        made(data, NewTenant("fjordvik.example", "Fjordvik", "astrid", source=source))
    assert not list(data.iterdir())


def test_files_are_for_the_servers_user_only(tmp_path: Path) -> None:
    data = tmp_path / "data"
    made(data)
    assert data.stat().st_mode & 0o077 == 0
    assert (data / "kek").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["", "a b", "@x.example", "a@", "a@b", "a@-x.example/", "a@b@c.d"])
def test_a_sign_in_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="expected a sign-in name"):
        sign_in_name(name, "fjordvik.example")


def test_a_sign_in_name_may_leave_the_domain_out() -> None:
    assert sign_in_name("Astrid", "fjordvik.example") == "Astrid@fjordvik.example"
    assert checked_domain(" Fjordvik.Example ") == "fjordvik.example"
