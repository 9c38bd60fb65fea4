"""The local authority: made once, strict, renewed in time; the administrator's own files."""

from __future__ import annotations

import shutil
import socket
import ssl
import stat
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from ostiary.secrecy.clock import FixedClock, SystemClock
from ostiary.secrecy.randomness import SystemRandomness
from ostiary.serving.certificates import (
    CA_CERTIFICATE,
    CA_KEY,
    LOOPBACK,
    SERVER,
    CertificateError,
    local_ca,
    names_of,
    own_certificate,
    server_certificate,
)
from ostiary.serving.files import DataFileError
from tests.secrecy.seeded import clock_at_start

RANDOMNESS = SystemRandomness()
NAMES = ("login.fjordvik.example", *LOOPBACK)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def made(folder: Path, clock: FixedClock | SystemClock, *names: str) -> bytes:
    given = server_certificate(folder, names or NAMES, clock=clock, randomness=RANDOMNESS)
    assert given.certificate == given.key == folder / SERVER
    return given.certificate.read_bytes()


def test_the_names_are_the_hosts_of_the_public_urls() -> None:
    urls = ("https://login.fjordvik.example:8443", "https://localhost:8444", "https://[::1]:8445")
    assert names_of(urls) == ("login.fjordvik.example", "localhost", "::1")


def test_authority_and_keys_are_private_and_made_once(tmp_path: Path) -> None:
    clock = clock_at_start()
    first = made(tmp_path, clock)
    authority = (tmp_path / CA_CERTIFICATE).read_bytes()
    clock.move(timedelta(days=300))
    assert made(tmp_path, clock) == first
    assert (tmp_path / CA_CERTIFICATE).read_bytes() == authority
    assert sorted(each.name for each in tmp_path.iterdir()) == [CA_KEY, CA_CERTIFICATE, SERVER]
    assert mode(tmp_path / CA_KEY) == mode(tmp_path / SERVER) == 0o600
    assert b"PRIVATE" not in authority


@pytest.mark.parametrize(
    ("days", "names"),
    [(368, NAMES), (0, ("other.example", *LOOPBACK))],
    ids=["29 days left", "other names"],
)
def test_a_certificate_is_renewed_in_time_and_for_other_names(
    tmp_path: Path, days: int, names: tuple[str, ...]
) -> None:
    clock = clock_at_start()
    first, authority = made(tmp_path, clock), (tmp_path / CA_CERTIFICATE).read_bytes()
    clock.move(timedelta(days=days))
    second = made(tmp_path, clock, *names)
    assert second != first
    assert (tmp_path / CA_CERTIFICATE).read_bytes() == authority
    found = x509.load_pem_x509_certificate(second)
    written = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(each.value) for each in written] == list(names)
    assert found.not_valid_after_utc - clock.now() == timedelta(days=397)


def test_a_renewed_authority_keeps_its_key_and_what_it_signed(tmp_path: Path) -> None:
    clock = clock_at_start()
    leaf = x509.load_pem_x509_certificate(made(tmp_path, clock))
    key, old = (tmp_path / CA_KEY).read_bytes(), (tmp_path / CA_CERTIFICATE).read_bytes()
    clock.move(timedelta(days=3630))
    renewed = local_ca(tmp_path, clock=clock, randomness=RANDOMNESS)
    assert (tmp_path / CA_CERTIFICATE).read_bytes() != old
    assert (tmp_path / CA_KEY).read_bytes() == key
    leaf.verify_directly_issued_by(renewed.certificate)


def test_processes_that_begin_at_once_agree_on_one_authority(tmp_path: Path) -> None:
    clock, barrier = clock_at_start(), threading.Barrier(8)

    def begin() -> bytes:
        barrier.wait()
        authority = local_ca(tmp_path, clock=clock, randomness=RANDOMNESS)
        return authority.file.read_bytes() + authority.certificate.fingerprint(SHA256())

    with ThreadPoolExecutor(8) as pool:
        assert len({each.result() for each in [pool.submit(begin) for _ in range(8)]}) == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == [CA_KEY, CA_CERTIFICATE]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl command is not there")
