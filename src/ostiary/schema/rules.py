"""Every rule that a policy must keep, in one list: what Graph refuses, and why (semantics 1.1).

A rule is a function over a policy as the rules read it; it gives a problem for each place that
breaks it. Rules that need to know what exists in the tenant stand apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from ostiary.model.errors import Problem
from ostiary.schema.reading import PolicyReading
from ostiary.schema.rules_assignments import (
    device_filter_or_states,
    excludes_particular_things,
    guest_tenants_belong_to_guest_types,
    has_a_name,
    has_one_kind_of_target,
    is_for_somebody,
    is_for_something,
    names_possible_contexts,
    workloads_are_not_users,
    workloads_can_only_be_blocked,
    workloads_have_few_conditions,
)
from ostiary.schema.rules_grant import (
    block_stands_alone,
    knows_its_controls,
    mfa_or_strength,
    mobile_app_controls_fit_the_platforms,
    needs_a_control,
    needs_an_operator,
    password_change_confirms_by_mfa,
    password_change_is_for_user_risk,
    register_device_takes_mfa_only,
    risk_remediation_needs_a_strength,
    terms_of_use_are_few,
)
from ostiary.schema.rules_references import (
    References,
    guest_tenants_are_guids,
    ids_are_guids,
    locations_exist,
    strength_exists,
)
from ostiary.schema.rules_session import (
    app_control_has_a_type,
    evaluation_is_disabled_everywhere,
    persistent_browser_has_a_mode,
    persistent_browser_is_for_all_resources,
    sign_in_frequency_is_complete,
)

Rule: TypeAlias = Callable[[PolicyReading], Iterator[Problem]]
ReferenceRule: TypeAlias = Callable[[PolicyReading, References], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    has_a_name,
    is_for_somebody,
    is_for_something,
    excludes_particular_things,
    has_one_kind_of_target,
    names_possible_contexts,
    guest_tenants_belong_to_guest_types,
    device_filter_or_states,
    workloads_are_not_users,
    workloads_can_only_be_blocked,
    workloads_have_few_conditions,
    needs_a_control,
    needs_an_operator,
    knows_its_controls,
    mfa_or_strength,
    block_stands_alone,
    password_change_confirms_by_mfa,
    password_change_is_for_user_risk,
    risk_remediation_needs_a_strength,
    register_device_takes_mfa_only,
    mobile_app_controls_fit_the_platforms,
    terms_of_use_are_few,
    persistent_browser_is_for_all_resources,
    persistent_browser_has_a_mode,
    app_control_has_a_type,
    sign_in_frequency_is_complete,
    evaluation_is_disabled_everywhere,
)
REFERENCE_RULES: tuple[ReferenceRule, ...] = (
    ids_are_guids,
    guest_tenants_are_guids,
    locations_exist,
    strength_exists,
)

__all__ = ["REFERENCE_RULES", "RULES", "ReferenceRule", "References", "Rule"]
