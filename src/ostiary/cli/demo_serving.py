"""`ostiary demo --serve`: a tenant with known passwords, served until it is told to stop."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ostiary.cli.exits import DONE
from ostiary.cli.extras import require_server
from ostiary.cli.output import answer, answer_json, note

if TYPE_CHECKING:
    from ostiary.serving.demo_tenant import DemoTenant


def serve_demo(tenant: Mapping[str, Any], data: Path, config: str | None, *, as_json: bool) -> int:
    """Make the tenant if need be, tell its passwords, and serve it."""
    require_server()
    from ostiary.secrecy.clock import SystemClock
    from ostiary.secrecy.randomness import SystemRandomness
    from ostiary.serving.demo_tenant import demo_settings, demo_tenant
    from ostiary.serving.server import run
    from ostiary.serving.settings_reading import read_settings

    found = read_settings(
        config=Path(config) if config else None, folder=data, environment=os.environ
    )
    demo = demo_tenant(data, tenant, os.environ, clock=SystemClock(), randomness=SystemRandomness())

    def tell_passwords() -> None:
        if as_json:
            answer_json(asdict(demo))
            return
        for line in _lines(demo, data):
            answer(line)

    # Passwords of a server that then cannot listen would only mislead.
    run(data, demo_settings(found.settings), tell=note, listening=tell_passwords)
    return DONE


def _lines(demo: DemoTenant, data: Path) -> Iterator[str]:
    yield f"Tenant {demo.tenant_id}. Its policy `Require MFA for Azure management` is report-only."
    for each in demo.people:
        yield ""
        yield f"{each.name}"
        yield f"  password       {each.password}"
        if each.otp_key:
            yield f"  authenticator  {each.otp_key}"
            yield f"                 {each.otp_uri}"
    yield ""
    yield f"Application {demo.app_id}"
    yield f"  secret         {demo.app_secret}"
    yield ""
    yield "In another terminal:"
    yield f'  eval "$(ostiary env --data {data})"'
    yield "  az cloud register -n Ostiary --endpoint-resource-manager https://localhost:8444"
    yield "  az cloud set -n Ostiary && az login --use-device-code"
    yield f'  ostiary policy set-state "Require MFA for Azure management" on --data {data}'
    yield ""
