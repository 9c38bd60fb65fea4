"""Options that several commands share, so that they read alike everywhere."""

from __future__ import annotations

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
