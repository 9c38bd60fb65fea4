"""`users/{id}/authentication`: what somebody proves himself by; a Temporary Access Pass for him.

Source: api-reference authentication-list-methods, fido2authenticationmethod,
softwareoathauthenticationmethod, temporaryaccesspassauthenticationmethod. Secrets are never told;
the text of a pass once, in the answer to the request that made it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from ostiary.administration.methods import give_access_pass, remove_method
from ostiary.directory.factors import Method
from ostiary.factors.access_pass import AccessPassPolicy, make
from ostiary.graph.answers import entity, page, selected, told
from ostiary.graph.bodies import (
    FLAG,
    TIME,
    Kind,
    Members,
    body_shape,
    moment_of,
    written,
)
from ostiary.graph.directory_objects import absent
from ostiary.graph.directory_permissions import READ_METHODS, WRITE_METHODS
from ostiary.graph.policy_calls import OVERRIDABLE, override_of
from ostiary.graph.ranks import METHODS_OF_ADMINISTRATORS, denied, require_rank
from ostiary.graph.shapes import DONE, MAYBE_TEXT, listed, made
from ostiary.graph.shapes import told as shown_as
from ostiary.graph.users import user_of
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations
from ostiary.http.shapes import FLAG as FLAG_SHAPE
from ostiary.http.shapes import TEXT, WHOLE, Named, Shape, closed, one_of
from ostiary.http.shapes import TIME as TIME_SHAPE
from ostiary.signin.stored_methods import ACCESS_PASS, PASSKEY, TOTP, access_pass_of, passkey_of

OPERATIONS: Final = Operations()
_BASE: Final = "/users/{id}/authentication"
PASSWORD_METHOD: Final = "28c10230-6103-485e-b985-444c60001490"  # noqa: S105  # Graph's id
_WHOLE: Final = Kind(
    lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 < value < 100_000,
    "a number of minutes",
    shape=WHOLE,
)
_PASS: Final[Members] = {
    "startDateTime": TIME,
    "lifetimeInMinutes": _WHOLE,
    "isUsableOnce": FLAG,
}


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of method: where it stands, its type, and how one of them is told."""

    path: str
    type: str
    stored: str
    told: Callable[[Call, Method], dict[str, Any]]
    members: Mapping[str, Shape]

    @property
    def answered(self) -> Named:
        """The type of one of them in the document of the API."""
        named = {"@odata.type": TEXT, "id": TEXT, "createdDateTime": TIME_SHAPE, **self.members}
        return Named(self.type, closed(named))


def _passkey(call: Call, method: Method) -> dict[str, Any]:
    found = passkey_of(method)
    return {
        "displayName": found.display_name,
        "createdDateTime": told(method.created),
        "aaGuid": found.aaguid,
        "model": None,
        "attestationLevel": "attested" if found.attested else "notAttested",
    }


def _authenticator(call: Call, method: Method) -> dict[str, Any]:
    return {"secretKey": None, "createdDateTime": told(method.created)}


