"""Eight writers change the same objects at once over HTTP, with If-Match: no change is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.directory.audit_verify import verify
from ostiary.directory.protocols import SYSTEM
from ostiary.directory.store import open_existing
from ostiary.serving.host import opened_store
from tests.directory.servers import postgres_or_reason
from tests.serving.processes import Process, running
from tests.web.serving import ASTRID, AZ, PASSWORD, PLACES, POLICY, TENANT, serve

WRITERS, CHANGES = 8, 150
POLICIES = (POLICY, PLACES)
APPLICATIONS = tuple(f"5a1f9a40-0000-4000-8000-0000000000e{number}" for number in range(6))
OBJECTS = (*POLICIES, *APPLICATIONS)
PATHS = {
    **{each: f"/v1.0/identity/conditionalAccess/policies/{each}" for each in POLICIES},
    **{each: f"/v1.0/applications/{each}" for each in APPLICATIONS},
}


@pytest.fixture(params=["sqlite", "postgresql"])
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Process, str | None]]:
    """A server of a tenant whose policies and applications have numbers as names; its database."""
    with ExitStack() as stack:
        url = None
        if request.param == "postgresql":
            found = postgres_or_reason(tmp_path)
            if isinstance(found, str):
                pytest.skip(found)
            stack.callback(found.stop)
            url = stack.enter_context(found.database())
        data = tmp_path / "data"
        data.mkdir(mode=0o700)
        store = serve(data, database=url).service.store
        role = {"roleDefinitionId": GLOBAL_ADMINISTRATOR, "principalId": ASTRID}
        store.roles.create({**role, "directoryScopeId": "/"}, by=SYSTEM)
        for each in POLICIES:
            store.policies.modify(each, {"displayName": "0"}, by=SYSTEM)
        for each in APPLICATIONS:
            store.applications.create({"id": each, "appId": each, "displayName": "0"}, by=SYSTEM)
        store.close()
        settings = {
            "OSTIARY_PASSWORD_GRANT__ENABLED": "true",
            "OSTIARY_PASSWORD_GRANT__APPS": AZ,
            **({"OSTIARY_DATABASE": url} if url else {}),
        }
        yield stack.enter_context(running(data, environment=settings)), url


def write(served: Process, token: str, writer: int) -> int:
    """Add one to the number in a name, again and again; gives how often that was refused.

    Two writers meet at each object, and go on to the next.
    """
    refused = 0
    graph = f"https://localhost:{served.ports[2]}"
    with served.client(graph, timeout=120, headers={"Authorization": f"Bearer {token}"}) as client:
        for number in range(CHANGES):
            path = PATHS[OBJECTS[(writer // 2 + number) % len(OBJECTS)]]
            while True:
                found = client.get(path)
                body = {"displayName": str(int(found.json()["displayName"]) + 1)}
                match = {"If-Match": found.headers["etag"]}
                answer = client.patch(path, json=body, headers=match)
                if answer.status_code == 204:
                    break
                assert answer.status_code == 412, answer.text
                refused += 1
    return refused


def test_CC01_no_update_is_lost(served: tuple[Process, str | None]) -> None:
    process, url = served
    form = {"grant_type": "password", "client_id": AZ, "password": PASSWORD}
    scope = f"https://localhost:{process.ports[2]}/.default"
    form |= {"username": "astrid@fjordvik.example", "scope": scope}
    with process.client(timeout=60) as client:
        token = client.post(f"/{TENANT}/oauth2/v2.0/token", data=form).json()["access_token"]
    with ThreadPoolExecutor(WRITERS) as pool:
        refused = list(pool.map(partial(write, process, token), range(WRITERS)))
    assert sum(refused), "expected writers that met each other"
    assert process.stop() == 0
    with opened_store(str(process.data), {"OSTIARY_DATABASE": url} if url else {}) as store:
        aimed = Counter(
            OBJECTS[(writer // 2 + number) % len(OBJECTS)]
            for writer in range(WRITERS)
            for number in range(CHANGES)
        )
        assert sum(aimed.values()) == 1200
        for each, made in aimed.items():
            aggregate = store.policies if each in POLICIES else store.applications
            assert aggregate.need(each).document["displayName"] == str(made)
            rows = store.audit.newest(actor_id=ASTRID, target_id=each, limit=made + 1)
            activities = {row.row["activity"] for row in rows}
            assert (len(rows), activities) == (made, {f"Update {aggregate.kind}"})
        for each in POLICIES:
            # The tenant was made with the first version and named with the second.
            names = [version.document["displayName"] for version in store.policies.versions(each)]
            assert names[:-1] == [str(number) for number in range(aimed[each], -1, -1)]
    database = open_existing(url or process.data)
    try:
        with database.reading() as connection:
            assert verify(connection, ()).holds
    finally:
        database.close()
