"""Generated logs are the tenant's, look like a company's, and follow from the seed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ostiary.analysis.log_facts import sign_in_of
from ostiary.analysis.log_fast_form import ROW_GROUP
from ostiary.analysis.log_generate import generate, generated
from ostiary.analysis.log_reading import read_logs
from ostiary.model.addresses import address_range
from ostiary.model.directory import (
    Application,
    Directory,
    NamedLocation,
    PrincipalKind,
    ServicePrincipal,
    Settings,
    User,
)
from ostiary.model.errors import InputError
from ostiary.tenant.tenant import load_tenant
from tests.tenant.documents import policy, tenant

USERS = {f"00000000-0000-4000-8000-{n:012}": f"user{n}@contoso.example" for n in range(300)}
LIFEBOAT = "00000000-0000-4000-8000-000000000007"
SERVICE = "00000000-0000-4000-8000-000000000299"
OWN_APP = "aaaaaaaa-1111-4111-8111-000000000001"
OFFICE = "192.0.2.200"
DIRECTORY = Directory(
    tenant_id="cccccccc-0000-4000-8000-000000000001",
    users={
        each: User(each, principal_name=name if each != SERVICE else "svc-backup@contoso.example")
        for each, name in USERS.items()
    },
    applications={OWN_APP: Application(OWN_APP, "Time sheets")},
    service_principals={
        "sp1": ServicePrincipal("sp1", "app1", "Nightly job"),
        "mi1": ServicePrincipal("mi1", "app2", "vm", kind=PrincipalKind.MANAGED_IDENTITY),
    },
    named_locations={
        "l1": NamedLocation("l1", trusted=True, ranges=(address_range(OFFICE, OFFICE),)),
        "l2": NamedLocation("l2", countries=frozenset({"DE"})),
    },
    settings=Settings(emergency_access=frozenset({LIFEBOAT})),
)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("generated") / "log.parquet"
    assert generate(DIRECTORY, 60_000, 7, 28, out) == 60_000
    return out


def _ask(log: Path, select: str, where: str = "TRUE", then: str = "") -> list[tuple[Any, ...]]:
    query = f"SELECT {select} FROM read_parquet(?) WHERE {where} {then}"  # noqa: S608  # our own words
    with duckdb.connect() as database:
        return database.execute(query, [str(log)]).fetchall()


def _count(log: Path, where: str) -> int:
    return int(_ask(log, "count(*)", where)[0][0])


def test_the_same_seed_gives_the_same_log_to_the_byte(log: Path, tmp_path: Path) -> None:
    generate(DIRECTORY, 60_000, 7, 28, tmp_path / "again.parquet")
    generate(DIRECTORY, 60_000, 8, 28, tmp_path / "other.parquet")
    assert (tmp_path / "again.parquet").read_bytes() == log.read_bytes()
    assert (tmp_path / "other.parquet").read_bytes() != log.read_bytes()


def test_users_applications_and_offices_are_those_of_the_tenant(log: Path) -> None:
    users = {each for (each,) in _ask(log, "DISTINCT user_id") if each}
    assert users <= set(USERS) - {LIFEBOAT}
    assert len(users) > 250
    principals = _ask(
        log, "DISTINCT category, service_principal_id", "user_id IS NULL", "ORDER BY 1"
    )
    assert principals == [("managedIdentity", "mi1"), ("servicePrincipal", "sp1")]
    assert _count(log, f"resource_id = '{OWN_APP}'") > 1_000
    assert _count(log, f"ip = '{OFFICE}' AND country = 'DE'") > 5_000


def test_some_use_much_and_many_use_little(log: Path) -> None:
    people = "grant <> 'password' AND user_id IS NOT NULL"
    found = _ask(log, "count(*)", people, "GROUP BY user_id ORDER BY 1 DESC")
    counts = [count for (count,) in found]
    assert sum(counts[: len(counts) // 10]) > 0.3 * sum(counts)
    assert counts[len(counts) // 2] < counts[0] / 10


def test_people_work_by_day_and_programs_always(log: Path) -> None:
    at_work = "isodow(created) < 6 AND hour(created) BETWEEN 7 AND 17"
    people, programs = (
        dict(_ask(log, f"{at_work}, count(*)", f"category = '{kind}'", "GROUP BY 1"))
        for kind in ("interactiveUser", "managedIdentity")
    )
    working_share = 5 * 11 / (7 * 24)
    assert people[True] / (people[True] + people[False]) > 0.6
    share = programs[True] / (programs[True] + programs[False])
    assert abs(share - working_share) < 0.05


def test_every_kind_of_sign_in_occurs(log: Path) -> None:
    kinds = dict(_ask(log, "category, count(*)", then="GROUP BY 1"))
    assert set(kinds) == {
        *("interactiveUser", "nonInteractiveUser", "servicePrincipal", "managedIdentity")
    }
    assert kinds["nonInteractiveUser"] > 2 * kinds["interactiveUser"]
    for what in (
        "grant = 'device_code' AND authentication_flow = 'deviceCodeFlow'",
        "original_transfer_method = 'deviceCodeFlow' AND grant = 'refresh_token'",
        "grant = 'password' AND client_app_type = 'other'",
        "sign_in_risk = 'high'",
        "error_code = 50126",
        "device_compliant AND device_trust_type = 'ServerAD'",
        "device_state = ''",
        "platform = ''",
        "country = ''",
        "country <> 'DE' AND sign_in_risk = 'none'",
        "ip LIKE '2001:db8:%'",
        "mfa_satisfied AND methods IS NULL",
        "list_contains(methods, 'windowsHelloForBusiness')",
    ):
        assert _count(log, what) > 0, what


def test_accounts_of_programs_never_show_a_second_factor(log: Path) -> None:
    found = _ask(log, "DISTINCT user_id, mfa_satisfied", "grant = 'password'")
    assert found == [(SERVICE, False)]


def test_devices_are_joined_as_their_systems_can(log: Path) -> None:
    joined = _ask(log, "DISTINCT platform", "device_trust_type = 'ServerAD'")
    assert joined == [("windows",)]


def test_the_window_is_the_days_before_its_end(tmp_path: Path) -> None:
    out = tmp_path / "log.parquet"
    generate(DIRECTORY, 5_000, 1, 2, out, until=date(2026, 3, 3))
    moments = [row["created"] for batch in read_logs(out) for row in batch.to_pylist()]
    assert datetime(2026, 3, 1, tzinfo=UTC) <= moments[0]
    assert moments[-1] < datetime(2026, 3, 3, tzinfo=UTC)
    assert moments == sorted(moments)


def test_rows_and_ids_beyond_one_batch() -> None:
    rows = ROW_GROUP + 1_000
    batches = list(generated(DIRECTORY, rows, 3, 7))
    assert [each.num_rows for each in batches] == [ROW_GROUP, 1_000]
    ids = {each["request_id"] for each in batches[1].to_pylist()}
    assert len(ids) == 1_000
    assert not ids & {each["request_id"] for each in batches[0].slice(0, 1_000).to_pylist()}


def test_an_empty_tenant_gets_people_of_its_own() -> None:
    rows = next(iter(generated(Directory(), 2_000, 1, 5))).to_pylist()
    assert len({row["user_id"] for row in rows}) > 50
    assert any(row["user_name"].startswith("svc-") for row in rows if row["user_name"])


@pytest.mark.parametrize("numbers", [(0, 1, 1), (1, -1, 1), (1, 1, 0), (1, 1, 99_999)])
def test_numbers_that_make_no_log_are_refused(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(InputError, match="expected rows from 1"):
        next(generated(DIRECTORY, *numbers))


def test_every_generated_sign_in_can_be_decided() -> None:
    loaded = load_tenant(tenant(policy()))
    for row in next(iter(generated(loaded.parts.directory, 400, 1, 5))).to_pylist():
        assert not loaded.decide(sign_in_of(row, loaded.parts.directory)).errors
