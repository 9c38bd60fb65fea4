"""Questions to the prover, and lint (ours; Entra has neither): `ostiary prove` and `ostiary lint`.

They are about the policies that are in force, and the directory as it is now. Answers list the
first statements, and the first ids in each (`graph.trimming`); the members that count them count
all. What nobody can tell is undecided, and says on what it hangs.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from ostiary.analysis.assertions import Assertion, check, read_assertions, to_json
from ostiary.analysis.concerns import concerns
from ostiary.analysis.lint import PITFALLS, lint
from ostiary.analysis.lint_naming_standard import STANDARDS, naming_standard
from ostiary.analysis.lint_subject import LIVE
from ostiary.analysis.naming import UnknownName
from ostiary.analysis.prove_gaps import gaps as gaps_of
from ostiary.analysis.prove_lockout import lockout as lockout_of
from ostiary.analysis.prove_results import Answer as Proof
from ostiary.analysis.prove_shadowed import shadowed as shadowed_of
from ostiary.analysis.questions import Asked, matters
from ostiary.analysis.world import world_json
from ostiary.graph.answers import context
from ostiary.graph.permissions import READ_PROOFS
from ostiary.graph.policy_calls import ROOT
from ostiary.graph.proof_shapes import (
    ANSWER,
    ANSWERS,
    ASSERTIONS_BODY,
    COMPARE_BODY,
    COMPARED,
    LINT,
    LOCKOUT,
    QUESTION_BODY,
    SHADOWED,
)
from ostiary.graph.proving import proved
from ostiary.graph.shapes import told
from ostiary.graph.trimming import trimmed
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.model.errors import InputError
from ostiary.model.json_types import is_list
from ostiary.model.policy import PolicyState
from ostiary.tenant.drafts import DraftKind
from ostiary.tenant.proofs import compared, names_of, refusals
from ostiary.tenant.tenant import Tenant

OPERATIONS: Final = Operations()
_PROOFS: Final = f"/{ROOT}/proofs"
_QUESTION: Final = "question"
_STANDARDS: Final = ("off", *STANDARDS)
"""No pattern of somebody's own: it is matched against every name, and may take for ever."""


@OPERATIONS.add(
    "POST", f"{_PROOFS}/gaps", needs=READ_PROOFS, answers=told(ANSWER), body=QUESTION_BODY
)
def ask_gaps(call: Call) -> Answer:
    """Ask who reaches something without a requirement or, with `never`, who is ever blocked."""
    asked = _assertions({"assertions": [{**call.document, "name": _QUESTION}]})[0].asked
    _understand(call, asked)
    return _answered(call, ["gaps", call.document], lambda: _gaps(call.snapshot.tenant, asked))


@OPERATIONS.add("GET", f"{_PROOFS}/standing/{{name}}", needs=READ_PROOFS, answers=told(ANSWER))
def ask_standing(call: Call) -> Answer:
    """Ask one of the questions that every tenant is asked, by its name: `managementMfa` …"""
    tenant, name = call.snapshot.tenant, call.path["name"]
    found = concerns(names_of(tenant), (name,))
    if not found:
        known = ", ".join(each.name for each in concerns(names_of(tenant)))
        raise ApiError(404, "ResourceNotFound", f"expected one of {known}, came `{name[:40]}`")
    (concern,) = found
    return _answered(call, ["standing", name], lambda: _gaps(tenant, concern.asked, concern.name))


@OPERATIONS.add(
    "POST", f"{_PROOFS}/assertions", needs=READ_PROOFS, answers=told(ANSWERS), body=ASSERTIONS_BODY
)
def check_assertions(call: Call) -> Answer:
    """Check what must hold; each assertion has its verdict."""
    asserted, tenant = _assertions(call.document), call.snapshot.tenant
    for each in asserted:
        _understand(call, each.asked)

    def work() -> dict[str, Any]:
        found = check(asserted, tenant.compiled, names_of(tenant), refused=refusals(tenant))
        return to_json(found, world_json())

    return _answered(call, ["assertions", call.document], work)


@OPERATIONS.add("GET", f"{_PROOFS}/lockout", needs=READ_PROOFS, answers=told(LOCKOUT))
def ask_lockout(call: Call) -> Answer:
    """Ask whether emergency access accounts, and one more administrator, can change policies."""
    tenant = call.snapshot.tenant

    def work() -> dict[str, Any]:
        found = lockout_of(tenant.compiled, names_of(tenant), refused=refusals(tenant))
        return found.to_json()

    return _answered(call, ["lockout"], work)


