"""`ostiary env` prints what a shell can take over, whatever the folder is called."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from ostiary.serving.client_environment import in_shell
from tests.cli.running import Ran, run

NAMES = (
    "OSTIARY_DATA",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "AZURE_AUTHORITY_HOST",
    "AZURE_CORE_INSTANCE_DISCOVERY",
    "AZURE_CORE_COLLECT_TELEMETRY",
    "AZURE_CORE_LOGIN_EXPERIENCE_V2",
)
AWKWARD = 'it\'s "the" $HOME `data` \\ folder; é'


def env(folder: Path, *more: str) -> Ran:
    folder.mkdir(exist_ok=True)
    return run("env", "--data", folder, *more, OSTIARY_LOGIN_URL="https://login.example:9443")


def variables(folder: Path) -> dict[str, str]:
    (found,) = env(folder, "--shell", "json").answers
    return found


def test_the_variables_that_clients_need(tmp_path: Path) -> None:
    found = variables(tmp_path)
    assert tuple(found) == NAMES
    assert found["OSTIARY_DATA"] == str(tmp_path)
    assert found["REQUESTS_CA_BUNDLE"] == found["SSL_CERT_FILE"] == f"{tmp_path}/ca-bundle.pem"
    assert found["NODE_EXTRA_CA_CERTS"] == f"{tmp_path}/ca.pem"
    assert found["AZURE_AUTHORITY_HOST"] == "https://login.example:9443"


def test_the_bundle_holds_what_this_host_trusts_and_ours(tmp_path: Path) -> None:
    certifi = pytest.importorskip("certifi")
    found = variables(tmp_path)
    bundle = Path(found["SSL_CERT_FILE"]).read_bytes()
    ours = Path(found["NODE_EXTRA_CA_CERTS"]).read_bytes()
    assert bundle == Path(certifi.where()).read_bytes() + b"\n" + ours
    assert len(ssl.create_default_context(cafile=found["SSL_CERT_FILE"]).get_ca_certs()) > 1


def test_a_second_time_gives_the_same_authority(tmp_path: Path) -> None:
    before = variables(tmp_path), (tmp_path / "ca-bundle.pem").read_bytes()
    assert (variables(tmp_path), (tmp_path / "ca-bundle.pem").read_bytes()) == before


@pytest.mark.parametrize("quoted", ['eval "$(cat "$1")"', '. "$1"'])
def test_a_shell_takes_it_over_from_any_folder(tmp_path: Path, quoted: str) -> None:
    folder, written = tmp_path / AWKWARD, tmp_path / "env.sh"
    written.write_text(env(folder).out, encoding="utf-8")
    script = f'{quoted}\nprintf "%s\\n" "$OSTIARY_DATA" "$SSL_CERT_FILE" "$AZURE_AUTHORITY_HOST"'
    ran = subprocess.run(  # noqa: S603  # a fixed script
        ["/bin/sh", "-eu", "-c", script, "sh", str(written)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.splitlines() == [
        str(folder),
        str(folder / "ca-bundle.pem"),
        "https://login.example:9443",
    ]


@pytest.mark.skipif(shutil.which("fish") is None, reason="the fish shell is not there")
def test_fish_takes_it_over(tmp_path: Path) -> None:
    folder = tmp_path / AWKWARD
    script = f"{env(folder, '--shell', 'fish').out}\necho $OSTIARY_DATA"
    ran = subprocess.run(["fish", "-c", script], capture_output=True, text=True, check=True)  # noqa: S603, S607
    assert ran.stdout == f"{folder}\n"


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("sh", "export X='it'\"'\"'s \\ \u2019 $x';"),
        ("fish", "set -gx X 'it\\'s \\\\ \u2019 $x';"),
        ("powershell", "$env:X = 'it''s \\ \u2019\u2019 $x';"),
    ],
)
def test_quoting(shell: str, line: str) -> None:
    assert in_shell(shell, {"X": "it's \\ \u2019 $x"}, ["az cloud set -n Ostiary"]) == [
        line,
        "# once, for the Azure CLI:",
        "# az cloud set -n Ostiary",
    ]


def test_the_commands_for_the_azure_cli_are_comments(tmp_path: Path) -> None:
    comments = [line for line in env(tmp_path).out.splitlines() if line.startswith("#")]
    assert comments == [
        "# once, for the Azure CLI:",
        "# az cloud register -n Ostiary --endpoint-resource-manager https://localhost:8444",
        "# az cloud set -n Ostiary",
    ]


def test_an_authority_that_clients_know_needs_no_bundle(tmp_path: Path) -> None:
    (tmp_path / "ostiary.toml").write_text(
        "[tls]\ncertificate = 'c'\nkey = 'k'\n", encoding="utf-8"
    )
    assert set(NAMES) - set(variables(tmp_path)) == {
        "REQUESTS_CA_BUNDLE",
        "SSL_CERT_FILE",
        "CURL_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS",
    }
    assert not (tmp_path / "ca.key").exists()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    ran = run("env", "--data", tmp_path / "nowhere")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"ostiary: expected the data folder of a server, came `{tmp_path}/nowhere`; "
        "name it with --data, or make one with `ostiary init`\n"
    )
