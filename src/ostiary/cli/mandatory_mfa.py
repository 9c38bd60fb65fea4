"""`ostiary policy mandatory-mfa`: whether people need MFA to change resources.

Source: entra-docs identity/authentication/concept-mandatory-multifactor-authentication (phase 2).
"""

from __future__ import annotations

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.hosted import guarded_command, opened_host
from ostiary.cli.output import answer, answer_json


@click.command("mandatory-mfa")
@click.argument("wanted", type=click.Choice(["on", "off"]), required=False, metavar="[on|off]")
@options.data
@options.as_json
@guarded_command
def mandatory_mfa_command(wanted: str | None, *, data: str, as_json: bool) -> int:
    """Require MFA for changes of resources in the management API, or tell whether it is required.

    It counts for people, emergency access accounts too, and never for applications; reading is
    free. Graph has it as policies/mandatoryMultifactorAuthentication.
    """
    with opened_host(data) as host:
        from ostiary.administration.mandatory_mfa import (
            mfa_required_for_changes,
            require_mfa_for_changes,
        )

        if wanted is not None:
            require_mfa_for_changes(host.store, host.snapshots, wanted == "on", by=host.by)
        required = mfa_required_for_changes(host.store)
    if as_json:
        answer_json({"isRequiredForResourceChanges": required})
    else:
        answer(f"MFA for changes of resources: {'required' if required else 'not required'}")
    return DONE
