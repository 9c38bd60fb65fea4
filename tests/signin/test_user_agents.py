"""Platforms by user agent: real ones, from the tools of the wire contract and from browsers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ostiary.analysis import log_words
from ostiary.conditions.platforms import WORDS
from ostiary.signin.user_agents import NOBODY, UserAgent, read_user_agent

WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
BLINK = "AppleWebKit/537.36 (KHTML, like Gecko)"
AGENTS = [
    (
        f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {BLINK} Chrome/126.0.0.0 Safari/537.36 "
        "Edg/126.0.0.0",
        UserAgent("windows", "Windows 10", "Edge 126.0.0"),
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
        UserAgent("windows", "Windows 10", "IE 11.0"),
    ),
    (
        "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041",
        UserAgent("windows", "Windows 10", "WindowsPowerShell 5.1.19041"),
    ),
    (
        f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/17.5 Safari/605.1.15",
        UserAgent("macOS", "MacOs 10", "Safari 17.5"),
    ),
    (
        f"Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) {WEBKIT} Version/17.5 Mobile/15E148 "
        "Safari/604.1",
        UserAgent("iOS", "Ios 17", "Mobile Safari 17.5"),
    ),
    (
        f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {WEBKIT} CriOS/126.0.6478.54 "
        "Mobile/15E148 Safari/604.1",
        UserAgent("iOS", "Ios 17", "Chrome Mobile iOS 126.0.6478"),
    ),
    (
        f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {BLINK} Chrome/126.0.0.0 Mobile Safari/537.36",
        UserAgent("android", "Android 14", "Chrome Mobile 126.0.0"),
    ),
    (
        "Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8)",
        UserAgent("android", "Android 14", "Android 14"),
    ),
    (
        "Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) "
        f"{BLINK} Chrome/52.0.2743.116 Mobile Safari/537.36 Edge/15.15063",
        UserAgent("windowsPhone", "Windows Phone 10", "Edge Mobile 15.15063"),
    ),
    (
        f"Mozilla/5.0 (Windows Mobile 10; Android 10.0; Microsoft; Lumia 950XL) {BLINK}",
        UserAgent("windowsPhone", "Windows Phone", "Android 10.0"),
    ),
    (
        "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
        UserAgent("linux", "Linux", "Firefox 128.0"),
    ),
    (
        "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
        UserAgent("linux", "Linux", "Firefox 128.0"),
    ),
    (
        "Mozilla/5.0 (X11; Fedora; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
        UserAgent("linux", "Linux", "Firefox 127.0"),
    ),
    (
        f"Mozilla/5.0 (X11; Linux x86_64) {BLINK} HeadlessChrome/126.0.0.0 Safari/537.36",
        UserAgent("linux", "Linux", "HeadlessChrome 126.0.0"),
    ),
    (
        f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {BLINK} Chrome/126.0.0.0 Safari/537.36",
        UserAgent(None, "Chrome OS 14541", "Chrome 126.0.0"),
    ),
    (
        "Mozilla/5.0 (X11; FreeBSD amd64; rv:127.0) Gecko/20100101 Firefox/127.0",
        UserAgent(None, "FreeBSD", "Firefox 127.0"),
    ),
    (
        "Mozilla/5.0 (Mobile; LYF/F90M/LYF-F90M-000-02-44-121219; Android; rv:48.0) Gecko/48.0 "
        "Firefox/48.0 KAIOS/2.5",
        UserAgent(None, "KaiOS 2", "Firefox Mobile 48.0"),
    ),
    ("python-requests/2.32.3", UserAgent(None, "", "Python Requests 2.32")),
    ("node", NOBODY),
    ("", NOBODY),
    (
        "azsdk-python-identity/1.27.0 Python/3.11.7 (Linux-6.1.0-x86_64-with-glibc2.36)",
        UserAgent("linux", "Linux"),
    ),
    (
        "azsdk-python-identity/1.27.0 Python/3.11.7 (Windows-10-10.0.19045-SP0)",
        UserAgent("windows", "Windows"),
    ),
    (
        "AZURECLI/2.91.0 (PIP) azsdk-python-core/1.39.0 Python/3.11.2 (macOS-14.5-arm64-arm-64bit)",
        UserAgent("macOS", "MacOs"),
    ),
    (
        "azsdk-js-identity/4.13.1 core-rest-pipeline/1.16 Node/20.20.2 OS/(arm64-Darwin-23.5.0)",
        UserAgent("macOS", "MacOs"),
    ),
]


@pytest.mark.parametrize(("text", "expected"), AGENTS)
def test_a_user_agent_is_read(text: str, expected: UserAgent) -> None:
    assert read_user_agent(text) == expected


@pytest.mark.parametrize("agent", [agent for _, agent in AGENTS])
def test_the_log_reads_the_same_platform_from_what_is_written(agent: UserAgent) -> None:
    assert log_words.platform(agent.operating_system) == (agent.platform or "")


@given(st.text())
def test_every_platform_is_a_word_of_the_condition(text: str) -> None:
    assert read_user_agent(text).platform in {None, *WORDS} - {"all"}


def test_an_overlong_user_agent_tells_nothing() -> None:
    assert read_user_agent(f"{AGENTS[0][0]} {'x' * 1024}") == NOBODY
