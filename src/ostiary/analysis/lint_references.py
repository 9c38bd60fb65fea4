"""Pitfalls of references: ids that nothing in the export explains, policies that were not read."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Container, Iterator
from collections.abc import Set as AbstractSet
from typing import ClassVar

from ostiary.analysis.lint_pitfall import Finds, Found, Pitfall, Severity
from ostiary.analysis.lint_subject import Subject, Warned
from ostiary.analysis.lint_words import counted, quoted
from ostiary.conditions import CONDITIONS
from ostiary.conditions.base import Lookup
from ostiary.conditions.locations import MFA_TRUSTED_IPS
from ostiary.controls.authentication_strength import AuthenticationStrength
from ostiary.controls.terms_of_use import TermsOfUse
from ostiary.model.directory import Directory
from ostiary.model.json_types import as_object
from ostiary.model.policy import Policy
from ostiary.model.setting import Effect
from ostiary.schema.checking import rule_problems

_NOTHING: frozenset[str] = frozenset()
UNEXPLAINED, NOT_EXPORTED = "unexplainedId", "notExported"
"""Codes of the warnings that the reading of a tenant gives."""
_TOLD_IN_OTHER_WORDS = frozenset({UNEXPLAINED, "unknownCondition", "unknownControl"})
_NOT_IN_DIRECTORY = tuple(
    f"`conditions.{condition.key}.{field.name}`"
    for condition in CONDITIONS
    for field in condition.fields
    if field.lookup in {Lookup.ROLE, Lookup.AUTHENTICATION_CONTEXT}
)
"""Fields whose ids only the reading of the tenant can look up."""


def named_ids(policy: Policy, lookup: Lookup, effect: Effect | None = None) -> list[str]:
    """Give the ids of one kind that a policy names, in the order of the document."""
    conditions = as_object(policy.document.get("conditions"))
    found: dict[str, None] = {}
    for condition in CONDITIONS:
        for field in condition.fields:
            if field.lookup is lookup and effect in {None, field.effect}:
                words = field.read(conditions.get(condition.key))
                found.update(dict.fromkeys(w.casefold() for w in words if w not in field.words))
    return list(found)


class _Unexplained(Pitfall):
    """Ids of one kind that the export does not have, though it has others of that kind."""

    severity = Severity.WARNING
    fix = "correct the id, or export what it stands for"
    source = "asks of administrators (maester Test-MtCaReferencedObjectsExist)"
    kind: ClassVar[tuple[str, str]]
    meaning: ClassVar[str]

    def look(self, subject: Subject) -> Finds:
        """Look every id up."""
        known = self.known(subject.directory)
        if not known:
            return
        for _, policy in subject.every:
            lost = [each for each in self.ids(policy) if each not in known]
            if lost:
                one, several = self.kind
                noun = one if len(lost) == 1 else several
                yield Found(f"{noun} {quoted(lost)} not in the export: {self.meaning}", (policy,))

    @abstractmethod
    def ids(self, policy: Policy) -> list[str]:
        """Give the ids of this kind that a policy names."""

    @abstractmethod
    def known(self, directory: Directory) -> AbstractSet[str]:
        """Give the ids that the export explains; nothing where it has none of this kind."""


class UnknownGroup(_Unexplained):
    """An included group that is not there; excluded ones are told under their own code."""

    code = "OST601"
    name = "unknown-group"
    title = "A policy includes a group that is not in the export"
    why = "The group was deleted or belongs to another tenant: the policy reaches nobody by it."
    kind = ("group", "groups")
    meaning = "who is in there is unknown"

    def ids(self, policy: Policy) -> list[str]:
        """Give the included groups."""
        return named_ids(policy, Lookup.GROUP, Effect.INCLUDE)

    def known(self, directory: Directory) -> AbstractSet[str]:
        """Give the groups."""
        return directory.groups.keys()


class UnknownUser(_Unexplained):
    """A user who is not there."""

    code = "OST602"
    name = "unknown-user"
    title = "A policy names a user who is not in the export"
    why = "The account was deleted: an exclusion of it spares nobody, an inclusion reaches nobody."
    kind = ("user", "users")
    meaning = "deleted, or never in this tenant"

    def ids(self, policy: Policy) -> list[str]:
        """Give the named users."""
        return named_ids(policy, Lookup.USER)

    def known(self, directory: Directory) -> AbstractSet[str]:
        """Give the users; some exports put groups among them."""
        return directory.users.keys() | directory.groups.keys() if directory.users else _NOTHING


class UnknownLocation(_Unexplained):
    """A named location that is not there."""

    code = "OST603"
    name = "unknown-location"
    title = "A policy names a location that is not in the export"
    why = "Nobody can tell from where the policy applies."
    kind = ("named location", "named locations")
    meaning = "from where the policy applies is unknown"

    def ids(self, policy: Policy) -> list[str]:
        """Give the locations, but for the trusted addresses of multifactor authentication."""
        return [e for e in named_ids(policy, Lookup.NAMED_LOCATION) if e != MFA_TRUSTED_IPS]

    def known(self, directory: Directory) -> AbstractSet[str]:
        """Give the locations."""
        return directory.named_locations.keys()


class UnknownStrength(_Unexplained):
    """An authentication strength that is not there."""

    code = "OST604"
    name = "unknown-strength"
    title = "A policy demands an authentication strength that is not in the export"
    why = "Nothing is known to meet it: everybody in scope counts as refused."
    kind = ("authentication strength", "authentication strengths")
    meaning = "nothing is known to meet it"

    def ids(self, policy: Policy) -> list[str]:
        """Give the strengths demanded."""
        return _arguments(policy, AuthenticationStrength.key)

    def known(self, directory: Directory) -> AbstractSet[str]:
        """Give the strengths; the built-in ones are always there."""
        return directory.strengths.keys()


class UnknownApplication(_Unexplained):
    """An application that neither the export nor Ostiary knows."""

    code = "OST605"
    name = "unknown-application"
    severity = Severity.NOTE
    title = "A policy names an application that nothing explains"
    why = "It may be deleted, or be one of Microsoft's that is not in our list."
    kind = ("application", "applications")
    meaning = "matched by the id alone"

    def ids(self, policy: Policy) -> list[str]:
        """Give the applications."""
        return named_ids(policy, Lookup.APPLICATION)

    def known(self, directory: Directory) -> AbstractSet[str]:
        """Give applications, service principals' applications and suites."""
        principals = {each.app_id for each in directory.service_principals.values()}
        if not principals and not any(each.attributes for each in directory.applications.values()):
            return _NOTHING
        suites = directory.settings.suites
        members = frozenset[str]().union(*suites.values())
        return directory.applications.keys() | principals | members | {s.casefold() for s in suites}


