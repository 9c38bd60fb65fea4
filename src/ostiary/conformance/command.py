"""Another engine as a program: one question a line on its input, one answer a line back."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from ostiary.conformance.containment import is_list
from ostiary.conformance.implementation import Answer, Call, NotSupported
from ostiary.model.errors import InputError, OstiaryError
from ostiary.model.json_types import JsonObject, as_object
from ostiary.tenant.json_text import parse_json


class CommandEngine:
    """Runs a program for as long as the suite lasts; used as a context manager.

    The program answers `{"answer": …}` or `{"error": "…"}`, the latter with `"notSupported": true`
    for what it does not offer. Its standard error is passed through.
    """

    def __init__(self, command: str) -> None:
        """Start the program; `command` is split into words as a shell does, but no shell runs.

        Raises InputError where it cannot be started.
        """
        try:
            self._program = subprocess.Popen(  # noqa: S603  # the user names the engine to run
                _words(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        except (OSError, ValueError, IndexError) as error:
            raise InputError(
                f"expected an engine to run, `{command}` cannot be started",
                hint="give a program that can be found, and its arguments",
            ) from error

    def __enter__(self) -> Self:
        """Give the engine."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the program's input, which tells it to end, and end it if it does not."""
        for stream in (self._program.stdin, self._program.stdout):
            with suppress(OSError):  # it may have ended before
                if stream is not None:
                    stream.close()
        try:
            self._program.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._program.kill()
            self._program.wait()

    def decide(self, tenant: JsonObject, sign_in: JsonObject) -> JsonObject:
        """Ask for a decision."""
        return as_object(self._ask({"kind": "decide", "tenant": tenant, "signIn": sign_in}))

    def what_if(self, tenant: JsonObject, request: JsonObject) -> JsonObject:
        """Ask for a What If evaluation."""
        return as_object(self._ask({"kind": "whatif", "tenant": tenant, "signIn": request}))

    def call(
        self, fixtures: JsonObject, given: JsonObject, calls: Sequence[Call]
    ) -> Sequence[Answer]:
        """Ask for the answers to calls of the policy API, `[{"status": 200, "body": …}, …]`."""
        asked = [
            {"method": each.method, "path": each.path, "body": each.body, "headers": each.headers}
            for each in calls
        ]
        found = self._ask(
            {"kind": "validate", "fixtures": fixtures, "given": given, "calls": asked}
        )
        if not is_list(found) or not all(_is_answer(each) for each in found):
            raise OstiaryError("expected a list of answers with `status`, came something else")
        return [Answer(each["status"], each.get("body")) for each in found]

    def _ask(self, question: Mapping[str, Any]) -> Any:  # JSON
        reply = as_object(parse_json(self._exchange(question), "answer of the engine"))
        if "answer" in reply:
            return reply["answer"]
        message = str(reply.get("error", "neither `answer` nor `error` came"))
        if reply.get("notSupported") is True:
            raise NotSupported(message)
        raise OstiaryError(message)

    def _exchange(self, question: Mapping[str, Any]) -> bytes:
        program = self._program
        if program.stdin is None or program.stdout is None:
            raise OstiaryError("the engine has no standard input and output")
        try:
            program.stdin.write(json.dumps(question).encode() + b"\n")
            program.stdin.flush()
            line = program.stdout.readline()
        except OSError as error:
            raise OstiaryError("the engine ended before it answered") from error
        if not line:
            raise OstiaryError("the engine ended before it answered")
        return line


def _words(command: str) -> str | list[str]:
    """Split a command line, where the system wants words; on Windows a backslash is no escape."""
    return command if sys.platform == "win32" else shlex.split(command)


def _is_answer(value: object) -> bool:
    status = as_object(value).get("status")
    return isinstance(status, int) and not isinstance(status, bool)
