"""`ostiary conformance --target`: the validation cases through HTTP, against a server."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ostiary.cli.output import note
from ostiary.model.errors import InputError

if TYPE_CHECKING:
    from ostiary.conformance.suite import Suite
    from ostiary.conformance.target import Target

TOKEN_VARIABLE = "OSTIARY_TOKEN"  # noqa: S105  # a name
SECRET_VARIABLE = "OSTIARY_CLIENT_SECRET"  # noqa: S105  # a name


@dataclass(frozen=True, slots=True)
class Aim:
    """Which API is called, and how its caller proves himself."""

    url: str
    authority: Path | None = None
    token_file: str | None = None
    token_url: str | None = None
    client_id: str | None = None
    data: str | None = None


@contextmanager
def aimed(aim: Aim) -> Generator[Target]:
    """Give the API as an implementation of the suite. Raises InputError, Unreachable."""
    from ostiary.conformance.http_calls import HttpCaller
    from ostiary.conformance.target import Target

    caller = HttpCaller(aim.url, aim.authority)
    try:
        token = _token(aim)
        if aim.data is None:
            yield Target(caller, token)
            return
        from ostiary.cli.hosted import opened_host

        with opened_host(aim.data) as host:
            from ostiary.administration.emergency_accounts import declare
            from ostiary.administration.guard import Override

            reason = Override("a run of the conformance suite")

            def declared(accounts: Sequence[str]) -> None:
                declare(host.store, host.snapshots, accounts, by=host.by, override=reason)

            yield Target(caller, token, declared)
    finally:
        caller.close()


def validating(suites: Sequence[Suite]) -> list[Suite]:
    """Leave out the cases that ask no API, and say how many there are."""
    from ostiary.conformance.suite import Kind

    kept = [
        replace(each, cases=tuple(case for case in each.cases if case.kind is Kind.VALIDATE))
        for each in suites
    ]
    left_out = sum(len(each.cases) for each in suites) - sum(len(each.cases) for each in kept)
    if left_out:
        note(f"{left_out} decision and What If cases need tenants of their own and are left out")
    return [each for each in kept if each.cases]


def _token(aim: Aim) -> str:
    """Read a token, or ask for one by client credentials. Raises InputError."""
    if aim.token_url or aim.client_id:
        return _by_credentials(aim)
    from ostiary.cli.requests import standard_input

    if aim.token_file is not None:
        file = aim.token_file
        read = standard_input() if file == "-" else Path(file).read_bytes()
        token = read.decode("ascii", "replace").strip()
    else:
        token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not token or not token.isprintable() or any(each.isspace() for each in token):
        raise InputError(
            "expected an access token for the target's Graph API",
            hint=f"give it with --token-file, in {TOKEN_VARIABLE}, or give --token-url and"
            " --client-id",
        )
    return token


def _by_credentials(aim: Aim) -> str:
    from ostiary.conformance.http_calls import HttpCaller

    secret = os.environ.get(SECRET_VARIABLE, "")
    if not (aim.token_url and aim.client_id and secret):
        raise InputError(
            f"expected --token-url, --client-id and the secret in {SECRET_VARIABLE}, one is missing"
        )
    parts = urlsplit(aim.token_url)
    endpoint = HttpCaller(f"{parts.scheme}://{parts.netloc}", aim.authority)
    try:
        return endpoint.token(
            parts.path,
            {
                "grant_type": "client_credentials",
                "client_id": aim.client_id,
                "client_secret": secret,
                "scope": f"{aim.url.rstrip('/')}/.default",
            },
        )
    finally:
        endpoint.close()
