"""`ostiary app add`: register an OIDC client, so that the policies protect what it signs in to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.hosted import guarded_command, opened_host, settings_of
from ostiary.cli.output import answer, answer_json

if TYPE_CHECKING:
    from ostiary.administration.applications import Client

_MEMBERS: Final = {"web": "web", "spa": "spa", "public": "publicClient"}
_WITH_SECRET: Final = frozenset({"web", "daemon"})


@click.command("add")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(("web", "spa", "public", "daemon")),
    required=True,
    help="web: on a server, with a secret; spa: in a browser; public: on people's devices; daemon:"
    " signs in as itself, with a secret.",
)
@click.option(
    "--redirect-uri",
    "redirects",
    multiple=True,
    metavar="URI",
    help="Where people come back to; several times for several. Compared letter by letter.",
)
@click.option("--no-secret", is_flag=True, help="Make no secret: it will prove itself otherwise.")
@click.option(
    "--secret-days",
    type=click.IntRange(1, 730),
    default=180,
    show_default=True,
    help="How long the secret is good.",
)
@options.data
@options.config
@options.as_json
@guarded_command
def add_command(
    name: str,
    *,
    kind: str,
    redirects: tuple[str, ...],
    no_secret: bool,
    secret_days: int,
    data: str,
    config: str | None,
    as_json: bool,
) -> int:
    """Register an application and print what it has to be told; the secret is printed once.

    Redirect URIs are https, or http on localhost, as in Graph; an application on devices may have
    a scheme of its own.
    """
    if kind == "daemon" and redirects:
        raise click.UsageError("a daemon signs nobody in: it has no --redirect-uri")
    if kind in {"web", "spa"} and not redirects:
        raise click.UsageError(f"expected --redirect-uri: a {kind} application needs one at least")
    with opened_host(data) as host:
        from datetime import timedelta

        from ostiary.administration.applications import NewSecret, register_client
        from ostiary.directory.objects import ORGANIZATION
        from ostiary.graph.application_bodies import application_of, principal_of

        settings = settings_of(data, config)
        means = host.store.means
        tenant_id = str(host.store.singles.value_of(ORGANIZATION).get("id"))
        app_id, now = means.new_id(), means.clock.now()
        body: dict[str, Any] = {"displayName": name, "isFallbackPublicClient": kind == "public"}
        if redirects:
            body[_MEMBERS[kind]] = {"redirectUris": list(redirects)}
        document = {
            "signInAudience": "AzureADMyOrg",
            **application_of(body, {}, (f"api://{app_id}",), first=True),
            "appId": app_id,
            "createdDateTime": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        }
        members = {
            "accountEnabled": True,
            "servicePrincipalType": "Application",
            **principal_of({}),
            "appOwnerOrganizationId": tenant_id,
        }
        secret = None
        if kind in _WITH_SECRET and not no_secret:
            secret = NewSecret("made with the application", now + timedelta(days=secret_days))
        made = register_client(host.store, document, members, by=host.by, secret=secret)
    _tell(made, f"{settings.login_url}/{tenant_id}/v2.0", as_json=as_json)
    return DONE


def _tell(made: Client, issuer: str, *, as_json: bool) -> None:
    discovery = f"{issuer}/.well-known/openid-configuration"
    document = made.application.document
    told = {
        "displayName": document["displayName"],
        "clientId": document["appId"],
        "objectId": made.application.id,
        "servicePrincipalId": made.principal.id,
        "issuer": issuer,
        "configuration": discovery,
    }
    if as_json:
        answer_json({**told, **({"clientSecret": made.secret} if made.secret else {})})
        return
    answer(f"{told['displayName']}: registered")
    answer(f"  Client id:      {told['clientId']}")
    if made.secret:
        answer(f"  Client secret:  {made.secret}  (shown this once)")
    answer(f"  Issuer:         {issuer}")
    answer(f"  Configuration:  {discovery}")
