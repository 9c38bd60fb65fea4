"""`ostiary location`: the named locations of a server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.hosted import guarded_command, opened_host, override_option
from ostiary.cli.output import answer, answer_json
from ostiary.model.json_types import as_object, as_strings

_countries = click.option(
    "--country",
    "countries",
    multiple=True,
    metavar="CODE",
    help="A country by its two letters, as NO; instead of addresses.",
)
_unknown = click.option(
    "--include-unknown/--no-include-unknown",
    "unknown",
    default=None,
    help="Countries: whether addresses that no country is known of belong to it.",
)
_trusted = click.option(
    "--trusted/--not-trusted",
    "trusted",
    default=None,
    help="Addresses: whether the location is marked as trusted.",
)


@click.group("location")
def command() -> None:
    """List, add, change and remove named locations; takes --json."""


@command.command("list")
@options.data
@options.as_json
def list_command(*, data: str, as_json: bool) -> int:
    """List the named locations."""
    with opened_host(data) as host:
        found = [each.document for each in host.store.locations.all()]
    if as_json:
        answer_json({"namedLocations": list(found)})
        return DONE
    from ostiary.cli.tables import Row, console, print_rows

    if not found:
        answer("There are no named locations.")
        return DONE
    rows = (
        Row(
            str(each.get("displayName")),
            ("trusted" if each.get("isTrusted") is True else "", str(each.get("id"))),
            _content(each) or ("",),
        )
        for each in found
    )
    print_rows(console(), ("Location", "", "Id", "Addresses or countries"), rows)
    return DONE


@command.command("add")
@click.argument("name")
@click.argument("addresses", nargs=-1, metavar="[CIDR]...")
@_countries
@_unknown
@_trusted
@override_option
@options.data
@options.as_json
@guarded_command
def add_command(
    name: str,
    addresses: tuple[str, ...],
    *,
    countries: tuple[str, ...],
    unknown: bool | None,
    trusted: bool | None,
    override: str | None,
    data: str,
    as_json: bool,
) -> int:
    """Add a location of addresses (203.0.113.0/24, 2001:db8::/32) or of countries."""
    if bool(addresses) == bool(countries):
        raise click.UsageError("expected addresses or --country, one of the two")
    body = {"displayName": name, **_members(addresses, countries, unknown, trusted)}
    with opened_host(data) as host:
        from ostiary.serving.host_requests import asked

        made = asked(
            host.store,
            host.snapshots,
            "POST",
            "namedLocations",
            body,
            by=host.by,
            override=override,
        )
    _tell(made, "added", as_json=as_json)
    return DONE


@command.command("update")
@click.argument("name")
@click.argument("addresses", nargs=-1, metavar="[CIDR]...")
@_countries
@_unknown
@_trusted
@click.option("--display-name", metavar="NAME", help="Another name.")
@override_option
@options.data
@options.as_json
@guarded_command
def update_command(
    name: str,
    addresses: tuple[str, ...],
    *,
    countries: tuple[str, ...],
    unknown: bool | None,
    trusted: bool | None,
    display_name: str | None,
    override: str | None,
    data: str,
    as_json: bool,
) -> int:
    """Change a location, by name or id: what is given takes the place of what was there."""
    if addresses and countries:
        raise click.UsageError("expected addresses or --country, came both")
    body = _members(addresses, countries, unknown, trusted)
    if display_name is not None:
        body["displayName"] = display_name
    if not body:
        raise click.UsageError("expected something to change")
    with opened_host(data) as host:
        from ostiary.serving.host_requests import asked, shown
        from ostiary.serving.naming import one_location

        found = one_location(host.store, name)
        body["@odata.type"] = body.get("@odata.type", found.document.get("@odata.type"))
        path = f"namedLocations/{found.id}"
        asked(host.store, host.snapshots, "PATCH", path, body, by=host.by, override=override)
        changed = shown(host.store, path)
    _tell(changed, "changed", as_json=as_json)
    return DONE


@command.command("remove")
@click.argument("name")
@override_option
@options.data
@options.as_json
@guarded_command
def remove_command(name: str, *, override: str | None, data: str, as_json: bool) -> int:
    """Remove a location, by name or id: not a trusted one, and none that a policy names."""
    with opened_host(data) as host:
        from ostiary.serving.host_requests import asked
        from ostiary.serving.naming import one_location

        found = one_location(host.store, name)
        asked(
            host.store,
            host.snapshots,
            "DELETE",
            f"namedLocations/{found.id}",
            by=host.by,
            expected=found.etag,
            override=override,
        )
    _tell(found.document, "removed", as_json=as_json)
    return DONE


def _members(
    addresses: Sequence[str],
    countries: Sequence[str],
    unknown: bool | None,
    trusted: bool | None,
) -> dict[str, Any]:
    from ostiary.schema.location_rules import COUNTRY, IP, range_written

    body: dict[str, Any] = {}
    if addresses:
        body |= {"@odata.type": IP, "ipRanges": [range_written(each) for each in addresses]}
    if countries:
        codes = [each.upper() for each in countries]
        body |= {"@odata.type": COUNTRY, "countriesAndRegions": codes}
    if unknown is not None:
        body["includeUnknownCountriesAndRegions"] = unknown
    if trusted is not None:
        body["isTrusted"] = trusted
    return body


def _content(document: Any) -> tuple[str, ...]:
    from ostiary.schema.location_rules import range_text

    ranges = [range_text(as_object(each)) for each in document.get("ipRanges") or ()]
    return (*ranges, *as_strings(document.get("countriesAndRegions")))


def _tell(location: Any, what: str, *, as_json: bool) -> None:
    if as_json:
        answer_json(dict(location))
    else:
        answer(f"{location.get('displayName')}: {what} ({location['id']})")
