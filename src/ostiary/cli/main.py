"""`ostiary`: the group of all commands, and the one place where errors become exit codes.

INVARIANT: nothing here imports more than click, so that `ostiary version` starts at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from ostiary import __version__
from ostiary.cli.exits import BAD_INPUT, DONE, INTERRUPTED, READER_GONE, REFUSED
from ostiary.cli.output import complain, printable
from ostiary.model.errors import OstiaryError

COMMANDS = (
    "decide",
    "whatif",
    "validate",
    "lint",
    "impact",
    "prove",
    "export",
    "plan",
    "drift",
    "log",
    "pull",
    "apply",
    "init",
    "serve",
    "policy",
    "rollout",
    "user",
    "group",
    "app",
    "location",
    "identity",
    "emergency",
    "recover",
    "backup",
    "restore",
    "audit",
    "config",
    "env",
    "conformance",
    "demo",
    "twin",
    "version",
)
"""Names of the commands, in the order of the help page; each is `ostiary.cli.<name>.command`."""
ANSWERS_WITH_2 = frozenset({"plan", "drift"})
"""Commands that exit with 2 where there are changes, and with 1 for bad input, as Terraform's."""


class Commands(click.Group):
    """Loads the module of a command when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names for the help page."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"ostiary.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; where there is none, name the one that was perhaps meant."""
        if args[0] in COMMANDS or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        from difflib import get_close_matches

        near = get_close_matches(args[0], COMMANDS, 1)
        meant = f"; did you mean `{near[0]}`?" if near else "; `ostiary --help` lists them"
        return ctx.fail(f"there is no command `{printable(args[0])}`{meant}")

    def invoke(self, ctx: click.Context) -> Any:  # what the command gives back
        """Run a command; a reader that went away is told apart before click makes it exit 1."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _ReaderGone from error


class _ReaderGone(Exception):
    """Whoever read our standard output stopped reading."""


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done or holds, 1 the answer is no, 2 bad input or usage.",
)
@click.version_option(__version__, message="ostiary %(version)s")
def commands() -> None:
    """Run, test and prove Microsoft Entra Conditional Access policies."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; whatever goes wrong is one sentence, no traceback."""
    for stream in (sys.stdout, sys.stderr):
        # What the terminal's encoding lacks is escaped, never an error.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    failed = _failing(sys.argv[1:] if arguments is None else arguments)
    try:
        return _code_of(arguments, failed)
    except (_ReaderGone, BrokenPipeError):
        return _leave_quietly(READER_GONE)
    except OSError as error:
        complain(f"cannot read or write: {(error.strerror or str(error)).lower()}")
        return _leave_quietly(failed)
    except Exception as error:  # the outermost face
        _own_fault(error)
        return failed


def _failing(arguments: Sequence[str]) -> int:
    """Give the exit code for bad input: of commands whose 2 is an answer it is another one."""
    return REFUSED if arguments and arguments[0] in ANSWERS_WITH_2 else BAD_INPUT


def _code_of(arguments: Sequence[str] | None, failed: int) -> int:
    """Run one command; what the user got wrong is told here."""
    try:
        code = commands.main(arguments, "ostiary", standalone_mode=False)
        if sys.stdout is not None:  # pyright: ignore[reportUnnecessaryComparison]  # `>&-`
            sys.stdout.flush()
    except click.exceptions.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        if sys.stderr is not None:  # pyright: ignore[reportUnnecessaryComparison]  # `2>&-`
            error.show()
        return failed
    except OstiaryError as error:
        complain(str(error))
        return failed
    return code if isinstance(code, int) else DONE


def _own_fault(error: Exception) -> None:
    """Tell of a mistake of ours: developers see the traceback, everybody else a sentence."""
    if os.environ.get("OSTIARY_DEBUG"):
        raise error
    complain(
        f"internal error ({type(error).__name__}: {printable(str(error))[:200]}); please report it,"
        " with the output of the same command run with OSTIARY_DEBUG=1"
    )


def _leave_quietly(code: int) -> int:
    """Point standard output at nothing, or the interpreter complains while it shuts down."""
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)
    except (OSError, ValueError, AttributeError):
        pass  # not a file: nothing is flushed at the end
    return code
