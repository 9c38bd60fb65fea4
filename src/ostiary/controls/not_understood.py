"""A grant control that this version does not know: never met (fail closed)."""

from __future__ import annotations

from ostiary.controls.base import GrantControl, refused
from ostiary.controls.block import BLOCKED
from ostiary.model.decision import Judgement
from ostiary.model.directory import Directory
from ostiary.model.json_types import JsonObject
from ostiary.model.policy import Requirement
from ostiary.model.signin import SignIn


class NotUnderstood(GrantControl):
    """Stands for any word of `builtInControls` that no other control has."""

    key = "unknownControl"
    title = "Unknown control"
    log_word = "Unknown"
    built_in = False

    def requirements(self, grant: JsonObject) -> tuple[Requirement, ...]:
        """Nothing is written under this key; the reader of policies fills it."""
        return ()

    def name(self, argument: str, directory: Directory) -> str:
        """Name the word."""
        return f"{self.title} `{argument}`"

    def judge(self, argument: str, sign_in: SignIn, directory: Directory) -> Judgement:
        """Refuse."""
        return refused(BLOCKED, f"control `{argument}` is not known to this version")
