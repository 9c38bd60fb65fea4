"""Why each policy does or does not apply: Graph's word, and sentences for people.

The explanation asks the same tables that decided; nothing here knows a condition by name.
"""

from __future__ import annotations

from typing import Any

from ostiary.engine.masks import Accepted, Table, numbers_in
from ostiary.engine.policyset import PolicySet, Prepared
from ostiary.model.decision import Reason
from ostiary.model.policy import Policy, PolicyState
from ostiary.model.setting import Failed, Setting, Tag, Tags, Unknown
from ostiary.model.signin import MISSING

NOT_SET = "notSet"
NOT_ENABLED = "policyNotEnabled"
NOT_ENOUGH = "notEnoughInformation"
_MOST_NAMES = 4

__all__ = ["NOT_ENABLED", "NOT_ENOUGH", "NOT_SET", "analysis_reasons", "reasons", "satisfied"]


def analysis_reasons(policies: PolicySet, columns: list[tuple[Table, Accepted]]) -> list[str]:
    """Give Graph's reason for every policy: the first condition that it does not accept."""
    words = [NOT_SET] * len(policies.policies)
    open_ = policies.everything
    _write(words, open_ & ~policies.live, NOT_ENABLED)
    open_ &= policies.live
    doubtful = policies.not_understood
    for table, accepted in columns:
        _write(words, open_ & ~accepted.upper, table.condition.reason)
        open_ &= accepted.upper
        doubtful |= accepted.upper & ~accepted.lower
    _write(words, open_ & doubtful, NOT_ENOUGH)
    return words


def _write(words: list[str], mask: int, word: str) -> None:
    for number in numbers_in(mask):
        words[number] = word


def reasons(
    policies: PolicySet, number: int, prepared: Prepared, columns: list[tuple[Table, Accepted]]
) -> tuple[Reason, ...]:
    """Give every reason why policy `number` does not apply, or may apply only."""
    policy, bit = policies.policies[number], 1 << number
    found: list[Reason] = []
    if policy.state is PolicyState.DISABLED:
        found.append(Reason(NOT_ENABLED, "the policy is off", "Enable policy"))
    for table, accepted in columns:
        setting = policy.settings.get(table.condition.name)
        if setting is None:
            continue
        if not accepted.upper & bit:
            found.append(_mismatch(policies, table, setting, prepared))
        elif not accepted.lower & bit:
            found.append(_doubt(policies, table, setting, prepared))
    found.extend(_not_understood(policy))
    return tuple(found)


def _not_understood(policy: Policy) -> list[Reason]:
    return [
        Reason(NOT_ENOUGH, f"condition `{key}` is not known to this version and counts as met", key)
        for key in policy.not_understood
    ]


def _mismatch(policies: PolicySet, table: Table, setting: Setting, prepared: Prepared) -> Reason:
    """Say which exclusion holds, or that nothing included does."""
    condition, tagger = table.condition, table.tagger
    values = _values(policies, table, prepared)
    for value in values:
        tags = _tags(table, value)
        excluded = sorted(tag for tag in tags if isinstance(tag, str) and tag in setting.exclude)
        if excluded:
            sentence = (
                f"{tagger.subject(value)} {condition.link} excluded {tagger.name(excluded[0])}"
            )
            return Reason(condition.reason, sentence, condition.title)
    subject = " and ".join(dict.fromkeys(tagger.subject(value) for value in values)) or "nothing"
    names = _names(table, setting)
    sentence = f"{subject} {condition.link} none of the included: {names}"
    return Reason(condition.reason, sentence, condition.title)


def _names(table: Table, setting: Setting) -> str:
    shown = dict.fromkeys(table.tagger.name(tag) for tag in sorted(setting.include or ()))
    names = [name for name in shown if name]
    if not names:
        return "nobody and nothing is included"
    more = len(names) - _MOST_NAMES
    listed = ", ".join(names[:_MOST_NAMES])
    return f"{listed} and {more} more" if more > 0 else listed


def _doubt(policies: PolicySet, table: Table, setting: Setting, prepared: Prepared) -> Reason:
    """Say what nobody can tell, and which way it counts."""
    condition, tagger = table.condition, table.tagger
    values = _values(policies, table, prepared)
    if not values:
        title = condition.facts[0].title
        return Reason(NOT_ENOUGH, f"{title} is not known, so the policy may apply", condition.title)
    for value in values:
        for tag in sorted(_tags(table, value), key=repr):
            if isinstance(tag, Failed) and tag.tag in setting.tags:
                sentence = f"{tagger.name(tag.tag)} could not be evaluated ({tag.why})"
                return Reason(NOT_ENOUGH, sentence, condition.title)
            if isinstance(tag, Unknown) and tag.tag in setting.tags:
                return Reason(NOT_ENOUGH, _doubted(table, value, tag.tag, setting), condition.title)
    return Reason(NOT_ENOUGH, f"{condition.title} could not be evaluated", condition.title)


def _doubted(table: Table, value: Any, tag: Tag, setting: Setting) -> str:
    tagger, link = table.tagger, table.condition.link
    way = "is not taken as excluded" if tag in setting.exclude else "may be included"
    return f"whether {tagger.subject(value)} {link} {tagger.name(tag)} is unknown, so it {way}"


def _tags(table: Table, value: Any) -> Tags:
    """Give the tags of a value, none where that goes wrong (`PolicySet.problems` says why)."""
    try:
        return table.tagger.tags(table.tagger.key(value))
    except Exception:
        return frozenset()


def _values(policies: PolicySet, table: Table, prepared: Prepared) -> tuple[Any, ...]:
    """Read the condition's value again; alternatives as they are, nothing where it is missing."""
    try:
        value = table.condition.value(prepared.sign_in, policies.directory)
    except Exception:  # said by `PolicySet.problems` already
        return ()
    if value is MISSING:
        return ()
    return tuple(value) if table.condition.alternatives else (value,)


def satisfied(
    number: int, policy: Policy, columns: list[tuple[Table, Accepted]]
) -> tuple[list[str], list[str]]:
    """Give Graph's words for the conditions of a policy that are satisfied, and that are not."""
    held: list[str] = []
    failed: list[str] = []
    for table, accepted in columns:
        if table.condition.name not in policy.settings:
            continue
        word = table.condition.log_word or table.condition.reason
        (held if accepted.upper >> number & 1 else failed).append(word)
    lost = list(dict.fromkeys(failed))
    return [word for word in dict.fromkeys(held) if word not in lost], lost
