"""What a twin says of itself: what it took over, what stands in, what it cannot be.

Nothing of an export is dropped without a word: whatever is not in the twin is named here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ostiary.directory.first_party import MICROSOFT
from ostiary.model.directory import Directory, PrincipalKind
from ostiary.model.policy import PolicyState
from ostiary.tenant.documents import COLLECTIONS
from ostiary.twin.completing import Completed
from ostiary.twin.stand_ins import name_of

_OWN_METHOD: Final = frozenset({"softwareOath"})
"""What a twin can give of what people have registered: codes of an authenticator app."""
_MOST_SHOWN: Final = 3
_MOST_REMARKS: Final = 5


@dataclass(frozen=True, slots=True)
class Said:
    """The report of a twin; every list is whole."""

    taken: Mapping[str, int]
    policies: Mapping[str, int]
    stand_ins: tuple[Mapping[str, Any], ...]
    invented: tuple[Mapping[str, str], ...]
    microsofts: tuple[str, ...]
    not_in_the_twin: tuple[str, ...]
    remarks: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Give the members that `ostiary twin --json` prints."""
        return {
            "taken": dict(self.taken),
            "policies": dict(self.policies),
            "standIns": [dict(each) for each in self.stand_ins],
            "invented": [dict(each) for each in self.invented],
            "microsoftApplications": list(self.microsofts),
            "notInTheTwin": list(self.not_in_the_twin),
            "remarks": list(self.remarks),
        }

    def lines(self) -> Iterator[str]:
        """Give the report for people, a few names of each list."""
        taken = ", ".join(f"{count:,} {key}" for key, count in self.taken.items() if count)
        yield f"Taken over: {taken or 'nothing'}."
        states = ", ".join(f"{count} {state}" for state, count in self.policies.items())
        yield f"Policies in the twin: {states or 'none'}."
        kinds = Counter(str(each["kind"]) for each in self.stand_ins)
        for kind, count in kinds.items():
            names = [str(each["name"]) for each in self.stand_ins if each["kind"] == kind]
            yield f"Stands in for what policies name and the export lacks: {count} × {kind}: " + (
                _few(names)
            )
        if self.invented:
            names = [each["name"] for each in self.invented]
            yield f"Invented, as the export tells of nobody: {len(names)}: {_few(names)}"
        if self.microsofts:
            yield (
                f"Applications of Microsoft that policies target: {len(self.microsofts)}: "
                f"{_few(self.microsofts)}"
            )
        for each in self.not_in_the_twin:
            yield f"Not in the twin: {each}"
        for each in self.remarks[:_MOST_REMARKS]:
            yield f"To know: {each}"
        if len(self.remarks) > _MOST_REMARKS:
            yield f"To know: {len(self.remarks) - _MOST_REMARKS} remarks more"


def said(done: Completed) -> Said:
    """Say what a completed tenant is."""
    taken = {key: sum(1 for _ in done.exported.items(key)) for key in COLLECTIONS}
    states = Counter(each.state.value for each in done.parts.policies)
    return Said(
        taken,
        {state.value: states[state.value] for state in PolicyState if states[state.value]},
        tuple(
            {
                "kind": each.kind,
                "id": each.id,
                "word": each.word,
                "name": name_of(each),
                "policies": list(each.policies),
            }
            for each in done.lacks
        ),
        tuple({"id": each.id, "name": each.name, "why": each.why} for each in done.invented),
        done.microsofts,
        tuple(_left_out(done)),
        tuple(
            f"`{each.policy or each.source or 'the export'}`: {each.message}"
            for each in done.parts.warnings
        ),
    )


def _left_out(done: Completed) -> Iterator[str]:
    parts = done.parts
    for each in parts.refused:
        why = "; ".join(problem.message for problem in each.problems)
        yield f"the policy `{each.name or each.source}`, which cannot be used: {why}"
    for place in parts.skipped_files:
        yield f"`{place}`, in which nothing is recognised"
    if parts.copies:
        yield f"{parts.copies} further copies of policies that are in it"
    if done.unknown_members:
        names = _few(done.unknown_members)
        yield f"who is in {names}: not exported; in the twin somebody invented is"
    yield from _about_people(done.parts.directory)
    yield from _about_workloads(done.parts.directory)
    if done.moved:
        yield (
            f"the mail addresses of {done.moved:,} people: `.invalid` is added to each, so that"
            " no mail about the twin reaches them"
        )
    yield "permissions that people and administrators consented to: not exported"


def _about_people(directory: Directory) -> Iterator[str]:
    methods = Counter(
        mode
        for each in directory.registrations.values()
        for mode in each.methods or ()
        if mode not in _OWN_METHOD
    )
    if methods:
        listed = ", ".join(f"{mode} of {count:,}" for mode, count in sorted(methods.items()))
        yield (
            f"methods that cannot be copied ({listed}): whoever has registered a second factor has"
            " an authenticator app's code instead, which meets no strength that resists phishing"
        )
    nameless = [each for each in directory.users.values() if not each.principal_name]
    if nameless:
        names = _few([each.display_name or each.id for each in nameless])
        yield f"a way to sign in as {names}: no `userPrincipalName`"
    dynamic = [each.display_name for each in directory.groups.values() if each.dynamic]
    if dynamic:
        yield f"the rules of dynamic groups ({_few(dynamic)}): their members are as exported"
    agents = sum(each.is_agent for each in directory.users.values())
    if agents:
        yield f"sign-ins of agent users ({agents}): they are in the directory only"


def _about_workloads(directory: Directory) -> Iterator[str]:
    foreign = [
        each.display_name or each.app_id
        for each in directory.service_principals.values()
        if each.kind is not PrincipalKind.MANAGED_IDENTITY
        and each.owner_tenant not in (None, directory.tenant_id, MICROSOFT)
    ]
    if foreign:
        yield (
            f"credentials of applications of other tenants ({_few(foreign)}): people can sign in"
            " to them, they cannot sign in themselves"
        )


def _few(names: Iterable[str]) -> str:
    listed = list(names)
    shown = ", ".join(f"`{each}`" for each in listed[:_MOST_SHOWN])
    more = f" and {len(listed) - _MOST_SHOWN} more" if len(listed) > _MOST_SHOWN else ""
    return shown + more