@OPERATIONS.add("GET", f"{_PROOFS}/shadowed", needs=READ_PROOFS, answers=told(SHADOWED))
def ask_shadowed(call: Call) -> Answer:
    """Ask which policies never change any outcome."""
    tenant = call.snapshot.tenant
    work = lambda: shadowed_of(tenant.compiled, refused=refusals(tenant)).to_json()  # noqa: E731
    return _answered(call, ["shadowed"], work)


def _comparing(call: Call) -> Answer:
    body = call.document
    old, new, kind = body.get("old"), body.get("new"), body.get("draftIs")
    if not is_list(new) or not (old is None or is_list(old)):
        raise ApiError(400, "BadRequest", "expected lists of policies in `new` and, if any, `old`")
    kinds = {each.value: each for each in DraftKind}
    if kind is not None and (not isinstance(kind, str) or kind not in kinds):
        came = f"{kind!s:.20}"
        raise ApiError(400, "BadRequest", f"expected whole or part in `draftIs`, came `{came}`")
    chosen = None if kind is None else kinds[kind]

    def work() -> dict[str, Any]:
        document = call.server.snapshots.preview().document()
        drafted = {"conditionalAccessPolicies": new}
        before = None if old is None else {"conditionalAccessPolicies": old}
        catalogue = call.server.snapshots.catalogue
        found = compared(document, before, drafted, kind=chosen, catalogue=catalogue)
        return found.to_json()

    return _answered(call, ["compare", body], work)


@OPERATIONS.add(
    "POST", f"{_PROOFS}/compare", needs=READ_PROOFS, answers=told(COMPARED), body=COMPARE_BODY
)
def compare(call: Call) -> Answer:
    """Tell what changes from `old` policies, else the tenant's, to `new` ones, for whom.

    `draftIs`: `whole`, they are all policies; `part`, they join the old ones, or take the place of
    those with the same id or name; without it one policy is a part and several are the whole.
    """
    return _comparing(call)


@OPERATIONS.add(
    "POST", f"{_PROOFS}/equivalent", needs=READ_PROOFS, answers=told(COMPARED), body=COMPARE_BODY
)
def equivalent(call: Call) -> Answer:
    """Tell whether two sets of policies mean the same: then the verdict is `proved`."""
    return _comparing(call)


@OPERATIONS.add("GET", f"/{ROOT}/lint", needs=READ_PROOFS, answers=told(LINT))
def ask_lint(call: Call) -> Answer:
    """Look for pitfalls; `naming` is a standard, `disabled=true` looks at policies that are off.

    `ignore` leaves rules out, by their codes with commas between them.
    """
    query, tenant, now = call.asked.query, call.snapshot.tenant, call.asked.at
    named = query.get("naming", "off")
    if named not in _STANDARDS:
        known = ", ".join(_STANDARDS)
        raise ApiError(400, "BadRequest", f"expected {known} in `naming`, came `{named[:20]}`")
    naming = naming_standard(named)
    disabled = query.get("disabled", "").casefold() == "true"
    ignored = frozenset(each.strip().upper() for each in query.get("ignore", "").split(",")) - {""}
    unknown = sorted(ignored - {each.code for each in PITFALLS})
    if unknown:
        raise ApiError(400, "BadRequest", f"no rule has the code `{unknown[0][:20]}`")

    def work() -> dict[str, Any]:
        parts = tenant.parts
        found = lint(
            tenant.compiled,
            now=now,
            refused=parts.refused,
            warnings=parts.warnings,
            naming=naming,
            states=frozenset(PolicyState) if disabled else LIVE,
            ignored=ignored,
        )
        return {**found.to_json(), "refused": [each.to_json() for each in parts.refused]}

    key = ["lint", f"{now:%Y-%m-%d}", named, disabled, sorted(ignored)]
    return _answered(call, key, work)


def _gaps(tenant: Tenant, asked: Asked, name: str = "") -> dict[str, Any]:
    found: Proof = gaps_of(
        tenant.compiled, asked, names_of(tenant), refused=refusals(tenant), name=name
    )
    return found.to_json()


def _assertions(document: object) -> tuple[Assertion, ...]:
    return read_assertions(document, "the body")


def _understand(call: Call, asked: Asked) -> None:
    """Refuse what means nothing before it waits its turn. Raises InputError."""
    try:
        matters(asked, names_of(call.snapshot.tenant))
    except UnknownName as error:
        raise InputError(error.message, hint=error.hint) from error


def _answered(call: Call, question: list[Any], work: Callable[[], dict[str, Any]]) -> Answer:
    key = json.dumps(question, sort_keys=True)
    found = proved(call, key, lambda: trimmed(work()))
    return Answer(body={"@odata.context": context(call, "ostiary.proof"), **found})
