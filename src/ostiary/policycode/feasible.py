"""What Microsoft Graph would refuse of a plan, told before anything is done.

The rules are those that a server of ours enforces (`ostiary.schema`). A plan that would stop half
way is refused as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ostiary.model.errors import Problem
from ostiary.model.json_types import JsonObject
from ostiary.policycode.changes import TITLES, Action, Change, Kind
from ostiary.policycode.documents import TYPE
from ostiary.policycode.planning import Planned
from ostiary.schema.checking import check_policy, misspelled_members
from ostiary.schema.edge_objects import ContextReference, StrengthPolicy
from ostiary.schema.location_rules import check_location, kind_of
from ostiary.schema.materialise import normal_form
from ostiary.schema.problems import problems_of
from ostiary.schema.requests_policies import MOST_POLICIES
from ostiary.schema.rules import References

_MOST: Final = 3
_MADE_BY_MICROSOFT: Final = (
    "only Microsoft makes a location of type `{kind}` (that of the compliant network when Global"
    " Secure Access signaling is switched on); have it made first, or take the policies that name"
    " it out of the folder"
)
_KEPT_BY_MICROSOFT: Final = (
    "locations of type `{kind}` are Microsoft's, and nothing is changed in them; write in the"
    " folder what the target has"
)


def what_graph_refuses(planned: Planned) -> Iterator[str]:
    """Give a sentence for each change that Graph would refuse, and for one policy too many."""
    directory = planned.after.parts.directory
    references = References(
        named_locations=frozenset(directory.named_locations),
        strengths=frozenset(directory.strengths),
    )
    ids = {new: identifier for identifier, new in planned.provisional.items()}
    for change in planned.plan.changes:
        if change.after is None:
            continue
        problems: Iterable[Problem] = _problems(change, change.after)
        if change.kind is Kind.POLICY:
            document = planned.after.of(Kind.POLICY)[ids.get(change.id, change.id)]
            problems = check_policy(document, version="beta", references=references)
            problems += misspelled_members(normal_form(document, "beta"))
        wrong = [_told(each) for each in problems]
        if wrong:
            more = f"; and {len(wrong) - _MOST} more" if len(wrong) > _MOST else ""
            said = "; ".join(wrong[:_MOST])
            yield f"Graph would refuse {TITLES[change.kind]} `{change.name}`: {said}{more}"
    count = len(planned.after.of(Kind.POLICY)) + len(planned.before.parts.refused)
    if planned.plan.changes and count > MOST_POLICIES:
        yield f"a tenant has at most {MOST_POLICIES} policies, after the plan it would have {count}"


def _problems(change: Change, after: JsonObject) -> Iterable[Problem]:
    if change.kind is Kind.NAMED_LOCATION:
        return _of_location(change, after)
    if change.kind is Kind.STRENGTH:
        return problems_of(StrengthPolicy, after)
    if change.kind is Kind.CONTEXT:
        return problems_of(ContextReference, {**after, "id": change.id})
    return ()


def _of_location(change: Change, after: JsonObject) -> Iterable[Problem]:
    """Check a location; api-reference compliantnetworknamedlocation has an update and no create.

    A server of ours has neither: what cannot be made again is left alone.
    """
    if kind_of(after) is not None:
        return check_location(after)
    said = _MADE_BY_MICROSOFT if change.action is Action.CREATE else _KEPT_BY_MICROSOFT
    kind = str(after.get(TYPE)).rpartition(".")[2]
    return (Problem("", "notMade", said.format(kind=kind)),)


def _told(problem: Problem) -> str:
    return f"`{problem.path}`: {problem.message}" if problem.path else problem.message
