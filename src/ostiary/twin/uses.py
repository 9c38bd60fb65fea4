"""Who and what the policies of a tenant name, and on which side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Field
from ostiary.conditions.guests import GUEST_TYPES, ROOT
from ostiary.conditions.users import Users
from ostiary.model.json_types import as_object
from ostiary.model.lookup import Lookup
from ostiary.model.policy import Policy, PolicyState
from ostiary.model.setting import Effect


def named(policies: Iterable[Policy], kind: Lookup) -> list[str]:
    """Give the ids of one kind that policies name, in lower case, each once."""
    found = (word for policy in policies for word, _ in _words(policy, kind))
    return list(dict.fromkeys(found))


def suites_named(policies: Iterable[Policy]) -> list[str]:
    """Give the words for several applications that policies target, *Office 365* among them."""
    fields = [(key, each) for key, each in _fields(Lookup.APPLICATION) if each.words]
    found = (
        word
        for policy in policies
        for key, each in fields
        for word in each.read(_conditions(policy).get(key))
        if word in each.words
    )
    return list(dict.fromkeys(found))


def guest_kinds_named(policies: Iterable[Policy]) -> list[str]:
    """Give the kinds of guests that policies name, in Entra's order."""
    settings = (policy.settings.get(Users.name) for policy in policies)
    tags = {tag for each in settings if each is not None for tag in each.tags}
    return [kind for kind in GUEST_TYPES if any(tag.startswith(f"{ROOT}{kind}:") for tag in tags)]


def most_excluded(policies: Iterable[Policy], kind: Lookup) -> str | None:
    """Give the one that most policies exclude which are not off; None where none excludes any."""
    live = [each for each in policies if each.state is not PolicyState.DISABLED] or list(policies)
    counts = Counter(
        word
        for policy in live
        for word in {word for word, side in _words(policy, kind) if side is Effect.EXCLUDE}
    )
    return min(counts, key=lambda each: (-counts[each], each)) if counts else None


def _words(policy: Policy, kind: Lookup) -> Iterator[tuple[str, Effect]]:
    conditions = _conditions(policy)
    for key, each in _fields(kind):
        for word in each.read(conditions.get(key)):
            if word not in each.words:
                yield word.casefold(), each.effect


def _conditions(policy: Policy) -> dict[str, object]:
    return dict(as_object(policy.document.get("conditions")))


def _fields(kind: Lookup) -> Iterator[tuple[str, Field]]:
    return (
        (condition.key, each)
        for condition in CONDITIONS
        for each in condition.fields
        if each.lookup is kind
    )
