"""Permissions of its own for the application that has nobody signed in."""

from __future__ import annotations

from ostiary.directory.protocols import SYSTEM
from ostiary.model.json_types import as_object, is_list
from tests.clients.serving import Served
from tests.clients.tenant import DAEMON, GRAPH


def grant(served: Served, *permissions: str) -> None:
    """Give the application permissions at Graph, those that it does not have already."""
    store = served.store
    graph, daemon = (store.principals.by_app_id(each) for each in (GRAPH, DAEMON))
    assert graph is not None
    assert daemon is not None
    held = {each.document.get("appRoleId") for each in store.app_roles.of_principal(daemon.id)}
    offered = graph.document.get("appRoles")
    for each in map(as_object, offered if is_list(offered) else ()):
        if each.get("value") in permissions and each["id"] not in held:
            role = {"principalId": daemon.id, "resourceId": graph.id, "appRoleId": each["id"]}
            store.app_roles.create(role, by=SYSTEM)
