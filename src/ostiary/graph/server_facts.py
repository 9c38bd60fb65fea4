"""`admin/ostiary/server` (ours): what the server that runs tells of itself; nothing secret.

Its settings are a file's: they are changed there, by whoever keeps the host.
"""

from __future__ import annotations

from typing import Any, Final

from ostiary import __version__
from ostiary.graph.answers import entity, told
from ostiary.graph.permissions import READ_SERVER
from ostiary.graph.shapes import MAYBE_TEXT, MAYBE_TIME
from ostiary.graph.shapes import told as shown_as
from ostiary.http.calls import Answer, Call
from ostiary.http.operations import Operations
from ostiary.http.shapes import FLAG, TEXT, TEXTS, TIME, WHOLE, Named, list_of, maybe, whole
from ostiary.signin.server_facts import BACKED_UP, CertificateFact, SettingFact

OPERATIONS: Final = Operations()
_PATH: Final = "admin/ostiary/server"
_SETTING: Final = Named(
    "ostiary.setting",
    whole(
        {
            "name": TEXT,
            "value": MAYBE_TEXT,
            "isSecret": FLAG,
            "origin": TEXT,
            "variable": TEXT,
            "meaning": TEXT,
        }
    ),
)
_CERTIFICATE: Final = Named(
    "ostiary.serverCertificate",
    whole({"names": TEXTS, "endDateTime": TIME, "isByLocalAuthority": FLAG}),
)
_TYPE: Final = Named(
    "ostiary.server",
    whole(
        {
            "id": TEXT,
            "version": TEXT,
            "loginUrl": TEXT,
            "managementUrl": TEXT,
            "graphUrl": TEXT,
            "policiesRevision": WHOLE,
            "alarm": TEXT,
            "certificate": maybe(_CERTIFICATE),
            "lastBackupDateTime": MAYBE_TIME,
            "settings": list_of(_SETTING),
        }
    ),
)


@OPERATIONS.add("GET", f"/{_PATH}", needs=READ_SERVER, answers=shown_as(_TYPE))
def tell_server(call: Call) -> Answer:
    """Tell version, addresses, certificate, last backup, and every setting with its origin."""
    server = call.server
    snapshot, urls = server.snapshots.current(), server.urls
    backups = call.store.audit.newest(activity=BACKED_UP, limit=1)
    facts = server.facts
    body: dict[str, Any] = {
        "id": "server",
        "version": __version__,
        "loginUrl": urls.login,
        "managementUrl": urls.management,
        "graphUrl": urls.graph,
        "policiesRevision": snapshot.policies_revision,
        "alarm": snapshot.alarm,
        "certificate": _certificate(facts.certificate) if facts.certificate else None,
        "lastBackupDateTime": told(backups[0].at) if backups else None,
        "settings": [_setting(each) for each in facts.settings],
    }
    return Answer(body=entity(call, body, _PATH))


def _certificate(found: CertificateFact) -> dict[str, Any]:
    return {
        "names": list(found.names),
        "endDateTime": told(found.ends),
        "isByLocalAuthority": found.local,
    }


def _setting(found: SettingFact) -> dict[str, Any]:
    return {
        "name": found.name,
        "value": found.value,
        "isSecret": found.value is None,
        "origin": found.origin,
        "variable": found.variable,
        "meaning": found.meaning,
    }
