"""Bugs in session controls: read, asked for, merged."""

from tests.planted.bug import Bug

_SESSION_TESTS = ("tests/controls/test_session_controls.py",)

BUGS = (
    Bug(
        "controls/sign_in_frequency.py",
        "every time has no tolerance of five minutes",
        "_TOLERANCE_MINUTES = 5\n",
        "_TOLERANCE_MINUTES = 0\n",
    ),
    Bug(
        "controls/sign_in_frequency.py",
        "the tolerance of every time counts for every frequency",
        "max(value, _TOLERANCE_MINUTES if value == EVERY_TIME else value)",
        "value + _TOLERANCE_MINUTES",
    ),
    Bug(
        "controls/sign_in_frequency.py",
        "background requests of a browser are interrupted",
        'deferred = sign_in.client_app_type == "browser" or sign_in.client.confidential',
        "deferred = sign_in.client.confidential",
    ),
    Bug(
        "controls/sign_in_frequency.py",
        "interactive requests of a browser are deferred",
        "        if deferred and not sign_in.interactive:\n",
        "        if deferred:\n",
    ),
    Bug(
        "controls/sign_in_frequency.py",
        "the longest of several sign-in frequencies counts",
        "return min(values)",
        "return max(values)",
    ),
    Bug(
        "controls/sign_in_frequency.py",
        "a sign-in frequency that is switched off counts",
        'if frequency.get("isEnabled") is not True:',
        "if not frequency:",
    ),
    Bug(
        "controls/sign_in_frequency.py",
        "days are read as hours",
        '"days": 24 * 60}',
        '"days": 60}',
    ),
    Bug(
        "controls/sign_in_frequency.py",
        "a refresh token has the code of an interactive sign-in",
        "code = 70043 if from_token_endpoint else 70044",
        "code = 70044",
    ),
    Bug(
        "controls/session_switches.py",
        "always wins over never for the persistent browser session",
        'return "never" if "never" in values else "always"',
        'return "always" if "always" in values else "never"',
    ),
    Bug(
        "controls/session_switches.py",
        "monitoring wins over blocked downloads",
        'strictness = ("blockDownloads", "mcasConfigured", "monitorOnly")',
        'strictness = ("monitorOnly", "mcasConfigured", "blockDownloads")',
        _SESSION_TESTS,
    ),
    Bug(
        "controls/session_switches.py",
        "disabled continuous access evaluation wins over a strict one",
        'strictness = ("strictLocation", "strictEnforcement", "disabled")',
        'strictness = ("disabled", "strictLocation", "strictEnforcement")',
        _SESSION_TESTS,
    ),
    Bug(
        "controls/session_switches.py",
        "one of several security profiles counts",
        "return sorted(set(values))",
        "return sorted(set(values))[:1]",
        _SESSION_TESTS,
    ),
    Bug(
        "controls/base.py",
        "a session control that is switched off counts",
        'isinstance(body, dict) and body.get("isEnabled") is True else None',
        "isinstance(body, dict) and body else None",
        _SESSION_TESTS,
    ),
)
