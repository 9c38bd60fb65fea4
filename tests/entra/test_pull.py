"""`pull`: a tenant out of Graph into a folder that loads as the tenant it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ostiary.directory.protocols import SYSTEM
from ostiary.entra.errors import Refused
from ostiary.entra.pull import PullReport, Wanted, pull
from ostiary.entra.pulled_folder import MARK
from ostiary.entra.tokens import GivenToken
from ostiary.model.errors import InputError
from ostiary.tenant.tenant import load_tenant
from tests.entra.faults import NOW, lost_request, rewritten, throttled
from tests.entra.served import Asked
from tests.entra.stub import token_of
from tests.web.serving import ASTRID, DAEMON, HQ, LIFEBOAT, PLACES, POLICY, TENANT


def pulled(graph: Asked, folder: Path, **wanted: Any) -> PullReport:
    return pull(graph.client, folder, Wanted(**wanted), now=NOW)


def listed(folder: Path, key: str) -> list[dict[str, Any]]:
    return json.loads((folder / f"{key}.json").read_text("utf-8"))["value"]


class Turns:
    """Gives one token after the other: what is said first need not be what Graph is shown."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    def token(self, claims: str | None = None) -> str:
        return self.tokens.pop(0)


def fill(graph: Asked) -> None:
    """Add groups in groups, one with more members than a page has, and methods."""
    store = graph.store
    for number in reversed(range(45)):
        members = [ASTRID] if number % 2 else [LIFEBOAT, f"g{number + 1}"][: 1 + (number < 44)]
        name = f"g{number}"
        store.groups.create({"id": name, "displayName": name, "members": members}, by=SYSTEM)
    graph.served.enrol()
    graph.served.service.snapshots.refresh()


def test_what_was_pulled_loads_as_the_tenant_it_was(graph: Asked, tmp_path: Path) -> None:
    fill(graph)
    report = pulled(graph, tmp_path / "out")
    tenant = load_tenant(tmp_path / "out")
    directory = tenant.parts.directory
    assert (tenant.parts.refused, tenant.parts.skipped_files) == ((), ())
    assert [each for each in tenant.parts.warnings if each.code != "unknownMember"] == []
    assert directory.tenant_id == report.tenant_id == TENANT
    assert {each.id for each in tenant.parts.policies} == {POLICY, PLACES}
    assert set(directory.users) == {ASTRID, LIFEBOAT}
    assert (len(directory.groups), directory.groups["g44"].members) == (45, (LIFEBOAT,))
    assert directory.groups["g42"].members == (LIFEBOAT, "g43")
    assert directory.settings.emergency_access == {LIFEBOAT}
    assert {HQ} <= set(directory.named_locations)
    assert DAEMON in directory.service_principals
    assert [each.principal_id for each in directory.role_assignments or ()] == [ASTRID]
    assert directory.registrations[ASTRID].mfa is True
    mark = json.loads((tmp_path / "out" / MARK).read_text("utf-8"))
    assert (mark["tenantId"], mark["objects"]) == (TENANT, report.counts)


def test_members_behind_the_first_page_are_read(graph: Asked, tmp_path: Path) -> None:
    fill(graph)
    whole = pulled(graph, tmp_path / "whole")
    proxy = graph.meets()
    proxy.counts = lambda request: request.url.path.endswith("/$batch")
    proxy.faults = [(number, rewritten(b"$top=999", b"$top=1")) for number in (1, 2, 3)]
    assert pulled(graph, tmp_path / "short").counts == whole.counts
    assert len([each for each in proxy.asked if "/members" in each]) == 22
    short, long = (tmp_path / each / "groups.json" for each in ("short", "whole"))
    assert short.read_bytes() == long.read_bytes()


