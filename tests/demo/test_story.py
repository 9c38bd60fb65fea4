"""`ostiary demo` as its users start it: the story, what it leaves for scripts, and its end."""

from __future__ import annotations

import shlex
import signal
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msal  # pyright: ignore[reportMissingTypeStubs]  # it has none
import pytest
import requests

OSTIARY = (sys.executable, "-c", "import sys; from ostiary.cli.main import main; sys.exit(main())")
NAMES = [
    *("LOGIN_URL", "ARM_URL", "GRAPH_URL", "IMDS_URL", "ADMIN_URL", "TENANT_ID", "CA_BUNDLE"),
    *("TUSER", "TUSER_ID", "PASSWORD", "TOTP_SECRET", "BREAKGLASS", "BG_PASSWORD"),
    *("SP_ID", "SP_SECRET", "SP_CERT", "SP_KEY", "SP_CRT", "FED_TOKEN_FILE", "MI_CLIENT_ID"),
    *("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "SUB_ID", "ADMIN", "ADMIN_PASSWORD"),
    *("ADMIN_TOTP_SECRET", "MFA_POLICY_ID"),
]
ARM_SCOPE = "https://management.core.windows.net//.default"
LAST = "Serving until Ctrl-C."


@dataclass
class Demo:
    """A demonstration that is served."""

    data: Path
    process: subprocess.Popen[str]
    said: list[str]

    @property
    def values(self) -> dict[str, str]:
        """What it wrote for scripts."""
        lines = (self.data / "demo.env").read_text("utf-8").splitlines()
        pairs = (line.partition("=") for line in lines)
        return {name: "".join(shlex.split(value)) for name, _, value in pairs}

    @property
    def trust(self) -> ssl.SSLContext:
        """Its certificate authority."""
        return ssl.create_default_context(cafile=self.values["CA_BUNDLE"])

    def workload(self, credential: Any) -> Any:
        """Give the application as MSAL's client."""
        values, session = self.values, requests.Session()
        session.trust_env, session.verify = False, values["CA_BUNDLE"]
        return msal.ConfidentialClientApplication(
            values["SP_ID"],
            client_credential=credential,
            authority=f"{values['LOGIN_URL']}/{values['TENANT_ID']}",
            instance_discovery=False,
            http_client=session,
        )

    def get(self, address: str, token: str) -> dict[str, Any]:
        """Ask an API."""
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx.get(address, headers=headers, verify=self.trust)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Start it, and wait for the end of the story."""
    data = tmp_path_factory.mktemp("demo") / "tenant"
    with subprocess.Popen(  # noqa: S603  # our own command
        [*OSTIARY, "demo", "--data", str(data)], stdout=subprocess.PIPE, text=True
    ) as process:
        said: list[str] = []
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line.rstrip())
            if said[-1] == LAST:
                break
        try:
            yield Demo(data, process, said)
        finally:
            process.terminate()
            process.wait(60)


def test_every_step_of_the_story_holds(demo: Demo) -> None:
    assert demo.said[-1] == LAST
    text = "\n".join(demo.said)
    assert "NOT AS IT HAS TO BE" not in text
    for seen in ("reportOnlyInterrupted", "AADSTS50076", "the webhook has it"):
        assert seen in text


def test_scripts_get_every_variable_and_nobody_else_does(demo: Demo) -> None:
    file = demo.data / "demo.env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    values = demo.values
    assert list(values) == NAMES
    assert all(values.values())
    for name in ("CA_BUNDLE", "SP_CERT", "SP_KEY", "SP_CRT", "FED_TOKEN_FILE"):
        assert Path(values[name]).is_absolute()
        assert Path(values[name]).is_file()
    for name in ("LOGIN_URL", "ARM_URL", "GRAPH_URL", "IMDS_URL", "ADMIN_URL"):
        assert not values[name].endswith("/")
    key, certificate = Path(values["SP_KEY"]).read_text(), Path(values["SP_CRT"]).read_text()
    assert Path(values["SP_CERT"]).read_text() == key + certificate


@pytest.mark.parametrize("way", ["secret", "certificate", "federated"])
def test_the_application_proves_itself(demo: Demo, way: str) -> None:
    values = demo.values
    credential: Any = {
        "secret": values["SP_SECRET"],
        "certificate": {
            "private_key": Path(values["SP_KEY"]).read_text(),
            "public_certificate": Path(values["SP_CRT"]).read_text(),
        },
        "federated": {"client_assertion": Path(values["FED_TOKEN_FILE"]).read_text},
    }[way]
    found = demo.workload(credential).acquire_token_for_client([ARM_SCOPE])
    assert "access_token" in found, found
    subscriptions = demo.get(
        f"{values['ARM_URL']}/subscriptions?api-version=2022-12-01", found["access_token"]
    )
    assert [each["subscriptionId"] for each in subscriptions["value"]] == [values["SUB_ID"]]


def test_the_application_reads_policies_locations_sign_ins_and_users(demo: Demo) -> None:
    values = demo.values
    scope = f"{values['GRAPH_URL']}/.default"
    found = demo.workload(values["SP_SECRET"]).acquire_token_for_client([scope])
    assert "access_token" in found, found
    root = f"{values['GRAPH_URL']}/v1.0"
    policy = demo.get(
        f"{root}/identity/conditionalAccess/policies/{values['MFA_POLICY_ID']}",
        found["access_token"],
    )
    assert policy["state"] == "enabled"
    for path in ("identity/conditionalAccess/namedLocations", "auditLogs/signIns", "users"):
        assert demo.get(f"{root}/{path}", found["access_token"])["value"]


def test_the_managed_identity_is_asked_for_both_ways(demo: Demo) -> None:
    values = demo.values
    resource = {"resource": "https://management.azure.com/", "client_id": values["MI_CLIENT_ID"]}
    metadata = httpx.get(
        f"{values['IMDS_URL']}/metadata/identity/oauth2/token",
        params={"api-version": "2018-02-01", **resource},
        headers={"Metadata": "true"},
    )
    service = httpx.get(
        values["IDENTITY_ENDPOINT"],
        params={"api-version": "2019-08-01", **resource},
        headers={"X-IDENTITY-HEADER": values["IDENTITY_HEADER"]},
    )
    for answer in (metadata, service):
        assert answer.status_code == 200, answer.text
        address = f"{values['ARM_URL']}/subscriptions?api-version=2022-12-01"
        assert demo.get(address, answer.json()["access_token"])["value"]


def test_it_ends_with_its_servers_and_goes_on_where_it_was(demo: Demo) -> None:
    login = demo.values["LOGIN_URL"]
    demo.process.send_signal(signal.SIGTERM)
    assert demo.process.wait(60) == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(login, verify=demo.trust)
    again = subprocess.run(  # noqa: S603  # our own command
        [*OSTIARY, "demo", "--exit", "--data", str(demo.data)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 0, again.stdout + again.stderr
    assert "put back into report-only" in again.stdout
