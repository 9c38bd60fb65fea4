"""The body of a budget, checked.

Source: rest/api/consumption/budgets/create-or-update (2023-05-01), BudgetProperties; azure-docs
cost-management-billing/costs/tutorial-acm-create-budgets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ostiary.http.errors import ApiError
from ostiary.model.json_types import JsonObject, as_object, is_list, is_object

NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,63}", re.ASCII)
_GRAINS: Final = (
    "Monthly",
    "Quarterly",
    "Annually",
    "BillingMonth",
    "BillingQuarter",
    "BillingAnnual",
)
_CATEGORIES: Final = ("Cost", "Usage")
_OPERATORS: Final = ("EqualTo", "GreaterThan", "GreaterThanOrEqualTo")
_EARLIEST: Final = datetime(2017, 6, 1, tzinfo=UTC)
_AHEAD: Final = timedelta(days=366)
_MOST: Final = 10**12
_MOST_THRESHOLD: Final = 1000
_MOST_NOTIFICATIONS: Final = 5
_MOST_CONTACTS: Final = 50
_LONGEST_CONTACT: Final = 512
_LONGEST_FILTER: Final = 32_768


def budget_properties(sent: JsonObject, now: datetime) -> dict[str, Any]:
    """Give what is kept of a budget. Raises ApiError (400)."""
    found: dict[str, Any] = {
        "category": _one_of("category", sent.get("category"), _CATEGORIES),
        "amount": _number("amount", sent.get("amount"), _MOST),
        "timeGrain": _one_of("timeGrain", sent.get("timeGrain"), _GRAINS),
        "timePeriod": _period(as_object(sent.get("timePeriod")), now),
        "notifications": _notifications(sent.get("notifications")),
    }
    if not found["amount"]:
        raise _wrong("amount", "more than 0")
    for name in ("filter", "filters"):
        written = sent.get(name)
        if written is None:
            continue
        if not is_object(written) or len(json.dumps(written)) > _LONGEST_FILTER:
            raise _wrong(name, "an object")
        found[name] = written
    return found


def _period(sent: JsonObject, now: datetime) -> Mapping[str, str]:
    start = _moment("timePeriod.startDate", sent.get("startDate"))
    if start.day != 1 or start < _EARLIEST or start > now + _AHEAD:
        text = "the first day of a month, from June 2017 to a year from now"
        raise _wrong("timePeriod.startDate", text)
    end = sent.get("endDate")
    ends = (
        start.replace(year=start.year + 10) if end is None else _moment("timePeriod.endDate", end)
    )
    if ends <= start:
        raise _wrong("timePeriod.endDate", "a day after the start")
    return {
        name: f"{at:%Y-%m-%dT%H:%M:%SZ}" for name, at in (("startDate", start), ("endDate", ends))
    }


def _moment(name: str, written: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(written))
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _wrong(name, "a time such as 2026-01-01T00:00:00Z") from error


def _notifications(written: object) -> Mapping[str, Any]:
    if written is None:
        return {}
    if not is_object(written) or len(written) > _MOST_NOTIFICATIONS:
        raise _wrong("notifications", f"an object of at most {_MOST_NOTIFICATIONS} notifications")
    return {name: _notification(name, as_object(each)) for name, each in written.items()}


def _notification(name: str, sent: JsonObject) -> Mapping[str, Any]:
    place = f"notifications.{name[:40]}"
    if not isinstance(sent.get("enabled"), bool):
        raise _wrong(f"{place}.enabled", "true or false")
    contacts = {
        each: _contacts(f"{place}.{each}", sent.get(each))
        for each in ("contactEmails", "contactRoles", "contactGroups")
    }
    if not any(contacts.values()):
        raise _wrong(place, "somebody to tell")
    kind = sent.get("thresholdType", "Actual")
    return {
        "enabled": sent["enabled"],
        "operator": _one_of(f"{place}.operator", sent.get("operator"), _OPERATORS),
        "threshold": _number(f"{place}.threshold", sent.get("threshold"), _MOST_THRESHOLD),
        "thresholdType": _one_of(f"{place}.thresholdType", kind, ("Actual", "Forecasted")),
        **contacts,
    }


def _contacts(name: str, written: object) -> list[str]:
    listed = written if is_list(written) else [] if written is None else [None]
    fits = all(isinstance(each, str) and 0 < len(each) <= _LONGEST_CONTACT for each in listed)
    if not fits or len(listed) > _MOST_CONTACTS:
        raise _wrong(name, f"at most {_MOST_CONTACTS} texts")
    return [str(each) for each in listed]


def _one_of(name: str, written: object, allowed: tuple[str, ...]) -> str:
    found = next((each for each in allowed if each.casefold() == str(written).casefold()), None)
    if found is None:
        raise _wrong(name, f"one of {', '.join(allowed)}")
    return found


def _number(name: str, written: object, most: int) -> float:
    if isinstance(written, bool) or not isinstance(written, int | float):
        raise _wrong(name, "a number")
    if not 0 <= written <= most:
        raise _wrong(name, f"a number from 0 to {most}")
    return written


def _wrong(name: str, expected: str) -> ApiError:
    return ApiError(400, "BadRequest", f"`{name}`: expected {expected}.")
