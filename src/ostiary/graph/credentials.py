"""Secrets and certificates of applications and of service principals.

Sources: api-reference application-addpassword, -removepassword, -addkey, -removekey; the same of
serviceprincipal; Graph resource keycredential.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from ostiary.administration import applications
from ostiary.administration.applications import Certificates
from ostiary.administration.certificates import (
    Holder,
    NewCertificate,
    add_certificate,
    read_certificate,
    remove_certificate,
)
from ostiary.directory.documents import Stored
from ostiary.graph.answers import context
from ostiary.graph.applications import (
    APPLICATIONS,
    KEY_CREDENTIAL,
    PASSWORD_CREDENTIAL,
    SERVICE_PRINCIPALS,
    key_credential,
    password_credential,
)
from ostiary.graph.bodies import (
    OBJECT,
    TEXT,
    TIME,
    Kind,
    Members,
    body_shape,
    moment_of,
    one_of,
    written,
)
from ostiary.graph.directory_objects import DirectoryResource
from ostiary.graph.directory_permissions import WRITE_APPLICATIONS
from ostiary.graph.ranks import require_application_rank
from ostiary.graph.shapes import DONE, told
from ostiary.http.calls import Answer, Call, guid
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.json_types import JsonObject

OPERATIONS: Final = Operations()
_SECRET: Final[Members] = {"displayName": TEXT, "startDateTime": TIME, "endDateTime": TIME}
_NEW_SECRET: Final[Members] = {"passwordCredential": replace(OBJECT, shape=body_shape(_SECRET))}
_OLD_SECRET: Final[Members] = {"keyId": TEXT.needed}
_LONGEST_CERTIFICATE: Final = 16_384
_KEY: Final = Kind(
    lambda value: isinstance(value, str) and 0 < len(value) <= _LONGEST_CERTIFICATE,
    "a certificate in base64",
    shape=TEXT.shape,
)
_KEY_CREDENTIAL: Final[Members] = {
    "customKeyIdentifier": TEXT,
    "displayName": TEXT,
    "endDateTime": TIME,
    "key": _KEY,
    "keyId": Kind(
        lambda value: isinstance(value, str) and guid(value) is not None, "a GUID", shape=TEXT.shape
    ),
    "startDateTime": TIME,
    "type": one_of("AsymmetricX509Cert"),
    "usage": one_of("Verify"),
}
_ADD_KEY: Final[Members] = {
    "keyCredential": replace(OBJECT, shape=body_shape(_KEY_CREDENTIAL, needed=("key",))).needed,
    "passwordCredential": OBJECT,
    "proof": Kind(
        lambda value: isinstance(value, str), "a signed token", empties=False, shape=TEXT.shape
    ),
}
_REMOVE_KEY: Final[Members] = {"keyId": TEXT.needed, "proof": _ADD_KEY["proof"]}


def certificates_of(listed: list[Any] | None) -> Certificates | None:
    """Read `keyCredentials`: entries with a `key` are new, those with a `keyId` alone stay.

    Raises ApiError (400), InputError.
    """
    if listed is None:
        return None
    read = [written(each, _KEY_CREDENTIAL) for each in listed]
    kept = [each for each in read if each.get("key") is None]
    if any(not each.get("keyId") for each in kept):
        raise ApiError(400, "Request_BadRequest", "expected `key` or `keyId` in `keyCredentials`")
    added = tuple(_new(each) for each in read if each.get("key") is not None)
    return Certificates(tuple(str(each["keyId"]) for each in kept), added)


def _new(read: JsonObject) -> NewCertificate:
    return read_certificate(
        str(read["key"]),
        starts=moment_of(read.get("startDateTime")),
        ends=moment_of(read.get("endDateTime")),
        display_name=read.get("displayName"),
        key_id=read.get("keyId"),
    )


@dataclass(frozen=True, slots=True)
class _Kind:
    resource: DirectoryResource
    holder: Callable[[Stored], Holder]

    def found(self, call: Call) -> Stored:
        """Give the object of a change that the caller may make."""
        found = self.resource.get(call.store, call.path["id"])
        require_application_rank(call, str(found.document.get("appId")))
        return found


_KINDS: Final = (
    _Kind(APPLICATIONS, lambda found: Holder(str(found.document.get("appId")))),
    _Kind(SERVICE_PRINCIPALS, lambda found: Holder(str(found.document.get("appId")), found.id)),
)


def _declare(kind: _Kind) -> None:
    one = f"/{kind.resource.path}/{{id}}"

    def add_password(call: Call) -> Answer:
        """Make a secret; its text stands in this answer and nowhere else."""
        holder = kind.holder(kind.found(call))
        asked = written({} if call.sent is None else call.document, _NEW_SECRET)
        wanted = written(asked.get("passwordCredential") or {}, _SECRET)
        secret, made = applications.add_secret(
            call.store,
            holder.app_id,
            wanted.get("displayName"),
            ends=moment_of(wanted.get("endDateTime")),
            by=call.actor,
            principal_id=holder.principal_id,
        )
        shown = {"@odata.context": context(call, "microsoft.graph.passwordCredential")}
        return Answer(body={**shown, **password_credential(made), "secretText": secret})

    def remove_password(call: Call) -> Answer:
        """Remove a secret."""
        holder = kind.holder(kind.found(call))
        key = written(call.document, _OLD_SECRET, needed=("keyId",))["keyId"]
        applications.remove_credential(call.store, holder, "secret", key, by=call.actor)
        return Answer(204)

    def add_key(call: Call) -> Answer:
        """Add a certificate, proved by one that is registered."""
        found = kind.found(call)
        asked = written(call.document, _ADD_KEY, needed=("keyCredential", "proof"))
        if asked.get("passwordCredential"):
            raise ApiError(400, "Request_BadRequest", "expected no password: keys are public")
        read = written(asked["keyCredential"], _KEY_CREDENTIAL, needed=("key",))
        made = add_certificate(
            call.store,
            kind.holder(found),
            _new(read),
            asked["proof"],
            object_id=found.id,
            by=call.actor,
        )
        shown = {"@odata.context": context(call, "microsoft.graph.keyCredential")}
        return Answer(body={**shown, **key_credential(made)})

    def remove_key(call: Call) -> Answer:
        """Remove a certificate, proved by one that is registered."""
        found = kind.found(call)
        asked = written(call.document, _REMOVE_KEY, needed=tuple(_REMOVE_KEY))
        remove_certificate(
            call.store,
            kind.holder(found),
            asked["keyId"],
            asked["proof"],
            object_id=found.id,
            by=call.actor,
        )
        return Answer(204)

    OPERATIONS.add(
        "POST",
        f"{one}/addPassword",
        needs=WRITE_APPLICATIONS,
        answers=told(PASSWORD_CREDENTIAL),
        body=body_shape(_NEW_SECRET),
    )(add_password)
    OPERATIONS.add(
        "POST",
        f"{one}/removePassword",
        needs=WRITE_APPLICATIONS,
        answers=DONE,
        body=body_shape(_OLD_SECRET, needed=("keyId",)),
    )(remove_password)
    OPERATIONS.add(
        "POST",
        f"{one}/addKey",
        needs=WRITE_APPLICATIONS,
        answers=told(KEY_CREDENTIAL),
        body=body_shape(_ADD_KEY, needed=("keyCredential", "proof")),
    )(add_key)
    OPERATIONS.add(
        "POST",
        f"{one}/removeKey",
        needs=WRITE_APPLICATIONS,
        answers=DONE,
        body=body_shape(_REMOVE_KEY, needed=tuple(_REMOVE_KEY)),
    )(remove_key)


for _each in _KINDS:
    _declare(_each)
