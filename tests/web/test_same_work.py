"""EN01: whoever signs in, one password is hashed for it: nobody can tell by the time it takes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher

from ostiary.directory.protocols import SYSTEM
from ostiary.factors import access_pass
from ostiary.factors.access_pass import AccessPassPolicy
from ostiary.secrecy.secret import Secret
from ostiary.signin.accounts import account_named
from ostiary.signin.attempts import PasswordAnswer
from ostiary.signin.stored_methods import ACCESS_PASS, access_pass_document
from tests.web.serving import ASTRID, OFFICE, PASSWORD, Served

NAME = "astrid@fjordvik.example"


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every hash that a password is compared with."""
    found, verify = list[str](), PasswordHasher.verify

    def counted(self: PasswordHasher, against: Any, password: Any) -> Any:
        found.append(against.decode().rpartition("$")[0].rpartition("$")[0])
        return verify(self, against, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    return found


def test_EN01_a_password_is_the_same_work_for_everybody(served: Served, hashed: list[str]) -> None:
    store, attempts = served.service.store, served.service.attempts
    for name, enabled in (("gone", False), ("bare", True)):
        members = {"displayName": name, "userPrincipalName": f"{name}@fjordvik.example"}
        made = store.users.create({**members, "accountEnabled": enabled}, by=SYSTEM)
        if not enabled:
            store.passwords.set(made.id, attempts.passwords.hash(Secret(PASSWORD)), by=SYSTEM)

    def answer(name: str, typed: str) -> PasswordAnswer:
        hashed.clear()
        account = account_named(store, f"{name}@fjordvik.example")
        found = attempts.password(account, Secret(typed), OFFICE)
        work.append(tuple(hashed))
        return found

    work: list[tuple[str, ...]] = []
    assert answer("nobody", PASSWORD) is PasswordAnswer.NO_SUCH_USER
    assert answer("bare", PASSWORD) is PasswordAnswer.NO_PASSWORD
    assert answer("gone", PASSWORD) is PasswordAnswer.DISABLED
    assert answer("gone", "wrong") is PasswordAnswer.WRONG
    assert answer("astrid", PASSWORD) is PasswordAnswer.RIGHT
    for number in range(10):
        assert answer("astrid", f"wrong {number}") is PasswordAnswer.WRONG
    assert answer("astrid", PASSWORD) is PasswordAnswer.LOCKED
    assert len(work[0]) == 1
    assert set(work) == {work[0]}


def test_EN01_a_temporary_access_pass_is_the_same_work_where_it_is_locked(
    served: Served, hashed: list[str]
) -> None:
    service, wrong = served.service, Secret("not the pass")
    made, _ = access_pass.make(
        ASTRID,
        AccessPassPolicy(),
        created_by="x",
        passwords=service.attempts.passwords,
        randomness=service.randomness,
        now=served.clock.now(),
    )
    document = access_pass_document(made)
    service.store.methods.add(ASTRID, ACCESS_PASS, document, by=SYSTEM, method_id=made.id)
    served.clock.move(timedelta(seconds=1))
    work: list[tuple[str, ...]] = []
    for name in ("nobody@fjordvik.example", *[NAME] * 8):
        hashed.clear()
        service.methods.access_pass(account_named(service.store, name), wrong)
        work.append(tuple(hashed))
    assert len(work[0]) == 1
    assert set(work) == {work[0]}
