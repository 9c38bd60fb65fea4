"""Options that several commands share, so that they read alike everywhere."""

from __future__ import annotations

from pathlib import Path

import click

as_json = click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print one JSON object (for lines in, one a line) and nothing else.",
)
tenant = click.option(
    "--tenant",
    "tenant_path",
    required=True,
    metavar="FILE|FOLDER",
    help="The tenant: one JSON document, or a folder of an export.",
)
strict = click.option(
    "--strict", is_flag=True, help="Stop with exit code 2 if a policy of the tenant is refused."
)
request = click.argument("request_path", metavar="FILE|-")
data = click.option(
    "--data",
    envvar="OSTIARY_DATA",
    default="./ostiary-data",
    show_default=True,
    metavar="DIR",
    help="The folder of the server's data, or the URL of its PostgreSQL database.",
)
config = click.option(
    "--config",
    metavar="FILE",
    help="The settings.  [default: ostiary.toml in the data folder, else in the current one]",
)
draft_is = click.option(
    "--draft-is",
    "draft_kind",
    type=click.Choice(("auto", "whole", "part")),
    default="auto",
    show_default=True,
    help="The whole set, or changes to the tenant's; auto: one is a change, several the set.",
)
data_folder = click.option(
    "--data",
    envvar="OSTIARY_DATA",
    default="./ostiary-data",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder of the server's data.",
)
