"""A user as Graph shows him: the members of a plain answer, those of `$select`, never a secret.

Source: api-reference resources/user, user-get (default properties).
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.graph.answers import selected
from ostiary.http.calls import Call
from ostiary.model.json_types import JsonObject

DEFAULT: Final = (
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
)
_NEVER: Final = frozenset({"passwordProfile"})


def user_shown(call: Call, document: JsonObject) -> dict[str, Any]:
    """Give a user; members that nobody set are null."""
    plain: dict[str, Any] = dict.fromkeys(DEFAULT)
    kept = {key: value for key, value in document.items() if key not in _NEVER}
    return selected(call, {**plain, "businessPhones": [], **kept}, DEFAULT)
