"""`ostiary export`: a tenant as a folder of policies, with names in place of ids."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.code_targets import target_at, target_options
from ostiary.cli.exits import DONE
from ostiary.cli.output import answer, answer_json, note
from ostiary.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ostiary.policycode.exporting import ExportedFile


@click.command("export")
@target_options
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Where to.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(("yaml", "json")),
    default="yaml",
    show_default=True,
    help="How the files are written.",
)
@click.option(
    "--groups",
    is_flag=True,
    help="Also the groups that policies name, to have a plan make them in another tenant.",
)
@click.option(
    "--replace",
    is_flag=True,
    help="Replace the policies and what they refer to; tests and ostiary.yaml stay.",
)
@options.as_json
def command(
    *, out: Path, form: str, groups: bool, replace: bool, as_json: bool, **which: Any
) -> int:
    """Write a tenant's policies, locations, strengths and contexts as files for `ostiary plan`.

    A plan of the folder against the same tenant has nothing to change.
    """
    from ostiary.policycode.changes import Kind
    from ostiary.policycode.exporting import Form, described_files, export
    from ostiary.policycode.folder import CONFIGURATION, FOLDERS

    _require_room(out, tuple(FOLDERS.values()), replace=replace)
    files = export(target_at(**which), Form(form), groups=groups)
    if replace:
        written = (name for kind, name in FOLDERS.items() if groups or kind is not Kind.GROUP)
        _clear(out, tuple(written))
    kept = any((out / name).is_file() for name in CONFIGURATION)
    _write(out, [each for each in files if "/" in each.path or not kept])
    counts = described_files(files)
    if as_json:
        answer_json({"folder": str(out), "files": counts})
    else:
        for name, count in counts.items():
            answer(f"{count:>6,}  {name}")
        note(f"{out}: written; `ostiary plan {out}` compares it with a tenant")
    return DONE


def _require_room(out: Path, folders: Sequence[str], *, replace: bool) -> None:
    taken = [each for each in folders if (out / each).exists()]
    if taken and not replace:
        raise InputError(
            f"{out}: expected a folder without policies, came one with `{taken[0]}`",
            hint="give another folder, or --replace",
        )


def _clear(out: Path, folders: Sequence[str]) -> None:
    """Take away the files that an earlier export wrote."""
    for name in folders:
        if not (out / name).is_dir():
            continue
        for file in (out / name).iterdir():
            if file.suffix.casefold() in {".yaml", ".yml", ".json"} and file.is_file():
                file.unlink()


def _write(out: Path, files: Sequence[ExportedFile]) -> None:
    for each in files:
        path = out / each.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(each.text, encoding="utf-8", newline="\n")
