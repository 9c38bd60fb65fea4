"""`ostiary decide`: what happens to a sign-in, and the part that every policy plays."""

from __future__ import annotations

import click

from ostiary.cli import options
from ostiary.cli.output import answer_json


@click.command("decide")
@options.tenant
@options.as_json
@options.strict
@options.request
def command(*, tenant_path: str, request_path: str, as_json: bool, strict: bool) -> int:
    """Decide sign-ins: grant, interrupt or block, and why.

    FILE holds a What If body with `facts`, as the conformance suite defines it: one JSON object,
    or several with each on a line of its own; `-` is standard input.
    """
    from ostiary.cli.requests import naming, read_requests
    from ostiary.cli.tenants import exit_code, refused_json, tenant_at, warnings_json

    requests = read_requests(request_path)
    tenant = tenant_at(tenant_path, strict=strict)
    beside = {"refused": refused_json(tenant.parts), "warnings": warnings_json(tenant.parts)}
    for request in requests:
        with naming(request.place):
            decision = tenant.decide(request.body)
        if as_json:
            answer_json({**decision.to_json(), **beside})
            continue
        from ostiary.cli.decision_page import show_decision

        heading = request.place if len(requests) > 1 else ""
        show_decision(decision, tenant.parts.directory, heading)
    return exit_code(tenant.parts)
