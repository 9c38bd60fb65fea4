"""Changes of Conditional Access objects by the host's user, as Graph makes them.

A request goes to the function that Graph's own requests go to, so rules, lockout guard, versions
and audit log are the same; only who asks is another.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.administration.guard import Override
from ostiary.administration.policy_objects import PolicyRequest, change, read
from ostiary.directory.protocols import Actor
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Store
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object
from ostiary.schema.answers import Response
from ostiary.schema.materialise import SERVICE_ROOT

ROOT: Final = "identity/conditionalAccess"


def asked(
    store: Store,
    snapshots: Snapshots,
    method: str,
    path: str,
    body: object = None,
    *,
    by: Actor,
    expected: str | None = None,
    override: str | None = None,
) -> dict[str, Any]:
    """Make a change; `path` is below `identity/conditionalAccess`. Gives the body of the answer.

    Raises InputError naming everything that is wrong, LockedOut, ObjectChanged.
    """
    request = _request(store, method, path, body, expected)
    reason = None if override is None else Override(override)
    return _granted(change(store, snapshots, request, by=by, override=reason).response)


def shown(store: Store, path: str) -> dict[str, Any]:
    """Give what a path tells, in the shape of Graph's beta. Raises InputError."""
    return _granted(read(store, _request(store, "GET", path, None, None)).response)


def _request(
    store: Store, method: str, path: str, body: object, expected: str | None
) -> PolicyRequest:
    return PolicyRequest(
        method=method,
        path=f"{ROOT}/{path}",
        body=body,
        version="beta",
        root=SERVICE_ROOT,
        request_id=store.means.new_id(),
        expected=expected,
    )


def _granted(response: Response) -> dict[str, Any]:
    if response.status < 400:
        return {
            name: value
            for name, value in as_object(response.body).items()
            if name != "@odata.context"
        }
    error = as_object(as_object(response.body).get("error"))
    raise InputError(f"that cannot be done: {_told(error)}")


def _told(error: JsonObject) -> str:
    """Give every problem in one sentence, each with its place."""
    details = [as_object(each) for each in error.get("details") or ()]
    told = [_problem(each) for each in details]
    return "; ".join(dict.fromkeys(told)) or str(error.get("message"))


def _problem(detail: JsonObject) -> str:
    target = detail.get("target")
    return f"`{target}`: {detail.get('message')}" if target else str(detail.get("message"))
