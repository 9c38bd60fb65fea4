"""Bugs that `python -m tests.plant` plants one at a time; the checks have to catch every one."""

from tests.planted import (
    assignments,
    conditions,
    conformance,
    controls,
    engine,
    names,
    proofs,
    requests,
    rules,
    sessions,
    targets,
    tenant,
)
from tests.planted.bug import Bug

BUGS: tuple[Bug, ...] = (
    *assignments.BUGS,
    *targets.BUGS,
    *conditions.BUGS,
    *rules.BUGS,
    *controls.BUGS,
    *sessions.BUGS,
    *engine.BUGS,
    *requests.BUGS,
    *names.BUGS,
    *tenant.BUGS,
    *conformance.BUGS,
    *proofs.BUGS,
)

__all__ = ["BUGS", "Bug"]
