"""What holds of every route of the sign-in service, asked of the route table itself."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select
from starlette.applications import Starlette
from starlette.routing import Route

from ostiary.admin.rendering import assets as admin_assets
from ostiary.pages import assets
from ostiary.web.app import sign_in_app
from tests.web.browsing import Browser
from tests.web.serving import TENANT, Served

_KEPT = ("sign_ins", "interactions", "attempts", "sqlite_sequence", "alembic_version")
"""Tables that a request may write to whatever its method: the log, and steps under way."""


def routes(served: Served) -> list[Route]:
    """Give every route of the service."""
    app = sign_in_app(served.service)
    inner = vars(app)["_app"]
    assert isinstance(inner, Starlette)
    found = [each for each in inner.routes if isinstance(each, Route)]
    assert len(found) == len(inner.routes)
    return found


def paths(served: Served, method: str) -> list[str]:
    """Give a path for each route that takes a method; places are filled with something."""
    filled = {"tenant": TENANT}
    return [
        re.sub(r"{(\w+)(?::\w+)?}", lambda place: filled.get(place[1], "nothing"), each.path)
        for each in routes(served)
        if method in (each.methods or ())
    ]


def test_TK03_nothing_that_holds_a_secret_is_kept_by_a_cache(served: Served) -> None:
    public = {each.path for each in (*assets(), *admin_assets())}
    public |= {f"/{TENANT}/discovery/v2.0/keys", f"/{TENANT}/v2.0/.well-known/openid-configuration"}
    public |= {"/common/discovery/instance", f"/{TENANT}/userrealm/nothing"}
    checked = 0
    for method in ("GET", "POST"):
        for path in paths(served, method):
            if path in public:
                continue
            found = served.http.request(method, path, follow_redirects=False)
            assert "no-store" in found.headers.get("cache-control", ""), (method, path)
            checked += 1
    assert checked > 20
    answer = served.by_password()
    assert answer.headers["cache-control"] == "no-store"
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert "no-store" in served.http.get("/oidc/userinfo", headers=headers).headers["cache-control"]


def test_CS02_no_route_changes_anything_when_it_is_only_read(served: Served) -> None:
    browser = Browser(served).signed_in()
    assert browser.redeem().status_code == 200  # the first signature makes the keys
    before = _digest(served)
    for path in paths(served, "GET"):
        served.http.get(path, follow_redirects=False)
        served.http.head(path, follow_redirects=False)
    assert _digest(served) == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_no_route_takes_another_method(served: Served, method: str) -> None:
    for path in {*paths(served, "GET"), *paths(served, "POST")}:
        if path.startswith("/forward-auth/") and method != "TRACE":
            continue  # Envoy asks with the method of the request that it asks about
        assert served.http.request(method, path).status_code in {404, 405}, path


def test_TK15_an_error_tells_nothing_of_the_inside(served: Served, tmp_path: Path) -> None:
    files = {each.path for each in (*assets(), *admin_assets())}  # the same for everybody
    for method in ("GET", "POST"):
        for path in set(paths(served, method)) - files:
            text = served.http.request(method, path, follow_redirects=False).text
            for inner in ("Traceback", "sqlalchemy", "SELECT", str(tmp_path), ".py"):
                assert inner not in text, (method, path)


def _digest(served: Served) -> str:
    """Give a hash of all that is stored, but the log and what is under way."""
    found = hashlib.sha256()
    engine = served.service.store.database.engine
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            if table.name not in _KEPT:
                rows = sorted(repr(tuple(row)) for row in connection.execute(select(table)))
                found.update(f"{table.name}{rows}".encode())
    return found.hexdigest()
