"""Sign-ins that are under way: a request, bound to a browser, and what was shown so far."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from ostiary.directory.documents import insert_new
from ostiary.directory.json_documents import from_text, to_text
from ostiary.directory.tables_sessions import interactions, used_once
from ostiary.directory.tokens import hash_of, opaque
from ostiary.directory.unit import Unit
from ostiary.model.json_types import JsonObject

LIFETIME: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Interaction:
    """A sign-in that is not finished; `version` goes on with each step."""

    hash: bytes
    version: int
    expires: datetime
    document: JsonObject


class Interactions:
    """Unfinished sign-ins. Only the browser that began one can go on with it (SS09)."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def begin(
        self, browser: str, document: JsonObject, *, link: str = "", lifetime: timedelta = LIFETIME
    ) -> tuple[str, Interaction]:
        """Begin a sign-in in a browser (its cookie's secret) and give the name of it.

        With `link` it is no sign-in but goes on with that enrolment link, and nothing else finds
        it.
        """
        means = self._unit.means
        secret, expires = opaque(means.random), means.clock.now() + lifetime
        row = {
            "hash": secret.hash,
            "browser": _bound(browser, link),
            "version": 1,
            "expires": expires,
            "document": to_text(document),
        }
        with self._unit.writing() as connection:
            connection.execute(insert(interactions), row)
        return secret.text, Interaction(secret.hash, 1, expires, document)

    def of(self, name: str, browser: str, *, link: str = "") -> Interaction | None:
        """Give a sign-in to the browser that began it, None to any other; `link` as in `begin`."""
        now = self._unit.means.clock.now()
        query = select(interactions).where(
            (interactions.c.hash == hash_of(name)) & (interactions.c.expires > now)
        )
        with self._unit.reading() as connection:
            row: Any = connection.execute(query).one_or_none()
        if row is None or not hmac.compare_digest(row.browser, _bound(browser, link)):
            return None
        return Interaction(row.hash, row.version, row.expires, from_text(row.document))

    def keep(self, interaction: Interaction, document: JsonObject) -> Interaction | None:
        """Keep what a step added; None where another request was quicker or ended it."""
        same = (interactions.c.hash == interaction.hash) & (
            interactions.c.version == interaction.version
        )
        version = interaction.version + 1
        with self._unit.writing() as connection:
            done = connection.execute(
                update(interactions).where(same).values(version=version, document=to_text(document))
            )
        if done.rowcount == 0:
            return None
        return Interaction(interaction.hash, version, interaction.expires, document)

    def end(self, interaction: Interaction) -> bool:
        """Finish a sign-in; False where somebody else did, or took another step."""
        same = (interactions.c.hash == interaction.hash) & (
            interactions.c.version == interaction.version
        )
        with self._unit.writing() as connection:
            return connection.execute(delete(interactions).where(same)).rowcount == 1

    def forget_expired(self) -> int:
        """Delete sign-ins that nobody finished; gives their number."""
        now = self._unit.means.clock.now()
        with self._unit.writing() as connection:
            return connection.execute(
                delete(interactions).where(interactions.c.expires <= now)
            ).rowcount


def _bound(browser: str, link: str) -> bytes:
    """Bind to a browser, and to a link: two hashes are longer than one, whatever a cookie says."""
    return hash_of(link) + hash_of(browser) if link else hash_of(browser)


class Once:
    """What may be used once only: assertion ids, time steps of a TOTP, challenges, links."""

    def __init__(self, unit: Unit) -> None:
        """Work through a unit of work."""
        self._unit = unit

    def use(self, kind: str, what: str, *, until: datetime) -> bool:
        """Use something; True for exactly one of any number of attempts before `until`."""
        row = {"kind": kind, "key": hash_of(what), "expires": until}
        with self._unit.writing() as connection:
            return insert_new(connection, used_once, row)

    def forget_expired(self) -> int:
        """Delete what is refused for its age by now; gives the number."""
        now = self._unit.means.clock.now()
        with self._unit.writing() as connection:
            return connection.execute(delete(used_once).where(used_once.c.expires <= now)).rowcount
