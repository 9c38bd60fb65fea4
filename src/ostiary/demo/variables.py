"""`demo.env`: what scripts need to use the demonstration, one `NAME=value` a line."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Final

from ostiary.demo.certificate import SP_CERT, SP_CRT, SP_KEY
from ostiary.demo.story import Story
from ostiary.oidc.endpoints import APP_SERVICE_TOKEN
from ostiary.secrecy.clock import Clock
from ostiary.secrecy.randomness import Randomness
from ostiary.serving.client_environment import BUNDLE
from ostiary.serving.files import PRIVATE, write_anew

FILE_NAME: Final = "demo.env"
FEDERATED: Final = "federated-token"


def write_variables(data: Path, story: Story, *, clock: Clock, randomness: Randomness) -> None:
    """Write the file and the federated token, for the owner of the folder only."""
    values = variables(data, story)
    token = story.beyond.token(clock.now()).encode()
    write_anew(data / FEDERATED, token, mode=PRIVATE, randomness=randomness)
    text = "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items())
    write_anew(data / FILE_NAME, text.encode(), mode=PRIVATE, randomness=randomness)


def variables(data: Path, story: Story) -> dict[str, str]:
    """Give every variable; paths are absolute, addresses without a slash at the end."""
    folder, told, ports = data.resolve(), story.told, story.clients.ports
    return {
        "LOGIN_URL": ports.login_url,
        "ARM_URL": ports.management_url,
        "GRAPH_URL": ports.graph_url,
        "IMDS_URL": ports.identities_url,
        "ADMIN_URL": f"{ports.login_url}/admin",
        "TENANT_ID": told.tenant_id,
        "CA_BUNDLE": str(folder / BUNDLE),
        "TUSER": told.user.name,
        "TUSER_ID": told.user.id,
        "PASSWORD": told.user.password,
        "TOTP_SECRET": told.user.otp_key,
        "BREAKGLASS": told.emergency[0].name,
        "BG_PASSWORD": told.emergency[0].password,
        "SP_ID": told.application.app_id,
        "SP_SECRET": told.application.secret,
        "SP_CERT": str(folder / SP_CERT),
        "SP_KEY": str(folder / SP_KEY),
        "SP_CRT": str(folder / SP_CRT),
        "FED_TOKEN_FILE": str(folder / FEDERATED),
        "MI_CLIENT_ID": told.identity_client_id,
        "IDENTITY_ENDPOINT": f"{ports.identities_url}{APP_SERVICE_TOKEN}",
        "IDENTITY_HEADER": told.identity_secret,
        "SUB_ID": told.subscription_id,
        "ADMIN": told.administrator.name,
        "ADMIN_PASSWORD": told.administrator.password,
        "ADMIN_TOTP_SECRET": told.administrator.otp_key,
        "MFA_POLICY_ID": story.policy_id,
    }
