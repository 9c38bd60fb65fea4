"""Families of refresh tokens: one grant, whose token changes each time that it is used.

Of two requests with one token exactly one makes a successor: one UPDATE decides, by its row count.
Source: RFC 9700 section 4.14.2; the grace of 30 seconds is decided in the checklist, K1.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from ostiary.directory.audit import Entry, Target
from ostiary.directory.family_rows import (
    Family,
    Presented,
    Redeemed,
    Seen,
    Use,
    read_row,
    row_of,
)
from ostiary.directory.json_documents import to_text
from ostiary.directory.protocols import SYSTEM, Actor
from ostiary.directory.refresh_tokens import (
    RefreshToken,
    first_token,
    newest_successor,
    read_token,
    with_used,
)
from ostiary.directory.risks import note_detection
from ostiary.directory.tables_sessions import families
from ostiary.directory.unit import Change, Unit
from ostiary.directory.written_once import WrittenOnce
from ostiary.model.json_types import JsonObject

REUSED: Final = "refreshTokenReused"
REPLAYED: Final = "authorizationCodeReused"
"""Why a family was revoked, beside the reasons in `users` and `sessions`."""


_by_handle = WrittenOnce(select(families).where(families.c.handle == bindparam("asked")))
_rotate = WrittenOnce(
    update(families)
    .where(
        (families.c.id == bindparam("family"))
        & (families.c.current == bindparam("used"))
        & families.c.revoked.is_(None)
    )
    .values(
        generation=families.c.generation + 1,
        current=bindparam("new_current"),
        recent=bindparam("new_recent"),
        rotated=bindparam("new_rotated"),
        document=bindparam("new_document"),
    )
)


class Families:
    """The grants that hold a refresh token."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def begin(
        self,
        user_id: str,
        client_id: str,
        document: JsonObject,
        *,
        use: Use,
        lasts: timedelta,
        idle: timedelta,
        sid: str | None = None,
        code: bytes | None = None,
    ) -> tuple[str, Family]:
        """Begin a family and give its first token, which is kept nowhere.

        It ends after `lasts` whatever happens, and after `idle` without use. `code` is the hash of
        the authorization code that it came from: should that be redeemed again, the family ends.
        """
        means = self._unit.means
        token, now = first_token(means.random), means.clock.now()
        made = Family(
            id=means.new_id(),
            user_id=user_id,
            client_id=client_id.casefold(),
            sid=sid,
            use=use,
            generation=1,
            created=now,
            rotated=now,
            expires=now + lasts,
            idle_seconds=int(idle.total_seconds()),
            document=document,
        )
        with self._unit.writing() as connection:
            connection.execute(insert(families), row_of(made, token, code))
        return token.text, made

    def look_up(self, presented: str, client_id: str) -> Redeemed:
        """Tell what a token is, changing nothing; what `redeem` would find now."""
        return self.judged(self.find(presented), client_id)

    def find(self, presented: str) -> Seen | None:
        """Read the family of a token, for `judged`; None where there is none."""
        token = read_token(presented)
        if token is None:
            return None
        with self._unit.reading() as connection:
            return _seen(connection, token)

    def judged(self, seen: Seen | None, client_id: str) -> Redeemed:
        """Tell what a token is by what `find` gave."""
        if seen is None or seen.row.client_id != client_id.casefold():
            return Redeemed(Presented.UNKNOWN)
        token, row, family = seen.token, seen.row, seen.family
        now = self._unit.means.clock.now()
        if family.revoked is not None:
            return Redeemed(Presented.REVOKED, family)
        idle_ends = family.rotated + timedelta(seconds=family.idle_seconds)
        if now >= family.expires or now >= idle_ends:
            return Redeemed(Presented.EXPIRED, family)
        if row.current == token.hash:
            return Redeemed(Presented.CURRENT, family, seen=seen)
        successor = newest_successor(row.recent, token, row.current, now)
        if successor is not None:
            return Redeemed(Presented.RECENT, family, successor.text)
        return Redeemed(Presented.REUSED, family)

    def redeem(
        self,
        presented: str,
        client_id: str,
        *,
        document: JsonObject | None = None,
        seen: Redeemed | None = None,
    ) -> Redeemed:
        """Use a token: the family goes on to the next one, which is given.

        `seen` is what it was found to be a moment ago; should that be past, it is read again.
        `document` is what the family keeps from now on, where it changed. An old token revokes the
        family of a public client, with an audit row and a risk detection.
        """
        known = seen.seen if seen else None
        token = known.token if known else read_token(presented)
        if token is None:
            return Redeemed(Presented.UNKNOWN)
        with self._unit.joined() as unit, unit.writing() as connection:
            while True:
                known = known or _seen(connection, token)
                found = self.judged(known, client_id)
                if known is None or found.presented is not Presented.CURRENT:
                    _punish(unit, found)
                    return found
                done = self._next(connection, known, document)
                if done is not None:
                    return done
                known = None  # Another request was quicker: what it left is no longer CURRENT.

    def _next(
        self, connection: Connection, seen: Seen, document: JsonObject | None
    ) -> Redeemed | None:
        """Go on to the next token; None where somebody else has done so meanwhile."""
        means, token, row, family = self._unit.means, seen.token, seen.row, seen.family
        now = means.clock.now()
        lasting = family.use is Use.LASTING
        following = token if lasting else token.successor(means.random)
        recent = row.recent
        if not lasting:
            recent = with_used(recent, token, following, now, means.random)
        values = {
            "family": family.id,
            "used": token.hash,
            "new_current": following.hash,
            "new_recent": recent,
            "new_rotated": now,
            "new_document": row.document if document is None else to_text(document),
        }
        if _rotate.change(connection, values) == 0:
            return None
        made = replace(
            family,
            generation=family.generation + 1,
            rotated=now,
            document=family.document if document is None else document,
        )
        return Redeemed(Presented.CURRENT, made, following.text)

    def get(self, family_id: str) -> Family | None:
        """Give a family, living or not; None where there is none."""
        query = select(families).where(families.c.id == family_id)
        with self._unit.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else read_row(row)

    def of_user(self, user_id: str) -> list[Family]:
        """Give the living families of a user, the latest first."""
        now = self._unit.means.clock.now()
        query = (
            select(families)
            .where(
                (families.c.user_id == user_id)
                & families.c.revoked.is_(None)
                & (families.c.expires > now)
            )
            .order_by(families.c.created.desc())
        )
        with self._unit.reading() as connection:
            return [read_row(row) for row in connection.execute(query)]

    def revoke(self, family_id: str, *, by: Actor, why: str) -> bool:
        """Revoke a family; False where there is none that lives."""
        with self._unit.recording(by) as change:
            if not revoke_where(change.connection, families.c.id == family_id, change.at, why):
                return False
            _recorded(change, family_id, why)
        return True

    def forget_expired(self) -> int:
        """Delete families whose end has come; gives their number."""
        now = self._unit.means.clock.now()
        with self._unit.writing() as connection:
            return connection.execute(delete(families).where(families.c.expires <= now)).rowcount


def _seen(connection: Connection, token: RefreshToken) -> Seen | None:
    row = _by_handle.first(connection, {"asked": token.handle_hash})
    return None if row is None else Seen(token, row, read_row(row))


def revoke_where(connection: Connection, which: Any, at: datetime, why: str) -> int:
    """Revoke the living families that a condition names; gives their number."""
    living = which & families.c.revoked.is_(None)
    done = connection.execute(update(families).where(living).values(revoked=at, revoked_why=why))
    return done.rowcount


def _punish(unit: Unit, found: Redeemed) -> None:
    """Revoke the family of a public client whose old token came back: two hold it, one a thief."""
    family = found.family
    if found.presented is not Presented.REUSED or family is None:
        return
    if family.use is not Use.ROTATING:
        return
    with unit.recording(SYSTEM) as change:
        which = families.c.id == family.id
        if revoke_where(change.connection, which, change.at, REUSED):
            _recorded(change, family.id, REUSED)
            note_detection(change, family.user_id, "anomalousToken", {"familyId": family.id})


def _recorded(change: Change, family_id: str, why: str) -> None:
    target = Target("refresh token family", family_id)
    change.record(Entry("Revoke refresh tokens", "Session", target, detail={"why": why}))
