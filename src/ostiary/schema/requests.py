"""Decide a request to the policy API: one pure function over a state.

The conformance suite and the Graph API call the same function, so neither can drift.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from types import MappingProxyType
from typing import Any

from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, as_object, is_list, is_object
from ostiary.schema.answers import Refusal, Response, error_body
from ostiary.schema.calls import Call, Handler
from ostiary.schema.edge_types import Version
from ostiary.schema.materialise import SERVICE_ROOT
from ostiary.schema.odata import Query
from ostiary.schema.requests_combinations import (
    change_configuration,
    create_configuration,
    delete_configuration,
    get_configuration,
    list_combinations,
    list_configurations,
)
from ostiary.schema.requests_contexts import (
    change_context,
    create_context,
    delete_context,
    get_context,
    list_contexts,
)
from ostiary.schema.requests_locations import (
    change_location,
    create_location,
    delete_location,
    get_location,
    list_locations,
)
from ostiary.schema.requests_policies import (
    change_policy,
    create_policy,
    delete_policy,
    get_policy,
    list_policies,
)
from ostiary.schema.requests_strengths import (
    change_strength,
    create_strength,
    delete_strength,
    get_strength,
    list_strengths,
    strength_usage,
    update_combinations,
)
from ostiary.schema.requests_templates import deploy_template, get_template, list_templates
from ostiary.schema.state import Collection, PolicyStore, state_from

EXAMPLE_TIME = datetime(2026, 1, 1, tzinfo=UTC)
"""The time of requests whose caller gives none: the function stays pure."""

NO_REQUEST_ID = "00000000-0000-0000-0000-000000000000"
DEEPEST_BODY = 100
"""Objects and lists inside one another; policies need ten, the limit is ours."""

_ROOT = "identity/conditionalaccess"
_VERSIONS: Mapping[str, Version] = MappingProxyType({"v1.0": "v1.0", "beta": "beta"})


@dataclass(frozen=True, slots=True)
class Route:
    """The methods of one path; `*` in the path stands for an id."""

    path: str
    methods: Mapping[str, Handler]


def _collection(
    path: str, collection: Mapping[str, Handler], element: Mapping[str, Handler]
) -> tuple[Route, Route]:
    return Route(path, collection), Route(f"{path}/*", element)


_POLICIES = (
    {"GET": list_policies, "POST": create_policy},
    {"GET": get_policy, "PATCH": change_policy, "DELETE": delete_policy},
)
_STRENGTHS = (
    {"GET": list_strengths, "POST": create_strength},
    {"GET": get_strength, "PATCH": change_strength, "DELETE": delete_strength},
)
_CONFIGURATIONS = (
    {"GET": list_configurations, "POST": create_configuration},
    {
        "GET": get_configuration,
        "PATCH": change_configuration,
        "DELETE": delete_configuration,
    },
)
_STRENGTH_PATHS = (
    f"{_ROOT}/authenticationstrength/policies",
    f"{_ROOT}/authenticationstrengths/policies",
    "policies/authenticationstrengthpolicies",
)
ROUTES: tuple[Route, ...] = (
    *_collection(f"{_ROOT}/policies", *_POLICIES),
    *_collection(
        f"{_ROOT}/namedlocations",
        {"GET": list_locations, "POST": create_location},
        {"GET": get_location, "PATCH": change_location, "DELETE": delete_location},
    ),
    *_collection(
        f"{_ROOT}/authenticationcontextclassreferences",
        {"GET": list_contexts, "POST": create_context},
        {"GET": get_context, "PATCH": change_context, "DELETE": delete_context},
    ),
    *_collection(f"{_ROOT}/templates", {"GET": list_templates}, {"GET": get_template}),
    Route(f"{_ROOT}/templates/*/deploy", {"POST": deploy_template}),
    Route(f"{_ROOT}/authenticationstrength/combinations", {"GET": list_combinations}),
    *(
        route
        for path in _STRENGTH_PATHS
        for route in (
            *_collection(path, *_STRENGTHS),
            Route(f"{path}/*/updateallowedcombinations", {"POST": update_combinations}),
            Route(f"{path}/*/usage", {"GET": strength_usage}),
            *_collection(f"{path}/*/combinationconfigurations", *_CONFIGURATIONS),
        )
    ),
)


def validate_request(
    state: PolicyStore,
    method: str,
    path: str,
    body: object = None,
    *,
    now: datetime = EXAMPLE_TIME,
    new_id: Callable[[], str] | None = None,
    request_id: str = NO_REQUEST_ID,
    root: str = SERVICE_ROOT,
    shared: bool = False,
) -> Response:
    """Answer a request to the policy API as Graph would, with the state after it.

    `path` is below `/v1.0` or `/beta`, or begins with one of them; without, the state's version
    counts. It may end in a query. `now` (UTC), `new_id` (a GUID), `request_id` and `root` (the
    address before the version) are handed in. `shared`: the body of the answer may have parts in
    common with the state, for whoever only writes it out. Never raises for what a client sends:
    what is wrong is a Graph error with every problem in `details`, and the state it was given.
    """
    place, _, query = path.partition("?")
    version, segments = _split(place, state.version)
    try:
        handler, ids = _routed(method.upper(), segments)
        if _deeper(body, DEEPEST_BODY):
            raise Refusal(400, f"the body is nested deeper than {DEEPEST_BODY} levels")
        call = Call(
            state=state,
            version=version,
            body=_copied(body),
            query=Query.of(query),
            ids=ids,
            now=now,
            new_id=new_id or _numbered(state),
            root=root,
        )
        response = handler(call)
    except Refusal as refusal:
        return Response(refusal.status, error_body(refusal, now, request_id), state)
    except InputError as error:
        refusal = Refusal(400, error.message)
        return Response(400, error_body(refusal, now, request_id), state)
    # INVARIANT: neither the body that came nor, unless asked for, the one that goes shares
    # anything with a state.
    return response if shared else replace(response, body=_copied(response.body))


def run_validation_case(case: JsonObject, fixtures: JsonObject) -> tuple[Response, ...]:
    """Answer the calls of a validation case of the conformance suite: its own, then each `then`."""
    state = state_from(as_object(case.get("given")), fixtures)
    calls = (case, *(as_object(each) for each in as_object(case.get("expect")).get("then", ())))
    answers: list[Response] = []
    for call in calls:
        response = validate_request(state, str(call["method"]), str(call["path"]), call.get("body"))
        answers.append(response)
        state = response.state
    return tuple(answers)


def _split(path: str, default: Version) -> tuple[Version, tuple[str, ...]]:
    """Cut a path into version and segments; `policies('id')` is `policies/id` (OData 4.01)."""
    spaced = path.replace("('", "/").replace("')", "").replace("()", "")
    segments = [each for each in spaced.split("/") if each]
    version = _VERSIONS.get(segments[0].casefold()) if segments else None
    return version or default, tuple(segments[1:] if version else segments)


def _routed(method: str, segments: Sequence[str]) -> tuple[Handler, tuple[str, ...]]:
    names = [each.casefold().removeprefix("microsoft.graph.") for each in segments]
    for route in ROUTES:
        pattern = route.path.split("/")
        if len(pattern) != len(names) or any(
            step not in ("*", name) for step, name in zip(pattern, names, strict=True)
        ):
            continue
        if method not in route.methods:
            allowed = ", ".join(route.methods)
            raise Refusal(405, f"{method} is not possible here; {allowed} is")
        found = zip(pattern, segments, strict=True)
        return route.methods[method], tuple(each for step, each in found if step == "*")
    raise Refusal(404, f"Resource not found for the segment '{segments[-1] if segments else ''}'.")


def _numbered(state: PolicyStore) -> Callable[[], str]:
    """Make ids out of a count: the same state gives the same ids."""
    numbers = count(state.issued + 1)

    def new_id() -> str:
        candidates = (f"00000000-0000-4000-8000-{number:012d}" for number in numbers)
        return next(
            each for each in candidates if not any(state.find(kind, each) for kind in Collection)
        )

    return new_id


def _copied(value: Any) -> Any:  # JSON
    """Copy a JSON value; several times quicker than `copy.deepcopy`, of a list of all policies."""
    if is_object(value):
        return {key: _copied(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return tuple(_copied(inner) for inner in value)  # pyright: ignore[reportUnknownVariableType]  # JSON
    return [_copied(inner) for inner in value] if is_list(value) else value


def _deeper(value: Any, levels: int) -> bool:
    """Tell whether a JSON value is nested deeper; level by level, so no depth can overflow."""
    layer = [value]
    for _ in range(levels):
        layer = [inner for each in layer for inner in _inside(each)]
        if not layer:
            return False
    return True


def _inside(value: Any) -> list[Any]:
    if is_object(value):
        return list(value.values())
    return list(value) if is_list(value) else []


__all__ = [
    "EXAMPLE_TIME",
    "ROUTES",
    "PolicyStore",
    "Response",
    "run_validation_case",
    "state_from",
    "validate_request",
]
