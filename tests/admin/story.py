"""A real server for people in a browser: its tenant, who is who there, and what they know."""

from __future__ import annotations

import hashlib
import json
import os
import ssl
from base64 import b64encode
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.directory.objects import SETTINGS
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import CONDITIONAL_ACCESS_ADMINISTRATOR, SECURITY_READER
from ostiary.secrecy.secret import Secret
from tests.admin.pages import with_role
from tests.admin.test_policies import BLOCK_ALL
from tests.pages.test_in_browser import run
from tests.serving.processes import Process, running
from tests.web.serving import LIFEBOAT, PASSWORD, PLACES, POLICY, Served, serve
from tests.web.test_in_browser import AUTHORIZE

_ID: Final = "5a1f9a40-0000-4000-8000-0000000001{:02d}"
_PEOPLE: Final = (
    ("hedda", CONDITIONAL_ACCESS_ADMINISTRATOR),
    ("carla", CONDITIONAL_ACCESS_ADMINISTRATOR),
    ("rolf", SECURITY_READER),
    ("berit", ""),
)
"""User names before the `@`, and the directory role of each."""


@dataclass
class Story:
    """The server, and for each person the key of his authenticator app."""

    process: Process
    apps: dict[str, str]
    blocks: str
    """The policy that would lock everybody out, off."""
    key: str = field(default="")

    def play(self, script: str) -> dict[str, Any]:
        """Run a script; every page on its way has to be in order."""
        asked = {
            "base": self.process.login_url,
            "key": self.key,
            "authorize": "/admin/",
            "client": AUTHORIZE,
            "password": PASSWORD,
            "apps": self.apps,
            "blocks": self.blocks,
            "shots": os.environ.get("OSTIARY_SHOTS"),
        }
        answer = run(script, json.dumps(asked))
        assert answer["wrong"] == [], "\n".join(answer["wrong"])
        assert answer["checked"] > 0
        return answer


@contextmanager
def story(data: Path) -> Generator[Story]:
    """Make the tenant in a folder, and run `ostiary serve` for it."""
    served = serve(data)
    apps, blocks = _people(served), _policies(served)
    served.service.store.close()
    with running(data) as process:
        yield Story(process, apps, blocks, _key_hash(process))


def _people(served: Served) -> dict[str, str]:
    store = served.service.store
    word = served.service.attempts.passwords.hash(Secret(PASSWORD))
    apps: dict[str, str] = {}
    for number, (name, role) in enumerate(_PEOPLE):
        user = _ID.format(number)
        document = {
            "id": user,
            "displayName": name.title(),
            "userPrincipalName": f"{name}@fjordvik.example",
            "accountEnabled": True,
        }
        store.users.create(document, by=SYSTEM)
        store.passwords.set(user, word, by=SYSTEM)
        if role:
            with_role(served, role, user)
        served.enrol(user)
        apps[name] = served.apps[user]
    with_role(served, GLOBAL_ADMINISTRATOR, LIFEBOAT)
    store.singles.write(SETTINGS, {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    return apps


def _policies(served: Served) -> str:
    """Let administrators alone need a second factor; gives the policy that blocks everybody."""
    policies = served.service.store.policies
    for each in (POLICY, PLACES):
        policies.delete(each, by=SYSTEM)
    roles = [CONDITIONAL_ACCESS_ADMINISTRATOR, GLOBAL_ADMINISTRATOR]
    document = {
        "displayName": "Require MFA for administrators",
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "users": {"includeRoles": roles, "excludeUsers": [LIFEBOAT]},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
    }
    policies.create(document, by=SYSTEM)
    return policies.create(BLOCK_ALL, by=SYSTEM).id


def _key_hash(process: Process) -> str:
    """Give the hash of the server's key, as Chromium is told of it."""
    pem = ssl.get_server_certificate(("localhost", process.ports[0]))
    key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    info = serialization.PublicFormat.SubjectPublicKeyInfo
    public = key.public_bytes(serialization.Encoding.DER, info)
    return b64encode(hashlib.sha256(public).digest()).decode("ascii")
