"""Whether a policy applies: every condition in the order in which What If names them."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.oracle.audiences import EXCHANGE_ENDPOINT
from tests.oracle.devices import device_accepts
from tests.oracle.locations import location_accepts
from tests.oracle.shapes import Json, Known, part, texts, words
from tests.oracle.sign_in import SignIn
from tests.oracle.targets import requested_kind, target_kind, targets_accept
from tests.oracle.users import users_accept
from tests.oracle.workloads import (
    is_agent,
    is_agent_policy,
    is_workload_policy,
    workloads_accept,
)

NOT_SET = "notSet"
NOT_ENOUGH = "notEnoughInformation"
# Reasons that come after user and application matched (golden, conditionalAccessStatus).
LATER_REASONS = frozenset(
    {
        "devicePlatform",
        "devices",
        "clientApps",
        "location",
        "signInRisk",
        "userRisk",
        "insiderRisk",
        "authenticationFlow",
        "agentIdRisk",
    }
)


@dataclass(frozen=True, slots=True)
class Applicability:
    """Whether a policy applies, and why; the first reason is the oracle's own."""

    applies: bool
    reasons: tuple[str, ...]


def applicability(policy: Json, sign_in: SignIn) -> Applicability:
    """The first condition that is definitely not satisfied decides (semantics 4 and 8, 10)."""
    if policy["state"] == "disabled":
        return Applicability(applies=False, reasons=("policyNotEnabled",))
    conditions = part(policy, "conditions")
    unsure = False
    for answer, reasons in answers(conditions, sign_in):
        if answer is False:
            return Applicability(applies=False, reasons=reasons)
        if answer is None:
            unsure = True
    return Applicability(applies=True, reasons=(NOT_ENOUGH if unsure else NOT_SET,))


def answers(conditions: Json, sign_in: SignIn) -> Iterator[tuple[Known, tuple[str, ...]]]:
    """The answer of every condition, in order, and the reasons it would give for a mismatch."""
    yield _identity(conditions, sign_in)
    targets = part(conditions, "applications")
    yield targets_accept(targets, sign_in), _target_reasons(targets, sign_in)
    asked = sign_in.conditions
    yield (
        _platform(part(conditions, "platforms"), asked.get("devicePlatform")),
        _or_missing("devicePlatform", asked.get("devicePlatform"), sign_in),
    )
    yield device_accepts(part(conditions, "devices"), sign_in), ("devices",)
    yield (
        _client_app(texts(conditions, "clientAppTypes"), sign_in.client_app),
        _or_missing("clientApps", sign_in.client_app, sign_in),
    )
    yield (
        location_accepts(part(conditions, "locations"), sign_in),
        _or_missing("location", _place(sign_in), sign_in),
    )
    yield from _risks(conditions, sign_in)
    flows = words(part(conditions, "authenticationFlows"), "transferMethods")
    used = sign_in.transfer_methods
    yield (
        not flows or any(method in flows for method in used),
        _or_missing("authenticationFlow", used, sign_in),
    )


def _identity(conditions: Json, sign_in: SignIn) -> tuple[Known, tuple[str, ...]]:
    workload = is_workload_policy(conditions)
    agents = is_agent_policy(conditions) or is_agent(sign_in)
    if not sign_in.is_user:
        if not workload:
            return False, ("users", "workloadIdentities")
        accepted = workloads_accept(part(conditions, "clientApplications"), sign_in)
        unsure_words = ("agentIdentities", "users") if agents else ()
        return accepted, ("workloadIdentities", *unsure_words)
    if workload:
        return False, ("users", "workloadIdentities", *(("agentIdentities",) if agents else ()))
    return users_accept(part(conditions, "users"), sign_in), ("users",)


def _target_reasons(targets: Json, sign_in: SignIn) -> tuple[str, ...]:
    if EXCHANGE_ENDPOINT in sign_in.requested_apps:
        return ("application", "invalidCondition", "workloadIdentities", "agentIdentities", "users")
    return tuple(dict.fromkeys((target_kind(targets), requested_kind(sign_in))))


def _platform(condition: Json, platform: str | None) -> bool:
    included = texts(condition, "includePlatforms")
    excluded = texts(condition, "excludePlatforms")
    if not included and not excluded:
        return True
    # An unknown platform is in no list; only `all` takes it (semantics 2).
    known = None if platform in ("unknown", "unknownFutureValue") else platform
    if "all" not in included and known not in included:
        return False
    return "all" not in excluded and known not in excluded


def _client_app(listed: list[str], client_app: str | None) -> bool:
    if client_app == "easSupported" and "exchangeActiveSync" in listed:
        return True  # supported and unsupported platforms (Graph, conditionalAccessConditionSet)
    return not listed or "all" in listed or client_app in listed


def _risks(conditions: Json, sign_in: SignIn) -> Iterator[tuple[Known, tuple[str, ...]]]:
    """Exact levels, never "at least"; a level that is absent is `none`."""
    for listed, fact, reasons in (
        (texts(conditions, "signInRiskLevels"), "signInRiskLevel", ("signInRisk",)),
        (
            texts(conditions, "servicePrincipalRiskLevels"),
            "servicePrincipalRiskLevel",
            ("signInRisk", "invalidCondition", NOT_ENOUGH),
        ),
        (texts(conditions, "userRiskLevels"), "userRiskLevel", ("userRisk",)),
        (words(conditions, "insiderRiskLevels"), "insiderRiskLevel", ("insiderRisk",)),
        (words(conditions, "agentIdRiskLevels"), "agentIdRiskLevel", ("agentIdRisk", NOT_ENOUGH)),
    ):
        level = sign_in.conditions.get(fact)
        yield not listed or (level or "none") in listed, _or_missing(reasons, level, sign_in)


def _place(sign_in: SignIn) -> object:
    known = "country" in sign_in.conditions or sign_in.conditions.get("ipAddress")
    return "known" if known else None


def _or_missing(reasons: str | tuple[str, ...], given: object, sign_in: SignIn) -> tuple[str, ...]:
    """What If may also answer that it was told too little (golden G061, G521 and following)."""
    own = (reasons,) if isinstance(reasons, str) else reasons
    if given or sign_in.considers_enforcement or NOT_ENOUGH in own:
        return own
    return (*own, NOT_ENOUGH)
