"""Guest and external user types, and the tenants they come from."""

from __future__ import annotations

from ostiary.model.json_types import as_object, as_strings, flags
from ostiary.model.setting import Tag

ROOT = "guest:"
GUEST_TYPES = {
    "internalGuest": "Local guest users",
    "b2bCollaborationGuest": "B2B collaboration guest users",
    "b2bCollaborationMember": "B2B collaboration member users",
    "b2bDirectConnectUser": "B2B direct connect users",
    "otherExternalUser": "Other external users",
    "serviceProvider": "Service provider users",
}
_BY_FOLDED = {word.casefold(): word for word in GUEST_TYPES}


def guest_tags(kind: str | None, tenant: str | None) -> frozenset[Tag]:
    """Give the tags of an external user: the type, from anywhere and from its home tenant."""
    if kind is None:
        return frozenset()
    word = _BY_FOLDED.get(kind.casefold(), kind)
    tags = {f"{ROOT}{word}:*"}
    if tenant:
        tags.add(f"{ROOT}{word}:{tenant.casefold()}")
    return frozenset(tags)


def selected_guests(body: object) -> frozenset[Tag]:
    """Give the tags that an `includeGuestsOrExternalUsers` object selects.

    Without `externalTenants`, or with membership kind `all`, every tenant counts
    (api-reference conditionalaccessguestsorexternalusers).
    """
    guests = as_object(body)
    tenants = as_object(guests.get("externalTenants"))
    enumerated = str(tenants.get("membershipKind", "")).casefold() == "enumerated"
    places = (
        [each.casefold() for each in as_strings(tenants.get("members"))] if enumerated else ["*"]
    )
    return frozenset(
        f"{ROOT}{_BY_FOLDED.get(word.casefold(), word)}:{place}"
        for word in flags(guests.get("guestOrExternalUserTypes"))
        if word != "none"
        for place in places
    )
