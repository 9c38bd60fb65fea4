"""Tells people by mail that their password or methods changed, so that a thief cannot do it unseen.

Source: ASVS 6.3.7. A notice is queued in the transaction of the change, for whoever has an address
in `mail`.
"""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import insert, select

from ostiary.directory.alerts import Channel
from ostiary.directory.json_documents import from_text, to_text
from ostiary.directory.tables_objects import users
from ostiary.directory.tables_sessions import alert_outbox
from ostiary.directory.unit import Change
from ostiary.model.json_types import JsonObject

_ONE_ADDRESS: Final = re.compile(r"[^\s@,;:<>\"()\\]{1,64}@[A-Za-z0-9.-]{1,253}")
"""Stricter than RFC 5322: nothing that a mail program could read as two addresses."""


def tell_person(change: Change, user_id: str, activity: str) -> None:
    """Queue a notice of a change to how a person signs in."""
    connection = change.connection
    row = connection.execute(select(users.c.document).where(users.c.id == user_id)).one_or_none()
    person: JsonObject = {} if row is None else from_text(row.document)
    mail = person.get("mail")
    if not isinstance(mail, str) or not mail.isascii() or not _ONE_ADDRESS.fullmatch(mail):
        return
    notice = {
        "mail": mail,
        "account": {"id": user_id, "userPrincipalName": person.get("userPrincipalName")},
        "activity": activity,
        "at": change.at.isoformat(),
    }
    waiting = {"id": change.means.new_id(), "channel": Channel.PERSON.value, "tries": 0}
    times = {"created": change.at, "due": change.at}
    document = {"document": to_text(notice)}
    connection.execute(insert(alert_outbox), [{**waiting, **times, **document}])
