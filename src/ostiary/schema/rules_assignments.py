"""Rules about who and what a policy is for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ostiary.conditions.authentication_contexts import AuthenticationContexts
from ostiary.conditions.base import Shape
from ostiary.conditions.client_apps import ClientApps
from ostiary.conditions.devices import Devices
from ostiary.conditions.targets import named_kinds
from ostiary.conditions.users import ALL, NOBODY, Users
from ostiary.conditions.workload_identities import WorkloadIdentities
from ostiary.controls.block import Block
from ostiary.model.errors import Problem
from ostiary.model.json_types import as_object, as_strings
from ostiary.model.setting import Effect
from ostiary.schema.graph_texts import NO_APPLICATIONS, SEVERAL_TARGETS
from ostiary.schema.reading import PolicyReading, selects

CONTEXT_ID = re.compile(r"c([1-9]|[1-9][0-9])", re.IGNORECASE)
"""The ids of authentication contexts: c1 to c99 (concept-conditional-access-cloud-apps)."""

_GRANT = "grantControls"
_INCLUDED = [field for field in Users.fields if field.effect is Effect.INCLUDE]


def has_a_name(policy: PolicyReading) -> Iterator[Problem]:
    """Every sample of the API has one, and an administrator finds the policy by it."""
    name = policy.document.get("displayName")
    if not (isinstance(name, str) and name.strip()):
        yield Problem("displayName", "missingName", "give the policy a name")


def is_for_somebody(policy: PolicyReading) -> Iterator[Problem]:
    """`users` or `clientApplications` select somebody (conditionalaccessconditionset)."""
    if policy.for_workloads or any(selects(field, policy.users) for field in _INCLUDED):
        return
    yield Problem(
        "conditions.users",
        "nobodyIncluded",
        "include users, groups, roles or guests, or workload identities in `clientApplications`; "
        "`None` in `includeUsers` includes nobody for now",
    )


def is_for_something(policy: PolicyReading) -> Iterator[Problem]:
    """`applications` selects a target (api-reference conditionalaccessroot-post-policies)."""
    if not named_kinds(policy.conditions):
        yield Problem(
            "conditions.applications",
            NO_APPLICATIONS,
            "include resources, a user action or an authentication context; `None` in "
            "`includeApplications` includes nothing for now",
        )


def excludes_particular_things(policy: PolicyReading) -> Iterator[Problem]:
    """*All* and *None* are words to include by; an exclusion names who or what it spares.

    Source: api-reference conditionalaccessusers, conditionalaccessapplications.
    """
    for key, member in (("users", "excludeUsers"), ("applications", "excludeApplications")):
        words = as_strings(as_object(policy.conditions.get(key)).get(member))
        for number, each in enumerate(words):
            if each.casefold() in _INCLUDE_ONLY:
                yield Problem(
                    f"conditions.{key}.{member}[{number}]",
                    "includeOnly",
                    f"`{each}` cannot be excluded; leave it out, or name who or what is spared",
                )


_INCLUDE_ONLY = frozenset({ALL.casefold(), NOBODY.casefold()})


def has_one_kind_of_target(policy: PolicyReading) -> Iterator[Problem]:
    """Resources, user actions and authentication contexts exclude one another."""
    kinds = sorted(named_kinds(policy.conditions))
    if len(kinds) > 1:
        yield Problem(
            "conditions.applications",
            SEVERAL_TARGETS,
            f"a policy has one kind of target, this one has {len(kinds)}: {', '.join(kinds)}",
        )


def names_possible_contexts(policy: PolicyReading) -> Iterator[Problem]:
    """Authentication contexts are c1 to c99; whether one is defined yet is not asked."""
    field = AuthenticationContexts.fields[0].name
    for index, each in enumerate(as_strings(policy.applications.get(field))):
        if not CONTEXT_ID.fullmatch(each):
            yield Problem(
                f"conditions.applications.{field}[{index}]",
                "unknownContext",
                f"expected `c1` to `c99`, came `{each}`",
            )


def device_filter_or_states(policy: PolicyReading) -> Iterator[Problem]:
    """The filter replaces `deviceStates` (api-reference beta conditionalaccessdevices)."""
    if policy.conditions.get("deviceStates") and any(
        each.key == Devices.key for each in policy.selecting
    ):
        yield Problem(
            "conditions.deviceStates",
            "deviceStatesWithFilter",
            "`deviceStates` is deprecated and cannot stand beside a filter for devices; keep the "
            "filter",
        )


def guest_tenants_belong_to_guest_types(policy: PolicyReading) -> Iterator[Problem]:
    """`externalTenants` narrows selected types (conditionalaccessguestsorexternalusers)."""
    for field in Users.fields:
        guests = as_object(policy.users.get(field.name))
        tenants = as_object(guests.get("externalTenants"))
        if field.shape is not Shape.GUESTS or not tenants:
            continue
        path = f"conditions.users.{field.name}"
        if not guests.get("guestOrExternalUserTypes"):
            yield Problem(
                f"{path}.guestOrExternalUserTypes",
                "missingGuestTypes",
                "name the types of guest or external user that the tenants are for",
            )
        enumerated = str(tenants.get("membershipKind")).casefold() == "enumerated"
        if enumerated and not as_strings(tenants.get("members")):
            yield Problem(
                f"{path}.externalTenants.members",
                "missingTenants",
                "name at least one tenant, or choose `all`",
            )


def workloads_are_not_users(policy: PolicyReading) -> Iterator[Problem]:
    """A policy is for users or for workload identities (entra-docs workload-identity)."""
    if not policy.for_workloads:
        return
    for field in Users.fields:
        words = {each.casefold() for each in as_strings(policy.users.get(field.name))}
        selected = bool(words - {NOBODY.casefold()})
        if selected or (field.shape is Shape.GUESTS and selects(field, policy.users)):
            yield Problem(
                f"conditions.users.{field.name}",
                "usersWithWorkloads",
                "a policy for workload identities selects no users; make it two policies",
            )


def workloads_can_only_be_blocked(policy: PolicyReading) -> Iterator[Problem]:
    """*Block access* is the only grant control for workload identities (workload-identity).

    None at all is let through where a session control stands: that is how continuous access
    evaluation is switched off for them (concept-continuous-access-evaluation-workload).
    """
    others = [each for each in (*policy.grants, *policy.unknown) if each != Block.key]
    if policy.for_workloads and others:
        yield Problem(
            _GRANT,
            "workloadsCanOnlyBeBlocked",
            f"workload identities cannot be asked for anything; use `{Block.key}` instead of "
            + ", ".join(f"`{each}`" for each in others),
        )


def workloads_have_few_conditions(policy: PolicyReading) -> Iterator[Problem]:
    """Locations and the risk of the principal are all that can be asked (workload-identity)."""
    if not policy.for_workloads:
        return
    keys = {each.key for each in policy.restricting if not each.workload}
    if any(isinstance(each, ClientApps) for each in policy.restricting):
        keys.add(ClientApps.key)  # `all` is written for every policy, a choice is for users only
    for key in sorted(keys - {Users.key, WorkloadIdentities.key}):
        yield Problem(
            f"conditions.{key}",
            "conditionNotForWorkloads",
            f"`{key}` says nothing about workload identities; take it out",
        )
