"""Carry out a plan on this tenant: in one transaction, behind the lockout guard; all, or nothing.

Each change is the requests that Graph would be sent for it, answered by the function that answers
Graph's, on the state that the change before has left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ostiary.administration.grants import forget_permissions
from ostiary.administration.guard import Override
from ostiary.administration.kept_deleted import keep_group
from ostiary.administration.people import keeping_an_administrator
from ostiary.administration.policy_objects import answered, keep_changes, state_of
from ostiary.directory.audit import Entry, Target
from ostiary.directory.objects import ORGANIZATION
from ostiary.directory.protocols import Actor, ActorKind
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Aggregates, Store
from ostiary.model.errors import Problem
from ostiary.model.json_types import JsonObject, as_object, is_list
from ostiary.policycode.apply import Applied, InMemory, apply_plan
from ostiary.policycode.changes import Kind, Plan
from ostiary.policycode.requests import PATHS, GraphRequest
from ostiary.schema.answers import Refusal
from ostiary.schema.state import Collection, PolicyStore

_COLLECTIONS: Final[Mapping[Kind, Collection]] = {
    Kind.POLICY: Collection.POLICIES,
    Kind.NAMED_LOCATION: Collection.NAMED_LOCATIONS,
    Kind.CONTEXT: Collection.CONTEXTS,
    Kind.STRENGTH: Collection.STRENGTHS,
}


def carry_out(
    store: Store,
    snapshots: Snapshots,
    plan: Plan,
    *,
    by: Actor,
    override: Override | None = None,
) -> Applied:
    """Carry out a plan, audited change by change and as a whole.

    Raises OtherTenant, PlanStale, ChangedMeanwhile, Refusal for what breaks a rule, LockedOut,
    LastAdministrator, InputError; then nothing was changed.
    """
    with keeping_an_administrator(store, snapshots, by=by, override=override) as work:
        creator = by.id if by.kind is ActorKind.USER else None
        before = state_of(work, creator=creator)
        inside = _Transaction(store, work, before, by)
        done = apply_plan(plan, inside, InMemory())
        keep_changes(work, before, inside.state, by=by)
        if not done.already:
            target = Target("tenant", inside.tenant_id())
            detail = {"plan": plan.digest, "changes": len(plan.changes)}
            work.audit.record(Entry("Apply plan", "Policy", target, detail=detail), by=by)
        return done


@dataclass
class _Transaction:
    """The tenant as a transaction has left it so far."""

    store: Store
    work: Aggregates
    state: PolicyStore
    by: Actor

    def tenant_id(self) -> str:
        """Give the tenant's id."""
        return str(self.work.singles.value_of(ORGANIZATION).get("id") or "")

    def look(self, kind: Kind, identifier: str) -> JsonObject | None:
        """Give an object."""
        if kind is Kind.GROUP:
            found = self.work.groups.get(identifier)
            return found.document if found else None
        return self.state.find(_COLLECTIONS[kind], identifier)

    def named(self, kind: Kind, name: str) -> Sequence[JsonObject]:
        """Give the objects of a kind that have a name."""
        if kind is Kind.GROUP:
            documents = [each.document for each in self.work.groups.all()]
        else:
            documents = list(self.state.all(_COLLECTIONS[kind]).values())
        folded = name.casefold()
        return [each for each in documents if str(each.get("displayName")).casefold() == folded]

    def send(self, request: GraphRequest) -> JsonObject | None:
        """Answer a request. Raises Refusal."""
        version, _, path = request.path.lstrip("/").partition("/")
        if path.partition("/")[0] == PATHS[Kind.GROUP]:
            return self._group(request.method, path.partition("/")[2], request.body or {})
        response = answered(
            self.store,
            self.state,
            method=request.method,
            path=f"/{version}/{path}",
            body=request.body,
        )
        if response.status >= 400:
            raise _refusal(response.status, as_object(response.body), request)
        self.state = response.state
        return response.body

    def pause(self, seconds: float) -> None:
        """Wait for nothing: what was written is there."""

    def _group(self, method: str, identifier: str, body: JsonObject) -> JsonObject | None:
        if method == "DELETE":
            keep_group(self.work, identifier, by=self.by)
            self.work.groups.delete(identifier, by=self.by)
            forget_permissions(self.work, identifier, by=self.by)
            return None
        if body.get("groupTypes") or body.get("membershipRule") or body.get("mailEnabled"):
            raise Refusal(
                400,
                f"expected a security group whose members are named, `{body.get('displayName')}`"
                " is another one, which nothing here keeps",
            )
        if method == "PATCH":
            self.work.groups.modify(identifier, body, by=self.by)
            return None
        made: dict[str, Any] = {
            **body,
            "id": self.store.means.new_id(),
            "createdDateTime": f"{self.store.means.clock.now():%Y-%m-%dT%H:%M:%SZ}",
            "members": [],
        }
        return self.work.groups.create(made, by=self.by).document


def _refusal(status: int, body: JsonObject, request: GraphRequest) -> Refusal:
    error = as_object(body.get("error"))
    found = error.get("details")
    problems = [
        Problem(str(each.get("target")), str(each.get("code")), str(each.get("message")))
        for each in map(as_object, found if is_list(found) else ())
    ]
    name = (request.leaves or {}).get("displayName")
    said = str(error.get("message"))
    return Refusal(status, f"`{name}`: {said}" if name else said, problems)
