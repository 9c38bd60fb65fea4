"""Checking the audit log from the first row to the last (ours; Entra has none).

`POST auditLogs/directoryAudits/verify` does what `ostiary audit verify` does, without checkpoints
that were kept elsewhere: whoever can write the whole database can only be found out by those.
"""

from __future__ import annotations

from threading import Lock
from typing import Final

from ostiary.directory.audit_verify import verify
from ostiary.graph.answers import context
from ostiary.graph.answers import told as time_told
from ostiary.graph.directory_audits import PATH
from ostiary.graph.log_shapes import VERIFICATION
from ostiary.graph.permissions import VERIFY_LOGS
from ostiary.graph.shapes import told
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations

OPERATIONS: Final = Operations()
_MOST_ROWS: Final = 1_000_000
"""More are left to the command line, which nobody waits for at a page."""
_ONE_AT_A_TIME: Final = Lock()


@OPERATIONS.add("POST", f"/{PATH}/verify", needs=VERIFY_LOGS, answers=told(VERIFICATION))
def verify_audit_log(call: Call) -> Answer:
    """Check every row against the one before it, the signed checkpoints and the end of the log.

    Raises ApiError: 429 while another check runs, 400 where the log is too long for a request.
    """
    latest = call.store.audit.newest(limit=1)
    if latest and latest[0].seq > _MOST_ROWS:
        raise ApiError(
            400,
            "BadRequest",
            f"the audit log has more than {_MOST_ROWS} rows: run `ostiary audit verify` instead",
        )
    if not _ONE_AT_A_TIME.acquire(blocking=False):
        raise ApiError(429, "TooManyRequests", "the audit log is being checked; ask again later")
    try:
        # One consistent state from beginning to end, while others write on.
        with call.store.database.reading() as connection:
            found = verify(connection)
    finally:
        _ONE_AT_A_TIME.release()
    body = {
        "@odata.context": context(call, "ostiary.auditVerification"),
        "holds": found.holds,
        "rows": found.rows,
        "deletedRows": found.deleted,
        "head": found.head,
        "checkpoints": found.checkpoints,
        "findings": [{"row": each.seq, "what": each.what} for each in found.findings],
        "verifiedDateTime": time_told(call.asked.at),
    }
    return Answer(body=body)
