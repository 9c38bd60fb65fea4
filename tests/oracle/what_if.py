"""What If: which policies would apply; no control is looked at (semantics 4)."""

from tests.oracle.conditions import applicability
from tests.oracle.shapes import Json, part
from tests.oracle.sign_in import SignIn, read
from tests.oracle.verdicts import REPORT_ONLY


def what_if(tenant: Json, policies: list[Json], request: Json) -> Json:
    """Graph's answer to `evaluate`: each policy by `id`, whether it applies and why not."""
    expected = what_if_expectation(tenant, policies, request)
    return {
        "value": [
            {
                "id": entry["policyId"],
                "policyApplies": entry["policyApplies"],
                "analysisReasons": entry["analysisReasons"][0],
            }
            for entry in expected["policies"]
            if entry["policyId"] not in expected["absentPolicies"]
        ]
    }


def what_if_expectation(tenant: Json, policies: list[Json], request: Json) -> Json:
    """What golden would assert of the answer; lists of reasons are alternatives."""
    asked = read(tenant, request, {}, considers_enforcement=False)
    entries: list[Json] = []
    for policy in policies:
        if _is_open(policy, asked):
            continue
        found = applicability(policy, asked)
        entries.append(
            {
                "policyId": policy["id"],
                "policyApplies": found.applies,
                "analysisReasons": list(found.reasons),
            }
        )
    absent = [entry["policyId"] for entry in entries if not entry["policyApplies"]]
    return {
        "policies": entries,
        "absentPolicies": absent if request.get("appliedPoliciesOnly") else [],
    }


def _is_open(policy: Json, sign_in: SignIn) -> bool:
    """Report-only policies on user actions cannot be evaluated, says the page on report-only."""
    targets = part(part(policy, "conditions"), "applications")
    is_on_action = bool(targets.get("includeUserActions")) and sign_in.user_action is not None
    return policy["state"] == REPORT_ONLY and is_on_action
