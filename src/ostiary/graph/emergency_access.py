"""`identity/conditionalAccess/emergencyAccess` (ours): the accounts for the worst day, and drills.

Entra has no such object: there the accounts are an agreement among administrators (entra-docs
role-based-access-control/security-emergency-access).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from ostiary.administration.emergency_accounts import declare, declared
from ostiary.administration.emergency_standing import (
    EmergencyAccount,
    emergency_page,
    one_account,
)
from ostiary.administration.guard import who_gets_in
from ostiary.analysis.way_back import Access
from ostiary.graph.answers import entity, told
from ostiary.graph.bodies import TEXTS as LIST_OF_TEXTS
from ostiary.graph.bodies import Members, body_shape, written
from ostiary.graph.permissions import DECLARE_EMERGENCY, READ_POLICIES
from ostiary.graph.policy_calls import OVERRIDABLE, ROOT, override_of
from ostiary.graph.shapes import DONE, MAYBE_TEXT, MAYBE_TIME
from ostiary.graph.shapes import told as shown_as
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations
from ostiary.http.shapes import (
    FLAG,
    TEXT,
    TEXTS,
    TIME,
    WHOLE,
    Named,
    list_of,
    one_of,
    whole,
)
from ostiary.signin.emergency import begin_drill, drill_until

OPERATIONS: Final = Operations()
_WHOLE: Final = f"{ROOT}/emergencyAccess"
_ACCOUNT: Final = Named(
    "ostiary.emergencyAccount",
    whole(
        {
            "id": TEXT,
            "displayName": TEXT,
            "userPrincipalName": TEXT,
            "accountEnabled": FLAG,
            "methods": TEXTS,
            "canChangePolicies": one_of("yes", "no", "unknown"),
            "why": TEXT,
            "lastSignInDateTime": MAYBE_TIME,
            "lastDrillDateTime": MAYBE_TIME,
            "drillUntilDateTime": MAYBE_TIME,
            "notExcludedFrom": TEXTS,
            "warnings": TEXTS,
        }
    ),
)
_ALERTS: Final = Named(
    "ostiary.alerting", whole({"webhook": FLAG, "mail": TEXTS, "waiting": WHOLE})
)
_TYPE: Final = Named(
    "ostiary.emergencyAccess",
    whole(
        {
            "id": TEXT,
            "declared": TEXTS,
            "declaredByServer": TEXTS,
            "drillDays": WHOLE,
            "accounts": list_of(_ACCOUNT),
            "warnings": TEXTS,
            "alerts": _ALERTS,
        }
    ),
)
_DRILL: Final = Named(
    "ostiary.drill", whole({"userPrincipalName": MAYBE_TEXT, "untilDateTime": TIME})
)
_CHANGE: Final[Members] = {"declared": LIST_OF_TEXTS}


@OPERATIONS.add("GET", f"/{_WHOLE}", needs=READ_POLICIES, answers=shown_as(_TYPE))
def tell_emergency_access(call: Call) -> Answer:
    """Tell the declared accounts: whether each gets in, its last sign-in and its last drill."""
    server = call.server
    facts, named = server.facts, tuple(sorted(server.emergency.named))
    page = emergency_page(call.store, server.snapshots, named, drill_days=facts.drill_days)
    getting_in = {each.id: each for each in who_gets_in(call.store, server.snapshots).emergency}
    body: dict[str, Any] = {
        "id": "emergencyAccess",
        "declared": list(declared(call.store)),
        "declaredByServer": list(named),
        "drillDays": facts.drill_days,
        "accounts": [_shown(call, e, getting_in.get(e.account.id)) for e in page.accounts],
        "warnings": list(page.warnings),
        "alerts": {
            "webhook": facts.webhook,
            "mail": list(facts.mail),
            "waiting": call.store.alerts.waiting(),
        },
    }
    return Answer(body=entity(call, body, _WHOLE))


@OPERATIONS.add(
    "PATCH",
    f"/{_WHOLE}",
    needs=DECLARE_EMERGENCY,
    schema=OVERRIDABLE,
    answers=DONE,
    body=body_shape(_CHANGE, needed=("declared",)),
)
def declare_accounts(call: Call) -> Answer:
    """Declare these users and groups, by id or user name, and no others."""
    wanted = written(call.document, _CHANGE, needed=("declared",))["declared"]
    snapshots = call.server.snapshots
    declare(call.store, snapshots, wanted, by=call.actor, override=override_of(call))
    snapshots.refresh()
    return Answer(204)


@OPERATIONS.add(
    "POST",
    f"/{_WHOLE}/accounts/{{id}}/beginDrill",
    needs=DECLARE_EMERGENCY,
    answers=shown_as(_DRILL),
)
def begin(call: Call) -> Answer:
    """Declare a drill: a sign-in of the account within the hour completes it."""
    account = one_account(call.store, call.path["id"])
    if not call.server.emergency.includes(account):
        raise ApiError(404, "ResourceNotFound", "there is no emergency access account of that id")
    until = begin_drill(call.store, account, by=call.actor)
    body = {"userPrincipalName": account.name, "untilDateTime": told(until)}
    return Answer(body=entity(call, body, f"{_WHOLE}/accounts"))


def _shown(call: Call, found: EmergencyAccount, access: Access | None) -> dict[str, Any]:
    account, store = found.account, call.store
    can = None if access is None else access.can
    return {
        "id": account.id,
        "displayName": account.display_name,
        "userPrincipalName": account.name,
        "accountEnabled": account.enabled,
        "methods": list(found.methods),
        "canChangePolicies": {True: "yes", False: "no", None: "unknown"}[can],
        "why": access.why if access else "",
        "lastSignInDateTime": _time(found.last_used),
        "lastDrillDateTime": _time(found.last_drill),
        "drillUntilDateTime": _time(drill_until(store.audit, account.id, call.asked.at)),
        "notExcludedFrom": list(found.not_excluded),
        "warnings": list(found.warnings),
    }


def _time(at: datetime | None) -> str | None:
    return told(at) if at else None
