"""Every condition keeps the contract that masks, explanation and proofs rely on."""

from __future__ import annotations

from typing import Any

import pytest

from ostiary.conditions import CONDITIONS, Condition
from ostiary.engine.masks import asked_tags
from ostiary.model.directory import Directory
from ostiary.model.policy import Policy
from ostiary.model.setting import Effect, Setting, Tags
from ostiary.model.signin import MISSING, SignIn, UserIdentity
from ostiary.schema.policy_json import read_policy
from ostiary.schema.signin_json import read_decision_request
from ostiary.tenant.catalogue import NO_CATALOGUE
from ostiary.tenant.loading import load_parts
from tests.oracle.generate import cases

SEEDS = range(200)
BY_NAME = {condition.name: condition for condition in CONDITIONS}


def _drawn(seed: int) -> tuple[Directory, tuple[Policy, ...], list[SignIn]]:
    drawn = cases(seed)
    document = {**drawn[0]["tenant"], "conditionalAccessPolicies": drawn[0]["policies"]}
    parts = load_parts(document, catalogue=NO_CATALOGUE)
    sign_ins = [read_decision_request({**c["signIn"], "facts": c["facts"]}) for c in drawn]
    return parts.directory, parts.policies, sign_ins


def _tag_sets(condition: Condition[Any], tagger: Any, value: Any) -> set[Tags]:
    values = value if condition.alternatives else (value,)
    return {tagger.tags(tagger.key(each)) for each in values}


def _seen(condition: Condition[Any], tagger: Any, value: Any, asked: frozenset[str]) -> set[Tags]:
    """What policies can tell of a value: the asked tags only."""
    return {
        frozenset(tag for tag in tags if (tag if isinstance(tag, str) else tag.tag) in asked)
        for tags in _tag_sets(condition, tagger, value)
    }


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda each: each.name)
def test_declares_itself(condition: Condition[Any]) -> None:
    assert condition.title
    assert condition.reason
    assert condition.fields
    for fact in condition.facts:
        assert fact.title
        assert fact.name in SignIn.__dataclass_fields__ or fact.name == "identity"
    for each in condition.fields:
        assert each.label
        assert each.words or each.lookup or each.shape.name in {"FILTER", "GUESTS"}


def test_names_are_unique() -> None:
    names = [condition.name for condition in CONDITIONS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda each: each.name)
def test_what_is_not_configured_is_no_setting(condition: Condition[Any]) -> None:
    empty: tuple[Any, ...] = (None, {}, [])
    bodies = [dict[str, Any](), *({condition.key: each} for each in empty)]
    for body in bodies:
        setting = condition.parse(body)
        assert setting is None or setting == Setting(frozenset()), body


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda each: each.name)
def test_every_word_of_a_form_gives_a_tag(condition: Condition[Any]) -> None:
    for each in condition.fields:
        for word in each.words:
            assert condition.tag(each, word)
            assert condition.tag(each, word) == condition.tag(each, word.upper())


@pytest.mark.parametrize("chunk", range(8))
@pytest.mark.parametrize("name", BY_NAME)
def test_samples_show_every_tag_set_that_occurs(name: str, chunk: int) -> None:
    """Proofs walk over samples: a value whose tags no sample has would be forgotten."""
    condition = BY_NAME[name]
    for seed in SEEDS[chunk::8]:
        directory, policies, sign_ins = _drawn(seed)
        asked = asked_tags(condition, policies)
        tagger = condition.tagger(directory, asked)
        shown = set[Tags]().union(
            *(_seen(condition, tagger, v, asked) for v in condition.samples(directory, asked))
        )
        for sign_in in sign_ins:
            if _overrides(sign_in, directory):
                continue
            value = condition.value(sign_in, directory)
            if value is not MISSING:
                assert _seen(condition, tagger, value, asked) <= shown, (seed, value)


def _overrides(sign_in: SignIn, directory: Directory) -> bool:
    """Whether the request contradicts the directory about who this is: no sample does."""
    identity = sign_in.identity
    if not isinstance(identity, UserIdentity) or identity.external_type is None:
        return False
    user = directory.users.get(identity.user_id)
    return user is None or (
        user.external_type != identity.external_type
        or (identity.external_tenant or user.home_tenant) != user.home_tenant
    )


@pytest.mark.parametrize("name", BY_NAME)
def test_equal_keys_have_equal_tags_and_names_for_people(name: str) -> None:
    condition = BY_NAME[name]
    for seed in range(40):
        directory, policies, _ = _drawn(seed)
        asked = asked_tags(condition, policies)
        tagger = condition.tagger(directory, asked)
        seen: dict[Any, Tags] = {}
        for sample in condition.samples(directory, asked):
            for value in sample if condition.alternatives else (sample,):
                key = tagger.key(value)
                assert seen.setdefault(key, tagger.tags(key)) == tagger.tags(key)
                assert tagger.subject(value)
        assert all(tagger.name(tag) for tag in asked)


@pytest.mark.parametrize("name", BY_NAME)
def test_extending_gives_what_starting_afresh_gives(name: str) -> None:
    condition = BY_NAME[name]
    for seed in range(40):
        directory, policies, sign_ins = _drawn(seed)
        asked = asked_tags(condition, policies)
        first = condition.tagger(directory, asked_tags(condition, policies[:1]))
        extended, fresh = (
            condition.extended(first, directory, asked),
            condition.tagger(directory, asked),
        )
        for sign_in in sign_ins:
            value = condition.value(sign_in, directory)
            if value is not MISSING:
                assert _tag_sets(condition, extended, value) == _tag_sets(condition, fresh, value)


def test_exclusion_fields_never_include() -> None:
    for condition in CONDITIONS:
        for each in condition.fields:
            assert each.name.startswith("exclude") == (each.effect is Effect.EXCLUDE)


def test_a_policy_without_conditions_reaches_nobody() -> None:
    policy = read_policy({"id": "p", "displayName": "p", "state": "enabled", "conditions": {}})
    assert policy.settings["users"] == Setting(frozenset())
    assert policy.settings["applications"] == Setting(frozenset())
