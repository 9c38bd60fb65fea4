"""Authorization codes: kept as hashes, redeemed once, bound to client and redirect URI.

Source: RFC 6749 section 4.1.2 (a code that comes twice ends what it gave), checklist AZ06, AZ07.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final

from sqlalchemy import bindparam, delete, insert, select, update

from ostiary.directory.audit import Entry, Target
from ostiary.directory.ended_grants import end_grant
from ostiary.directory.families import REPLAYED, revoke_where
from ostiary.directory.json_documents import from_text, to_text
from ostiary.directory.protocols import SYSTEM
from ostiary.directory.tables_sessions import codes, families
from ostiary.directory.tokens import hash_of, opaque
from ostiary.directory.unit import Unit
from ostiary.model.json_types import JsonObject

LIFETIME: Final = timedelta(seconds=60)
KEPT: Final = timedelta(hours=24)
"""How long a code is remembered after its end, so that a replay is still seen as one."""


class Answer(Enum):
    """What became of a presented code."""

    REDEEMED = "redeemed"
    REPLAYED = "replayed"
    """Redeemed before; what it gave is revoked now."""
    EXPIRED = "expired"
    MISMATCH = "mismatch"
    """Another client's, or for another redirect URI. It stays good for its own."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it was issued; `hash` names it, `document` keeps scopes, nonce, challenge."""

    hash: bytes
    client_id: str
    redirect_uri: str
    user_id: str
    sid: str | None
    created: datetime
    expires: datetime
    document: JsonObject


@dataclass(frozen=True, slots=True)
class CodeAnswer:
    """The answer to a presented code.

    `redeem` gives `code` only where it was redeemed just now, `look_up` wherever there is one.
    """

    answer: Answer
    code: Code | None = None


_redeem = (
    update(codes)
    .where((codes.c.hash == bindparam("asked")) & codes.c.redeemed.is_(None))
    .values(redeemed=bindparam("now"))
)


class Codes:
    """Authorization codes."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def issue(
        self,
        client_id: str,
        redirect_uri: str,
        user_id: str,
        document: JsonObject,
        *,
        sid: str | None = None,
        lifetime: timedelta = LIFETIME,
    ) -> str:
        """Make a code and give it; it is kept nowhere."""
        secret, now = opaque(self._unit.means.random), self._unit.means.clock.now()
        row = {
            "hash": secret.hash,
            "client_id": client_id.casefold(),
            "redirect_uri": redirect_uri,
            "user_id": user_id,
            "sid": sid,
            "created": now,
            "expires": now + lifetime,
            "document": to_text(document),
        }
        with self._unit.writing() as connection:
            connection.execute(insert(codes), row)
        return secret.text

    def look_up(self, presented: str, client_id: str, redirect_uri: str) -> CodeAnswer:
        """Tell what `redeem` would find now, changing nothing: a failed request costs no code."""
        now = self._unit.means.clock.now()
        with self._unit.reading() as connection:
            row = connection.execute(
                select(codes).where(codes.c.hash == hash_of(presented))
            ).one_or_none()
        if row is None:
            return CodeAnswer(Answer.UNKNOWN)
        answer = _fault(row, client_id, redirect_uri, now)
        if answer is None:
            answer = Answer.REDEEMED if row.redeemed is None else Answer.REPLAYED
        return CodeAnswer(answer, _read(row))

    def redeem(self, presented: str, client_id: str, redirect_uri: str) -> CodeAnswer:
        """Redeem a code: of any number of attempts exactly one gets REDEEMED.

        An attempt after that ends the families and the access tokens that came of the code.
        """
        key, now = hash_of(presented), self._unit.means.clock.now()
        with self._unit.joined() as unit, unit.writing() as connection:
            row = connection.execute(select(codes).where(codes.c.hash == key)).one_or_none()
            if row is None:
                return CodeAnswer(Answer.UNKNOWN)
            fault = _fault(row, client_id, redirect_uri, now)
            if fault is not None:
                return CodeAnswer(fault)
            done = row.redeemed is None and connection.execute(_redeem, {"asked": key, "now": now})
            if done and done.rowcount == 1:
                return CodeAnswer(Answer.REDEEMED, _read(row))
            _end_what_it_gave(unit, row)
            return CodeAnswer(Answer.REPLAYED)

    def forget_expired(self) -> int:
        """Delete codes whose replay nobody needs to notice any more; gives their number."""
        before = self._unit.means.clock.now() - KEPT
        with self._unit.writing() as connection:
            return connection.execute(delete(codes).where(codes.c.expires <= before)).rowcount


def _fault(row: Any, client_id: str, redirect_uri: str, now: datetime) -> Answer | None:
    if row.client_id != client_id.casefold() or row.redirect_uri != redirect_uri:
        return Answer.MISMATCH
    return Answer.EXPIRED if row.redeemed is None and row.expires <= now else None


def _end_what_it_gave(unit: Unit, row: Any) -> None:
    with unit.recording(SYSTEM) as change:
        if row.sid:
            end_grant(change.connection, row.sid, row.client_id, change.at)
        count = revoke_where(change.connection, families.c.code == row.hash, change.at, REPLAYED)
        if count:
            target = Target("authorization code", row.hash.hex()[:16])
            detail = {"families": count, "why": REPLAYED}
            change.record(Entry("Revoke refresh tokens", "Session", target, detail=detail))


def _read(row: Any) -> Code:  # a row
    return Code(
        row.hash,
        row.client_id,
        row.redirect_uri,
        row.user_id,
        row.sid,
        row.created,
        row.expires,
        from_text(row.document),
    )
