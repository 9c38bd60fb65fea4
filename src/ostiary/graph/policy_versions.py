"""Versions of a policy (ours; Entra has none): each change keeps one, any of them can come back."""

from __future__ import annotations

from typing import Any, Final

from ostiary.administration.policy_history import restore_version
from ostiary.administration.required_contexts import ProtectedAction
from ostiary.directory.errors import NoSuchObject
from ostiary.directory.policies import PolicyVersion
from ostiary.graph.answers import entity, etag_header, if_match, page
from ostiary.graph.permissions import READ_POLICIES, WRITE_POLICIES
from ostiary.graph.policy_calls import (
    OVERRIDE_PARAMETER,
    ROOT,
    override_of,
    refused,
    schema_version,
)
from ostiary.graph.policy_shapes import LAST_CHANGE, POLICY, VERSION
from ostiary.graph.shapes import listed, told
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations
from ostiary.schema.answers import Refusal, timestamp
from ostiary.schema.materialise import normal_form

OPERATIONS: Final = Operations()
_UPDATING: Final = WRITE_POLICIES.doing(ProtectedAction.UPDATE_POLICY)
_POLICIES: Final = f"{ROOT}/policies"
_WHOLE: Final = f"{_POLICIES}/{{id}}/versions"
_ONE: Final = f"{_WHOLE}/{{version}}"
_LAST: Final = f"{ROOT}/lastPolicyChanges"


@OPERATIONS.add("GET", f"/{_WHOLE}", needs=READ_POLICIES, answers=listed(VERSION))
def list_versions(call: Call) -> Answer:
    """List the versions of a policy, the latest first; a deleted one keeps its own."""
    found = call.store.policies.versions(call.path["id"])
    if not found:
        raise NoSuchObject(f"there is no conditional access policy `{call.path['id'][:60]}`")
    return page(call, [_shown(call, each) for each in found], _context(call))


@OPERATIONS.add("GET", f"/{_LAST}", needs=READ_POLICIES, answers=listed(LAST_CHANGE))
def list_last_changes(call: Call) -> Answer:
    """Tell of every policy when and by whom it was changed last; `id` is the policy's."""
    found = [{**_changed(each), "id": each.policy_id} for each in call.store.policies.latest()]
    return page(call, found, _LAST)


@OPERATIONS.add("GET", f"/{_ONE}", needs=READ_POLICIES, answers=told(VERSION))
def tell_version(call: Call) -> Answer:
    """Tell one version, with the whole policy as it was then."""
    return Answer(body=entity(call, _shown(call, _version(call)), _context(call)))


@OPERATIONS.add(
    "POST",
    f"/{_ONE}/restore",
    needs=_UPDATING,
    schema={"parameters": [OVERRIDE_PARAMETER]},
    answers=told(POLICY),
)
def restore(call: Call) -> Answer:
    """Give the policy the settings of this version, its state included."""
    snapshots, number = call.server.snapshots, _version(call).version
    try:
        made = restore_version(
            call.store,
            snapshots,
            call.path["id"],
            number,
            by=call.actor,
            expected=if_match(call),
            override=override_of(call),
        )
    except Refusal as refusal:
        raise refused(refusal) from refusal
    snapshots.refresh()
    shown = normal_form(made.document, schema_version(call))
    return Answer(200, entity(call, shown, _POLICIES), etag_header(made.etag))


def _version(call: Call) -> PolicyVersion:
    text = call.path["version"]
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NoSuchObject(f"a policy has no version `{text[:20]}`: versions are numbers")
    return call.store.policies.version(call.path["id"], int(text))


def _shown(call: Call, version: PolicyVersion) -> dict[str, Any]:
    return {
        **_changed(version),
        "action": version.action,
        "policy": normal_form(version.document, schema_version(call)),
    }


def _changed(version: PolicyVersion) -> dict[str, Any]:
    return {
        "id": str(version.version),
        "version": version.version,
        "changedDateTime": timestamp(version.at),
        "changedBy": version.actor,
    }


def _context(call: Call) -> str:
    return f"{_POLICIES}('{call.path['id']}')/versions"
