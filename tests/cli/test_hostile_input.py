"""Input made to hurt: one clear sentence that names the place, exit code 2, no traceback."""

from pathlib import Path

import pytest

from tests.cli.running import Ran, run

DEEP = 100_000

HOSTILE: dict[str, tuple[bytes, str]] = {
    "deep lists": (b"[" * DEEP + b"]" * DEEP, ":1:201: expected at most 200 objects and lists"),
    "deep lists, open": (b"[" * DEEP, ":1:201: expected at most 200 objects and lists"),
    "deep objects": (
        b'{"a":' * DEEP + b"1" + b"}" * DEEP,
        ":1:1001: expected at most 200 objects and lists",
    ),
    "duplicate keys": (
        b'{"users": [],\n "users": []}',
        ":2:2: expected every member once in an object, came `users` twice",
    ),
    "duplicate keys, escaped": (
        b'{"users": [], "\\u0075sers": []}',
        ":1:15: expected every member once in an object, came `users` twice",
    ),
    "NaN": (b'{"users": NaN}', ":1:11: expected a JSON value, came `NaN`"),
    "Infinity": (b'{"users": -Infinity}', ":1:11: expected a JSON value, came `-Infinity`"),
    "lone surrogate": (
        b'{"users": [{"id": "\\ud800"}]}',
        ":1:20: expected a whole character, came half a surrogate pair",
    ),
    "5,000 digits": (
        b'{"users": [' + b"9" * 5_000 + b"]}",
        ":1:12: expected at most 4300 digits, came a number of 5000",
    ),
    "too large a number": (b'{"users": 1e999}', ":1:11: expected a number"),
    "binary": (bytes(range(256)) * 20, "expected text in "),
    "no UTF-8": (b'{"users": "\xff"}', ":1:12: expected text in UTF-8, came the byte 0xff"),
    "nothing": (b"", ":1:1: expected a value, came an empty text"),
    "half an object": (b'{"users": [', ":1:12: expected a value, came the end of the text"),
}

every_hostile_text = pytest.mark.parametrize(("data", "said"), HOSTILE.values(), ids=HOSTILE.keys())


def assert_bad_input(ran: Ran, *said: str) -> None:
    """Exit code 2, nothing on standard output, one line on standard error."""
    assert (ran.code, ran.out) == (2, "")
    (line,) = ran.err.splitlines()
    assert line.startswith("ostiary: ")
    for each in said:
        assert each in line


@every_hostile_text
@pytest.mark.parametrize("command", ["validate", "conformance"])
def test_a_hostile_file(tmp_path: Path, command: str, data: bytes, said: str) -> None:
    path = tmp_path / "hostile.json"
    path.write_bytes(data)
    assert_bad_input(run(command, path, "--json"), f"ostiary: {path}", said)


@every_hostile_text
@pytest.mark.parametrize("command", ["decide", "whatif"])
def test_a_hostile_tenant(
    tmp_path: Path, request_file: Path, command: str, data: bytes, said: str
) -> None:
    path = tmp_path / "hostile.json"
    path.write_bytes(data)
    ran = run(command, "--tenant", path, request_file, "--json")
    assert_bad_input(ran, f"ostiary: {path}", said)


@every_hostile_text
@pytest.mark.parametrize("command", ["decide", "whatif"])
def test_a_hostile_request(tenant_file: Path, command: str, data: bytes, said: str) -> None:
    ran = run(command, "--tenant", tenant_file, "-", "--json", stdin=data)
    assert_bad_input(ran, "ostiary: standard input:", said)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("null", "standard input: expected a sign-in, a JSON object, came something else"),
        ("[{}]", "standard input: expected a sign-in, a JSON object, came a list"),
        ('{}\n"x"', "standard input:2: expected a sign-in, a JSON object"),
        ("{}", "standard input: expected `userId` or `servicePrincipalId` in `signInIdentity`"),
        ('{"signInIdentity": 5}', "standard input: expected an object in `signInIdentity`"),
        (
            '{"signInIdentity": {"userId": "u"}, "signInConditions": {"ipAddress": []}}',
            "standard input: expected a string in `signInConditions.ipAddress`",
        ),
    ],
)
@pytest.mark.parametrize("command", ["decide", "whatif"])
def test_what_is_no_sign_in(tenant_file: Path, command: str, data: str, said: str) -> None:
    assert_bad_input(run(command, "--tenant", tenant_file, "-", "--json", stdin=data), said)


@pytest.mark.parametrize("command", ["validate", "conformance"])
def test_what_is_not_there_or_no_file(tmp_path: Path, command: str) -> None:
    assert_bad_input(run(command, tmp_path / "none.json"), "none.json: no such file or directory")
    assert run(command, tmp_path).code == 2


def test_a_folder_is_no_request(tenant_file: Path, tmp_path: Path) -> None:
    ran = run("decide", "--tenant", tenant_file, tmp_path)
    assert_bad_input(ran, f"ostiary: {tmp_path}: is a directory")


def test_a_folder_in_which_nothing_belongs_to_a_tenant(tmp_path: Path, request_file: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    said = "expected a tenant, came nothing that belongs to one"
    assert_bad_input(run("validate", empty), f"{empty}: {said}")
    assert_bad_input(run("decide", "--tenant", empty, request_file), f"{empty}: {said}")
