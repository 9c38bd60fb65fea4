"""A twin is a tenant that is served: its people and workloads sign in, its policies decide."""

from __future__ import annotations

import shlex
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ostiary.directory.errors import ObjectExists
from ostiary.directory.sign_ins import Asked
from ostiary.factors import totp
from ostiary.model.errors import InputError
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.serving.free_ports import Ports
from ostiary.serving.settings_reading import read_settings
from ostiary.signin.countries import CountryDatabase
from ostiary.signin.stored_methods import TOTP, totp_of
from ostiary.twin.credentials import FILE_NAME, kept
from ostiary.twin.making import COUNTRIES, VARIABLES, get_ready, require_twin_of
from tests.twin.exports import APP, PLACE, STAFF, policies_alone, policy, with_people
from tests.twin.twins import Twin, twin_of

PORTS = Ports(18443, 18444, 18445, 18446, None)
NORA, OLGA = "nora@fjordvik.example", "olga@fjordvik.example"
HIDDEN = "member-of-hidden@fjordvik.example"


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    made = twin_of(tmp_path_factory.mktemp("twin") / "data", with_people())
    yield made
    made.service.store.close()


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    made = twin_of(tmp_path_factory.mktemp("alone") / "data", policies_alone())
    yield made
    made.service.store.close()


def test_the_policies_decide_for_people_as_exported(twin: Twin) -> None:
    assert "AADSTS50076" in twin.by_password(NORA)["error_description"]
    # Olga has registered nothing: she is asked to, which a script cannot do.
    assert "AADSTS50079" in twin.by_password(OLGA)["error_description"]
    assert "access_token" in twin.by_password(HIDDEN)


def test_everybody_has_the_password_and_an_app_who_has_registered_a_second_factor(
    twin: Twin,
) -> None:
    store = twin.service.store
    assert {each.name: bool(each.otp_key) for each in twin.told.people} == {
        NORA: True,
        OLGA: False,
        HIDDEN: True,
    }
    nora = twin.told.person(NORA)
    (method,) = [each for each in store.methods.of_user(nora.id) if each.kind == TOTP]
    shown = totp.check(
        totp_of(method, store.methods.sealed_of(method.id)),
        twin.code_of(NORA),
        sealer=twin.service.seeds,
        now=twin.clock.now(),
    )
    assert isinstance(shown, totp.TotpShown)


def test_a_workload_of_the_tenant_signs_in_by_its_secret(twin: Twin) -> None:
    assert [each.app_id for each in twin.told.workloads] == [APP]
    assert "access_token" in twin.as_workload()


def test_nothing_waits_to_be_sent_to_people(twin: Twin) -> None:
    assert twin.service.store.alerts.waiting() == 0


def test_a_client_chooses_its_address_by_a_header(alone: Twin) -> None:
    place = alone.done.parts.directory.named_locations[PLACE].ranges[0]
    by_ids = next(each for each in alone.told.people if each.name.startswith("security-reader"))
    from_there = alone.by_password(by_ids.name, **{"X-Forwarded-For": "192.0.2.1"})
    assert place.first == place.last
    assert "access_token" in from_there


def test_a_client_names_its_device_by_a_header(alone: Twin) -> None:
    devices = {each.name: each for each in alone.told.devices}
    laptop = devices["Compliant laptop"]
    assert (laptop.compliant, laptop.trust_type) == (True, "AzureAd")
    assert devices["Hybrid joined desktop"].trust_type == "ServerAd"
    shown = {"Client-Cert": laptop.client_cert, "X-Forwarded-For": "192.0.2.1"}
    emergency = alone.done.emergency[0]
    assert "access_token" in alone.by_password(emergency, **shown)
    log = alone.service.store.sign_ins
    (entry,) = log.as_graph(log.find(Asked(), limit=1))
    assert entry["deviceDetail"]["deviceId"] == laptop.device_id
    assert entry["ipAddress"] == "192.0.2.1"


def test_stand_ins_are_targets_like_others(alone: Twin) -> None:
    reader = next(each for each in alone.told.people if each.name.startswith("security-reader"))
    form = {
        "grant_type": "password",
        "username": reader.name,
        "password": alone.told.password,
        "client_id": "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
        "scope": f"api://{APP}/.default",
    }
    where = f"/{alone.told.tenant_id}/oauth2/v2.0/token"
    asked = alone.http.post(where, data=form).json()
    # Terms of use are accepted on a page.
    assert asked["error"] == "invalid_grant"
    assert "access_token" in alone.by_password(alone.done.emergency[0])


def test_the_credentials_are_kept_for_their_owner(twin: Twin) -> None:
    file = twin.data / FILE_NAME
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert kept(twin.data) == twin.told


def test_settings_and_variables_are_written_for_the_ports(twin: Twin) -> None:
    means: Any = {"clock": twin.clock, "randomness": SystemRandomness()}
    ready = get_ready(twin.data, twin.told, PORTS, {}, country="NL", **means)
    assert ready.countries == {"NO": "198.18.0.1"}
    assert get_ready(twin.data, twin.told, PORTS, {}, **means) == ready
    with CountryDatabase(twin.data / COUNTRIES) as countries:
        assert countries.country_of("127.0.0.1") == "NL"  # as it was said at first
    settings = read_settings(config=None, folder=twin.data, environment={}).settings
    assert (settings.login_url, settings.graph_url) == (PORTS.login_url, PORTS.graph_url)
    file = twin.data / VARIABLES
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    values = dict(each.split("=", 1) for each in shlex.split(file.read_text("utf-8")))
    assert values["ADMIN"] == NORA
    assert values["TUSER"] == HIDDEN
    assert values["SP_ID"] == APP
    assert Path(values["CA_BUNDLE"]).is_file()


def test_a_twin_of_something_else_is_not_gone_on_with(twin: Twin) -> None:
    require_twin_of(twin.told, None, twin.data)
    with pytest.raises(InputError, match="a twin of `x`, there is one of `an export`"):
        require_twin_of(twin.told, "x", twin.data)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"people": 3}'])
def test_a_foreign_file_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text, "utf-8")
    with pytest.raises(InputError, match="expected the credentials of a twin in"):
        kept(tmp_path)


def test_an_export_that_nobody_can_tell_apart_leaves_nothing_behind(tmp_path: Path) -> None:
    twice = [{"id": f"{n}", "userPrincipalName": "nora@fjordvik.example"} for n in range(2)]
    blocked = policy("All", {"includeGroups": [STAFF]})
    with pytest.raises(ObjectExists, match="twice"):
        twin_of(tmp_path / "data", {"users": twice, "conditionalAccessPolicies": [blocked]})
    assert not list((tmp_path / "data").iterdir())
