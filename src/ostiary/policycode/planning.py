"""From a folder and a target to a plan, and to the tenant as it would be after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from ostiary.model.errors import InputError, Problem
from ostiary.model.json_types import JsonObject
from ostiary.policycode.changes import Kind, Plan
from ostiary.policycode.configuration import Exclusions
from ostiary.policycode.exclusions import Kept, with_kept_exclusions
from ostiary.policycode.folder import KEYS, CodeFolder
from ostiary.policycode.matching import (
    REFERRED,
    Wanted,
    match_policies,
    match_referred,
    references,
)
from ostiary.policycode.steps import Steps
from ostiary.policycode.target import Target, target_of, with_settings
from ostiary.tenant.documents import POLICIES, Item, Part, RawTenant
from ostiary.tenant.loading import RefusedPolicy, TenantParts, parts_of
from ostiary.tenant.policy_reading import draft


class FolderRefused(InputError):
    """The folder's policies cannot be planned; `refused` has each with all that is wrong."""

    code = "folderRefused"

    def __init__(self, path: str, refused: Sequence[RefusedPolicy]) -> None:
        """Say how many; what is wrong with each is told by `refused`."""
        count = "1 object" if len(refused) == 1 else f"{len(refused)} objects"
        super().__init__(
            f"{path}: expected policies that can be used, came {count} that cannot",
            hint="correct what is named, or map names in `names` of ostiary.yaml",
        )
        self.refused = tuple(refused)


@dataclass(frozen=True, slots=True)
class KeptHere:
    """The exclusions of one policy that the folder does not name and that stay."""

    id: str
    name: str
    kept: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class NotInFolder:
    """An object of the target that the folder does not have, and that stays."""

    kind: Kind
    id: str
    name: str


@dataclass(frozen=True)
class Planned:
    """A plan, with both sides of it: the target, and the tenant as it would be.

    `after` has the ids of the target; what is new has provisional ones, which `provisional` maps
    to the placeholders of the plan. `kept` and `unmanaged` are differences that no change mends.
    """

    plan: Plan
    folder: CodeFolder
    before: Target
    after: Target
    kept: tuple[KeptHere, ...]
    unmanaged: tuple[NotInFolder, ...]
    provisional: Mapping[str, str]

    def named(self, kind: str, identifier: str) -> str:
        """Give what something is called, on whichever side it is."""
        name = self.after.named(kind, identifier)
        return self.before.named(kind, identifier) if name == identifier else name


def make_plan(folder: CodeFolder, target: Target, *, made: str) -> Planned:
    """Compare a folder with a target. `made` is the time of the plan, ISO 8601.

    Raises FolderRefused where something in the folder cannot be used.
    """
    configuration = folder.configuration
    settings: dict[str, Any] = {"emergencyAccess": configuration.emergency_access}
    before = target_of(with_settings(target.raw, settings), target.described, target.catalogue)
    referred, refused = match_referred(folder, before)
    spelled = draft(folder.raw)
    policies, unclear = match_policies(spelled.settled.kept, before, folder.formerly)
    refused = [*spelled.refused, *refused, *unclear, *_hidden(policies, before)]
    _refuse(folder, refused)
    names = {**configuration.names, **references(referred), **_names_of_new(referred, before)}
    raw = _with_referred(before, referred)
    items = [Item({**each.document, "id": each.id}, each.source) for each in policies]
    named = with_settings(_with_policies(raw, items), {"names": names})
    resolved = parts_of(named, target.catalogue)
    _refuse(folder, resolved.refused)
    wanted, kept = _settled(policies, resolved, before, folder)
    steps = Steps(before, configuration, [*referred, *wanted])
    changes = steps.changes()
    changed = {each.id for each in changes}
    items = [*(_as_stored(each, changed, made) for each in wanted), *steps.left()]
    after = target_of(_with_policies(raw, items), "after the plan", target.catalogue)
    return Planned(
        plan=Plan(before.described, before.tenant_id, made, changes, steps.base()),
        folder=folder,
        before=before,
        after=after,
        kept=kept,
        unmanaged=tuple(NotInFolder(*each) for each in steps.unmanaged()),
        provisional=steps.placeholders,
    )