class UnknownPrincipal(_Unexplained):
    """A service principal that is not there."""

    code = "OST606"
    name = "unknown-service-principal"
    title = "A policy names a service principal that is not in the export"
    why = "It was deleted, or the id is that of the application and not of its service principal."
    kind = ("service principal", "service principals")
    meaning = "matched by the id alone"

    def ids(self, policy: Policy) -> list[str]:
        """Give the service principals."""
        return named_ids(policy, Lookup.SERVICE_PRINCIPAL)

    def known(self, directory: Directory) -> AbstractSet[str]:
        """Give the service principals, by either id."""
        principals = directory.service_principals
        return principals.keys() | {each.app_id for each in principals.values()}


class UnknownTerms(_Unexplained):
    """Terms of use that are not there."""

    code = "OST607"
    name = "unknown-terms-of-use"
    title = "A policy demands terms of use that are not in the export"
    why = "Users are asked to accept what nobody can show them."
    kind = ("terms of use", "terms of use")
    meaning = "an acceptance is taken to last for ever"

    def ids(self, policy: Policy) -> list[str]:
        """Give the agreements demanded."""
        return _arguments(policy, TermsOfUse.key)

    def known(self, directory: Directory) -> AbstractSet[str]:
        """Give the agreements."""
        return directory.agreements.keys()


