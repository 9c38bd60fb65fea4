"""SS05: a person is told by mail that the password or a method was changed."""

from __future__ import annotations

from email import message_from_string

import pytest

from ostiary.directory.alerts import Channel
from ostiary.directory.protocols import SYSTEM
from ostiary.serving.settings import Alerts
from tests.serving.mail_server import mail_server
from tests.serving.test_alerts import Hook, hook

__all__ = ["hook"]
_ASTRID = {"userPrincipalName": "astrid@fjordvik.example", "displayName": "Astrid"}


def person(hook: Hook, mail: str | None) -> str:
    """Make a user with an address and give the id."""
    return hook.store.store.users.create({**_ASTRID, "mail": mail}, by=SYSTEM).id


def test_SS05_each_change_is_told_to_whom_it_concerns(hook: Hook) -> None:
    store = hook.store.store
    with mail_server(hook.folder) as server:
        settings = Alerts(
            smtp_host="localhost", smtp_port=server.port, smtp_from="ostiary@fjordvik.example"
        )
        user = person(hook, "astrid.moe@post.example")
        method = store.methods.add(user, "softwareOneTimePasscode", {}, by=SYSTEM)
        store.methods.remove(method.id, by=SYSTEM)
        store.passwords.set(user, "hash", by=SYSTEM)
        store.passwords.reset(user, "hash", by=SYSTEM)
        server.refuse = True
        assert hook.sender(settings).run_once() == 0
        server.refuse = False
        hook.store.clock.move(seconds=10)
        assert hook.sender(settings).run_once() == 4
        mails = [message_from_string(each) for each in server.mails]
        assert {each["To"] for each in mails} == {"astrid.moe@post.example"}
        assert sorted(each["Subject"].replace("\n", "") for each in mails) == [
            "A method to sign in was added to your account",
            "A method to sign in was removed from your account",
            "The password of your account was changed",
            "The password of your account was reset",
        ]
        assert "astrid@fjordvik.example" in server.mails[0]
        assert store.alerts.waiting() == 0


@pytest.mark.parametrize("mail", [None, "", "a@b.example, c@d.example", "a@b.example\r\nBcc: c"])
def test_nobody_is_told_at_what_is_no_address(hook: Hook, mail: str | None) -> None:
    store = hook.store.store
    store.passwords.set(person(hook, mail), "hash", by=SYSTEM)
    assert store.alerts.claim(Channel.PERSON) == []


def test_without_a_mail_server_nothing_is_kept(hook: Hook) -> None:
    store = hook.store.store
    store.passwords.set(person(hook, "astrid.moe@post.example"), "hash", by=SYSTEM)
    assert hook.sender().run_once() == 0
    assert store.alerts.waiting() == 0


def test_an_address_that_takes_no_mail_is_given_up(hook: Hook) -> None:
    store = hook.store.store
    with mail_server(hook.folder) as server:
        server.refuse = True
        settings = Alerts(smtp_host="localhost", smtp_port=server.port, smtp_from="o@f.example")
        store.passwords.set(person(hook, "astrid.moe@post.example"), "hash", by=SYSTEM)
        for _ in range(12):
            assert store.alerts.waiting() == 1
            assert hook.sender(settings).run_once() == 0
            hook.store.clock.move(minutes=15)
        assert store.alerts.waiting() == 0
