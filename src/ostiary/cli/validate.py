"""`ostiary validate`: can these policies be used, and if not, why not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.exits import BAD_INPUT, DONE, NO
from ostiary.cli.output import answer, answer_json

if TYPE_CHECKING:
    from ostiary.tenant.loading import TenantParts


@click.command("validate")
@click.argument("path", metavar="PATH")
@click.option("--each-file", is_flag=True, help="Read every file as a tenant of its own.")
@options.as_json
def command(*, path: str, each_file: bool, as_json: bool) -> int:
    """Check the policies of a tenant.

    PATH is a JSON document or a folder. Names every refused policy with all that is wrong with
    it. Exit code 1 if there is one.
    """
    from ostiary.cli.tenants import tell, unreadable

    read = _read_each(path) if each_file else _read_whole(path)
    for parts in read:
        tell(parts)
    if as_json:
        answer_json(_report(read))
    else:
        _show(read)
    refused = [each for parts in read for each in parts.refused]
    if unreadable(refused):
        return BAD_INPUT
    return NO if refused else DONE


def _read_whole(path: str) -> Sequence[TenantParts]:
    from ostiary.tenant.loading import load_parts

    return [load_parts(path)]


def _read_each(path: str) -> Sequence[TenantParts]:
    from ostiary.tenant.loading import load_each_file

    return [parts for _, parts in load_each_file(path)]


def _report(read: Sequence[TenantParts]) -> dict[str, Any]:
    return {
        "policies": sum(parts.seen for parts in read),
        "loaded": sum(parts.loaded for parts in read),
        "refused": [each.to_json() for parts in read for each in parts.refused],
        "warnings": [each.to_json() for parts in read for each in parts.warnings],
    }


def _show(read: Sequence[TenantParts]) -> None:
    from ostiary.cli.tenants import refusal_lines

    for parts in read:
        for refused in parts.refused:
            for line in refusal_lines(refused):
                answer(line)
    seen, loaded = sum(parts.seen for parts in read), sum(parts.loaded for parts in read)
    answer(f"{seen} policies: {loaded} loaded, {seen - loaded} refused")
