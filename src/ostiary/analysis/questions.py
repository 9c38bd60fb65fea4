"""Questions in people's words, turned into the policy that asks them.

Who, what and when are written as a policy's conditions and what is required as its controls; the
same code reads them as reads any policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ostiary.analysis.naming import GROUP, PRINCIPAL, ROLE, USER, Known, Names, UnknownName
from ostiary.analysis.shown import BLOCK, Demanded
from ostiary.analysis.targets import Aim
from ostiary.analysis.terrain import CIRCUMSTANCES
from ostiary.conditions.base import Condition, Field, Lookup, Shape
from ostiary.conditions.users import ALL, GUESTS, WORKLOAD
from ostiary.controls import GRANT_CONTROLS
from ostiary.model.errors import InputError
from ostiary.model.json_types import as_object
from ostiary.model.policy import Grant, Operator, Policy, PolicyState, Requirement
from ostiary.model.setting import Effect, Setting, Tag
from ostiary.model.signin import AuthenticationContext, Resources, UserAction

EMERGENCY = "emergencyAccess"
NO_CONDITIONS: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Asked:
    """Who, what, when and what is required, in words: ids or names.

    Users: `All`, `Guests`, `emergencyAccess`, users, groups, roles or service principals.
    Resources: `All`, applications, suites, user actions, authentication contexts. `when` maps a
    condition to its values. One of `requires` is enough; with `never_block` instead, nobody may
    be blocked.
    """

    users: tuple[str, ...] = ("All",)
    excluded: tuple[str, ...] = ()
    resources: tuple[str, ...] = ("All",)
    when: Mapping[str, object] = field(default_factory=lambda: NO_CONDITIONS)
    requires: tuple[str, ...] = ("mfa",)
    never_block: bool = False


@dataclass(frozen=True, slots=True)
class Matter:
    """A question ready to be answered.

    `policy` asks it; `aims` are the targets, None for all resources; `principals` the workload
    identities asked about, None where it is about people.
    """

    policy: Policy
    demanded: Demanded
    aims: tuple[Aim, ...] | None
    principals: tuple[str, ...] | None


def matters(asked: Asked, names: Names) -> tuple[Matter, ...]:
    """Give what is asked of people and, apart, of workload identities.

    Raises UnknownName for a name nobody knows, InputError for a wrong word.
    """
    demanded = BLOCK if asked.never_block else required(asked.requires, names)
    aims = _aims(asked.resources, names)
    conditions = _conditions(asked.when, names)
    included, excluded = _somebody(asked.users, names), _somebody(asked.excluded, names)
    principals = tuple(
        each.id for each in included if each.kind == PRINCIPAL and each not in excluded
    )
    found: list[Matter] = []
    people = _tags(included)
    if people:
        users = Setting(people, _tags(excluded))
        policy = _asking({"users": users, **conditions}, demanded)
        found.append(Matter(policy, demanded, aims, None))
    if principals:
        policy = _asking({"users": Setting.of([WORKLOAD]), **conditions}, demanded)
        found.append(Matter(policy, demanded, aims, principals))
    if not found:
        raise InputError("expected somebody to ask about, came nobody")
    return tuple(found)


def _asking(settings: Mapping[str, Setting], demanded: Demanded) -> Policy:
    return Policy("question", "question", PolicyState.DISABLED, settings, demanded.grant, {}, {})


def _somebody(words: Iterable[str], names: Names) -> list[Known]:
    found: list[Known] = []
    for word in words:
        folded = word.strip().casefold()
        if folded == ALL.casefold():
            found.append(Known("", ALL))
        elif folded in {"guests", GUESTS.casefold()}:
            found.append(Known("", GUESTS))
        elif folded == EMERGENCY.casefold():
            found += _emergency(names)
        else:
            found.append(names.somebody(word))
    return found


def _emergency(names: Names) -> list[Known]:
    declared = sorted(names.directory.settings.emergency_access)
    if not declared:
        raise UnknownName(
            "the tenant declares no emergency access accounts",
            hint="list them in `settings.emergencyAccess`",
        )
    groups = names.directory.groups
    return [Known(GROUP if each in groups else USER, each) for each in declared]


def _tags(found: Iterable[Known]) -> frozenset[Tag]:
    prefixes = {GROUP: "group:", ROLE: "role:"}
    return frozenset(
        f"{prefixes.get(each.kind, '')}{each.id}" for each in found if each.kind != PRINCIPAL
    )


def _aims(words: Iterable[str], names: Names) -> tuple[Aim, ...] | None:
    found: dict[Aim, None] = {}
    for word in words:
        if word.strip().casefold() in {"all", "all resources"}:
            return None
        target = names.resource(word)
        if isinstance(target, UserAction | AuthenticationContext):
            found[Aim(target)] = None
        else:
            found.update(dict.fromkeys(Aim(Resources((app,))) for app in target))
    if not found:
        raise InputError("expected a resource to ask about, came none")
    return tuple(found)


def required(words: Sequence[str], names: Names) -> Demanded:
    """Read what is required: built-in controls by their Graph word, strengths, terms of use.

    Raises UnknownName for anything else.
    """
    found = tuple(dict.fromkeys(_requirement(word, names) for word in words))
    if not found:
        raise InputError("expected a requirement, came none")
    return Demanded(Grant(Operator.OR, found))


def _requirement(word: str, names: Names) -> Requirement:
    folded = word.strip().casefold()
    for control in GRANT_CONTROLS:
        if control.built_in and folded in {control.key.casefold(), control.title.casefold()}:
            return Requirement(control.key)
    strength = names.strength(word)
    if strength is not None:
        return Requirement("authenticationStrength", strength)
    agreement = names.agreement(word)
    if agreement is not None:
        return Requirement("termsOfUse", agreement)
    words = ", ".join(f"`{each.key}`" for each in GRANT_CONTROLS if each.built_in)
    raise UnknownName(
        f"`{word}` is no control, authentication strength or terms of use of the tenant",
        hint=f"the controls are {words}",
    )


_ALIASES = {
    "clientapps": "clientAppTypes",
    "clientapp": "clientAppTypes",
    "platform": "platforms",
    "location": "locations",
    "network": "locations",
    "device": "devices",
    "devicefilter": "devices",
    "signinrisk": "signInRiskLevels",
    "userrisk": "userRiskLevels",
    "insiderrisk": "insiderRiskLevels",
    "serviceprincipalrisk": "servicePrincipalRiskLevels",
    "agentrisk": "agentIdRiskLevels",
    "transfermethods": "authenticationFlows",
    "authenticationflow": "authenticationFlows",
    "flows": "authenticationFlows",
}


def _conditions(when: Mapping[str, object], names: Names) -> dict[str, Setting]:
    by_name = {each.name.casefold(): each for each in CIRCUMSTANCES}
    found: dict[str, Setting] = {}
    for word, value in when.items():
        folded = word.strip().casefold()
        condition = by_name.get(_ALIASES.get(folded, folded).casefold())
        if condition is None:
            known = ", ".join(f"`{each.name}`" for each in CIRCUMSTANCES)
            raise InputError(f"`{word}` is no condition", hint=f"the conditions are {known}")
        found[condition.name] = _setting(condition, value, names)
    return found


def _setting(condition: Condition[Any], value: object, names: Names) -> Setting:
    """Read the values of a condition: one or a list of them, or what to include and exclude."""
    if any(each.shape is Shape.FILTER for each in condition.fields):
        return _filter(condition, value)
    sides = as_object(value)
    unknown = sorted(set(sides) - {"include", "exclude"})
    if unknown:
        raise InputError(
            f"expected `include` and `exclude` for `{condition.name}`, came `{unknown[0]}`"
        )
    include = sides.get("include", []) if sides else value
    exclude = sides.get("exclude", [])
    return Setting(
        _words(condition, Effect.INCLUDE, include, names) or None,
        _words(condition, Effect.EXCLUDE, exclude, names),
    )


def _filter(condition: Condition[Any], value: object) -> Setting:
    body = as_object(value) or {"mode": "include", "rule": value}
    setting = condition.setting({condition.fields[0].name: body})
    if setting is None:
        raise InputError(f"expected a rule for `{condition.name}`, came none")
    return setting


def _words(
    condition: Condition[Any], effect: Effect, value: object, names: Names
) -> frozenset[Tag]:
    """Give the tags of words; an exclusion may use the words of an inclusion."""
    fields = [each for each in condition.fields if each.effect is effect] or condition.fields
    written: list[object] = list(value) if isinstance(value, list | tuple) else [value]  # pyright: ignore[reportUnknownArgumentType]  # JSON
    return frozenset(_tag(condition, fields[0], word, names) for word in written)


def _tag(condition: Condition[Any], field_: Field, word: object, names: Names) -> Tag:
    if not isinstance(word, str):
        raise InputError(f"expected words for `{condition.name}`, came `{word!r:.40}`")
    folded = word.strip().casefold()
    for known, label in field_.words.items():
        if folded in {known.casefold(), label.casefold()}:
            return condition.tag(field_, known)
    if field_.lookup is Lookup.NAMED_LOCATION:
        return condition.tag(field_, names.location(word))
    shown = ", ".join(f"`{each}`" for each in field_.words)
    raise InputError(f"`{word}` is no value of `{condition.name}`", hint=f"the values are {shown}")