def _as_stored(wanted: Wanted, changed: Set[str], made: str) -> Item:
    """Give a policy as the target would have it: with times of its own, not those of a file."""
    current = wanted.current or {"createdDateTime": made}
    times = {name: current.get(name) for name in ("createdDateTime", "modifiedDateTime")}
    if wanted.id in changed:
        times["modifiedDateTime"] = made
    return Item({**wanted.document, **times, "id": wanted.id}, wanted.source)


def _refuse(folder: CodeFolder, refused: Sequence[RefusedPolicy]) -> None:
    if refused:
        raise FolderRefused(folder.path, refused)


def _hidden(policies: Sequence[Wanted], target: Target) -> Iterator[RefusedPolicy]:
    """Refuse what would be made a second time, beside a policy of that name that is unreadable."""
    hidden = {each.name.strip().casefold() for each in target.parts.refused if each.name}
    for each in policies:
        if each.current is None and each.name.casefold() in hidden:
            sentence = f"the target has a policy `{each.name}` that cannot be read"
            problem = Problem("displayName", "unclear", f"{sentence}; `ostiary validate` says why")
            yield RefusedPolicy(each.source, each.name, (problem,))


def _names_of_new(referred: Sequence[Wanted], target: Target) -> dict[str, str]:
    """Give the names of new groups where the target has no groups that they could stand among."""
    if target.raw.has(KEYS[Kind.GROUP]):
        return {}
    return {each.name: each.id for each in referred if each.kind is Kind.GROUP}


def _with_referred(target: Target, referred: Sequence[Wanted]) -> RawTenant:
    """Give the tenant with the locations, groups, strengths and contexts that are wanted."""
    parts = dict(target.raw.parts)
    for kind in REFERRED:
        mine = [each for each in referred if each.kind is kind]
        if not mine or (kind is Kind.GROUP and not target.raw.has(KEYS[kind])):
            continue
        known = {each.id for each in mine}
        left = [body for key, body in target.of(kind).items() if key not in known]
        values = [*left, *map(_in_directory, mine)]
        parts[KEYS[kind]] = (Part(KEYS[kind], "", values),)
    return replace(target.raw, parts=parts)


def _in_directory(wanted: Wanted) -> dict[str, Any]:
    """Give an object as a directory has it; who is in a group stays as it is."""
    if wanted.kind is Kind.GROUP:
        members: JsonObject = {"members": []} if wanted.current is None else wanted.current
        return {**members, **wanted.document, "id": wanted.id}
    made = {"policyType": "custom"} if wanted.kind is Kind.STRENGTH else {}
    return {**wanted.document, **made, "id": wanted.id}


def _with_policies(raw: RawTenant, items: Sequence[Item]) -> RawTenant:
    parts = tuple(Part(item.source, None, (item.value,)) for item in items)
    return replace(raw, parts={**raw.parts, POLICIES: parts}, broken=(), warnings=())


def _settled(
    policies: Sequence[Wanted], resolved: TenantParts, before: Target, folder: CodeFolder
) -> tuple[list[Wanted], tuple[KeptHere, ...]]:
    """Give the policies with ids for names, and with the exclusions that survive."""
    documents = {each.id.casefold(): each.document for each in resolved.policies}
    exact = folder.configuration.exclusions is Exclusions.EXACT
    only = resolved.directory.settings.emergency_access if exact else None
    wanted: list[Wanted] = []
    told: list[KeptHere] = []
    for each in policies:
        document = documents[each.id]
        if each.current is not None:
            document, kept = with_kept_exclusions(
                each.current,
                document,
                released=folder.released.get(each.source, ()),
                named=before.named,
                only=only,
            )
            if kept:
                told.append(KeptHere(each.id, each.name, kept))
        wanted.append(replace(each, document=document))
    return wanted, tuple(told)
