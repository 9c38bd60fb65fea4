"""Upload policy file: what is in it is shown, and created only after that, in report-only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ostiary.admin.changing import refusal
from ostiary.admin.graph_calls import Refused
from ostiary.admin.pages.policies import PATH as LIST
from ostiary.admin.pages.policies import POLICIES
from ostiary.admin.pages.policy import ORDER
from ostiary.admin.policy_uploads import Found, matched, policies_in
from ostiary.admin.visit import Answer, GoTo, PageRoute, Shown, Visit
from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, is_object
from ostiary.model.policy import PolicyState
from ostiary.tenant.json_text import parse_json

PATH: Final = f"{LIST}/upload"
_CREATE: Final = f"{PATH}/create"
_AS_WRITTEN: Final = "file"
STATES: Final = (ORDER[0], _AS_WRITTEN, PolicyState.DISABLED.value)
"""What a created policy is: in report-only unless somebody says otherwise."""
_PASTED: Final = "JSON"


async def show_form(visit: Visit) -> Answer:
    """Ask for a file, or for text."""
    return Shown("policy_upload", _asking())


async def review(visit: Visit) -> Answer:
    """Show what is in the file before anything is created."""
    file, typed = visit.files.get("file"), visit.form.get("text", "")
    try:
        if file is None and not typed.strip():
            raise InputError("expected a file or a text, came neither", hint="choose a file")
        read = policies_in(file.body, file.name) if file else policies_in(typed, _PASTED)
    except InputError as error:
        return Shown("policy_upload", {**_asking(), "text": typed, "refused": error}, 400)
    found = await matched(visit.graph, read, await _taken(visit))
    return Shown("policy_upload_review", _reviewing(found, STATES[0]))


async def create(visit: Visit) -> Answer:
    """Create the chosen policies one after another; what is refused is shown with the reason."""
    state = visit.form.get("state", "")
    state = state if state in STATES else STATES[0]
    documents = _sent(visit)
    if not documents:
        error = InputError("expected at least one policy to create, came none")
        return Shown("policy_upload", {**_asking(), "refused": error}, 400)
    made, refused = list[dict[str, Any]](), list[tuple[JsonObject, Refused]]()
    for document in documents:
        body = document if state == _AS_WRITTEN else {**document, "state": state}
        override = visit.form.get("reason", "").strip()
        try:
            made.append(
                await visit.graph.send("POST", POLICIES, body, override=override, version="beta")
            )
        except Refused as error:
            refused.append((document, error))
    if refused:
        return await _again(visit, state, made, refused)
    if len(made) == 1:
        return GoTo(f"{LIST}/{made[0]['id']}", "created")
    return GoTo(LIST, "policies_created")


async def _again(
    visit: Visit,
    state: str,
    made: Sequence[dict[str, Any]],
    refused: Sequence[tuple[JsonObject, Refused]],
) -> Answer:
    read = [(document, ()) for document, _ in refused]
    found = await matched(visit.graph, read, await _taken(visit))
    errors = [refusal(error) for _, error in refused]
    values = {
        **_reviewing(found, state),
        "made": made,
        "errors": errors,
        "locked_out": [each for error in errors for each in error["locked_out"]],
    }
    return Shown("policy_upload_review", values, refused[0][1].status)


def _sent(visit: Visit) -> list[JsonObject]:
    """Read the chosen policies of the form; a text that is none is passed over."""
    found: list[JsonObject] = []
    for number in visit.sent.get("take", ()):
        try:
            document = parse_json(visit.form.get(f"policy.{number}", ""), _PASTED)
        except InputError:
            continue
        if is_object(document):
            found.append(document)
    return found


async def _taken(visit: Visit) -> set[str]:
    policies = await visit.graph.all(POLICIES, select="displayName")
    return {str(each["displayName"]).casefold() for each in policies}


def _asking() -> dict[str, Any]:
    return {"refused": None, "text": ""}


def _reviewing(found: Sequence[Found], state: str) -> dict[str, Any]:
    return {
        "found": found,
        "states": STATES,
        "state": state,
        "made": (),
        "errors": [None for _ in found],
        "locked_out": [],
    }


ROUTES: Final = (
    PageRoute("GET", PATH, show_form, needs=("POST", POLICIES)),
    PageRoute("POST", PATH, review),
    PageRoute("POST", _CREATE, create),
)