def _access_pass(call: Call, method: Method) -> dict[str, Any]:
    found, now = access_pass_of(method), call.asked.at
    life = found.expires_at - found.starts_at
    reason = "EnabledByPolicy"
    if not found.is_usable(now):
        over = "Expired" if now >= found.expires_at else "OneTimeUsed"
        reason = "NotYetValid" if now < found.starts_at else over
    return {
        "temporaryAccessPass": None,
        "createdDateTime": told(method.created),
        "startDateTime": told(found.starts_at),
        "lifetimeInMinutes": int(life.total_seconds() // 60),
        "isUsableOnce": found.once,
        "isUsable": found.is_usable(now),
        "methodUsabilityReason": reason,
    }


_KINDS: Final = (
    _Kind(
        "fido2Methods",
        "fido2AuthenticationMethod",
        PASSKEY,
        _passkey,
        {
            **dict.fromkeys(("displayName", "aaGuid", "model"), MAYBE_TEXT),
            "attestationLevel": one_of("attested", "notAttested"),
        },
    ),
    _Kind(
        "softwareOathMethods",
        "softwareOathAuthenticationMethod",
        TOTP,
        _authenticator,
        {"secretKey": {"type": "null"}},
    ),
    _Kind(
        "temporaryAccessPassMethods",
        "temporaryAccessPassAuthenticationMethod",
        ACCESS_PASS,
        _access_pass,
        {
            "temporaryAccessPass": MAYBE_TEXT,
            "startDateTime": TIME_SHAPE,
            "lifetimeInMinutes": WHOLE,
            "isUsableOnce": FLAG_SHAPE,
            "isUsable": FLAG_SHAPE,
            "methodUsabilityReason": one_of(
                "EnabledByPolicy", "Expired", "OneTimeUsed", "NotYetValid"
            ),
        },
    ),
)
_PASSWORDS: Final = Named(
    "passwordAuthenticationMethod",
    closed(
        {
            "@odata.type": TEXT,
            "id": TEXT,
            "password": {"type": "null"},
            "createdDateTime": TIME_SHAPE,
        }
    ),
)
_ANY: Final = Named(
    "authenticationMethod", {"anyOf": [_PASSWORDS, *(each.answered for each in _KINDS)]}
)


@OPERATIONS.add("GET", f"{_BASE}/methods", needs=READ_METHODS, answers=listed(_ANY))
def list_methods(call: Call) -> Answer:
    """List everything that a user can prove himself by, his password first."""
    user = user_of(call.store, call.path["id"])
    found = [*_passwords(call, user.id)]
    by_kind = {each.stored: each for each in _KINDS}
    for method in call.store.methods.of_user(user.id):
        kind = by_kind.get(method.kind)
        if kind is not None:
            found.append(_typed(call, kind, method))
    return page(call, found, _path(user.id, "methods"))


@OPERATIONS.add("GET", f"{_BASE}/passwordMethods", needs=READ_METHODS, answers=listed(_PASSWORDS))
def list_passwords(call: Call) -> Answer:
    """List the password, never what it is."""
    user = user_of(call.store, call.path["id"])
    return page(call, _passwords(call, user.id), _path(user.id, "passwordMethods"))


def _declare(kind: _Kind) -> None:
    whole = f"{_BASE}/{kind.path}"

    def listing(call: Call) -> Answer:
        """List the methods of one kind."""
        user = user_of(call.store, call.path["id"])
        methods = call.store.methods.of_user(user.id)
        found = [_typed(call, kind, each) for each in methods if each.kind == kind.stored]
        return page(call, found, _path(user.id, kind.path))

    def telling(call: Call) -> Answer:
        """Tell one method."""
        user = user_of(call.store, call.path["id"])
        wanted = call.path["method"].casefold()
        for each in call.store.methods.of_user(user.id):
            if each.kind == kind.stored and each.id == wanted:
                shown = selected(call, _typed(call, kind, each))
                return Answer(body=entity(call, shown, _path(user.id, kind.path)))
        raise absent(wanted)

    def deleting(call: Call) -> Answer:
        """Take a method away from a user."""
        user = user_of(call.store, call.path["id"])
        require_methods_of(call, user.id)
        remove_method(
            call.store,
            call.server.snapshots,
            user.id,
            kind.stored,
            call.path["method"].casefold(),
            by=call.actor,
            override=override_of(call),
        )
        call.server.snapshots.refresh()
        return Answer(204)

    one, answers = f"{whole}/{{method}}", listed(kind.answered)
    OPERATIONS.add("GET", whole, needs=READ_METHODS, answers=answers)(listing)
    OPERATIONS.add("GET", one, needs=READ_METHODS, answers=shown_as(kind.answered))(telling)
    OPERATIONS.add("DELETE", one, needs=WRITE_METHODS, schema=OVERRIDABLE, answers=DONE)(deleting)


for _each in _KINDS:
    _declare(_each)


@OPERATIONS.add(
    "POST",
    f"{_BASE}/temporaryAccessPassMethods",
    needs=WRITE_METHODS,
    answers=made(_KINDS[-1].answered),
    body=body_shape(_PASS),
)
def create_access_pass(call: Call) -> Answer:
    """Make a Temporary Access Pass; its text stands in this answer and nowhere else."""
    user = user_of(call.store, call.path["id"])
    require_methods_of(call, user.id)
    asked = written({} if call.sent is None else call.document, _PASS)
    minutes = asked.get("lifetimeInMinutes")
    new, text = make(
        user.id,
        AccessPassPolicy(),
        created_by=call.actor.id,
        passwords=call.server.passwords,
        randomness=call.server.randomness,
        now=call.asked.at,
        life=timedelta(minutes=minutes) if minutes else None,
        once=asked.get("isUsableOnce", True),
        starts_at=moment_of(asked.get("startDateTime")),
    )
    method = give_access_pass(call.store, call.server.snapshots, new, by=call.actor)
    call.server.snapshots.refresh()
    kind = _KINDS[-1]
    shown = {**_typed(call, kind, method), "temporaryAccessPass": text.reveal()}
    return Answer(201, entity(call, shown, _path(user.id, kind.path)))


def require_methods_of(call: Call, user_id: str) -> None:
    """Let nobody give or take what an administrator, or he himself, signs in by.

    His own methods somebody registers at the security info page, where he has to prove himself.
    Raises ApiError (403).
    """
    if user_id == call.token.object_id:
        raise denied("your own methods are changed at the security info page")
    require_rank(call, user_id, METHODS_OF_ADMINISTRATORS)


def _passwords(call: Call, user_id: str) -> list[dict[str, Any]]:
    known = call.store.passwords.of(user_id)
    if known is None:
        return []
    shown = {
        "@odata.type": "#microsoft.graph.passwordAuthenticationMethod",
        "id": PASSWORD_METHOD,
        "password": None,
        "createdDateTime": told(known.changed),
    }
    return [shown]


def _typed(call: Call, kind: _Kind, method: Method) -> dict[str, Any]:
    return {
        "@odata.type": f"#microsoft.graph.{kind.type}",
        "id": method.id,
        **kind.told(call, method),
    }


def _path(user_id: str, kind: str) -> str:
    return f"users('{user_id}')/authentication/{kind}"