def test_throttling_and_broken_connections_leave_no_hole(graph: Asked, tmp_path: Path) -> None:
    fill(graph)
    whole = pulled(graph, tmp_path / "whole")
    faults = [(number, throttled(9) if number % 2 else lost_request) for number in range(1, 30, 3)]
    graph.meets(*faults)
    again = pulled(graph, tmp_path / "again")
    assert again.counts == whole.counts
    assert set(graph.waits.seconds) == {9.0, 1.0}
    for path in (tmp_path / "whole").glob("*.json"):
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


def test_a_pull_that_fails_leaves_the_earlier_one(graph: Asked, tmp_path: Path) -> None:
    out = tmp_path / "out"
    pulled(graph, out)
    before = {each.name: each.read_bytes() for each in out.iterdir()}
    graph.client.patience = graph.waits.patience(tries=1)
    graph.meets((9, throttled()))
    with pytest.raises(Exception, match="no answer after 1 tries"):
        pulled(graph, out)
    assert {each.name: each.read_bytes() for each in out.iterdir()} == before
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_an_earlier_pull_is_replaced_and_nothing_else(graph: Asked, tmp_path: Path) -> None:
    out = tmp_path / "out"
    pulled(graph, out)
    report = pulled(graph, out, without=frozenset({"devices", "applications"}))
    assert not (out / "devices.json").exists()
    assert set(report.left_out) == {"devices", "applications"}
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(InputError, match="holds files that no pull has written"):
        pulled(graph, other)
    assert (other / "letter.txt").exists()


def test_accounts_for_emergency_access_can_be_named(graph: Asked, tmp_path: Path) -> None:
    pulled(graph, tmp_path / "out", emergency_access=("astrid@fjordvik.example",))
    found = load_tenant(tmp_path / "out").parts.directory.settings.emergency_access
    assert found == {ASTRID}


def test_only_what_decides_something_is_asked_of_a_person(graph: Asked, tmp_path: Path) -> None:
    graph.store.users.modify(ASTRID, {"mobilePhone": "+47 1", "jobTitle": "Harbour"}, by=SYSTEM)
    pulled(graph, tmp_path / "out")
    assert set(listed(tmp_path / "out", "users")[0]) <= {
        *("id", "displayName", "userPrincipalName", "userType", "accountEnabled"),
        *("creationType", "externalUserState"),
    }


def test_permissions_that_are_missing_are_told_before_anything_is_asked(
    graph: Asked, tmp_path: Path
) -> None:
    token = token_of(scp="Policy.Read.All User.Read.All Organization.Read.All Group.Read.All")
    graph.client.tokens = GivenToken(token)
    proxy = graph.meets()
    with pytest.raises(Refused) as found:
        pulled(graph, tmp_path / "out", without=frozenset({"devices"}))
    assert found.value.message == (
        "pulling the tenant was refused with 403: missingPermissions: the token lacks"
        " Agreement.Read.All (terms of use); RoleManagement.Read.Directory (role assignments);"
        " Application.Read.All (applications and service principals);"
        " AuditLog.Read.All (sign-ins and registered methods)"
    )
    assert proxy.asked == []


def test_an_application_leaves_out_what_no_application_may_read(
    graph: Asked, tmp_path: Path
) -> None:
    names = "Policy.Read.All Directory.Read.All AuditLog.Read.All"
    said = token_of(roles=names.split(), idtyp="app")
    graph.client.tokens = Turns([said, graph.client.tokens.token()])
    report = pulled(graph, tmp_path / "out")
    assert report.left_out == {"agreements": "Graph lets no application of its own read it"}
    assert not (tmp_path / "out" / "agreements.json").exists()


def test_what_graph_refuses_is_told_with_the_way_out(graph: Asked, tmp_path: Path) -> None:
    token = graph.apis.sign_in("https://localhost:8445//.default", "lifeboat@fjordvik.example")[
        "access_token"
    ]
    graph.client.tokens = GivenToken(token)
    with pytest.raises(Refused, match=r"it takes Policy\.Read\.All; or leave it out") as found:
        pulled(graph, tmp_path / "out")
    assert found.value.status == 403
    assert not (tmp_path / "out").exists()
