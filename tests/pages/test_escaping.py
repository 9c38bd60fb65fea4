"""No string becomes markup: forty payloads in every text of every page (checklist CS05, CS09)."""

from __future__ import annotations

import pytest

from ostiary.pages import FormPost, Link, Post, UnsafeAddress, render, texts_in
from tests.pages.documents import Document
from tests.pages.payloads import PAYLOADS, filled
from tests.pages.samples import samples

PAGES = samples()
TEXTS = texts_in("en")


def test_there_are_forty_different_payloads() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) == 40


@pytest.mark.parametrize("name", PAGES)
def test_CS05_no_payload_changes_the_tags_of_a_page(name: str) -> None:
    # The shape of a QR code follows its text; everything else of it is a fixed set of tags.
    harmless = Document(render(filled(PAGES[name], "harmless"), TEXTS, "bm9uY2U")).tags
    for payload in PAYLOADS:
        page = Document(render(filled(PAGES[name], payload), TEXTS, "bm9uY2U"))
        assert page.tags == harmless, payload


@pytest.mark.parametrize("payload", PAYLOADS)
def test_CS09_an_answer_to_the_app_comes_through_as_it_was(payload: str) -> None:
    answer = (("state", payload), (payload, "x"))
    page = FormPost(form=Post("https://app.example/callback", answer), app=payload)
    read = Document(render(page, TEXTS, "bm9uY2U"))
    # HTMLParser keeps a NUL; a browser shows U+FFFD for it, and markup it is for neither.
    assert read.forms[0].hidden == answer


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java\nscript:alert(1)",
        " javascript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "view-source:https://app.example",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "https://app.example/\r\nSet-Cookie: a=b",
        "https://app.example/ x",
        "relative/path",
        "?query",
        "#fragment",
        "",
    ],
)
def test_an_address_that_a_browser_would_run_or_guess_is_refused(address: str) -> None:
    for made in (Post, Link):
        with pytest.raises(UnsafeAddress) as caught:
            made(address)
        assert caught.value.code == "unsafeAddress"
        assert caught.value.message == (
            f"a page may link to a path or an absolute address, not to `{address}`"
        )


@pytest.mark.parametrize(
    "address",
    [
        "/post",
        "/",
        "https://app.example/callback?x=1#y",
        "http://localhost:8400",
        "http://[::1]:8400/",
        "msauth.com.example.app://auth",
        "com.example.app:/oauth2redirect",
        "urn:ietf:wg:oauth:2.0:oob",
    ],
)
def test_an_address_that_leads_somewhere_is_kept(address: str) -> None:
    assert (Post(address).action, Link(address).address) == (address, address)
