"""The changes of a plan in the order of execution, and what they rest on.

What is referred to is made before what refers to it, and taken away after it: locations, groups,
strengths and contexts, then policies; at the end what is deleted. Between two steps no one is kept
out whom neither the policies before nor those after the plan keep out: every policy in force is one
of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ostiary.analysis.policy_difference import differences
from ostiary.analysis.policy_members import STRENGTH, references_of
from ostiary.conditions.base import Lookup
from ostiary.model.json_types import JsonObject
from ostiary.policycode.changes import Action, Base, Change, Kind, Rests, placeholder
from ostiary.policycode.configuration import Configuration, Unmanaged
from ostiary.policycode.documents import written
from ostiary.policycode.fingerprints import fingerprint, plain
from ostiary.policycode.matching import REFERRED, Wanted, in_place
from ostiary.policycode.target import Target
from ostiary.schema.location_rules import kind_of
from ostiary.schema.materialise import normal_form
from ostiary.tenant.documents import Item

_MANAGED_BY_MICROSOFT: Final = "microsoft-managed:"
"""How the names of Microsoft-managed policies begin; they cannot be deleted (entra-docs
conditional-access/managed-policies)."""
_DELETED: Final = (Kind.NAMED_LOCATION, Kind.STRENGTH)
"""What is deleted once nothing names it. Contexts and groups never are: applications, sites and
people rest on them, of which no policy tells."""
_KINDS: Final[Mapping[str, Kind]] = {
    Lookup.NAMED_LOCATION.value: Kind.NAMED_LOCATION,
    Lookup.GROUP.value: Kind.GROUP,
    Lookup.AUTHENTICATION_CONTEXT.value: Kind.CONTEXT,
    STRENGTH: Kind.STRENGTH,
}
_SETTLED: Final = ("groupTypes", "mailNickname", "mailEnabled", "securityEnabled")
"""What Graph settles when a group is made; a folder does not change it."""


class Steps:
    """What has to be done for the objects that a folder wants."""

    def __init__(
        self, target: Target, configuration: Configuration, wanted: Sequence[Wanted]
    ) -> None:
        """Note what is new, and what the folder does not have."""
        self._target = target
        self._unmanaged = configuration.unmanaged
        self._wanted = wanted
        self._known = {each.key for each in wanted}
        self.placeholders: Mapping[str, str] = {
            each.id: placeholder(each.kind, each.name)
            for each in wanted
            if each.current is None and each.kind is not Kind.CONTEXT
        }
        self._deleted = tuple(self._policies_to_delete())

    def left(self) -> tuple[Item, ...]:
        """Give the target's policies that the folder does not have and that stay."""
        return tuple(
            Item(body, "target")
            for identifier, body in self._target.of(Kind.POLICY).items()
            if (Kind.POLICY, identifier) not in self._known and identifier not in self._deleted
        )

    def unmanaged(self) -> Iterator[tuple[Kind, str, str]]:
        """Give kind, id and name of what stays although the folder does not have it."""
        if self._unmanaged is Unmanaged.IGNORE:
            return
        gone = {(each.kind, each.id) for each in self._deletions()}
        for kind in (Kind.POLICY, *REFERRED):
            if kind is Kind.GROUP:
                continue
            for identifier, body in self._target.of(kind).items():
                if (kind, identifier) not in self._known | gone:
                    yield kind, identifier, _name(body, identifier)

    def changes(self) -> tuple[Change, ...]:
        """Give every change, in order."""
        made: list[Change] = []
        for kind in (*REFERRED, Kind.POLICY):
            found = [self._change(each) for each in self._wanted if each.kind is kind]
            some = [each for each in found if each is not None]
            made += sorted(some, key=lambda each: each.action is not Action.CREATE)
        return (*made, *self._deletions())

    def base(self) -> tuple[Base, ...]:
        """Give what must still hold before the first change, each object once."""
        found: dict[tuple[Kind, str], Base] = {}
        for each in self.changes():
            found.setdefault((each.kind, each.id), _base(each))
        for each in self.changes():
            if each.kind is Kind.POLICY and each.after is not None:
                for base in self._referred(each.after):
                    found.setdefault((base.kind, base.id), base)
        return tuple(found.values())

    def _change(self, wanted: Wanted) -> Change | None:
        kind, current = wanted.kind, wanted.current
        if current is None:
            after = in_place(written(kind, wanted.document), self.placeholders)
            identifier = self.placeholders.get(wanted.id, wanted.id)
            return Change(Action.CREATE, kind, wanted.name, identifier, None, after)
        document = wanted.document
        if kind is Kind.GROUP:
            settled = {name: current[name] for name in _SETTLED if name in current}
            document = {**written(kind, current), **document, **settled}
        if not _differs(kind, current, document):
            return None
        before = {"id": wanted.id, **written(kind, current)}
        after = in_place(written(kind, document), self.placeholders)
        return Change(Action.UPDATE, kind, wanted.name, wanted.id, before, after)

    def _policies_to_delete(self) -> Iterator[str]:
        if self._unmanaged is not Unmanaged.DELETE:
            return
        for identifier, body in self._target.of(Kind.POLICY).items():
            microsofts = _name(body, "").casefold().startswith(_MANAGED_BY_MICROSOFT)
            if (Kind.POLICY, identifier) not in self._known and not microsofts:
                yield identifier

    def _deletions(self) -> Iterator[Change]:
        if self._unmanaged is not Unmanaged.DELETE:
            return
        for identifier in self._deleted:
            yield from self._deletion(Kind.POLICY, identifier)
        used = self._used()
        for kind in _DELETED:
            for identifier, body in self._target.of(kind).items():
                if (kind, identifier) not in self._known | used and not _microsofts(kind, body):
                    yield from self._deletion(kind, identifier)

    def _deletion(self, kind: Kind, identifier: str) -> Iterator[Change]:
        body = self._target.of(kind)[identifier]
        name = _name(body, identifier)
        before = {"id": identifier, **written(kind, body)}
        if kind is Kind.NAMED_LOCATION and before.get("isTrusted") is True:
            # Trust has to be taken away first (entra-docs concept-assignment-network).
            plain_ = {**before, "isTrusted": False}
            after = {member: each for member, each in plain_.items() if member != "id"}
            yield Change(Action.UPDATE, kind, name, identifier, before, after)
            before = plain_
        yield Change(Action.DELETE, kind, name, identifier, before, None)

    def _used(self) -> set[tuple[Kind, str]]:
        """Give what the policies after the plan refer to."""
        documents = [each.document for each in self._wanted if each.kind is Kind.POLICY]
        documents += [item.value for item in self.left() if isinstance(item.value, dict)]
        return {
            (_KINDS[kind], identifier.casefold())
            for document in documents
            for kind, identifier in references_of(normal_form(document, "beta"))
            if kind in _KINDS
        }

    def _referred(self, policy: JsonObject) -> Iterator[Base]:
        for kind, identifier in sorted(references_of(normal_form(policy, "beta"))):
            which = _KINDS.get(kind)
            body = self._target.of(which).get(identifier.casefold()) if which else None
            if which is None or body is None:
                continue
            name = _name(body, identifier)
            if which is Kind.GROUP:
                yield Base(which, identifier, name, Rests.THERE)
            else:
                mark = fingerprint(which, body)
                yield Base(which, identifier.casefold(), name, Rests.UNCHANGED, mark)


def _microsofts(kind: Kind, body: JsonObject) -> bool:
    """Tell whether only Microsoft makes such an object, so that nobody could bring it back."""
    return kind is Kind.NAMED_LOCATION and kind_of(written(kind, body)) is None


def _differs(kind: Kind, current: JsonObject, document: JsonObject) -> bool:
    if kind is Kind.POLICY:
        return bool(differences(current, document))
    return plain(kind, current) != plain(kind, document)


def _base(change: Change) -> Base:
    if change.before is None:
        return Base(change.kind, change.id, change.name, Rests.ABSENT)
    mark = fingerprint(change.kind, change.before)
    name = str(change.before.get("displayName") or change.name)
    return Base(change.kind, change.id, name, Rests.UNCHANGED, mark)


def _name(body: Mapping[str, Any], identifier: str) -> str:
    return str(body.get("displayName") or identifier)
