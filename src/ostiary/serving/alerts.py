"""Delivers alerts: to a webhook, signed, and by mail; each is kept until it was accepted.

People are told by mail what was changed of their own password and methods.

A webhook gets `{"alerts": [...]}`. `X-Ostiary-Signature` is `sha256=` and the HMAC-SHA-256, in hex,
of the timestamp in `X-Ostiary-Timestamp`, a full stop and the body; an alert that comes again has
the same `id`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from ostiary.administration.rollouts import STEPPED_BACK
from ostiary.directory.alerts import Alert, Channel
from ostiary.directory.store import Store
from ostiary.model.errors import InputError, OstiaryError
from ostiary.model.json_types import as_object
from ostiary.secrecy.outbound import Outbound, OutboundFailed
from ostiary.secrecy.outbound_rules import Origin, origin_of
from ostiary.serving.settings import Alerts

SIGNATURE: Final = "X-Ostiary-Signature"
TIMESTAMP: Final = "X-Ostiary-Timestamp"
_ACTIVITIES: Final = {
    "Register authentication method": "A method to sign in was added to your account",
    "Delete authentication method": "A method to sign in was removed from your account",
    "Change user password": "The password of your account was changed",
    "Reset user password": "The password of your account was reset",
}
_MOST_TRIES: Final = 12
"""After two hours a person's address is one that takes no mail."""
_LOG: Final = logging.getLogger(__name__)
Send = Callable[[Sequence[Alert]], None]


def alert_origins(settings: Alerts) -> frozenset[Origin]:
    """Give where alerts go, which is allowed by being set. Raises InputError."""
    found: set[Origin] = set()
    if settings.webhook_url:
        found.add(origin_of(settings.webhook_url, what="a webhook"))
    if settings.smtp_host:
        found.add(_mail_origin(settings))
    return frozenset(found)


class AlertSender:
    """Delivers what waits in the store; run again and again by a server's jobs."""

    def __init__(self, store: Store, outbound: Outbound, settings: Alerts) -> None:
        """Deliver to what the settings name."""
        self._store, self._outbound, self._settings = store, outbound, settings

    def run_once(self) -> int:
        """Deliver what is due now and give the number; what fails is tried again later."""
        return sum(self._deliver(channel, send) for channel, send in self._channels().items())

    def _channels(self) -> Mapping[Channel, Send | None]:
        settings = self._settings
        mails = settings.smtp_host and settings.smtp_from
        return {
            Channel.WEBHOOK: self._post if settings.webhook_url else None,
            Channel.MAIL: self._mail if mails and settings.smtp_to else None,
            Channel.PERSON: self._notify if mails else None,
        }

    def _deliver(self, channel: Channel, send: Send | None) -> int:
        queue = self._store.alerts
        if send is None:
            queue.drop(channel)
            return 0
        due = queue.claim(channel)
        alone = channel is Channel.PERSON  # nobody reads what is another's
        batches = [[each] for each in due] if alone else [due] if due else []
        return sum(self._handed_over(channel, send, each) for each in batches)

    def _handed_over(self, channel: Channel, send: Send, due: Sequence[Alert]) -> int:
        queue = self._store.alerts
        try:
            send(due)
        except OstiaryError as error:
            given_up = channel is Channel.PERSON and due[0].tries >= _MOST_TRIES
            (queue.delivered if given_up else queue.failed)(due)
            _LOG.warning(
                "%d alerts were not delivered by %s, try %d: %s",
                *(len(due), channel.value, max(each.tries for each in due), error),
            )
            return 0
        queue.delivered(due)
        return len(due)

    def _post(self, alerts: Sequence[Alert]) -> None:
        settings = self._settings
        body = json.dumps({"alerts": [dict(each.document) for each in alerts]}).encode()
        headers = {"Content-Type": "application/json"}
        if settings.webhook_secret is not None:
            at = str(int(self._store.means.clock.seconds()))
            headers[TIMESTAMP] = at
            headers[SIGNATURE] = signature(settings.webhook_secret.reveal(), at, body)
        answer = self._outbound.post(settings.webhook_url or "", body, headers)
        if not 200 <= answer.status < 300:
            raise OutboundFailed(f"expected a status of 2xx from the webhook, came {answer.status}")

    def _mail(self, alerts: Sequence[Alert]) -> None:
        self._send(_message(alerts, self._settings))

    def _notify(self, notices: Sequence[Alert]) -> None:
        self._send(_notice(notices[0], self._settings))

    def _send(self, message: EmailMessage) -> None:
        settings = self._settings
        message["Date"] = format_datetime(self._store.means.clock.now())
        origin = _mail_origin(settings)

        def work(made: socket.socket) -> None:
            try:
                with _MailServer(origin, made) as server:
                    _hand_over(server, message, settings, self._outbound.tls)
            except smtplib.SMTPException as error:
                raise OutboundFailed(f"{origin} did not take a mail: {_told(error)}") from error

        self._outbound.connected(origin, work)


