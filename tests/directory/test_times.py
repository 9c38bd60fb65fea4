"""CK01: what time it is as the store knows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ostiary.directory.protocols import SYSTEM
from ostiary.directory.times import store_time
from tests.directory.stores import Made


def test_CK01_a_store_knows_the_time_by_its_server_or_by_its_log(made_store: Made) -> None:
    store = made_store.store
    if store.database.is_sqlite:
        before = store_time(store.database)
        user = {"id": "5a1f9a40-0000-4000-8000-000000000001", "userPrincipalName": "a@b.example"}
        store.users.create({**user, "displayName": "A"}, by=SYSTEM)
        assert store_time(store.database) == store.means.clock.now() != before
        return
    found = store_time(store.database)
    assert found is not None
    assert found.tzinfo is not None
    assert abs(found - datetime.now(UTC)) < timedelta(minutes=5)
