"""The reference of the command line, written from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc
from typing import Final

import click

from ostiary.cli.main import COMMANDS, commands

_HEAD: Final = """# Command line

Written by `make docs` from the commands themselves; `ostiary COMMAND --help` says the same.

Answers go to standard output, everything else to standard error; `--json` prints one JSON object
(for lines in, one a line). Exit codes: 0 done or holds, 1 the answer is no, 2 bad input or usage.

## On a server's data

`ostiary policy`, `user`, `group`, `app`, `location` and `emergency` work on the data of a server,
in the folder of `--data` (or `$OSTIARY_DATA`) or at the URL of its PostgreSQL database, while it
runs or while it does not. A running server goes by a change within a second. Whoever can read the
key-encryption key in the data folder is the host's administrator: no sign-in is asked for, and the
audit log names the user of the operating system.

Every change goes through the function that Graph and the admin center use, so its rules are theirs.
One that would lock an emergency access account, or every other administrator, out is refused with
exit code 1, and told with the policy in the way; `--override REASON` makes it all the same, and the
reason is audited. The last Global Administrator stays, whatever the reason.

Policies, locations, groups and applications are named by display name or id, users by sign-in name
or id. Case does not count; a name that several have is an error that lists their ids. A password or
a secret is printed once, or read from a file: it never stands in the command.

```
ostiary policy deploy-template "Require multifactor authentication for admins"
ostiary policy exclude "Require MFA for Azure management" astrid@fjordvik.example --for 8h \\
    --reason "her phone was lost"
ostiary policy versions "Require MFA for Azure management"
ostiary policy restore "Require MFA for Azure management" 3
ostiary user add ines@fjordvik.example
ostiary user reset-methods astrid@fjordvik.example
ostiary user temporary-access-pass astrid@fjordvik.example
ostiary app add Grafana --kind web \\
    --redirect-uri https://grafana.fjordvik.example/login/generic_oauth
ostiary location add Harbour 198.51.100.0/24 2001:db8::/32 --trusted
```
"""


def reference_page() -> str:
    """Give the whole page."""
    return "".join((_HEAD, "\n## Every command\n", *_sections()))


def _sections() -> Iterator[str]:
    context = click.Context(commands, info_name="ostiary")
    for name in COMMANDS:
        found = commands.get_command(context, name)
        if found is not None:
            yield from _section(found, context, f"ostiary {name}")


def _section(command: click.Command, parent: click.Context, path: str) -> Iterator[str]:
    """Write a command, and those in it."""
    context = click.Context(command, parent=parent, info_name=path.rpartition(" ")[2])
    if isinstance(command, click.Group):
        yield f"\n### {path}\n\n{_prose(command)}\n"
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from _section(inner, context, f"{path} {name}")
        return
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"\n#### {path}\n\n```\n{path} {usage}\n```\n\n{_prose(command)}\n"
    options = [
        record
        for each in command.get_params(context)
        if not isinstance(each, click.Argument)
        and (record := each.get_help_record(context)) is not None
        and "--help" not in each.opts
    ]
    if options:
        yield "\n| option | meaning |\n|---|---|\n"
        for written, meaning in options:
            yield f"| `{_cell(written)}` | {_cell(' '.join(meaning.split()))} |\n"


def _prose(command: click.Command) -> str:
    return cleandoc(command.help or "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
