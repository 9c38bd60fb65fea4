"""`ostiary serve`: the sign-in service, the management API and Graph, until it is told to stop."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.extras import require_server
from ostiary.cli.output import note

if TYPE_CHECKING:
    from ostiary.serving.settings import ServerSettings


@click.command("serve")
@options.data_folder
@options.config
@click.option(
    "--workers", type=click.IntRange(1, 64), metavar="N", help="Processes that serve; one if unset."
)
@click.option(
    "--access-token-lifetime",
    type=click.IntRange(10, 86_400),
    metavar="SECONDS",
    help="How long every access token is good; 60 to 90 minutes by default, as in Entra.",
)
@click.option("--json", "as_json", is_flag=True, help="Write the log as JSON, a line each.")
def command(
    *,
    data: Path,
    config: str | None,
    workers: int | None,
    access_token_lifetime: int | None,
    as_json: bool,
) -> int:
    """Serve sign-ins, the management API and Graph until SIGTERM or Ctrl-C."""
    require_server()
    from ostiary.serving.server import run
    from ostiary.serving.settings_reading import read_settings

    found = read_settings(
        config=Path(config) if config else None, folder=data, environment=os.environ
    )
    for warning in found.warnings:
        note(f"settings: {warning}")
    settings = found.settings
    if workers is not None:
        settings = replace(settings, workers=workers, origins=_by_option(settings, "workers"))
    if access_token_lifetime is not None:
        origins = _by_option(settings, "access_token_lifetime")
        settings = replace(settings, access_token_lifetime=access_token_lifetime, origins=origins)
    if as_json:
        log = replace(settings.log, format="json")
        settings = replace(settings, log=log, origins=_by_option(settings, "log.format", "--json"))
    run(data, settings, tell=note)
    return DONE


def _by_option(settings: ServerSettings, name: str, option: str = "") -> dict[str, str]:
    return {**settings.origins, name: option or f"--{name.replace('_', '-')}"}
