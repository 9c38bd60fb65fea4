"""Terms of use that a policy asks for."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator
from typing import Final

from starlette.responses import Response

from ostiary.controls.terms_of_use import TermsOfUse as TermsControl
from ostiary.model.decision import ControlStatus
from ostiary.model.json_types import JsonObject, as_object, is_list
from ostiary.oidc.errors import oauth_error
from ostiary.oidc.parameters import Parameters
from ostiary.pages import Link, Page, Refusal, TermsOfUse
from ostiary.pages.headers import file_headers
from ostiary.signin.dispatch import Kind, Step
from ostiary.web.steps.step import DECLINED, BrowserStep, Taken, around
from ostiary.web.visit import Visit

TERMS_FILE: Final = "terms-file"
"""The last part of the address of the file."""


class TermsStep(BrowserStep):
    """The first agreement that is owed; the next follows, decided afresh."""

    name = "terms"
    kinds = frozenset({Kind.TERMS})

    def takes(self, visit: Visit, due: Step) -> bool:
        """Not for terms that each device has to accept, on a device that nobody knows."""
        if due.kind is not Kind.TERMS or due.decided is None:
            return False
        found = due.decided.snapshot.policies.directory.agreements.get(_owed(visit, due))
        return found is None or not found.per_device or visit.facts.device_id is not None

    def page(self, visit: Visit, due: Step, refusal: Refusal | None) -> Page:
        """Show it."""
        owed = _owed(visit, due)
        found = visit.received.service.store.agreements.get(owed)
        document: JsonObject = found.document if found else {}
        return TermsOfUse(
            form=visit.form("terms", decision="accept", agreement=owed),
            decline=visit.form("terms", decision="decline"),
            name=str(document.get("displayName") or ""),
            paragraphs=tuple(_paragraphs(document)),
            file=Link(f"/login/{visit.name}/{TERMS_FILE}") if any(_files(document)) else None,
            **around(visit, refusal),
        )

    def take(self, visit: Visit, due: Step, form: Parameters) -> Taken:
        """Record the acceptance."""
        account, agreement = visit.account, _owed(visit, due)
        if account is None or form.get("decision") != "accept":
            return Taken(visit.journey, declined=oauth_error(DECLINED))
        if form.get("agreement") != agreement:
            return Taken(visit.journey)  # other terms are owed since the page was shown
        by = account.actor(visit.address or "", visit.received.trace.correlation_id)
        visit.received.service.store.acceptances.accept(
            account.id, agreement, visit.facts.device_id or "", by=by
        )
        return Taken(visit.journey)


def _owed(visit: Visit, due: Step) -> str:
    """Give the agreement that the policies wait for; whether one counts, its control says."""
    sign_in, decided = visit.sign_in(), due.decided
    if sign_in is None or decided is None:
        raise RuntimeError("terms are owed only by somebody, to a policy")
    control, directory = TermsControl(), decided.snapshot.policies.directory
    for verdict in decided.explained().policies:
        if verdict.result != "failure":
            continue
        for each in verdict.policy.requirements:
            if each.control == control.key:
                judgement = control.judge(each.argument, sign_in, directory)
                if judgement.status is not ControlStatus.MET:
                    return each.argument
    raise RuntimeError("the policies ask for terms, and none is open")


def terms_file(visit: Visit, due: Step) -> Response | None:
    """Give the file of the terms that are owed, to be saved and never to be run.

    None where there is none.
    """
    if due.kind is not Kind.TERMS:
        return None
    found = visit.received.service.store.agreements.get(_owed(visit, due))
    file = next(_files(found.document), None) if found else None
    if file is None:
        return None
    headers = file_headers(file[0] or "terms")
    return Response(file[1], headers=headers, media_type="application/octet-stream")


def _files(agreement: JsonObject) -> Iterator[tuple[str, bytes]]:
    """Give names and contents of the files of an agreement (Graph's agreementFile)."""
    files = agreement.get("files")
    for each in files if is_list(files) else ():
        file = as_object(each)
        data = as_object(file.get("fileData")).get("data")
        try:
            content = b64decode(data, validate=True) if isinstance(data, str) else b""
        except NotBase64:
            continue
        if content:
            yield str(file.get("fileName") or ""), content


def _paragraphs(agreement: JsonObject) -> Iterator[str]:
    """Give the text of an agreement whose file is plain text."""
    for _, content in _files(agreement):
        try:
            text = content.decode()
        except UnicodeDecodeError:
            continue
        if text:
            yield from (part.strip() for part in text.split("\n\n") if part.strip())
            return
