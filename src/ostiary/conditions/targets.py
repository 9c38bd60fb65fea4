"""The three kinds of target resource that share the JSON member `applications`.

The admin center lets a policy name one kind only. Where a document names several all the same,
a sign-in to any of them is covered: the reading that lets nobody through
(docs/decisions/0003-undocumented-choices.md).
"""

from __future__ import annotations

from ostiary.model.json_types import JsonObject, as_object
from ostiary.model.setting import Tag
from ostiary.model.signin import MISSING, Missing, Resources, Target, UserAction

TARGET_KINDS = {
    "target:application": "a resource",
    "target:userAction": "a user action",
    "target:authenticationContext": "an authentication context",
}
"""The tags of the kinds, in words."""
_MEMBERS = {
    "application": ("includeApplications", "applicationFilter"),
    "userAction": ("includeUserActions",),
    "authenticationContext": ("includeAuthenticationContextClassReferences",),
}


def target_kind(target: Target | Missing) -> Tag | Missing:
    """Give the tag of the kind of target a sign-in has."""
    if isinstance(target, Resources):
        return "target:application"
    if target is MISSING:
        return MISSING
    if isinstance(target, UserAction):
        return "target:userAction"
    return "target:authenticationContext"


def named_kinds(conditions: JsonObject) -> frozenset[str]:
    """Give the kinds of target that a policy names."""
    body = as_object(conditions.get("applications"))
    return frozenset(
        kind for kind, members in _MEMBERS.items() if any(body.get(each) for each in members)
    )


def other_targets(conditions: JsonObject, kind: str) -> frozenset[Tag]:
    """Give the tags of the kinds a policy names besides `kind`."""
    return frozenset(f"target:{other}" for other in named_kinds(conditions) - {kind})