def _arguments(policy: Policy, control: str) -> list[str]:
    return [each.argument for each in policy.requirements if each.control == control]


class UnknownOther(Pitfall):
    """Roles and authentication contexts, which the reading of the tenant looks up."""

    code = "OST608"
    name = "unknown-role-or-context"
    severity = Severity.WARNING
    title = "A policy names a directory role or an authentication context that nothing explains"
    why = "A custom role never matches, and a context that is not published is asked for by nobody."
    fix = _Unexplained.fix
    source = _Unexplained.source

    def look(self, subject: Subject) -> Finds:
        """Take what the reading of the tenant said."""
        for warning in subject.warnings:
            if warning.code == UNEXPLAINED and warning.message.startswith(_NOT_IN_DIRECTORY):
                yield Found(warning.message, tuple(_called(subject, warning)))


class GraphRefuses(Pitfall):
    """A policy that Microsoft Graph would not take."""

    code = "OST611"
    name = "breaks-graph-rule"
    severity = Severity.WARNING
    title = "Microsoft Graph would refuse the policy"
    why = "A policy that breaks a rule of the API cannot be created or changed there as it stands."
    fix = "correct what the sentence names"
    source = "graph conditionalaccesspolicy; docs/decisions/0003-undocumented-choices.md"

    def look(self, subject: Subject) -> Finds:
        """Check every document against the rules of the API."""
        for _, policy in subject.every:
            for broken in rule_problems(policy.document):
                where = f"`{broken.path}`: " if broken.path else ""
                yield Found(f"{where}{broken.message}", (policy,))


def _called(subject: Subject, warning: Warned) -> Iterator[Policy]:
    """Give the policies with the name that a warning says."""
    return (each for _, each in subject.every if warning.policy in {each.display_name, each.id})


class NotExported(Pitfall):
    """What the export lacks, and what lint therefore cannot say."""

    code = "OST612"
    name = "not-exported"
    severity = Severity.NOTE
    title = "The export lacks something that the policies name"
    why = "What is not there cannot be checked; silence about it means nothing."
    fix = "export it too, and check again"
    source = "docs/decisions/0002-unknown-facts.md"

    def look(self, subject: Subject) -> Finds:
        """Take what the reading of the tenant said."""
        return (Found(each.message) for each in subject.warnings if each.code == NOT_EXPORTED)


class PolicyRefused(Pitfall):
    """A policy that could not be read, of which nothing was checked."""

    code = "OST613"
    name = "policy-not-read"
    severity = Severity.WARNING
    title = "A policy could not be read"
    why = "It was checked by no rule here, and it counts for nothing in what is said of the others."
    fix = "correct it; `ostiary validate` lists all that is wrong"
    source = "docs/decisions/0002-unknown-facts.md"

    def look(self, subject: Subject) -> Finds:
        """Give the first thing that is wrong with each."""
        for refused in subject.refused:
            first = refused.problems[0]
            more = len(refused.problems) - 1
            others = f", and {counted(more, 'further problem')}" if more else ""
            name = refused.name or refused.source
            yield Found(f"policy `{name}` was not read: {first.message}{others}")


PITFALLS: tuple[Pitfall, ...] = (
    UnknownGroup(),
    UnknownUser(),
    UnknownLocation(),
    UnknownStrength(),
    UnknownApplication(),
    UnknownPrincipal(),
    UnknownTerms(),
    UnknownOther(),
    GraphRefuses(),
    NotExported(),
    PolicyRefused(),
)


def is_told(warning: Warned, reasons: Container[str]) -> bool:
    """Whether findings with these reasons say what a warning of the reading says."""
    return warning.code in _TOLD_IN_OTHER_WORDS or warning.message in reasons
