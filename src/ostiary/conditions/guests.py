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
REACH = "reach:"
"""Marks what an inclusion also reaches; exclusions are not widened."""
_DIRECT_CONNECT = "b2bDirectConnectUser"
_COLLABORATION = frozenset({"b2bCollaborationGuest", "b2bCollaborationMember"})
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


def is_guest_tag(tag: Tag) -> bool:
    """Whether a tag is about the kind of external user."""
    return tag.startswith((ROOT, REACH))


def is_direct_connect(kind: str | None) -> bool:
    """Whether the kind is that of B2B direct connect."""
    return kind is not None and kind.casefold() == _DIRECT_CONNECT.casefold()


def reaching(selected: frozenset[Tag]) -> frozenset[Tag]:
    """Give the tags by which an inclusion of these kinds reaches users of the other kind."""
    return frozenset(tag.replace(ROOT, REACH, 1) for tag in selected)


def across(kind: str | None, own: str | None, tenant: str | None) -> frozenset[Tag]:
    """Give the tags of a user who is of both kinds: `kind` in this sign-in, `own` in the directory.

    A collaboration user who is eligible for direct connect is reached by policies on that; a
    direct connect user who is a collaboration user here is reached by policies on those.
    """
    folded = _BY_FOLDED.get((kind or "").casefold())
    if folded in _COLLABORATION:
        return reaching(guest_tags(_DIRECT_CONNECT, tenant))
    here = _BY_FOLDED.get((own or "").casefold())
    if folded == _DIRECT_CONNECT and here in _COLLABORATION:
        return reaching(guest_tags(here, tenant))
    return frozenset()


def of_any_tenant(kind: str, asked: frozenset[Tag]) -> frozenset[Tag]:
    """Give the asked tags that name this kind with a tenant, for a user whose home is unknown.

    A local guest has no home tenant, which is known.
    """
    word = _BY_FOLDED.get(kind.casefold(), kind)
    if word == "internalGuest":
        return frozenset()
    starts = (f"{ROOT}{word}:", f"{REACH}{word}:")
    return frozenset(tag for tag in asked if tag.startswith(starts) and not tag.endswith(":*"))


def guest_name(tag: Tag) -> str:
    """Name the kind of user a tag stands for."""
    word, _, tenant = tag.removeprefix(ROOT).removeprefix(REACH).partition(":")
    where = "" if tenant == "*" else f" of tenant `{tenant}`"
    return f"{GUEST_TYPES.get(word, word)}{where}"
