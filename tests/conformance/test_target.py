"""`ostiary conformance --target`: every validation case through HTTP, against a served tenant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.conformance.suite import suite_files
from ostiary.directory.protocols import SYSTEM
from ostiary.directory.store import Store
from ostiary.serving.certificates import CA_CERTIFICATE
from ostiary.serving.host import opened_store
from tests.cli.running import Ran, run
from tests.serving.processes import Process, running
from tests.web.serving import ASTRID, AZ, DAEMON_APP, PASSWORD, TENANT, serve

GOLDEN = [each for each in suite_files() if each.stem == "golden"]
GRANT = {
    "OSTIARY_PASSWORD_GRANT__ENABLED": "true",
    "OSTIARY_PASSWORD_GRANT__APPS": AZ,
}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Process]:
    """A server whose tenant has no policies, and an administrator."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    store = serve(data).service.store
    _prepare(store)
    store.close()
    with running(data, environment=GRANT) as process:
        yield process


def _prepare(store: Store) -> None:
    for aggregate in (store.policies, store.locations):
        for each in aggregate.all():
            aggregate.delete(each.id, by=SYSTEM)
    role = {"roleDefinitionId": GLOBAL_ADMINISTRATOR, "principalId": ASTRID}
    store.roles.create({**role, "directoryScopeId": "/"}, by=SYSTEM)


def token_of(served: Process) -> str:
    """Sign in as the administrator, for Graph."""
    form = {"grant_type": "password", "client_id": AZ, "password": PASSWORD}
    form |= {"username": "astrid@fjordvik.example", "scope": f"{graph(served)}/.default"}
    with served.client(timeout=60) as client:
        answer = client.post(f"/{TENANT}/oauth2/v2.0/token", data=form)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def graph(served: Process) -> str:
    """Give the address of the Graph API."""
    return f"https://localhost:{served.ports[2]}"


def aimed(served: Process, *arguments: str | Path, token: str) -> Ran:
    """Run the suite against the server."""
    authority = served.data / CA_CERTIFICATE
    return run(
        *("conformance", *arguments, "--target", graph(served), "--ca", authority),
        OSTIARY_TOKEN=token,
    )


def test_every_validation_case_passes_through_http(served: Process) -> None:
    ran = aimed(served, *GOLDEN, "--data", served.data, "--json", token=token_of(served))
    assert ran.code == 0, ran.out + ran.err
    report = ran.answers[0]
    assert report["failures"] == []
    assert (report["passed"], report["skipped"]) == (53, 0)
    with opened_store(str(served.data), {}) as store:
        assert store.policies.all() == []
        assert store.locations.all() == []
        assert store.singles.value_of("settings").get("emergencyAccess", []) == []


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Process]:
    """A server whose tenant has policies."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    made = serve(data)
    made.service.store.roles.create(
        {
            "roleDefinitionId": GLOBAL_ADMINISTRATOR,
            "principalId": ASTRID,
            "directoryScopeId": "/",
        },
        by=SYSTEM,
    )
    made.service.store.close()
    (tmp_path / "secret").write_text(made.daemon_secret)
    with running(data, environment=GRANT) as process:
        yield process


def test_a_tenant_with_policies_is_left_alone(busy: Process, tmp_path: Path) -> None:
    ran = aimed(busy, *GOLDEN, token=token_of(busy))
    assert ran.code == 2
    assert "expected a tenant for this purpose" in ran.err
    ran = aimed(busy, *GOLDEN, token="not-a-token")  # noqa: S106  # it is none
    assert ran.code == 2
    assert "answered 401" in ran.err
    # An application without a permission gets a token, and no further.
    credentials = ("--token-url", f"{busy.login_url}/{TENANT}/oauth2/v2.0/token")
    ran = run(
        *("conformance", *GOLDEN, "--target", graph(busy), *credentials),
        *("--client-id", DAEMON_APP, "--ca", busy.data / CA_CERTIFICATE),
        OSTIARY_CLIENT_SECRET=(tmp_path / "secret").read_text(),
    )
    assert ran.code == 2
    assert "answered 403" in ran.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--target", "http://localhost:1"), "expected an address of a Graph API"),
        (("--target", "https://localhost:1"), "no answer came"),
        (("--target", "https://localhost:1", "--engine", "cat"), "came both"),
        (("--target", "https://localhost:1", "--client-id", "x"), "one is missing"),
        (("--token-file", "-"), "need --target"),
    ],
)
def test_a_target_that_cannot_be_called_is_told(arguments: tuple[str, ...], told: str) -> None:
    ran = run("conformance", *GOLDEN, *arguments, OSTIARY_TOKEN="x")  # noqa: S106  # it is none
    assert ran.code == 2
    assert told in ran.err


def test_a_target_without_a_token_is_told() -> None:
    ran = run("conformance", *GOLDEN, "--target", "https://localhost:1", OSTIARY_TOKEN=None)
    assert ran.code == 2
    assert "OSTIARY_TOKEN" in ran.err
