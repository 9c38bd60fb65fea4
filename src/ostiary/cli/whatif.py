"""`ostiary whatif`: which policies would apply to a sign-in, and why the others would not."""

from __future__ import annotations

import click

from ostiary.cli import options
from ostiary.cli.output import answer_json


@click.command("whatif")
@options.tenant
@options.as_json
@options.strict
@options.request
def command(*, tenant_path: str, request_path: str, as_json: bool, strict: bool) -> int:
    """Tell which policies would apply to a sign-in.

    FILE holds the body of Graph's `evaluate`: one JSON object, or several with each on a line of
    its own; `-` is standard input. The JSON answer has Graph's shape.
    """
    from ostiary.cli.requests import naming, read_requests
    from ostiary.cli.tenants import exit_code, refused_json, tenant_at, warnings_json

    requests = read_requests(request_path)
    tenant = tenant_at(tenant_path, strict=strict)
    beside = {"refused": refused_json(tenant.parts), "warnings": warnings_json(tenant.parts)}
    for request in requests:
        with naming(request.place):
            found = tenant.what_if(request.body)
        if as_json:
            answer_json({**found.to_json(), **beside})
            continue
        from ostiary.cli.decision_page import show_what_if

        heading = request.place if len(requests) > 1 else ""
        show_what_if(found, tenant.parts.directory, heading)
    return exit_code(tenant.parts)
