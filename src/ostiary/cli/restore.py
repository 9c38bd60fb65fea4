"""`ostiary restore`: the data of a server from a backup, with nobody signed in any more."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ostiary.cli import options
from ostiary.cli.backup import how_sealed, passphrase_file, report
from ostiary.cli.exits import DONE
from ostiary.cli.extras import require_server
from ostiary.cli.output import answer, answer_json, note


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@passphrase_file
@options.data_folder
@options.config
@click.option(
    "--replace", is_flag=True, help="Put data that is there aside; stop the server first."
)
@options.as_json
def command(
    file: Path,
    *,
    passphrase_file: str | None,
    data: Path,
    config: str | None,
    replace: bool,
    as_json: bool,
) -> int:
    """Restore a backup into a folder (or an empty PostgreSQL database) that has no data yet.

    Everybody has to sign in again. Enrolment links, recovery codes and access passes of before are
    not good any more, since nobody knows which were used after the backup.
    """
    require_server()
    from ostiary.secrecy.clock import SystemClock
    from ostiary.secrecy.randomness import SystemRandomness
    from ostiary.serving.backups import Means, restore_backup
    from ostiary.serving.host import host_actor
    from ostiary.serving.settings_reading import read_settings

    settings = read_settings(
        config=Path(config) if config else None, folder=data, environment=os.environ
    ).settings
    backup, aside = restore_backup(
        file,
        data,
        settings.database.reveal() if settings.database else None,
        how_sealed(str(data), passphrase_file),
        by=host_actor(),
        means=Means(SystemClock(), SystemRandomness(), os.environ),
        replace=replace,
    )
    if as_json:
        answer_json({**report(backup), "putAside": str(aside) if aside else None})
        return DONE
    answer(f"Restored {backup.dump.rows:,} rows of {backup.created} into {data}.")
    if aside is not None:
        note(f"The data that was there is kept in {aside}.")
    note("Everybody signs in again; recovery codes and access passes have to be made anew.")
    return DONE
