"""Looks through the sign-in log of a server as an administrator asks: by name, not by key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from ostiary.directory.sign_in_events import SignInEvent
from ostiary.directory.sign_ins import Asked, LoggedSignIn
from ostiary.directory.store import Aggregates
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject

_PAGE: Final = 500
_PLAYED_NO_PART: Final = frozenset({"notApplied", "notEnabled", "unknown"})
_SPAN: Final = re.compile(r"(\d{1,4})([mhdw])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_ERROR: Final = re.compile(r"(?:AADSTS)?(\d{1,7})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; None: anything. Names and ids are compared without case.

    `policy` is one that applied, by id or display name, report-only ones among them.
    """

    user: str | None = None
    app: str | None = None
    policy: str | None = None
    error_code: int | None = None
    since: datetime | None = None


def read_since(text: str, now: datetime) -> datetime:
    """Read `2026-11-22`, a time with zone, or how long ago: `90m`, `24h`, `7d`, `4w`.

    Raises InputError for anything else.
    """
    if span := _SPAN.fullmatch(text.strip()):
        return now - timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InputError(
            f"expected a time or how long ago, came `{text}`",
            hint="write for example 2026-11-22, 2026-11-22T08:00:00Z, 24h or 7d",
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=now.tzinfo)


def read_error(text: str) -> int:
    """Read `50076` or `AADSTS50076`; 0 is a success. Raises InputError for anything else."""
    found = _ERROR.fullmatch(text.strip())
    if found is None:
        raise InputError(
            f"expected an error code, came `{text}`", hint="write for example 50076, 0 for none"
        )
    return int(found[1])


def search(store: Aggregates, wanted: Wanted, *, limit: int) -> Iterator[dict[str, Any]]:
    """Give sign-ins in Graph's shape, the latest first, `limit` at most."""
    asked = Asked(_principal(store, wanted.user), None, wanted.error_code, wanted.since)
    before: int | None = None
    while limit > 0:
        page = store.sign_ins.find(asked, before=before, limit=_PAGE)
        if not page:
            return
        before = page[-1].number
        for each in _kept(store, page, wanted):
            yield each
            limit -= 1
            if limit == 0:
                return


def _principal(store: Aggregates, user: str | None) -> str | None:
    """Give the id of a user that is known by name: the log is sorted by ids."""
    found = store.users.by_name(user) if user else None
    return found.id if found else None


def _kept(store: Aggregates, page: list[LoggedSignIn], wanted: Wanted) -> Iterator[dict[str, Any]]:
    rows = [each for each in page if _is_about(each.event, wanted)]
    for rendered in store.sign_ins.as_graph(rows):
        if wanted.policy is None or _applied(rendered, wanted.policy):
            yield rendered


def _is_about(event: SignInEvent, wanted: Wanted) -> bool:
    who = (event.user_id, event.user_name, event.service_principal_id, event.service_principal_name)
    what = (event.client_app_id, event.client_app_name, event.resource_id, event.resource_name)
    return _named(wanted.user, who) and _named(wanted.app, what)


def _named(name: str | None, names: tuple[str | None, ...]) -> bool:
    return name is None or name.casefold() in {each.casefold() for each in names if each}


def _applied(rendered: JsonObject, policy: str) -> bool:
    return any(
        _named(policy, (each["id"], each["displayName"]))
        for each in rendered["appliedConditionalAccessPolicies"]
        if each["result"] not in _PLAYED_NO_PART
    )


def policies_that_applied(rendered: JsonObject) -> list[str]:
    """Give each policy that played a part, with its result, as one line."""
    return [
        f"{each['displayName']}: {each['result']}"
        for each in rendered["appliedConditionalAccessPolicies"]
        if each["result"] not in _PLAYED_NO_PART
    ]
