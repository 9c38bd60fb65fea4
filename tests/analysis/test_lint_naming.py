"""Pitfalls of names, and the patterns of naming standards."""

from __future__ import annotations

import pytest

from ostiary.analysis.lint_naming_standard import NUMBERED, naming_standard
from ostiary.model.errors import InputError
from tests.analysis.lint_tenant import MFA, all_codes, policy, reasons, sound_tenant

NAMES = ("CA001-Global-AnyApp-MFA", "CA002-Admins-AnyApp-Block-Legacy", "Require MFA", "CA1-Staff")


def named(*names: str) -> dict[str, object]:
    """A tenant of policies with these names."""
    return sound_tenant(conditionalAccessPolicies=[policy(each, MFA) for each in names])


def test_names_are_not_looked_at_unless_a_standard_is_chosen() -> None:
    assert not {"OST901", "OST902"} & set(all_codes(named(*NAMES)))


def test_names_outside_the_standard() -> None:
    standard = naming_standard("numbered")
    told = f"the name does not follow `{NUMBERED}`"
    assert reasons(named(*NAMES), "OST901", naming=standard) == [told, told]
    assert reasons(named(*NAMES[:2]), "OST901", naming=standard) == []


def test_a_number_that_is_used_twice() -> None:
    standard = naming_standard(NUMBERED)
    document = named("CA001-Global-AnyApp-MFA", "CA1-Admins-AnyApp-MFA", "CA002-Guests-AnyApp-MFA")
    assert reasons(document, "OST902", naming=standard) == ["2 policies have the number 1"]


@pytest.mark.parametrize(
    ("pattern", "name", "follows"),
    [
        ("numbered", "CA001-Global-AnyApp-MFA", True),
        ("numbered", "CA001-Global-IdentityProtection-AnyApp-MFA", True),
        ("numbered", "CA-Global-AnyApp-MFA", False),
        ("numbered", "CA001-Global-MFA", False),
        ("numbered", "CA001--AnyApp-MFA", False),
        ("Numbered", "xCA001-Global-AnyApp-MFA", False),
        (
            "microsoft",
            "CA01: Dynamics CRP: Require MFA For marketing When on external networks",
            True,
        ),
        ("microsoft", "CA01: Dynamics CRP: Require MFA", False),
        ("[<team>] <what>", "[ops] anything at all", True),
        ("[<team>] <what>", "ops anything at all", False),
        ("<number>.<number> <what>", "12.3 x", True),
    ],
)
def test_patterns(pattern: str, name: str, *, follows: bool) -> None:
    standard = naming_standard(pattern)
    assert standard is not None
    assert (standard.expression.fullmatch(name) is not None) is follows


def test_a_standard_shows_an_example_that_follows_it() -> None:
    for written in ("numbered", "microsoft", "[<team>] <number>"):
        standard = naming_standard(written)
        assert standard is not None
        assert standard.expression.fullmatch(standard.example)


def test_off_is_no_standard() -> None:
    assert naming_standard("OFF") is None


def test_a_pattern_without_a_place_is_refused() -> None:
    with pytest.raises(InputError) as raised:
        naming_standard("CA-number")
    assert str(raised.value) == (
        "expected `off`, `numbered`, `microsoft` or a pattern such as "
        "`CA<number>-<persona>-<resource>-<control>`, came `CA-number`; write each part that "
        "varies in angle brackets"
    )
