"""`ostiary policy create`, `update`, `delete` and `deploy-template`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.hosted import document_of, guarded_command, opened_host, override_option
from ostiary.cli.output import answer, answer_json

if TYPE_CHECKING:
    from ostiary.schema.templates import Template

_file = click.option(
    "--file",
    "file",
    required=True,
    metavar="FILE|-",
    help="The policy as Graph writes it, JSON; - is standard input.",
)
_etag = click.option(
    "--if-match",
    "expected",
    metavar="ETAG",
    help="Only if the policy still has this version, as `show --json` tells it.",
)


@click.command("create")
@_file
@override_option
@options.data
@options.as_json
@guarded_command
def create_command(file: str, *, override: str | None, data: str, as_json: bool) -> int:
    """Add a policy. Its id and times are made anew, whatever the file says of them."""
    body = document_of(file)
    with opened_host(data) as host:
        from ostiary.serving.host_requests import asked

        made = asked(
            host.store, host.snapshots, "POST", "policies", body, by=host.by, override=override
        )
    _tell(made, "added", as_json=as_json)
    return DONE


@click.command("update")
@click.argument("name")
@_file
@_etag
@override_option
@options.data
@options.as_json
@guarded_command
def update_command(
    name: str,
    *,
    file: str,
    expected: str | None,
    override: str | None,
    data: str,
    as_json: bool,
) -> int:
    """Change a policy: members of the file are merged into it, null empties one."""
    body = document_of(file)
    with opened_host(data) as host:
        from ostiary.serving.host_requests import asked, shown
        from ostiary.serving.recovery import one_policy

        path = f"policies/{one_policy(host.store, name).id}"
        asked(
            host.store,
            host.snapshots,
            "PATCH",
            path,
            body,
            by=host.by,
            expected=expected,
            override=override,
        )
        changed = shown(host.store, path)
    _tell(changed, "changed", as_json=as_json)
    return DONE


@click.command("delete")
@click.argument("name")
@_etag
@override_option
@options.data
@options.as_json
@guarded_command
def delete_command(
    name: str, *, expected: str | None, override: str | None, data: str, as_json: bool
) -> int:
    """Delete a policy; for 30 days `ostiary policy restore` brings it back."""
    with opened_host(data) as host:
        from ostiary.serving.host_requests import asked
        from ostiary.serving.recovery import one_policy

        policy = one_policy(host.store, name)
        asked(
            host.store,
            host.snapshots,
            "DELETE",
            f"policies/{policy.id}",
            by=host.by,
            expected=expected,
            override=override,
        )
    _tell(policy.document, "deleted", as_json=as_json)
    return DONE


@click.command("templates")
@options.as_json
def templates_command(*, as_json: bool) -> int:
    """List the templates that `deploy-template` knows."""
    from ostiary.schema.templates import templates

    if as_json:
        answer_json(
            {
                "templates": [
                    {"id": each.id, "name": each.name, "description": each.description}
                    for each in templates()
                ]
            }
        )
    else:
        for each in templates():
            answer(f"{each.id}  {each.name}")
    return DONE


@click.command("deploy-template")
@click.argument("name")
@click.option("--display-name", metavar="NAME", help="What the policy is called.")
@override_option
@options.data
@options.as_json
@guarded_command
def deploy_template_command(
    name: str, *, display_name: str | None, override: str | None, data: str, as_json: bool
) -> int:
    """Make the policy of a template, by its name or id: report-only.

    Every declared emergency access account is excluded from it.
    """
    template = _template(name)
    body = {"displayName": display_name} if display_name is not None else None
    with opened_host(data) as host:
        from ostiary.serving.host_requests import asked

        made = asked(
            host.store,
            host.snapshots,
            "POST",
            f"templates/{template.id}/deploy",
            body,
            by=host.by,
            override=override,
        )
        excluded = [
            _called(host.store.users.get(each) or host.store.groups.get(each), each)
            for each in made.get("@ostiary.excluded", ())
        ]
    _tell(made, "added, report-only", as_json=as_json)
    if not as_json:
        answer(f"It excludes {', '.join(excluded) or 'nobody'}.")
    return DONE


def _called(found: Any, object_id: str) -> str:
    return str(found.document.get("displayName") or object_id) if found else object_id


def _template(name: str) -> Template:
    from ostiary.schema.templates import find_template, templates
    from ostiary.serving.naming import absent

    by_name = [each for each in templates() if each.name.casefold() == name.strip().casefold()]
    found = find_template(name.strip()) or (by_name[0] if len(by_name) == 1 else None)
    if found is None:
        raise absent("template", name, [each.name for each in templates()])
    return found


def _tell(policy: Any, what: str, *, as_json: bool) -> None:
    if as_json:
        answer_json(dict(policy))
    else:
        answer(f"{policy.get('displayName') or policy['id']}: {what} ({policy['id']})")
