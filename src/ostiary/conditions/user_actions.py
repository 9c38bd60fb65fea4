"""Target resources: *User actions*."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from ostiary.conditions.base import Asked, Condition, Field, Section, Tagger
from ostiary.conditions.facts import TARGET
from ostiary.conditions.targets import TARGET_KINDS, other_targets, target_kind
from ostiary.model.directory import Directory
from ostiary.model.json_types import JsonObject
from ostiary.model.setting import Effect, Setting, Tag, Tags
from ostiary.model.signin import Missing, SignIn, UserAction

REGISTER_SECURITY_INFORMATION = "urn:user:registersecurityinfo"
REGISTER_DEVICE = "urn:user:registerdevice"
USER_ACTIONS = {
    REGISTER_SECURITY_INFORMATION: "Register security information",
    REGISTER_DEVICE: "Register or join devices",
    "urn:user:accountrecovery": "Account recovery",
}
ACTION_URN = {
    UserAction.REGISTER_SECURITY_INFORMATION: REGISTER_SECURITY_INFORMATION,
    UserAction.REGISTER_OR_JOIN_DEVICES: REGISTER_DEVICE,
}


class _ActionTagger(Tagger[str]):
    def tags(self, key: Hashable) -> Tags:
        return frozenset({str(key)})

    def subject(self, value: str) -> str:
        return TARGET_KINDS.get(value) or self.name(value)

    def name(self, tag: Tag) -> str:
        return TARGET_KINDS.get(tag) or f"user action `{USER_ACTIONS.get(tag, tag)}`"


class UserActions(Condition[str]):
    """Tasks of the user, not resources (entra-docs concept-conditional-access-cloud-apps)."""

    name = "userActions"
    key = "applications"
    title = "User actions"
    reason = "userActions"
    log_word = "application"
    few = True
    assignment = True
    section = Section.TARGETS
    choice = title
    facts = (TARGET,)
    fields = (
        Field(
            "includeUserActions",
            Effect.INCLUDE,
            "Select the action this policy will apply to",
            USER_ACTIONS,
        ),
    )

    def parse(self, conditions: JsonObject) -> Setting | None:
        """A policy that also names other kinds of target accepts those here."""
        setting = super().parse(conditions)
        if setting is None or setting.include is None:
            return setting
        return Setting(setting.include | other_targets(conditions, "userAction"))

    def value(self, sign_in: SignIn, directory: Directory) -> str | Missing:
        """Give the action's URN, or which other kind of target this is."""
        target = sign_in.target
        return ACTION_URN[target] if isinstance(target, UserAction) else target_kind(target)

    def tagger(self, directory: Directory, asked: Asked) -> Tagger[str]:
        """The value is its own tag."""
        return _ActionTagger()

    def samples(self, directory: Directory, asked: Asked) -> Iterator[str]:
        """Each action, and the other kinds of target."""
        yield from USER_ACTIONS
        yield from ("target:application", "target:authenticationContext")
