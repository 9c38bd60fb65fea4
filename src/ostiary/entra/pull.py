"""A tenant out of Microsoft Graph, into the folder that `load_tenant` reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

from ostiary.entra.client import MOST_IN_A_BATCH, Answer, GraphClient
from ostiary.entra.collections import COLLECTIONS, Pulled
from ostiary.entra.errors import GraphError, NotThere, Refused
from ostiary.entra.permissions import READ_ORGANIZATION, Need, require
from ostiary.entra.pulled_folder import PulledFolder, written_whole
from ostiary.entra.tokens import of_application
from ostiary.model.json_types import JsonObject, as_object, is_list
from ostiary.tenant.documents import SETTINGS, TENANT_ID

Told: TypeAlias = Callable[[str, float, int], None]
"""Called as it goes on: what is read now, the share that is done (0 to 1), objects so far."""
_MEMBERS: Final = "/groups/{id}/members?$select=id&$top=999"
_GROUPS: Final = "groups"
_EMERGENCY: Final = "/v1.0/identity/conditionalAccess/emergencyAccess"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be pulled: keys that are left out, accounts declared for emergency access."""

    without: frozenset[str] = frozenset()
    emergency_access: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PullReport:
    """What was pulled; `left_out` says of each key why it is not there."""

    tenant_id: str
    counts: dict[str, int]
    left_out: dict[str, str]
    permissions_known: bool

    def to_json(self) -> dict[str, Any]:
        """Give what `ostiary pull --json` prints."""
        return {
            "tenantId": self.tenant_id,
            "objects": self.counts,
            "leftOut": self.left_out,
            "permissionsChecked": self.permissions_known,
        }


def pull(
    client: GraphClient,
    folder: Path,
    wanted: Wanted,
    *,
    now: datetime,
    told: Told = lambda what, share, count: None,
) -> PullReport:
    """Read a tenant and write it as an export; an earlier pull in that folder is replaced.

    What a collection holds is written as it comes: memory does not grow with the tenant, but for
    the groups of one batch. Raises GraphError, InputError and OSError, and leaves the folder as it
    was.
    """
    token = client.tokens.token()
    left_out = dict.fromkeys(wanted.without, "left out on demand")
    if of_application(token):
        left_out |= {
            each.key: "Graph lets no application of its own read it"
            for each in COLLECTIONS
            if each.delegated_only and each.key not in left_out
        }
    chosen = [each for each in COLLECTIONS if each.key not in left_out]
    known = require(token, _needs(chosen), doing="pulling the tenant")
    tenant_id = tenant_id_of(client)
    mark = {"from": client.origin, "tenantId": tenant_id, "at": now.isoformat(timespec="seconds")}
    with written_whole(folder, mark | {"leftOut": left_out}) as made:
        made.write(TENANT_ID, tenant_id)
        before = 0
        for number, each in enumerate(chosen):
            for count in made.write_all(each.key, _objects(client, each)):
                told(each.key, number / len(chosen), before + count)
            before += made.counts[each.key]
            told(each.key, (number + 1) / len(chosen), before)
        _write_settings(client, made, wanted)
        counts = made.counts
    return PullReport(tenant_id, counts, left_out, known)


def _needs(chosen: Sequence[Pulled]) -> Iterable[Need]:
    return dict.fromkeys((READ_ORGANIZATION, *(each.need for each in chosen)))


def tenant_id_of(client: GraphClient) -> str:
    found = next(client.listed("/v1.0/organization", {"$select": "id"}), None)
    if found is None or not isinstance(found.get("id"), str):
        raise GraphError("GET /v1.0/organization: expected the tenant, came nothing")
    return str(found["id"])


def _write_settings(client: GraphClient, made: PulledFolder, wanted: Wanted) -> None:
    """Write who is for emergency access: as it was said, else as an Ostiary server declares it."""
    accounts = wanted.emergency_access or _declared(client)
    if accounts:
        made.write(SETTINGS, {"emergencyAccess": list(accounts)})


def _declared(client: GraphClient) -> tuple[str, ...]:
    try:
        found = as_object(client.get(_EMERGENCY).body)
    except Refused as error:
        # Entra knows no such thing: of an address below conditionalAccess it says 400 or 404.
        if isinstance(error, NotThere) or error.status == 400:
            return ()
        raise
    named = [*(found.get("declared") or ()), *(found.get("declaredByServer") or ())]
    return tuple(dict.fromkeys(map(str, named)))


def _objects(client: GraphClient, pulled: Pulled) -> Iterator[JsonObject]:
    try:
        found = client.listed(pulled.path, pulled.query)
        yield from _with_members(client, found) if pulled.key == _GROUPS else found
    except Refused as error:
        raise type(error)(
            f"GET {pulled.path}",
            error.status,
            {"error": {"code": error.graph_code, "message": error.said}},
            hint=f"it takes {' and '.join(pulled.need.least)}; or leave it out:"
            f" --without {pulled.key}",
        ) from error


def _with_members(client: GraphClient, groups: Iterator[JsonObject]) -> Iterator[JsonObject]:
    """Ask for the members of 20 groups at a time: `$expand` gives 20 members and no word of more.

    Source: Graph known issues, "Some limitations apply to query parameters".
    """
    part: list[JsonObject] = []
    for each in groups:
        part.append(each)
        if len(part) == MOST_IN_A_BATCH:
            yield from _members(client, part)
            part = []
    yield from _members(client, part)


def _members(client: GraphClient, groups: Sequence[JsonObject]) -> Iterator[JsonObject]:
    if not groups:
        return
    paths = [_MEMBERS.format(id=each["id"]) for each in groups]
    for group, path, answer in zip(groups, paths, client.batch(paths), strict=True):
        if isinstance(answer, NotThere):
            continue  # deleted since the list was read
        if not isinstance(answer, Answer):
            raise answer
        yield {**group, "members": _ids(client, path, as_object(answer.body))}


def _ids(client: GraphClient, path: str, first: JsonObject) -> list[str]:
    found = first.get("value")
    if not is_list(found):
        raise GraphError(f"GET {path}: expected a list in `value`, came something else")
    more = client.following(first)
    return [str(each["id"]) for each in (*map(as_object, found), *more)]
