"""Smart lockout, limits of each method, and names that tell nothing, over HTTP (BF, EN, MF03)."""

from __future__ import annotations

import re
from datetime import timedelta

from ostiary.directory.protocols import SYSTEM
from ostiary.factors import recovery_codes
from ostiary.secrecy.secret import Secret
from ostiary.signin.stored_methods import RECOVERY_CODES
from tests.web.browsing import Browser
from tests.web.serving import ASTRID, ELSEWHERE, OFFICE, PASSWORD, Served

ASTRIDS = "astrid@fjordvik.example"


def at_password(served: Served, name: str = ASTRIDS) -> Browser:
    """Come as far as the password."""
    served.http.cookies.clear()
    return Browser(served).open().fill(login=name)


def guessed(served: Served, count: int) -> Browser:
    """Guess passwords, another one each time."""
    browser = at_password(served)
    for number in range(count):
        browser.fill(passwd=f"guess number {number}")
    return browser


def test_BF01_ten_wrong_passwords_lock_for_a_minute(served: Served) -> None:
    browser = guessed(served, 10)
    assert not browser.fill(passwd=PASSWORD).answer
    assert served.logged()["status"]["errorCode"] == 50053
    served.clock.move(timedelta(seconds=61))
    assert "code" in at_password(served).fill(passwd=PASSWORD).answer


def test_BF01_the_same_wrong_password_again_is_not_counted(served: Served) -> None:
    browser = at_password(served)
    for _ in range(15):
        browser.fill(passwd="yesterday's password")  # noqa: S106  # a test's
    assert "code" in browser.fill(passwd=PASSWORD).answer


def test_BF01_whoever_guesses_from_afar_does_not_lock_the_user_out(served: Served) -> None:
    assert "code" in at_password(served).fill(passwd=PASSWORD).answer
    served.address = ELSEWHERE
    browser = guessed(served, 10)
    assert not browser.fill(passwd=PASSWORD).answer
    served.address = OFFICE
    assert "code" in at_password(served).fill(passwd=PASSWORD).answer


def test_BF03_a_spray_from_one_address_is_put_off_and_is_one_risk(served: Served) -> None:
    window = {"since": served.clock.now().isoformat(), "failures": 98}
    until = served.clock.now() + timedelta(minutes=10)
    served.address = ELSEWHERE
    served.service.store.attempts.change(f"spray:{ELSEWHERE}", lambda _: (window, until))
    for name in ("one", "two", "three"):
        at_password(served, f"{name}@fjordvik.example").fill(passwd="Winter2026!")  # noqa: S106
    assert not at_password(served).fill(passwd=PASSWORD).answer
    found = served.service.store.risks.detections_of("tenant")
    assert [each.document["riskEventType"] for each in found] == ["passwordSpray"]
    served.clock.move(timedelta(minutes=11))
    assert "code" in at_password(served).fill(passwd=PASSWORD).answer


def test_MF05_the_use_of_a_recovery_code_is_audited(served: Served) -> None:
    made, codes = recovery_codes.make(
        ASTRID, randomness=served.service.randomness, now=served.clock.now()
    )
    served.service.store.methods.add(
        ASTRID, RECOVERY_CODES, {"digests": list(made.digests)}, by=SYSTEM
    )
    served.policy("enabled")
    browser = Browser(served).signed_in().fill(recovery_code=codes[0].reveal())
    assert "code" in browser.answer
    newest = served.service.store.audit.newest(activity="Use recovery code")
    assert [each.row["actor"]["id"] for each in newest] == [ASTRID]


def test_MF03_five_wrong_codes_ask_for_the_password_again(served: Served) -> None:
    served.enrol()
    served.policy("enabled")
    browser = Browser(served).signed_in()
    for _ in range(4):
        assert 'name="otp"' in browser.fill(otp="000000").page.text
    browser.fill(otp="000000")
    assert "Too many tries" in browser.page.text
    assert 'name="passwd"' in browser.page.text


def test_BF02_an_authenticator_app_is_locked_and_in_the_end_disabled(served: Served) -> None:
    served.enrol()
    served.policy("enabled")
    browser = Browser(served).signed_in()
    for _ in range(5):
        browser.fill(otp="000000")
    browser.fill(passwd=PASSWORD).fill(otp=served.otp())
    assert not browser.answer
    served.clock.move(timedelta(seconds=61))
    browser.fill(otp=served.otp())
    assert "code" in browser.answer
    method = served.service.store.methods.of_user(ASTRID)[0]
    ever = served.clock.now() + timedelta(days=365)
    failures = {"failures": 100, "lockedUntil": None}
    served.service.store.attempts.change(f"factor:{method.id}", lambda _: (failures, ever))
    served.http.cookies.clear()
    served.clock.move(timedelta(days=2))
    late = Browser(served).signed_in().fill(otp=served.otp())
    assert not late.answer


def test_EN01_the_answer_to_a_wrong_password_is_the_same_for_everybody(served: Served) -> None:
    store = served.service.store
    disabled = {"displayName": "Gone", "userPrincipalName": "gone@fjordvik.example"}
    made = store.users.create({**disabled, "accountEnabled": False}, by=SYSTEM)
    store.passwords.set(made.id, served.service.attempts.passwords.hash(_secret()), by=SYSTEM)
    guessed(served, 10)
    pages = {
        name: _plain(at_password(served, name).fill(passwd=typed).page.text, name)
        for name, typed in (
            ("nobody@fjordvik.example", PASSWORD),
            ("gone@fjordvik.example", PASSWORD),
            (ASTRIDS, PASSWORD),  # locked
            ("lifeboat@fjordvik.example", "wrong"),
        )
    }
    assert len(set(pages.values())) == 1


def _plain(page: str, name: str) -> str:
    """Give a page without what is another in every sign-in, and without the name."""
    page = page.replace(name, "NAME")
    page = re.sub(r'/login/[^/"]+', "/login/NAME", page)
    return re.sub(r'name="csrf" value="[^"]+"', "", page)


def _secret() -> Secret[str]:
    return Secret(PASSWORD)
