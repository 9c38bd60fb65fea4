"""`ostiary backup`: everything of a server in one sealed file, while it runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.extras import require_server
from ostiary.cli.output import answer, answer_json
from ostiary.model.errors import InputError

if TYPE_CHECKING:
    from ostiary.secrecy.sealed_stream import SealedBy
    from ostiary.secrecy.secret import Secret
    from ostiary.serving.backups import Backup

passphrase_file = click.option(
    "--passphrase-file",
    metavar="FILE|-",
    help="Seal by the passphrase in a file (or standard input), not by the key-encryption key.",
)
_SHORTEST = 15


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--verify", "only_verify", is_flag=True, help="Only check a backup that is there.")
@passphrase_file
@options.data
@options.as_json
def command(
    file: Path, *, only_verify: bool, passphrase_file: str | None, data: str, as_json: bool
) -> int:
    """Write everything of a server to FILE, sealed, while the server runs; check it to the end.

    The key-encryption key opens it: keep that key elsewhere. With a passphrase the key is in the
    file, so that the passphrase alone restores everything.
    """
    require_server()
    from ostiary.serving.backups import verified
    from ostiary.serving.host import place_of, require_data

    if not only_verify:
        require_data(*place_of(data, os.environ))
    sealed_by = how_sealed(data, passphrase_file)
    found = verified(file, sealed_by) if only_verify else _made(file, data, sealed_by)
    if as_json:
        answer_json(report(found))
    else:
        rows = f"{found.dump.rows:,} rows"
        verb = "is whole" if only_verify else "was written and checked"
        answer(f"{file} {verb}: {rows}, {len(found.files)} files, of {found.created}")
    return DONE


def _made(file: Path, data: str, sealed_by: SealedBy) -> Backup:
    from ostiary.cli.progress import progress
    from ostiary.secrecy.randomness import SystemRandomness
    from ostiary.serving.backups import make_backup
    from ostiary.serving.host import host_actor, opened_store

    with opened_store(data, os.environ) as store, progress("Backing up") as told:
        return make_backup(
            store,
            Path(data),
            file,
            sealed_by,
            by=host_actor(),
            randomness=SystemRandomness(),
            told=told,
        )


def report(found: Backup) -> dict[str, Any]:
    """Give what `--json` prints of a backup."""
    return {
        "created": found.created,
        "schema": found.dump.schema,
        "rows": found.dump.rows,
        "auditSeq": found.dump.audit_seq,
        "auditHash": found.dump.audit_hash,
        "files": sorted(found.files),
    }


def how_sealed(data: str, file: str | None) -> SealedBy:
    """Give what opens a backup: the passphrase, else the key of the data folder."""
    from ostiary.secrecy.kek import load_keys
    from ostiary.secrecy.sealed_stream import SealedBy

    if file is not None:
        return SealedBy(passphrase=_passphrase(file))
    folder = Path() if "://" in data else Path(data)
    return SealedBy(keys=load_keys(folder, os.environ))


def _passphrase(file: str) -> Secret[str]:
    from ostiary.secrecy.secret import Secret

    text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    words = text.strip()
    if len(words) < _SHORTEST:
        raise InputError(
            f"expected a passphrase of at least {_SHORTEST} characters, came {len(words)}",
            hint="whoever has the file can try passphrases for ever; a few random words are good",
        )
    return Secret(words)
