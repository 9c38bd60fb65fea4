"""BG01: alerts are delivered, signed, and kept until they were."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from pathlib import Path

import pytest

from ostiary.administration.rollouts import STEPPED_BACK
from ostiary.directory.alerts import Channel
from ostiary.secrecy.outbound import Outbound
from ostiary.secrecy.outbound_rules import OutboundRules, outbound_rules
from ostiary.secrecy.secret import Secret
from ostiary.serving.alerts import SIGNATURE, TIMESTAMP, AlertSender, alert_origins, signature
from ostiary.serving.settings import Alerts
from tests.directory.stores import Made, made
from tests.secrecy.canary import Answer, Canary, authority, canary
from tests.serving.mail_server import USER, WORD, mail_server

ALERT = {
    "id": "s1",
    "account": {"id": "u1", "userPrincipalName": "lifeboat@fjordvik.example\r\nBcc: x"},
    "succeeded": True,
    "appDisplayName": "Azure\r\nCLI",
}
KEY = "key of the signature"


@dataclass
class Hook:
    """A webhook on loopback, a store, and what delivers to it."""

    server: Canary
    store: Made
    settings: Alerts
    folder: Path

    def sender(self, settings: Alerts | None = None) -> AlertSender:
        """Give what a process of the server would use."""
        chosen = settings or self.settings
        networks = outbound_rules([], ["127.0.0.1/32"]).networks
        rules = OutboundRules(alert_origins(chosen), networks)
        return AlertSender(
            self.store.another(), Outbound(rules, authorities=authority(self.folder)), chosen
        )


@pytest.fixture
def hook(tmp_path: Path) -> Iterator[Hook]:
    """A webhook over TLS."""
    folder = tmp_path / "tls"
    folder.mkdir()
    store = made(str(tmp_path))
    with canary(folder) as server:
        settings = Alerts(webhook_url=server.url("/hook"), webhook_secret=Secret(KEY))
        yield Hook(server, store, settings, folder)
    store.store.close()


def test_BG01_a_webhook_is_told_and_can_check_who_tells(hook: Hook) -> None:
    hook.store.store.alerts.queue("s1", ALERT)
    assert hook.sender().run_once() == 1
    asked = hook.server.asked[0]
    assert json.loads(asked.body) == {"alerts": [ALERT]}
    expected = signature(KEY, asked.headers[TIMESTAMP.casefold()], asked.body)
    assert asked.headers[SIGNATURE.casefold()] == expected
    assert hook.sender().run_once() == 0
    assert hook.store.store.alerts.waiting() == 0


def test_BG01_what_is_not_taken_is_tried_again_with_longer_pauses(hook: Hook) -> None:
    hook.server.reply = lambda _: Answer(500)
    hook.store.store.alerts.queue("s1", ALERT)
    for seconds in (10, 20, 40):
        assert hook.sender().run_once() == 0
        hook.store.clock.move(seconds=seconds - 1)
        assert hook.sender().run_once() == 0
        hook.store.clock.move(seconds=1)
    assert len(hook.server.asked) == 3
    hook.server.reply = lambda _: Answer(204, b"")
    assert hook.sender().run_once() == 1
    assert hook.store.store.alerts.waiting() == 0


def test_BG01_what_a_killed_process_had_claimed_is_delivered_by_the_next(hook: Hook) -> None:
    alerts = hook.store.store.alerts
    alerts.queue("s1", ALERT)
    assert len(alerts.claim(Channel.WEBHOOK)) == 1  # and then kill -9
    assert hook.sender().run_once() == 0
    hook.store.clock.move(minutes=1)
    assert hook.sender().run_once() == 1


def test_BG01_two_processes_do_not_deliver_one_alert_twice(hook: Hook) -> None:
    for number in range(3):
        hook.store.store.alerts.queue(f"s{number}", ALERT)
    first, second = (hook.store.another().alerts.claim(Channel.WEBHOOK) for _ in range(2))
    assert (len(first), len(second)) == (3, 0)


def test_BG01_several_alerts_go_in_one_message(hook: Hook) -> None:
    for number in range(120):
        hook.store.store.alerts.queue(f"s{number:03}", ALERT)
    assert [hook.sender().run_once() for _ in range(3)] == [100, 20, 0]
    assert len(hook.server.asked) == 2


def test_BG01_a_mail_is_sent_over_tls(hook: Hook) -> None:
    with mail_server(hook.folder) as server:
        settings = Alerts(
            smtp_host="localhost",
            smtp_port=server.port,
            smtp_user=USER,
            smtp_password=Secret(WORD),
            smtp_from="ostiary@fjordvik.example",
            smtp_to=("soc@fjordvik.example",),
        )
        hook.store.store.alerts.queue("s1", ALERT)
        server.refuse = True
        assert hook.sender(settings).run_once() == 0
        server.refuse = False
        hook.store.clock.move(seconds=10)
        assert hook.sender(settings).run_once() == 1
        assert (server.secured, server.logins[-1]) == (2, f"\0{USER}\0{WORD}")
        mail = message_from_string(server.mails[0])
        assert mail["To"] == "soc@fjordvik.example"
        assert mail["Bcc"] is None
        assert "Emergency access account lifeboat@fjordvik.example" in mail["Subject"]
        assert "appDisplayName: Azure  CLI" in str(mail.get_payload())


def test_a_mail_says_that_a_policy_was_put_back(hook: Hook) -> None:
    told = {
        "id": "r1",
        "type": STEPPED_BACK,
        "policy": {"id": "p1", "displayName": "Require MFA\r\nBcc: x"},
        "reason": "12 of 20 sign-ins that met the policy failed",
    }
    with mail_server(hook.folder) as server:
        settings = Alerts(
            smtp_host="localhost",
            smtp_port=server.port,
            smtp_security="starttls",
            smtp_from="ostiary@fjordvik.example",
            smtp_to=("soc@fjordvik.example",),
        )
        hook.store.store.alerts.queue("r1", told)
        assert hook.sender(settings).run_once() == 1
        mail = message_from_string(server.mails[0])
        assert mail["Bcc"] is None
        assert "Policy Require MFA  Bcc: x was put back to report-only" in mail["Subject"]
        assert "reason: 12 of 20 sign-ins" in str(mail.get_payload())


def test_SF01_a_mail_server_that_is_not_believed_gets_nothing(hook: Hook, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with mail_server(other) as server:
        settings = Alerts(
            smtp_host="localhost", smtp_port=server.port, smtp_from="a@b.example", smtp_to=("c@d",)
        )
        hook.store.store.alerts.queue("s1", ALERT)
        assert hook.sender(settings).run_once() == 0
        assert server.mails == []
        assert hook.store.store.alerts.waiting() == 1


def test_channels_that_are_not_set_up_keep_nothing(hook: Hook) -> None:
    hook.store.store.alerts.queue("s1", ALERT)
    assert hook.sender(Alerts()).run_once() == 0
    assert hook.store.store.alerts.waiting() == 0
