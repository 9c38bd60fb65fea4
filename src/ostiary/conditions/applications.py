"""Target resources: *Resources (formerly cloud apps)*."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace

from ostiary.conditions.attributes import (
    ATTRIBUTES,
    RULE,
    attribute_values,
    filter_setting,
    rule_tags,
)
from ostiary.conditions.audiences import (
    DIRECTORY_SERVICE,
    GRAPH,
    TOKEN_EXCHANGE,
    Audience,
    Reach,
    audiences,
    baseline_requests,
)
from ostiary.conditions.base import (
    NO_TAGS,
    Asked,
    Condition,
    Field,
    Lookup,
    Section,
    Shape,
    Tagger,
    canonical_word,
)
from ostiary.conditions.facts import TARGET
from ostiary.conditions.targets import named_kinds, other_targets, target_kind
from ostiary.model.directory import Directory, PrincipalKind
from ostiary.model.json_types import JsonObject, as_object
from ostiary.model.setting import Effect, Failed, Setting, Tag, Tags, Unknown
from ostiary.model.signin import MISSING, Missing, Resources, SignIn, UserAction

ALL, NONE, AGENTS = "All", "None", "AllAgentIdResources"
WORDS = {
    ALL: "All resources (formerly 'All cloud apps')",
    NONE: "None",
    "Office365": "Office 365",
    "MicrosoftAdminPortals": "Microsoft Admin Portals",
    AGENTS: "All agent resources",
}
_CHOOSE, _TOGETHER = "Select resources", "Select specific resources"
_LITERALS = frozenset({"Office365", "MicrosoftAdminPortals", AGENTS})
_ALL_EXCEPT = "AllExcept"
"""Selected beside exclusions: what baseline scopes can slip past."""


@dataclass(frozen=True, slots=True)
class Reached:
    """One thing a sign-in reaches: an audience, or a target of another kind (by its tag)."""

    audience: Audience | None
    other: Tag = ""


class _ApplicationTagger(Tagger[Reached]):
    def __init__(self, directory: Directory, asked: Asked) -> None:
        self._directory = directory
        self._rules = tuple(tag for tag in asked if tag.startswith(RULE))
        self._suites = {
            canonical_word(WORDS, suite): members
            for suite, members in directory.settings.suites.items()
        }
        principals = directory.service_principals.values()
        self._agents = {p.app_id for p in principals if p.kind is PrincipalKind.AGENT_IDENTITY}

    def tags(self, key: Hashable) -> Tags:
        if not isinstance(key, Reached):
            return NO_TAGS
        if key.audience is None:
            everything = {ALL, _ALL_EXCEPT} if key.other in _COVERED_BY_ALL else set[Tag]()
            return frozenset({key.other, *everything})
        return self._audience_tags(key.audience)

    def _audience_tags(self, audience: Audience) -> Tags:
        if audience.app_id == TOKEN_EXCHANGE:
            return NO_TAGS
        spared = _of_client(self._own(audience.client)) if audience.client else NO_TAGS
        own = self._own(audience.app_id)
        if audience.reach is Reach.RETAINED:
            placeholder = self._own(self._directory.settings.baseline_app or "")
            kept = frozenset(f"{_ALL_EXCEPT}:{tag}" for tag in placeholder if isinstance(tag, str))
            return spared | kept | _of_client(own)
        if audience.reach is Reach.NAMED:
            return own
        if audience.reach is Reach.NARROW:
            return own | spared | {ALL}
        return own | spared | {ALL, _ALL_EXCEPT, "target:application"}

    def _own(self, app_id: str) -> Tags:
        """Give the tags of an application itself: its id, its suites, the filters it satisfies.

        A suite asked for by its literal name matches nothing (entra-docs what-if-tool).
        """
        if not app_id or app_id in WORDS or app_id == _ALL_EXCEPT or ":" in app_id:
            return NO_TAGS  # INVARIANT: a request cannot spell a tag of ours
        tags: set[Tag | Unknown | Failed] = {app_id}
        tags.update(suite for suite, members in self._suites.items() if app_id in members)
        if app_id in self._agents:
            tags.add(AGENTS)
        application = self._directory.applications.get(app_id)
        tags.update(rule_tags(self._rules, attribute_values(application)))
        return frozenset(tags)

    def subject(self, value: Reached) -> str:
        if value.audience is None:
            return _KINDS.get(value.other, "the target")
        resource = self.name(value.audience.app_id)
        if value.audience.client or value.audience.reach is not Reach.FULL:
            return f"a request for nothing but baseline scopes (of {resource})"
        return f"resource {resource}"

    def name(self, tag: Tag) -> str:
        if tag in WORDS:
            return f"`{WORDS[tag]}`"
        if tag.startswith(_ALL_EXCEPT):
            return f"`{WORDS[ALL]}`"
        if tag.startswith("rule:"):
            return f"filter `{tag.removeprefix('rule:')}`"
        if tag.startswith("client:"):
            return f"client {self.name(tag.removeprefix('client:'))}"
        if tag in _KINDS:
            return _KINDS[tag]
        application = self._directory.applications.get(tag)
        return f"`{application.display_name or tag}`" if application else f"`{tag}`"


def _of_client(tags: Tags) -> Tags:
    """Turn tags into those by which policies on All spare a client that they exclude."""
    return frozenset(
        f"client:{tag}" if isinstance(tag, str) else replace(tag, tag=f"client:{tag.tag}")
        for tag in tags
    )


_KINDS = {
    "target:application": "resources",
    "target:userAction": "a user action",
    "action:registerSecurityInformation": "the user action Register security information",
    "target:authenticationContext": "an authentication context",
    "none": "a sign-in to no particular resource",
}
_COVERED_BY_ALL = frozenset({"action:registerSecurityInformation", "none"})


class Applications(Condition[tuple[Reached, ...]]):
    """The resources a policy protects, by application, suite or filter.

    Source: entra-docs conditional-access/concept-conditional-access-cloud-apps. *All resources*
    also covers the registration of security information (api-reference
    conditionalaccessroot-evaluate, example 3), not the other kinds of target
    (docs/decisions/0003-undocumented-choices.md).
    """

    name = key = "applications"
    title = "Resources (formerly cloud apps)"
    reason = "application"
    assignment = True
    section = Section.TARGETS
    choice = title
    facts = (TARGET,)
    alternatives = True
    workload = True
    fields = (
        Field(
            "includeApplications",
            Effect.INCLUDE,
            "Include",
            WORDS,
            Lookup.APPLICATION,
            alone=(ALL, NONE),
            nothing=NONE,
            choose=_CHOOSE,
            together=_TOGETHER,
        ),
        Field(
            "excludeApplications",
            Effect.EXCLUDE,
            "Exclude",
            WORDS,
            Lookup.APPLICATION,
            alone=(ALL, NONE),
            together=_TOGETHER,
        ),
        Field(
            "applicationFilter",
            Effect.INCLUDE,
            "Edit filter",
            shape=Shape.FILTER,
            vocabulary=ATTRIBUTES,
        ),
    )

    def parse(self, conditions: JsonObject) -> Setting | None:
        """Read the resources; a policy on another kind of target does not configure this."""
        kinds = named_kinds(conditions)
        if "application" not in kinds and kinds:
            return None
        body = as_object(conditions.get(self.key))
        filtered = filter_setting(body.get("applicationFilter"), ATTRIBUTES) or Setting(None)
        include = self.select(body, Effect.INCLUDE) | (filtered.include or frozenset[Tag]())
        exclude = self.select(body, Effect.EXCLUDE) | filtered.exclude
        if ALL in include and exclude:
            include = (include - {ALL}) | {_ALL_EXCEPT, *(f"{_ALL_EXCEPT}:{e}" for e in exclude)}
            exclude |= {f"client:{each}" for each in exclude}
        return Setting((include - {NONE}) | other_targets(conditions, "application"), exclude)

    def value(self, sign_in: SignIn, directory: Directory) -> tuple[Reached, ...] | Missing:
        """Give everything the sign-in reaches; any of it may match."""
        target = sign_in.target
        if target is UserAction.REGISTER_SECURITY_INFORMATION:
            return (
                Reached(None, "action:registerSecurityInformation"),
                Reached(None, "target:userAction"),
            )
        if not isinstance(target, Resources):
            kind = target_kind(target)
            return MISSING if kind is MISSING else (Reached(None, kind),)
        found = audiences(sign_in, directory)
        return tuple(Reached(each) for each in found) or (Reached(None, "none"),)

    def tagger(self, directory: Directory, asked: Asked) -> Tagger[Reached]:  # pyright: ignore[reportIncompatibleMethodOverride]  # alternatives: a tagger of one of them
        """Know suites and attributes."""
        return _ApplicationTagger(directory, asked)

    def samples(self, directory: Directory, asked: Asked) -> Iterator[tuple[Reached, ...]]:
        """Every application anybody names or knows, one nobody knows, and the other targets."""
        suites = directory.settings.suites
        known = set(directory.applications) | {
            tag for tag in asked if "-" in tag and ":" not in tag
        }
        known.update(*suites.values())
        for app in (*sorted(known - _LITERALS), "any-other-application", TOKEN_EXCHANGE):
            yield (Reached(Audience(app)),)
        for app in (GRAPH, DIRECTORY_SERVICE):
            for found in baseline_requests(app, sorted(known - _LITERALS), directory):
                yield tuple(Reached(each) for each in found)
        yield (
            Reached(None, "action:registerSecurityInformation"),
            Reached(None, "target:userAction"),
        )
        yield (Reached(None, "target:userAction"),)
        yield (Reached(None, "target:authenticationContext"),)
