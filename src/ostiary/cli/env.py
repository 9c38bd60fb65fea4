"""`ostiary env`: the variables that clients on this host need, for a shell to take over."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.extras import require_server
from ostiary.cli.output import answer_json
from ostiary.model.errors import InputError


@click.command("env")
@options.data
@options.config
@click.option(
    "--shell",
    type=click.Choice(("sh", "fish", "powershell", "json")),
    default="sh",
    show_default=True,
    help="For which shell; json prints one object.",
)
@options.as_json
def command(*, data: str, config: str | None, shell: str, as_json: bool) -> int:
    """Print what az and the SDKs need to trust the server and to find it.

    In a shell: eval "$(ostiary env)". The certificate authorities that this host trusts and the
    server's own are written into one file of the data folder.
    """
    require_server()
    from ostiary.secrecy.clock import SystemClock
    from ostiary.secrecy.randomness import SystemRandomness
    from ostiary.serving.client_environment import (
        authority_file,
        client_environment,
        cloud_commands,
        in_shell,
        write_bundle,
    )
    from ostiary.serving.settings_reading import read_settings

    folder = Path(data)
    if "://" in data or not folder.is_dir():
        raise InputError(
            f"expected the data folder of a server, came `{data}`",
            hint="name it with --data, or make one with `ostiary init`",
        )
    settings = read_settings(
        config=Path(config) if config else None, folder=folder, environment=os.environ
    ).settings
    clock, randomness = SystemClock(), SystemRandomness()
    authority = authority_file(settings, folder, clock=clock, randomness=randomness)
    bundle = write_bundle(folder, authority, randomness=randomness) if authority else None
    variables = client_environment(settings, folder, authority, bundle)
    if as_json or shell == "json":
        answer_json(variables)
    else:
        for line in in_shell(shell, variables, cloud_commands(settings)):
            click.echo(line)  # as it is: an escaped path would be another one
    return DONE