def test_openssl_verifies_it_strictly(tmp_path: Path) -> None:
    made(tmp_path, SystemClock())
    command = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver"]
    command += ["-CAfile", str(tmp_path / CA_CERTIFICATE), str(tmp_path / SERVER)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # fixed
    assert (ran.returncode, ran.stdout) == (0, f"{tmp_path / SERVER}: OK\n"), ran.stderr


@pytest.mark.parametrize("name", NAMES)
def test_python_verifies_it_strictly_for_every_name(tmp_path: Path, name: str) -> None:
    made(tmp_path, SystemClock())
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(tmp_path / SERVER)
    asking = ssl.create_default_context(cafile=str(tmp_path / CA_CERTIFICATE))
    asking.verify_flags |= ssl.VERIFY_X509_STRICT
    ours, theirs = socket.socketpair()
    with ours, theirs, ThreadPoolExecutor(1) as pool:
        answered = pool.submit(serving.wrap_socket, ours, server_side=True)
        with asking.wrap_socket(theirs, server_hostname=name) as secured:
            assert secured.version() == "TLSv1.3"
        answered.result().close()


def test_files_that_others_may_read_are_refused(tmp_path: Path) -> None:
    clock = clock_at_start()
    made(tmp_path, clock)
    (tmp_path / CA_KEY).chmod(0o640)
    with pytest.raises(CertificateError, match=r"owner only \(0600\), and its mode is 0640"):
        made(tmp_path, clock)


def test_a_certificate_of_another_key_is_refused(tmp_path: Path) -> None:
    clock, other = clock_at_start(), tmp_path / "other"
    other.mkdir()
    made(tmp_path, clock)
    made(other, clock)
    shutil.copy(other / CA_CERTIFICATE, tmp_path / CA_CERTIFICATE)
    with pytest.raises(CertificateError, match=r"certificate of `.*ca\.key`, and it is not"):
        made(tmp_path, clock)


def test_a_damaged_server_certificate_is_made_again(tmp_path: Path) -> None:
    clock = clock_at_start()
    first = made(tmp_path, clock)
    (tmp_path / SERVER).write_bytes(first[:200])
    assert len(made(tmp_path, clock)) > 200


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="cannot be read or written: no such file"):
        made(tmp_path / "nowhere", clock_at_start())


def test_the_administrators_own_certificate_is_taken(tmp_path: Path) -> None:
    clock = clock_at_start()
    made(tmp_path, clock)
    path = tmp_path / SERVER
    given = own_certificate(path, path, ["localhost"], clock=clock)
    assert (given.certificate, given.names) == (path, ("localhost",))


@pytest.mark.parametrize(
    ("certificate", "key", "name", "days", "told"),
    [
        (SERVER, SERVER, "elsewhere.example", 0, "to be for `elsewhere.example`, and it is for"),
        (SERVER, SERVER, "localhost", 398, "to be valid now, and it is valid from"),
        (SERVER, CA_KEY, "localhost", 0, "to be the key of"),
        (SERVER, CA_CERTIFICATE, "localhost", 0, "a private key in PEM without a password"),
        (CA_KEY, CA_KEY, "localhost", 0, "a certificate in PEM"),
        ("none.pem", SERVER, "localhost", 0, "which is not there"),
    ],
)
def test_an_own_certificate_that_does_not_fit_is_refused(
    tmp_path: Path, certificate: str, key: str, name: str, days: int, told: str
) -> None:
    clock = clock_at_start()
    made(tmp_path, clock)
    clock.move(timedelta(days=days))
    with pytest.raises(CertificateError, match=told):
        own_certificate(tmp_path / certificate, tmp_path / key, [name], clock=clock)