class _MailServer(smtplib.SMTP):
    """Speaks SMTP on a connection that the outbound guard made."""

    def __init__(self, origin: Origin, made: socket.socket) -> None:
        self._made = made
        super().__init__(origin.host, origin.port, local_hostname="localhost")

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Take the connection that there is."""
        return self._made


def signature(secret: str, at: str, body: bytes) -> str:
    """Give what the signature header says, so that a receiver can compare it."""
    return (
        "sha256=" + hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    )


def _hand_over(
    server: smtplib.SMTP, message: EmailMessage, settings: Alerts, tls: ssl.SSLContext
) -> None:
    if settings.smtp_security == "starttls":
        server.starttls(context=tls)
    if settings.smtp_user and settings.smtp_password:
        server.login(settings.smtp_user, settings.smtp_password.reveal())
    server.send_message(message)


def _mail_origin(settings: Alerts) -> Origin:
    scheme = "smtps" if settings.smtp_security == "tls" else "smtp"
    host = settings.smtp_host or ""
    shown = f"[{host}]" if ":" in host else host
    try:
        return origin_of(f"{scheme}://{shown}:{settings.smtp_port}")
    except InputError:
        raise InputError(f"expected the name of a mail server, came `{host[:120]}`") from None


def _message(alerts: Sequence[Alert], settings: Alerts) -> EmailMessage:
    message = EmailMessage()
    message["From"] = settings.smtp_from
    message["To"] = ", ".join(settings.smtp_to)
    message["Message-ID"] = f"<{alerts[0].id}.{len(alerts)}@ostiary.invalid>"
    first = alerts[0].document
    more = f" and {len(alerts) - 1} more" if len(alerts) > 1 else ""
    message["Subject"] = f"[Ostiary] {_sentence(first)}{more}"
    parts = [_paragraph(each.document) for each in alerts]
    message.set_content("\n\n".join(parts) + "\n")
    return message


def _notice(notice: Alert, settings: Alerts) -> EmailMessage:
    """Tell a person; without a link, which would teach to follow those of others."""
    told, message = notice.document, EmailMessage()
    what = _ACTIVITIES.get(str(told.get("activity")), "How you sign in was changed")
    name = _one_line(as_object(told.get("account")).get("userPrincipalName"))
    message["From"], message["To"] = settings.smtp_from, str(told.get("mail"))
    message["Message-ID"] = f"<{notice.id}@ostiary.invalid>"
    message["Subject"] = what
    message.set_content(
        f"{what}.\n\n  account: {name}\n  time: {_one_line(told.get('at'))}\n\n"
        "If this was not you, tell your help desk at once.\n"
    )
    return message


def _sentence(alert: Mapping[str, object]) -> str:
    if alert.get("type") == STEPPED_BACK:
        policy = as_object(alert.get("policy")).get("displayName")
        return f"Policy {_one_line(policy)} was put back to report-only by itself"
    name = as_object(alert.get("account")).get("userPrincipalName")
    outcome = "signed in" if alert.get("succeeded") else "was refused"
    drill = " (drill)" if alert.get("drill") else ""
    return f"Emergency access account {_one_line(name)} {outcome}{drill}"


def _paragraph(alert: Mapping[str, object]) -> str:
    apart = {"account", "policy"}
    shown = {
        name: value for name, value in alert.items() if name not in apart and value is not None
    }
    lines = [f"  {name}: {_one_line(value)}" for name, value in shown.items()]
    return "\n".join((_sentence(alert), *lines))


def _one_line(value: object) -> str:
    """Write a value that may come from a stranger without line breaks or controls."""
    return "".join(each if each.isprintable() else " " for each in str(value))[:300]


def _told(error: smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"status {error.smtp_code}"
    return type(error).__name__
