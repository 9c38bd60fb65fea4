"""The pages, in the order of the navigation; each module has its `ROUTES`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ostiary.admin.pages import (
    audit_log,
    authentication_contexts,
    authentication_strengths,
    coverage,
    deleted_locations,
    deleted_policies,
    directory,
    emergency_access,
    form_parts,
    gaps,
    impact_sign_ins,
    kept_form,
    named_location,
    named_locations,
    overview,
    policies,
    policy,
    policy_form,
    policy_impact,
    policy_upload,
    policy_versions,
    protected_actions,
    rollouts,
    settings,
    sign_ins,
    templates,
    temporary_exclusions,
    terms_of_use,
    what_if,
)

PAGES: Final = (
    *(overview, gaps, coverage),
    *(policies, deleted_policies, policy_upload, templates, policy_form, policy_versions),
    *(policy_impact, impact_sign_ins, rollouts, policy, what_if),
    *(named_locations, deleted_locations, named_location),
    *(sign_ins, audit_log, kept_form, form_parts),
    *(authentication_contexts, authentication_strengths, terms_of_use),
    *directory.PAGES,
    *(temporary_exclusions, protected_actions, emergency_access, settings),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the navigation: its text is `nav.<name>`."""

    name: str
    path: str
    icon: str


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that belong together, below the heading `nav.<name>`."""

    name: str
    entries: tuple[Entry, ...]


NAVIGATION: Final = (
    Group(
        "protection",
        (
            Entry("overview", overview.PATH, "home"),
            Entry("policies", policies.PATH, "shield_task"),
            Entry("rollouts", rollouts.PATH, "arrow_step_over"),
            Entry("gaps", gaps.PATH, "lock_open"),
            Entry("coverage", coverage.PATH, "table_simple"),
            Entry("what_if", what_if.PATH, "question"),
            Entry("named_locations", named_locations.PATH, "location"),
            Entry("authentication_contexts", authentication_contexts.PATH, "tag_lock"),
            Entry("authentication_strengths", authentication_strengths.PATH, "key_multiple"),
            Entry("terms_of_use", terms_of_use.PATH, "document_signature"),
        ),
    ),
    Group(
        "identity",
        (
            Entry("users", directory.users.PATH, "person"),
            Entry("groups", directory.groups.PATH, "people_team"),
            Entry("roles", directory.roles.PATH, "shield_person"),
            Entry("applications", directory.applications.PATH, "apps"),
            Entry("enterprise_applications", directory.service_principals.PATH, "building"),
            Entry("managed_identities", directory.service_principals.IDENTITIES, "bot"),
            Entry("devices", directory.devices.PATH, "laptop"),
            Entry("deleted_objects", directory.deleted_objects.PATH, "delete"),
        ),
    ),
    Group(
        "monitoring",
        (
            Entry("sign_ins", sign_ins.PATH, "people_list"),
            Entry("audit_log", audit_log.PATH, "history"),
        ),
    ),
    Group(
        "settings_group",
        (
            Entry("emergency_access", emergency_access.PATH, "person_lock"),
            Entry("temporary_exclusions", temporary_exclusions.PATH, "person_clock"),
            Entry("protected_actions", protected_actions.PATH, "shield_lock"),
            Entry("settings", settings.PATH, "settings"),
        ),
    ),
)
