"""`ostiary policy versions` and `restore`: a policy as it was before, and deleted ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.hosted import guarded_command, opened_host, override_option, reason_of
from ostiary.cli.output import answer, answer_json

if TYPE_CHECKING:
    from ostiary.directory.policies import PolicyVersion
    from ostiary.directory.store import Store


@click.command("versions")
@click.argument("name")
@click.option("--number", type=click.IntRange(min=1), help="Show one version whole.")
@options.data
@options.as_json
def versions_command(name: str, *, number: int | None, data: str, as_json: bool) -> int:
    """List the versions of a policy, the latest first, with who made each; of a deleted one too."""
    with opened_host(data) as host:
        policy_id = _present_or_deleted(host.store, name)
        store = host.store.policies
        found = store.versions(policy_id) if number is None else [store.version(policy_id, number)]
    if as_json:
        whole = number is not None
        answer_json({"versions": [_shown(each, whole=whole) for each in found]})
    elif number is not None:
        import json

        for line in json.dumps(found[0].document, indent=2, ensure_ascii=False).splitlines():
            answer(line)
    else:
        _table(found)
    return DONE


@click.command("restore")
@click.argument("name")
@click.argument("version", type=click.IntRange(min=1), required=False)
@override_option
@options.data
@options.as_json
@guarded_command
def restore_command(
    name: str, version: int | None, *, override: str | None, data: str, as_json: bool
) -> int:
    """Give a policy the settings of an earlier version, state included.

    Without VERSION a deleted policy is brought back as it was.
    """
    with opened_host(data) as host:
        from ostiary.administration.policy_history import restore_deleted, restore_version
        from ostiary.schema.state import Collection
        from ostiary.serving.recovery import one_policy, policy_name

        if version is None:
            made = restore_deleted(
                host.store,
                host.snapshots,
                Collection.POLICIES,
                _deleted(host.store, name),
                by=host.by,
                override=reason_of(override),
            )
        else:
            made = restore_version(
                host.store,
                host.snapshots,
                one_policy(host.store, name).id,
                version,
                by=host.by,
                override=reason_of(override),
            )
        called = policy_name(made)
    if as_json:
        answer_json({**made.document, "@odata.etag": made.etag})
    else:
        answer(f"{called}: " + ("restored" if version is None else f"as in version {version}"))
    return DONE


def _deleted(store: Store, name: str) -> str:
    """Find a deleted policy. Raises InputError where it is none, or several."""
    from ostiary.model.errors import InputError
    from ostiary.serving.naming import absent, called

    key, gone = name.strip().casefold(), store.deleted.all(store.policies.collection)
    found = [each for each in gone if each.id == key] or [
        each for each in gone if called(each.document).casefold() == key
    ]
    if len(found) == 1:
        return found[0].id
    if found:
        candidates = ", ".join(f"{each.id} (deleted {each.deleted:%Y-%m-%d})" for each in found)
        raise InputError(
            f"expected one deleted policy named `{name}`, there are {len(found)}",
            hint=f"use an id: {candidates}",
        )
    raise absent("deleted policy", name, [called(each.document) for each in gone])


def _present_or_deleted(store: Store, name: str) -> str:
    from ostiary.model.errors import InputError
    from ostiary.serving.recovery import one_policy

    try:
        return one_policy(store, name).id
    except InputError as error:
        try:
            return _deleted(store, name)
        except InputError:
            raise error from None


def _shown(version: PolicyVersion, *, whole: bool) -> dict[str, Any]:
    shown = {
        "version": version.version,
        "changedDateTime": version.at.isoformat(),
        "changedBy": version.actor,
        "action": version.action,
        "state": version.document.get("state"),
    }
    return {**shown, "policy": version.document} if whole else shown


def _table(versions: list[PolicyVersion]) -> None:
    from ostiary.cli.policy_states import ON_SCREEN
    from ostiary.cli.tables import Row, console, print_rows

    rows = (
        Row(
            str(each.version),
            (
                f"{each.at:%Y-%m-%d %H:%M:%S}Z",
                ON_SCREEN.get(str(each.document.get("state")), str(each.document.get("state"))),
                each.action,
            ),
            (each.actor,),
        )
        for each in versions
    )
    print_rows(console(), ("Version", "Changed", "State", "Action", "By"), rows)
