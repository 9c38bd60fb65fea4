"""`ostiary version`: which version this is."""

from __future__ import annotations

import click

from ostiary import __version__
from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.output import answer, answer_json


@click.command("version")
@options.as_json
def command(*, as_json: bool) -> int:
    """Print the version."""
    if as_json:
        answer_json({"version": __version__})
    else:
        answer(f"ostiary {__version__}")
    return DONE
