"""`identity/conditionalAccess/rollouts` (ours; Entra has a phased rollout of its agent's only).

A rollout takes one policy from Off over report-only and rings of people to On; before each stage
stand gates. Every step but `start` takes the version that its sender has seen in `If-Match`, so
that no two people take one step twice.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from ostiary.administration import rollouts
from ostiary.administration.rollout_looking import (
    Eyes,
    Kept,
    Looked,
    health_of,
    kept_of,
    kept_rollout,
    look,
)
from ostiary.directory.policy_impact import AnalysisPostponed
from ostiary.graph.answers import context, entity, etag_header, if_match, page
from ostiary.graph.bodies import body_shape, written
from ostiary.graph.permissions import READ_POLICIES, READ_PROOFS, WRITE_POLICIES
from ostiary.graph.policy_calls import ROOT, refused, schema_version
from ostiary.graph.policy_impact import may_name_people
from ostiary.graph.proving import proved
from ostiary.graph.rollout_shapes import (
    ADVANCED,
    EXCUSED,
    GATES,
    HEALTH,
    REASON,
    ROLLOUT,
    START,
    SUMMARY,
    summary,
    told_gates,
    whole_rollout,
)
from ostiary.graph.shapes import listed, made, told
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.rollout.errors import GateClosed, NotSecondPerson, PolicyMoved, RolloutError
from ostiary.rollout.gates import OVERRIDABLE
from ostiary.rollout.settings import settings_from_json
from ostiary.schema.answers import Refusal

OPERATIONS: Final = Operations()
_STEPPING: Final = WRITE_POLICIES.doing(rollouts.UPDATING)
_AGREEING: Final = replace(_STEPPING, application=())
"""An application is no second person."""
_WHOLE: Final = f"{ROOT}/rollouts"
_ONE: Final = f"{_WHOLE}/{{id}}"
_REASON: Final = body_shape(REASON)
_GOOD_FOR: Final = 600
"""Seconds for which what was found at gates is remembered."""


@OPERATIONS.add("GET", f"/{_WHOLE}", needs=READ_POLICIES, answers=listed(SUMMARY))
def list_rollouts(call: Call) -> Answer:
    """List rollouts, the earliest first; `policyId` in the address asks for those of a policy."""
    policy_id = call.asked.query.get("policyid")
    store = call.store.rollouts
    found = store.every() if policy_id is None else store.of(policy_id)
    return page(call, [summary(kept_of(each).rollout) for each in found], _WHOLE)


@OPERATIONS.add(
    "POST",
    f"/{_WHOLE}",
    needs=_STEPPING,
    answers=made(ROLLOUT),
    body=body_shape(START, needed=("policyId",)),
)
def start_rollout(call: Call) -> Answer:
    """Begin the rollout of a policy that is Off or report-only; its gates are in `settings`."""
    sent = written(call.document, START, needed=("policyId",))
    with _told_in_graphs_words():
        kept = rollouts.start_rollout(
            call.store,
            call.server.snapshots,
            sent["policyId"],
            settings_from_json(sent.get("settings")),
            by=call.actor,
            expected=if_match(call),
            reason=sent.get("reason") or "",
        )
    return _answer(call, kept, status=201)


@OPERATIONS.add("GET", f"/{_ONE}", needs=READ_POLICIES, answers=told(ROLLOUT))
def tell_rollout(call: Call) -> Answer:
    """Tell a rollout with every step; what names people only to who may know them."""
    return _answer(call, kept_rollout(call.store, call.path["id"]))


@OPERATIONS.add("GET", f"/{_ONE}/gates", needs=READ_PROOFS, answers=told(GATES))
def tell_gates(call: Call) -> Answer:
    """Tell what is found at the gates before the next stage; none at the end."""
    with _told_in_graphs_words():
        looked = _looked(call)
    following = looked.kept.rollout.next_stage
    body = {
        "@odata.context": context(call, f"{_WHOLE}/gates"),
        "rolloutVersion": looked.kept.etag,
        "nextStage": following.to_json() if following else None,
        "open": bool(following) and all(each.open for each in looked.results),
        "gates": told_gates(looked.results, people=may_name_people(call)),
    }
    return Answer(200, body, etag_header(looked.kept.etag))


@OPERATIONS.add("GET", f"/{_ONE}/health", needs=READ_POLICIES, answers=told(HEALTH))
def tell_health(call: Call) -> Answer:
    """Tell how the sign-ins that met the policy in its present stage came out."""
    rollout = kept_rollout(call.store, call.path["id"]).rollout
    found = health_of(call.server.health, rollout)
    body = {
        "@odata.context": context(call, f"{_WHOLE}/health"),
        "signIns": found.sign_ins if found else 0,
        "failed": found.failed if found else 0,
        "sentence": found.sentence(rollout.settings) if found else None,
    }
    return Answer(body=body)


@OPERATIONS.add(
    "POST", f"/{_ONE}/advance", needs=_STEPPING, answers=told(ROLLOUT), body=body_shape(ADVANCED)
)
def advance(call: Call) -> Answer:
    """Go to the next stage; `overrideReason` opens the gates that a reason can open."""
    expected, sent = _version(call), written(_body(call), ADVANCED)
    with _told_in_graphs_words():
        looked = _looked(call)
        seen = replace(looked, kept=replace(looked.kept, etag=expected))
        kept = rollouts.advance(
            call.store,
            call.server.snapshots,
            seen,
            by=call.actor,
            override=sent.get("overrideReason"),
        )
    call.server.snapshots.refresh()
    return _answer(call, kept)


@OPERATIONS.add("POST", f"/{_ONE}/approve", needs=_AGREEING, answers=told(ROLLOUT), body=_REASON)
def approve(call: Call) -> Answer:
    """Agree to the next stage, as somebody else than who started the rollout."""
    return _step(call, lambda asked: rollouts.approve(call.store, asked))


@OPERATIONS.add(
    "POST",
    f"/{_ONE}/excuse",
    needs=_STEPPING,
    answers=told(ROLLOUT),
    body=body_shape(EXCUSED, needed=("userId", "reason")),
)
def excuse(call: Call) -> Answer:
    """Let an administrator be missing in the log, for a reason."""
    sent = written(_body(call), EXCUSED, needed=("userId", "reason"))
    asked = rollouts.Asked(call.path["id"], call.actor, _version(call), sent["reason"])
    with _told_in_graphs_words():
        return _answer(call, rollouts.excuse(call.store, asked, sent["userId"]))


@OPERATIONS.add("POST", f"/{_ONE}/stepBack", needs=_STEPPING, answers=told(ROLLOUT), body=_REASON)
def step_back(call: Call) -> Answer:
    """Put the policy back to report-only, whatever anybody else has changed of it."""
    snapshots = call.server.snapshots
    return _step(call, lambda asked: rollouts.step_back(call.store, snapshots, asked))


@OPERATIONS.add("POST", f"/{_ONE}/undo", needs=_STEPPING, answers=told(ROLLOUT), body=_REASON)
def undo(call: Call) -> Answer:
    """Give the policy back the form of before the rollout, with the exclusions added since."""
    snapshots = call.server.snapshots
    return _step(call, lambda asked: rollouts.undo(call.store, snapshots, asked))


@OPERATIONS.add("POST", f"/{_ONE}/stop", needs=_STEPPING, answers=told(ROLLOUT), body=_REASON)
def stop(call: Call) -> Answer:
    """End the rollout and leave the policy as it is."""
    return _step(call, lambda asked: rollouts.stop(call.store, asked))


def _step(call: Call, take: Callable[[rollouts.Asked], Kept]) -> Answer:
    reason = written(_body(call), REASON).get("reason") or ""
    asked = rollouts.Asked(call.path["id"], call.actor, _version(call), reason)
    with _told_in_graphs_words():
        kept = take(asked)
    call.server.snapshots.refresh()
    return _answer(call, kept)


def _looked(call: Call) -> Looked:
    """Look at the gates, or remember what was found at them a moment ago.

    Over a large tenant and its log that takes longer than anybody waits for one answer, and the
    log grows meanwhile: what was found stays good for some minutes, but for what is known at once.
    """
    rollout_id, server, now = call.path["id"], call.server, call.asked.at
    kept = kept_rollout(call.store, rollout_id)
    rollout = kept.rollout
    stood = now - rollout.entered >= timedelta(days=rollout.settings.stage_days)
    health = health_of(server.health, rollout)
    sick = health is not None and health.sick(rollout.settings)
    key = ("rollout", rollout.id, kept.etag, stood, sick, int(now.timestamp()) // _GOOD_FOR)
    eyes = Eyes(call.store, server.snapshots, server.impacts, server.health)
    return proved(call, key, lambda: look(eyes, rollout_id))


def _version(call: Call) -> str:
    found = if_match(call)
    if found is None:
        raise ApiError(
            400,
            "BadRequest",
            "expected the version of the rollout that you have seen in `If-Match`, came none",
        )
    return found


def _body(call: Call) -> dict[str, Any]:
    return dict(call.document) if call.body else {}


def _answer(call: Call, kept: Kept, *, status: int = 200) -> Answer:
    people = may_name_people(call)
    body = entity(call, whole_rollout(kept, schema_version(call), people=people), _WHOLE)
    return Answer(status, body, etag_header(kept.etag))


@contextmanager
def _told_in_graphs_words() -> Generator[None]:
    try:
        yield
    except Refusal as error:
        raise refused(error) from error
    except NotSecondPerson as error:
        raise ApiError(403, "Authorization_RequestDenied", str(error)) from error
    except GateClosed as error:
        details = [
            {
                "code": "gateClosed",
                "target": each.gate.value,
                "message": each.sentence,
                "overridable": each.gate in OVERRIDABLE,
            }
            for each in error.closed
        ]
        raise ApiError(409, "Conflict", str(error), details=details) from error
    except (RolloutError, PolicyMoved) as error:
        raise ApiError(409, "Conflict", str(error)) from error
    except AnalysisPostponed as error:
        headers = {"Retry-After": "5"}
        raise ApiError(503, "ServiceUnavailable", str(error), headers=headers) from error
