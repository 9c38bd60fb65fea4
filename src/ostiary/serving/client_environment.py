"""What clients on a host need in their environment to trust the server and to find it.

The variables and who reads them: REQUESTS_CA_BUNDLE the Azure CLI, MSAL and azure-core for Python;
SSL_CERT_FILE the Graph SDK for Python and OpenSSL; CURL_CA_BUNDLE curl; NODE_EXTRA_CA_CERTS
Node.js. Without AZURE_CORE_INSTANCE_DISCOVERY=false MSAL asks Microsoft whether it knows the host.
"""

from __future__ import annotations

import shlex
import ssl
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from ostiary.model.errors import InputError
from ostiary.oidc.endpoints import APP_SERVICE_TOKEN
from ostiary.secrecy.clock import Clock
from ostiary.secrecy.randomness import Randomness
from ostiary.serving.certificates import CA_CERTIFICATE, local_ca, read_certificate
from ostiary.serving.files import PUBLIC, read_if_there, write_anew
from ostiary.serving.settings import ManagedIdentities, ServerSettings

BUNDLE: Final = "ca-bundle.pem"
CLOUD: Final = "Ostiary"
_OF_ALL: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # only asked about
_SYSTEM_ROOTS: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)


def authority_file(
    settings: ServerSettings, folder: Path, *, clock: Clock, randomness: Randomness
) -> Path | None:
    """Give the certificate that clients have to trust, None where they know its authority.

    The local one is made where there is none yet. Raises DataFileError.
    """
    if settings.tls.certificate:
        authority = settings.tls.authority
        if authority is not None:
            read_certificate(authority)
        return authority
    path = folder / CA_CERTIFICATE
    if path.is_file():  # its key is for the server alone, which may be another user
        read_certificate(path)
        return path
    return local_ca(folder, clock=clock, randomness=randomness).file


def write_bundle(folder: Path, authority: Path, *, randomness: Randomness) -> Path:
    """Write the authorities that this host trusts, and ours, into one file of the data folder.

    A client that is given a bundle trusts nothing else. Raises DataFileError.
    """
    path = folder / BUNDLE
    parts = [each for each in (_known_roots(), read_if_there(authority)) if each]
    content = b"\n".join(parts)
    if read_if_there(path) != content:
        write_anew(path, content, mode=PUBLIC, randomness=randomness)
    return path


def client_environment(
    settings: ServerSettings, folder: Path, authority: Path | None, bundle: Path | None
) -> dict[str, str]:
    """Give the variables, in the order in which they are printed."""
    trust = {
        "REQUESTS_CA_BUNDLE": bundle,
        "SSL_CERT_FILE": bundle,
        "CURL_CA_BUNDLE": bundle,
        "NODE_EXTRA_CA_CERTS": authority,
    }
    return {
        "OSTIARY_DATA": str(folder.resolve()),
        **{name: str(path.resolve()) for name, path in trust.items() if path is not None},
        "AZURE_AUTHORITY_HOST": settings.login_url,
        **_managed_identity(settings),
        "AZURE_CORE_INSTANCE_DISCOVERY": "false",
        "AZURE_CORE_COLLECT_TELEMETRY": "false",
        "AZURE_CORE_LOGIN_EXPERIENCE_V2": "off",
    }


def _managed_identity(settings: ServerSettings) -> dict[str, str]:
    """Give what leads `az login --identity`, MSAL and azure-identity to the IMDS protocol.

    Without it they would ask 169.254.169.254 (wire contract section 3).
    """
    own = settings.managed_identities
    if own.port is None:
        return {}
    return {"AZURE_POD_IDENTITY_AUTHORITY_HOST": managed_identity_url(own)}


def managed_identity_url(own: ManagedIdentities) -> str:
    """Give where workloads of this host reach the listener."""
    listened = next((each for each in own.addresses if ":" not in each), own.addresses[0])
    reached = _OF_ALL.get(listened, listened)
    return f"http://[{reached}]:{own.port}" if ":" in reached else f"http://{reached}:{own.port}"


def identity_endpoint(settings: ServerSettings) -> str:
    """Give where a workload asks that has a secret of its own. Raises InputError."""
    own = settings.managed_identities
    if own.port is None:
        raise InputError(
            "the protocols of managed identities are off",
            hint="set `port` in the table [managed_identities] of ostiary.toml, 8446 for example",
        )
    return f"{managed_identity_url(own)}{APP_SERVICE_TOKEN}"


def cloud_commands(settings: ServerSettings) -> tuple[str, str]:
    """Give the commands that make the server known to the Azure CLI, once."""
    url = settings.management_url
    return (
        f"az cloud register -n {CLOUD} --endpoint-resource-manager {url}",
        f"az cloud set -n {CLOUD}",
    )


def in_shell(shell: str, variables: Mapping[str, str], commands: Iterable[str]) -> list[str]:
    """Write variables as a shell reads them; commands follow as comments.

    The semicolons are for who forgets the quotes of `eval "$(ostiary env)"`.
    """
    line = SHELLS[shell]
    told = [f"# {each}" for each in ("once, for the Azure CLI:", *commands)]
    return [*(line(name, value) for name, value in variables.items()), *told]


def _in_sh(name: str, value: str) -> str:
    return f"export {name}={shlex.quote(value)};"


def _in_fish(name: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"set -gx {name} '{escaped}';"


def _in_powershell(name: str, value: str) -> str:
    # PowerShell takes the typographic ones for quotes as well.
    doubled = "".join(each * 2 if each in "'\u2018\u2019\u201a\u201b" else each for each in value)
    return f"$env:{name} = '{doubled}';"


SHELLS: Final[Mapping[str, Callable[[str, str], str]]] = {
    "sh": _in_sh,
    "fish": _in_fish,
    "powershell": _in_powershell,
}


def _known_roots() -> bytes | None:
    """Give the authorities that the clients would trust without us."""
    if find_spec("certifi"):
        import certifi

        return read_if_there(Path(certifi.where()))
    named = ssl.get_default_verify_paths().cafile
    places = [Path(each) for each in (named, *_SYSTEM_ROOTS) if each]
    return next((read_if_there(each) for each in places if each.is_file()), None)
