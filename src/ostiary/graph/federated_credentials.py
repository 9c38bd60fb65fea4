"""`federatedIdentityCredentials`: whose tokens an application may prove itself by.

Source: api-reference application-list-federatedidentitycredentials, -post-, -get, -update, -delete.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary.administration import applications
from ostiary.administration.applications import Federated
from ostiary.administration.certificates import Holder
from ostiary.directory.applications import AppCredential
from ostiary.directory.documents import Stored
from ostiary.graph.answers import entity, page
from ostiary.graph.applications import APPLICATIONS
from ostiary.graph.bodies import TEXT, TEXTS, Kind, Members, answer_shapes, body_shape, written
from ostiary.graph.directory_objects import absent
from ostiary.graph.directory_permissions import WRITE_APPLICATIONS
from ostiary.graph.permissions import READ_APPLICATIONS
from ostiary.graph.ranks import require_application_rank
from ostiary.graph.shapes import DONE, listed, told
from ostiary.graph.shapes import made as new
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations
from ostiary.http.shapes import Named, whole
from ostiary.model.json_types import JsonObject, is_list

OPERATIONS: Final = Operations()
_NEEDED: Final = ("name", "issuer", "subject", "audiences")
_FEDERATED: Final[Members] = {
    "name": TEXT.needed,
    "issuer": TEXT.needed,
    "subject": TEXT.needed,
    "description": TEXT,
    "audiences": Kind(
        lambda value: TEXTS.fits(value) and is_list(value) and len(value) == 1,
        "a list of one audience",
        empties=False,
        shape=TEXTS.shape,
    ),
}
_TYPE: Final = Named(
    "federatedIdentityCredential", whole({"id": TEXT.shape, **answer_shapes(_FEDERATED)})
)
_CHANGEABLE: Final = {name: kind for name, kind in _FEDERATED.items() if name != "name"}
_WHOLE: Final = "/applications/{id}/federatedIdentityCredentials"
_ONE: Final = f"{_WHOLE}/{{key}}"


@OPERATIONS.add(
    "GET",
    _WHOLE,
    needs=READ_APPLICATIONS,
    answers=listed(_TYPE),
)
def list_federated(call: Call) -> Answer:
    """List whose tokens an application may prove itself by."""
    found = APPLICATIONS.get(call.store, call.path["id"])
    shown = [_shown(each) for each in _holder(found).credentials(call.store, "federated")]
    return page(call, shown, _path(found))


@OPERATIONS.add(
    "GET",
    _ONE,
    needs=READ_APPLICATIONS,
    answers=told(_TYPE),
)
def get_federated(call: Call) -> Answer:
    """Tell one of them, by its id or its name."""
    found = APPLICATIONS.get(call.store, call.path["id"])
    return Answer(body=entity(call, _shown(_credential(call, found)), _path(found)))


@OPERATIONS.add(
    "POST",
    _WHOLE,
    needs=WRITE_APPLICATIONS,
    answers=new(_TYPE),
    body=body_shape(_FEDERATED, needed=_NEEDED),
)
def create_federated(call: Call) -> Answer:
    """Let an application prove itself by tokens of an issuer about a subject."""
    found = _application(call)
    asked = written(call.document, _FEDERATED, needed=_NEEDED)
    app_id = _holder(found).app_id
    made = applications.add_federated(call.store, app_id, _trusted(asked), by=call.actor)
    return Answer(201, entity(call, _shown(made), _path(found)))


@OPERATIONS.add(
    "PATCH",
    _ONE,
    needs=WRITE_APPLICATIONS,
    answers=DONE,
    body=body_shape(_CHANGEABLE),
)
def patch_federated(call: Call) -> Answer:
    """Trust another issuer or subject; the name stays."""
    found = _application(call)
    old = _credential(call, found)
    asked = written(call.document, _CHANGEABLE)
    before = {each: value for each, value in _shown(old).items() if each in _FEDERATED}
    trusted = _trusted({**before, **asked})
    holder = _holder(found)
    applications.change_federated(call.store, holder, old.id, trusted, by=call.actor)
    return Answer(204)


@OPERATIONS.add(
    "DELETE",
    _ONE,
    needs=WRITE_APPLICATIONS,
    answers=DONE,
)
def delete_federated(call: Call) -> Answer:
    """Trust tokens of an issuer about a subject no longer."""
    holder = _holder(_application(call))
    applications.remove_credential(call.store, holder, "federated", call.path["key"], by=call.actor)
    return Answer(204)


def _trusted(asked: JsonObject) -> Federated:
    return Federated(
        asked["name"],
        asked["issuer"],
        asked["subject"],
        asked["audiences"][0],
        asked.get("description"),
    )


def _shown(made: AppCredential) -> dict[str, Any]:
    return {
        "id": made.id,
        "name": made.document.get("name") or made.id,
        "issuer": made.issuer,
        "subject": made.subject,
        "description": made.document.get("description"),
        "audiences": made.document.get("audiences") or [],
    }


def _credential(call: Call, found: Stored) -> AppCredential:
    key = call.path["key"]
    for each in _holder(found).credentials(call.store, "federated"):
        if each.id == key.casefold() or each.document.get("name") == key:
            return each
    raise absent(key)


def _application(call: Call) -> Stored:
    """Give the application of a change that the caller may make."""
    found = APPLICATIONS.get(call.store, call.path["id"])
    require_application_rank(call, _holder(found).app_id)
    return found


def _holder(found: Stored) -> Holder:
    return Holder(str(found.document.get("appId")))


def _path(found: Stored) -> str:
    return f"applications('{found.id}')/federatedIdentityCredentials"
