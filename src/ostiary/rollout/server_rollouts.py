"""Rollouts that an Ostiary server keeps, over its Graph (`identity/conditionalAccess/rollouts`).

The server looks, judges and carries out; here a step is asked for, of the version seen last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from ostiary.entra.client import Answer, GraphClient
from ostiary.entra.errors import Moved, Refused
from ostiary.model.json_types import JsonObject, as_object
from ostiary.rollout.errors import GateClosed, NotSecondPerson, RolloutError
from ostiary.rollout.findings import Health
from ostiary.rollout.gates import GateResult, gate_result_from_json
from ostiary.rollout.graph_target import GraphTarget
from ostiary.rollout.looking_up import the_one
from ostiary.rollout.policy_names import policy_called
from ostiary.rollout.settings import Settings, settings_from_json
from ostiary.rollout.stages import stage_from_json
from ostiary.rollout.state import Action, Rollout, Status, Step, Who

ROLLOUTS: Final = "/beta/identity/conditionalAccess/rollouts"


@dataclass(frozen=True, slots=True)
class ServerRollouts:
    """The rollouts of the server that a client is signed in to."""

    client: GraphClient

    def rollouts(self) -> list[Rollout]:
        """Give every rollout, the earliest first; of each its place only."""
        return [_rollout(each) for each in self.client.listed(ROLLOUTS)]

    def start(self, name: str, settings: Settings, reason: str = "") -> Rollout:
        """Begin one of a policy by name or id. Raises InputError, GraphError."""
        policy = policy_called(name, GraphTarget(self.client).policies())
        body = {"policyId": policy["id"], "settings": settings.to_json(), **_because(reason)}
        return _rollout(as_object(self.client.change("POST", ROLLOUTS, body).body))

    def gates(self, name: str) -> tuple[Rollout, tuple[GateResult, ...]]:
        """Give a rollout and what stands before its next stage."""
        rollout, _ = self._seen(name)
        found = as_object(self.client.get(f"{ROLLOUTS}/{rollout.id}/gates").body)
        return rollout, tuple(gate_result_from_json(each) for each in found.get("gates") or ())

    def advance(self, name: str, *, override: str | None = None) -> Rollout:
        """Go to the next stage. Raises GateClosed with the gates as they are."""
        sent = {} if override is None else {"overrideReason": override}
        try:
            return self._step(name, "advance", sent)
        except Moved as refused:
            if any(each.get("code") == "gateClosed" for each in refused.details):
                rollout, results = self.gates(name)
                following = rollout.next_stage
                raise GateClosed(following.name if following else "", results) from refused
            raise RolloutError(refused.said) from refused

    def approve(self, name: str, reason: str = "") -> Rollout:
        """Agree to the next stage. Raises NotSecondPerson."""
        try:
            return self._step(name, "approve", _because(reason))
        except Refused as refused:
            if refused.status == 403:
                raise NotSecondPerson(refused.said) from refused
            raise

    def excuse(self, name: str, user: str, reason: str) -> Rollout:
        """Let an administrator be missing in the log."""
        path = f"/v1.0/users/{quote(user, safe='')}"
        found = as_object(self.client.get(path, {"$select": "id"}).body)
        return self._step(name, "excuse", {"userId": found["id"], "reason": reason})

    def step_back(self, name: str, reason: str = "") -> Rollout:
        """Put the policy back to report-only. Raises RolloutError."""
        return self._told(name, "stepBack", reason)

    def check(self, name: str) -> tuple[Rollout, Health | None]:
        """Tell how the present stage does; the server steps back by itself."""
        rollout, _ = self._seen(name)
        if not rollout.stage.kind.enforces:
            return rollout, None
        found = as_object(self.client.get(f"{ROLLOUTS}/{rollout.id}/health").body)
        return rollout, Health(int(found["signIns"]), int(found["failed"]))

    def undo(self, name: str, reason: str = "") -> Rollout:
        """Give the policy back its form of before. Raises RolloutError."""
        return self._told(name, "undo", reason)

    def stop(self, name: str, reason: str = "") -> Rollout:
        """End a rollout and leave the policy as it is. Raises RolloutError."""
        return self._told(name, "stop", reason)

    def _told(self, name: str, step: str, reason: str) -> Rollout:
        try:
            return self._step(name, step, _because(reason))
        except Moved as refused:
            raise RolloutError(refused.said) from refused

    def _step(self, name: str, step: str, sent: Mapping[str, Any]) -> Rollout:
        rollout, etag = self._seen(name)
        path = f"{ROLLOUTS}/{rollout.id}/{step}"
        return _rollout(as_object(self.client.change("POST", path, dict(sent), etag=etag).body))

    def _seen(self, name: str) -> tuple[Rollout, str | None]:
        found = the_one(self.rollouts(), name, lambda each: each)
        answer: Answer = self.client.get(f"{ROLLOUTS}/{found.id}")
        return _rollout(as_object(answer.body)), answer.etag


def _because(reason: str) -> dict[str, str]:
    return {"reason": reason} if reason else {}


def _rollout(told: JsonObject) -> Rollout:
    """Read what the server tells; a list tells neither settings nor steps."""
    stages = tuple(stage_from_json(each) for each in told["stages"])
    names = [each.name for each in stages]
    original = as_object(told.get("original"))
    started = Step(1, Action.START, _moment(told["startedDateTime"]), _who(told["startedBy"]), 0, 0)
    found = Rollout(
        id=str(told["id"]),
        policy_id=str(told["policyId"]),
        name=str(told["displayName"]),
        tenant_id="",
        started_by=_who(told["startedBy"]),
        settings=settings_from_json(told.get("settings")),
        stages=stages,
        place=int(told["place"]),
        entered=_moment(told["enteredDateTime"]),
        original=original,
        desired=original,
        written=as_object(told.get("written")),
        status=Status(told["status"]),
        steps=(started,),
        attention=str(told.get("attention") or ""),
    )
    steps = tuple(_step(each, names) for each in told.get("steps") or ())
    return replace(found, steps=steps) if steps else found


def _step(told: JsonObject, names: list[str]) -> Step:
    return Step(
        number=int(told["number"]),
        action=Action(told["action"]),
        at=_moment(told["dateTime"]),
        by=_who(told["by"]),
        came_from=names.index(told["from"]),
        stage=names.index(told["stage"]),
        reason=str(told["reason"]),
        gates=tuple(gate_result_from_json(each) for each in told.get("gates") or ()),
    )


def _who(told: JsonObject) -> Who:
    return Who(str(told["id"]), str(told["name"]))


def _moment(told: object) -> datetime:
    return datetime.fromisoformat(str(told))
