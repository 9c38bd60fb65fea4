"""`identityGovernance/termsOfUse/agreements`: terms of use, their files, and who accepted them.

Sources: api-reference termsofusecontainer-list-agreements, -post-agreements, agreement-get,
-update, -delete, -list-acceptances; agreementfile-get, -list-localizations,
-post-localizations; agreementacceptance-list (`me/agreementAcceptances`).
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from ostiary.administration import agreements
from ostiary.administration.agreements import files_of
from ostiary.directory.documents import Stored
from ostiary.graph.answers import entity, etag_header, if_match, page, selected, told
from ostiary.graph.bodies import FLAG, OBJECT, OBJECTS, TEXT, Kind, Members, body_shape, written
from ostiary.graph.directory_objects import DirectoryResource, absent, declare_reading, one
from ostiary.graph.directory_permissions import (
    READ_ACCEPTANCES,
    READ_AGREEMENTS,
    READ_OWN_ACCEPTANCES,
    WRITE_AGREEMENTS,
)
from ostiary.graph.listing import part_of
from ostiary.graph.policy_calls import OVERRIDABLE
from ostiary.graph.removing import removed
from ostiary.graph.shapes import DONE, MAYBE_TEXT, MAYBE_TIME, listed
from ostiary.graph.shapes import made as new
from ostiary.graph.shapes import told as one_told
from ostiary.http import shapes
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations
from ostiary.http.shapes import Named, opened
from ostiary.model.json_types import JsonObject
from ostiary.tenant.strengths_json import reaccept_days

OPERATIONS: Final = Operations()
_WHOLE: Final = "identityGovernance/termsOfUse/agreements"
_ONE: Final = f"/{_WHOLE}/{{id}}"


def _is_octets(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(b64decode(value, validate=True))
    except ValueError:
        return False


_LONGEST_DURATION: Final = 40
_MOST_DAYS: Final = 36_500
_DURATION: Final = Kind(
    lambda value: (
        isinstance(value, str)
        and len(value) <= _LONGEST_DURATION
        and (reaccept_days(value) or _MOST_DAYS + 1) <= _MOST_DAYS
    ),
    "a duration such as `P90D`, of at most a hundred years",
    shape=TEXT.shape,
)
_DATA: Final = Kind(_is_octets, "base64", empties=False, shape=TEXT.shape)
_FILE: Final[Members] = {
    "displayName": TEXT,
    "fileData": OBJECT.needed,
    "fileName": TEXT.needed,
    "isDefault": FLAG,
    "isMajorVersion": FLAG,
    "language": TEXT.needed,
}
_FILE_NEEDED: Final = ("fileData", "fileName", "language")
_CHANGEABLE: Final[Members] = {
    "displayName": TEXT.needed,
    "isPerDeviceAcceptanceRequired": FLAG,
    "isViewingBeforeAcceptanceRequired": FLAG,
    "userReacceptRequiredFrequency": _DURATION,
}
_FIRST: Final[Members] = {**_CHANGEABLE, "files": OBJECTS}
_NEEDED: Final = ("displayName", "isViewingBeforeAcceptanceRequired", "files")
_FILE_TYPE: Final = Named(
    "agreementFile",
    opened(
        {
            "id": shapes.TEXT,
            "createdDateTime": MAYBE_TIME,
            "displayName": MAYBE_TEXT,
            "fileData": shapes.OBJECT,
            "fileName": MAYBE_TEXT,
            "isDefault": shapes.FLAG,
            "isMajorVersion": shapes.FLAG,
            "language": MAYBE_TEXT,
        }
    ),
)
_ACCEPTANCE_TYPE: Final = Named(
    "agreementAcceptance",
    opened(
        {
            "id": shapes.TEXT,
            "agreementFileId": MAYBE_TEXT,
            "agreementId": shapes.TEXT,
            "deviceDisplayName": MAYBE_TEXT,
            "deviceId": MAYBE_TEXT,
            "expirationDateTime": MAYBE_TIME,
            "recordedDateTime": MAYBE_TIME,
            "state": shapes.one_of("accepted"),
            "userDisplayName": MAYBE_TEXT,
            "userId": shapes.TEXT,
            "userPrincipalName": MAYBE_TEXT,
        }
    ),
)
AGREEMENTS: Final = DirectoryResource(
    _WHOLE,
    "Agreement",
    lambda store: store.agreements,
    plain={
        "createdDateTime": None,
        "displayName": None,
        "isPerDeviceAcceptanceRequired": False,
        "isViewingBeforeAcceptanceRequired": False,
        "termsExpiration": None,
        "userReacceptRequiredFrequency": None,
    },
    members={"termsExpiration": shapes.maybe(shapes.OBJECT)},
    never=frozenset({"files"}),
    quickly={"id": lambda store, value: one(store.agreements.get(value))},
)
declare_reading(OPERATIONS, AGREEMENTS, needs=READ_AGREEMENTS)


@OPERATIONS.add(
    "POST",
    f"/{_WHOLE}",
    needs=WRITE_AGREEMENTS,
    answers=new(AGREEMENTS.type),
    body=body_shape(_FIRST, needed=_NEEDED),
)
def create_agreement(call: Call) -> Answer:
    """Make terms of use, which policies can require from then on."""
    members = written(call.document, _FIRST, needed=_NEEDED)
    files = [_file(call, each) for each in members["files"]]
    document = {
        **members,
        # The default first: it is what a sign-in shows.
        "files": sorted(files, key=lambda each: each["isDefault"] is not True),
        "id": call.server.randomness.object_id(),
        "createdDateTime": told(call.asked.at),
    }
    made = agreements.create_agreement(call.store, call.server.snapshots, document, by=call.actor)
    call.server.snapshots.refresh()
    body = entity(call, AGREEMENTS.answered(call, made.document), _WHOLE)
    return Answer(201, body, etag_header(made.etag))


@OPERATIONS.add("PATCH", _ONE, needs=WRITE_AGREEMENTS, answers=DONE, body=body_shape(_CHANGEABLE))
def patch_agreement(call: Call) -> Answer:
    """Change name, frequency and what is asked for each device."""
    found = AGREEMENTS.get(call.store, call.path["id"])
    agreements.change_agreement(
        call.store,
        call.server.snapshots,
        found.id,
        written(call.document, _CHANGEABLE),
        by=call.actor,
        expected=if_match(call),
    )
    call.server.snapshots.refresh()
    return Answer(204)


@OPERATIONS.add("DELETE", _ONE, needs=WRITE_AGREEMENTS, schema=OVERRIDABLE, answers=DONE)
def delete_agreement(call: Call) -> Answer:
    """Remove terms of use that no policy requires."""
    found = AGREEMENTS.get(call.store, call.path["id"])
    return removed(call, agreements.delete_agreement, found.id)


@OPERATIONS.add("GET", f"{_ONE}/file", needs=READ_AGREEMENTS, answers=one_told(_FILE_TYPE))
def get_file(call: Call) -> Answer:
    """Tell the default file."""
    found = AGREEMENTS.get(call.store, call.path["id"])
    file = _default(found)
    if file is None:
        raise absent(found.id)
    return Answer(body=entity(call, selected(call, file), f"{_WHOLE}('{found.id}')/file"))


def list_files(call: Call) -> Answer:
    """List the files, one for each language."""
    found = AGREEMENTS.get(call.store, call.path["id"])
    shown = [selected(call, each) for each in files_of(found.document)]
    return page(call, shown, f"{_WHOLE}('{found.id}')/files")


_FILES: Final = listed(_FILE_TYPE)
OPERATIONS.add("GET", f"{_ONE}/files", needs=READ_AGREEMENTS, answers=_FILES)(list_files)
OPERATIONS.add("GET", f"{_ONE}/file/localizations", needs=READ_AGREEMENTS, answers=_FILES)(
    list_files
)


@OPERATIONS.add(
    "POST",
    f"{_ONE}/file/localizations",
    needs=WRITE_AGREEMENTS,
    answers=new(_FILE_TYPE),
    body=body_shape(_FILE, needed=_FILE_NEEDED),
)
def add_file(call: Call) -> Answer:
    """Add a file for a language; a major version is asked of everybody again."""
    found = AGREEMENTS.get(call.store, call.path["id"])
    file = _file(call, call.document)
    agreements.add_file(call.store, call.server.snapshots, found.id, file, by=call.actor)
    call.server.snapshots.refresh()
    return Answer(201, entity(call, file, f"{_WHOLE}('{found.id}')/file/localizations"))


@OPERATIONS.add(
    "GET", f"{_ONE}/acceptances", needs=READ_ACCEPTANCES, answers=listed(_ACCEPTANCE_TYPE)
)
def list_acceptances(call: Call) -> Answer:
    """List who accepted terms of use, the latest first."""
    found = AGREEMENTS.get(call.store, call.path["id"])
    accepted, following = part_of(call, call.store.acceptances.of_agreement(found.id))
    shown = _acceptances(call, ((user, found.id, device, at) for user, device, at in accepted))
    return page(call, shown, f"{_WHOLE}('{found.id}')/acceptances", following=following)


@OPERATIONS.add(
    "GET",
    "/me/agreementAcceptances",
    needs=READ_OWN_ACCEPTANCES,
    answers=listed(_ACCEPTANCE_TYPE),
)
def list_my_acceptances(call: Call) -> Answer:
    """List what the signed-in user accepted."""
    own = call.token.object_id
    accepted = ((own, *each) for each in call.store.acceptances.of_user(own))
    return page(call, _acceptances(call, accepted), "agreementAcceptances")


def _file(call: Call, document: JsonObject) -> dict[str, Any]:
    read = written(document, _FILE, needed=_FILE_NEEDED)
    read["fileData"] = written(read["fileData"], {"data": _DATA}, needed=("data",))
    return {
        "isDefault": False,
        "isMajorVersion": False,
        **read,
        "id": call.server.randomness.object_id(),
        "createdDateTime": told(call.asked.at),
    }


def _default(found: Stored) -> dict[str, Any] | None:
    files = files_of(found.document)
    return next((each for each in files if each.get("isDefault") is True), next(iter(files), None))


def _acceptances(
    call: Call, accepted: Iterable[tuple[str, str, str, datetime]]
) -> list[dict[str, Any]]:
    return [_acceptance(call, *each) for each in accepted]


def _acceptance(
    call: Call, user_id: str, agreement_id: str, device_id: str, at: datetime
) -> dict[str, Any]:
    store = call.store
    user, found = store.users.get(user_id), store.agreements.get(agreement_id)
    device = store.devices.by_device_id(device_id) if device_id else None
    person: JsonObject = user.document if user else {}
    terms: JsonObject = found.document if found else {}
    days = reaccept_days(str(terms.get("userReacceptRequiredFrequency") or ""))
    file = _default(found) if found else None
    return {
        "id": "_".join(each for each in (agreement_id, user_id, device_id) if each),
        "agreementFileId": file.get("id") if file else None,
        "agreementId": agreement_id,
        "deviceDisplayName": device.document.get("displayName") if device else None,
        "deviceId": device_id or None,
        "expirationDateTime": told(at + timedelta(days=min(days, _MOST_DAYS))) if days else None,
        "recordedDateTime": told(at),
        "state": "accepted",
        "userDisplayName": person.get("displayName"),
        "userId": user_id,
        "userPrincipalName": person.get("userPrincipalName"),
    }
