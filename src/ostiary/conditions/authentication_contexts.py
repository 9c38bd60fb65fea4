"""Target resources: *Authentication context*."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from ostiary.conditions.base import Asked, Condition, Field, Lookup, Section, Tagger
from ostiary.conditions.facts import TARGET
from ostiary.conditions.targets import TARGET_KINDS, other_targets, target_kind
from ostiary.model.directory import Directory
from ostiary.model.json_types import JsonObject
from ostiary.model.setting import Effect, Setting, Tag, Tags
from ostiary.model.signin import AuthenticationContext, Missing, SignIn


class _ContextTagger(Tagger[str]):
    def tags(self, key: Hashable) -> Tags:
        return frozenset({str(key)})

    def subject(self, value: str) -> str:
        return TARGET_KINDS.get(value) or self.name(value)

    def name(self, tag: Tag) -> str:
        return TARGET_KINDS.get(tag) or f"authentication context `{tag}`"


class AuthenticationContexts(Condition[str]):
    """Step-up requests for an authentication context (`c1` to `c99`) that an app asks for.

    A policy on contexts is about these requests only; policies on resources are judged when a
    token for the resource is asked (entra-docs conditional-access/concept-conditional-access-
    cloud-apps, authentication context).
    """

    name = "authenticationContexts"
    key = "applications"
    title = "Authentication context"
    reason = "authenticationContext"
    log_word = "application"
    few = True
    assignment = True
    section = Section.TARGETS
    choice = title
    facts = (TARGET,)
    workload = True
    fields = (
        Field(
            "includeAuthenticationContextClassReferences",
            Effect.INCLUDE,
            "Select the authentication contexts this policy will apply to",
            lookup=Lookup.AUTHENTICATION_CONTEXT,
        ),
    )

    def parse(self, conditions: JsonObject) -> Setting | None:
        """A policy that also names other kinds of target accepts those here."""
        setting = super().parse(conditions)
        if setting is None or setting.include is None:
            return setting
        return Setting(setting.include | other_targets(conditions, "authenticationContext"))

    def value(self, sign_in: SignIn, directory: Directory) -> str | Missing:
        """Give the context asked for, or which other kind of target this is."""
        target = sign_in.target
        if isinstance(target, AuthenticationContext):
            return target.value.casefold().replace(":", "")  # `:` marks tags of ours
        return target_kind(target)

    def tagger(self, directory: Directory, asked: Asked) -> Tagger[str]:
        """The value is its own tag."""
        return _ContextTagger()

    def samples(self, directory: Directory, asked: Asked) -> Iterator[str]:
        """Each asked context, one nobody asked for, and the other kinds of target."""
        yield from sorted(tag for tag in asked if not tag.startswith("target:"))
        yield "c0"
        yield from ("target:application", "target:userAction")
