"""Parts of the demonstration: its tenant is a good one, its ports are free, its file is its own."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from ostiary.demo import people
from ostiary.demo.credentials import FILE_NAME, kept
from ostiary.model.errors import InputError
from ostiary.serving.free_ports import free_ports
from ostiary.tenant.tenant import load_tenant


def test_the_organisation_is_whole() -> None:
    tenant = load_tenant(people.organisation())
    directory = tenant.parts.directory
    assert not tenant.parts.refused
    assert not tenant.parts.warnings
    assert len(directory.users) > 300
    operators = directory.groups[people.identifier("group Cloud operators")]
    assert people.identifier("group Cloud platform") in (operators.members or ())


def test_a_port_that_is_taken_is_passed_over() -> None:
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind(("127.0.0.1", 8445))
        except OSError:
            pass  # somebody else holds it: taken all the same
        else:
            held.listen()
        ports = free_ports()
    assert ports.graph > 8445
    assert (8445, ports.graph) in list(ports.moved)
    assert len({ports.login, ports.management, ports.graph, ports.identities}) == 4


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"administrator": 3}'])
def test_a_foreign_file_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text, "utf-8")
    with pytest.raises(InputError, match="came something else"):
        kept(tmp_path)
