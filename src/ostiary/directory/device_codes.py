"""Device codes: a code for the device, kept as a hash, and a short one for the person.

Source: RFC 8628; alphabet without vowels and look-alikes (section 6.1); checklist DC01, DC06.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from ostiary.directory.json_documents import from_text, to_text
from ostiary.directory.protocols import RandomBytes
from ostiary.directory.tables_sessions import device_codes
from ostiary.directory.tokens import hash_of, opaque
from ostiary.directory.unit import Unit
from ostiary.model.json_types import JsonObject, as_strings

LIFETIME: Final = timedelta(minutes=15)
INTERVAL: Final = 5
"""Seconds between two polls; one that comes earlier adds five (RFC 8628 section 3.5)."""
ALPHABET: Final = "BCDFGHJKLMNPQRSTVWXZ23456789"
USER_CODE_LENGTH: Final = 9
"""Characters: 28^9 is 43 bits, so that guessing one of a thousand open codes is 1 in 10^10."""
_SLOWER: Final = 5


class Poll(Enum):
    """What a device is told."""

    APPROVED = "approved"
    """It may redeem the code; until it does, or the code expires, the approval stays."""
    PENDING = "authorization_pending"
    SLOW_DOWN = "slow_down"
    DENIED = "authorization_declined"
    EXPIRED = "expired_token"
    UNKNOWN = "bad_verification_code"


class State(Enum):
    """Where a device code stands."""

    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"
    REDEEMED = "redeemed"


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """A device's request; `approval` is what the person's sign-in left, once he approved."""

    hash: bytes
    client_id: str
    created: datetime
    expires: datetime
    interval: int
    state: State
    user_id: str | None
    sid: str | None
    document: JsonObject
    approval: JsonObject | None


@dataclass(frozen=True, slots=True)
class Polled:
    """The answer to a poll; `code` only where it was approved."""

    poll: Poll
    code: DeviceCode | None = None


class DeviceCodes:
    """Requests of devices that wait for a person."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def issue(
        self,
        client_id: str,
        document: JsonObject,
        *,
        lifetime: timedelta = LIFETIME,
        interval: int = INTERVAL,
    ) -> tuple[str, str]:
        """Make the device's code and the person's, and give both; they are kept nowhere."""
        means = self._unit.means
        secret, short, now = opaque(means.random), user_code(means.random), means.clock.now()
        row = {
            "hash": secret.hash,
            "user_code": hash_of(short),
            "client_id": client_id.casefold(),
            "created": now,
            "expires": now + lifetime,
            "interval": interval,
            "state": State.PENDING.value,
            "document": to_text(document),
        }
        with self._unit.writing() as connection:
            connection.execute(insert(device_codes), row)
        return secret.text, short

    def of_person(self, typed: str) -> DeviceCode | None:
        """Give the pending request of the code that a person typed; None where there is none."""
        now = self._unit.means.clock.now()
        with self._unit.reading() as connection:
            row = _typed(connection, typed, now)
        return None if row is None else _read(row)

    def approve(self, typed: str, user_id: str, sid: str | None, approval: JsonObject) -> bool:
        """Approve a pending request as a user; False where it is not pending any more."""
        return self._settle(
            typed,
            {
                "state": State.APPROVED.value,
                "user_id": user_id,
                "sid": sid,
                "approval": to_text(approval),
            },
        )

    def deny(self, typed: str) -> bool:
        """Refuse a pending request; False where it is not pending any more."""
        return self._settle(typed, {"state": State.DENIED.value})

    def poll(self, presented: str, client_id: str, contexts: Sequence[str] = ()) -> Polled:
        """Answer a device. An approved code is used up by `redeem` only, not by asking.

        `contexts` are authentication contexts that the device asks for now: while nobody approved,
        they are kept beside those that it asked for first.
        """
        key, now = hash_of(presented), self._unit.means.clock.now()
        which = device_codes.c.hash == key
        with self._unit.writing() as connection:
            row = connection.execute(
                select(device_codes).where(which).with_for_update()
            ).one_or_none()
            if row is None or row.client_id != client_id.casefold():
                return Polled(Poll.UNKNOWN)
            if row.expires <= now or row.state == State.REDEEMED.value:
                return Polled(Poll.EXPIRED)
            if row.state == State.DENIED.value:
                return Polled(Poll.DENIED)
            if row.state == State.APPROVED.value:
                return Polled(Poll.APPROVED, _read(row))
            document = from_text(row.document)
            known = as_strings(document.get("contexts"))
            if not set(contexts) <= set(known):
                document["contexts"] = list(dict.fromkeys((*known, *contexts)))
                written = {"document": to_text(document)}
                connection.execute(update(device_codes).where(which).values(written))
            return Polled(_pace(connection, row, now))

    def redeem(self, code: DeviceCode) -> bool:
        """Use an approved code up: True for exactly one of any number of attempts."""
        approved = (device_codes.c.hash == code.hash) & (
            device_codes.c.state == State.APPROVED.value
        )
        redeemed = update(device_codes).where(approved).values(state=State.REDEEMED.value)
        with self._unit.writing() as connection:
            return connection.execute(redeemed).rowcount == 1

    def _settle(self, typed: str, values: dict[str, Any]) -> bool:
        now = self._unit.means.clock.now()
        with self._unit.writing() as connection:
            row = _typed(connection, typed, now)
            if row is None:
                return False
            pending = (device_codes.c.hash == row.hash) & (
                device_codes.c.state == State.PENDING.value
            )
            done = connection.execute(update(device_codes).where(pending).values(values))
        return done.rowcount == 1

    def forget_expired(self) -> int:
        """Delete requests that are long over; gives their number."""
        before = self._unit.means.clock.now() - LIFETIME
        with self._unit.writing() as connection:
            return connection.execute(
                delete(device_codes).where(device_codes.c.expires <= before)
            ).rowcount


def user_code(random: RandomBytes) -> str:
    """Make a code that a person can read out and type."""
    letters: list[str] = []
    fair = 256 - 256 % len(ALPHABET)  # octets above would make some letters likelier
    while len(letters) < USER_CODE_LENGTH:
        letters.extend(ALPHABET[each % len(ALPHABET)] for each in random(16) if each < fair)
    return "".join(letters[:USER_CODE_LENGTH])


def as_typed(text: str) -> str:
    """Give a code as it was made: people write it small, with blanks and hyphens."""
    return "".join(each for each in text.upper() if each not in " -\t")


def _typed(connection: Connection, typed: str, now: datetime) -> Any:
    query = select(device_codes).where(
        (device_codes.c.user_code == hash_of(as_typed(typed)))
        & (device_codes.c.state == State.PENDING.value)
        & (device_codes.c.expires > now)
    )
    return connection.execute(query).one_or_none()


def _pace(connection: Connection, row: Any, now: datetime) -> Poll:
    """Note the poll of a request that still waits, and slow down a device that asks too often."""
    hasty = row.polled is not None and now - row.polled < timedelta(seconds=row.interval)
    interval = row.interval + _SLOWER if hasty else row.interval
    connection.execute(
        update(device_codes)
        .where(device_codes.c.hash == row.hash)
        .values(polled=now, interval=interval)
    )
    return Poll.SLOW_DOWN if hasty else Poll.PENDING


def _read(row: Any) -> DeviceCode:  # a row
    return DeviceCode(
        row.hash,
        row.client_id,
        row.created,
        row.expires,
        row.interval,
        State(row.state),
        row.user_id,
        row.sid,
        from_text(row.document),
        None if row.approval is None else from_text(row.approval),
    )
