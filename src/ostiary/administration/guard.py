"""The lockout guard: no change may leave those who must get back in standing outside.

The change is made in a transaction, the tenant is compiled as it would be, and it is proved that
every declared emergency access account, and another administrator, can sign in and change policies
with the methods they have. Where that does not hold, and held before, nothing is kept (checklist
BG04). A tenant that is in such a state already may still be changed: only what gets worse is
refused.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from ostiary.administration.required_contexts import (
    contexts_for_policies,
    missing_contexts,
    require_contexts,
)
from ostiary.analysis.administrators import administrators, emergency_accounts
from ostiary.analysis.lint_stage import GLOBAL_ADMINISTRATOR
from ostiary.analysis.prove_lockout import Lockout, lockout, newly_locked_out
from ostiary.analysis.way_back import Access
from ostiary.directory.audit import Entry, Target
from ostiary.directory.protocols import Actor, ActorKind
from ostiary.directory.roles_held import roles_held
from ostiary.directory.snapshot import Preview, Snapshots
from ostiary.directory.store import Aggregates, Store
from ostiary.model.errors import InputError, OstiaryError
from ostiary.signin.deciding import risks_of
from ostiary.tenant.documents import SETTINGS
from ostiary.tenant.proofs import names_of
from ostiary.tenant.tenant import Tenant

SHORTEST_REASON: Final = 10
_NOBODY: Final = "no administrator beside the emergency access accounts"


@dataclass(frozen=True, slots=True)
class Override:
    """That somebody answers for a change which locks accounts out; `reason` is audited."""

    reason: str


class LockedOut(OstiaryError):
    """A change that the guard refuses (409); `accounts` says of each why it could not get in."""

    code = "lockout"

    def __init__(self, accounts: Iterable[Access], *, others: bool) -> None:
        """Say who, and which policies are in the way."""
        self.accounts = tuple(accounts)
        self.others = others
        told = [_sentence(each) for each in self.accounts]
        if others:
            told.append(f"{_NOBODY} could sign in and change policies")
        super().__init__(
            f"after this change {'; '.join(told)}",
            hint="exclude them from what is in the way, or let a Global Administrator override"
            " this with a reason",
        )

    def to_json(self) -> dict[str, Any]:
        """Give who is locked out: policy, reason and a witness sign-in of each."""
        return {
            "accounts": [each.to_json() for each in self.accounts],
            "noOtherAdministrator": self.others,
        }

    def details(self) -> list[dict[str, Any]]:
        """Name each account for an answer: policies in the way, reason, a witness sign-in."""
        return [
            {
                "code": "lockedOut",
                "target": each.id,
                "message": each.why,
                "policies": [{"id": policy, "displayName": name} for policy, name in each.policies],
                "witness": each.request,
            }
            for each in self.accounts
        ]


@contextmanager
def guarded(
    store: Store, snapshots: Snapshots, *, by: Actor, override: Override | None = None
) -> Generator[Aggregates]:
    """Make changes in one transaction that is undone where it would lock somebody out.

    Raises LockedOut, and InputError where policies could not be used afterwards or the override
    is not one.
    """
    preview = snapshots.preview()
    # INVARIANT: the tenant is locked before it is looked at, so that two changes that are harmless
    # one by one cannot lock somebody out together.
    with store.transaction() as work, work.unit.recording(by):
        before, missing = _Seen.of(preview, work), missing_contexts(work)
        yield work
        after = _Seen.of(preview, work)
        require_contexts(work, missing_before=missing)
        _require_usable(before.tenant, after.tenant)
        refused = _locked_out(before, after)
        if refused is None:
            return
        if override is None:
            raise refused
        _require_override(before.tenant, by, override)
        detail = {"reason": override.reason.strip(), **refused.to_json()}
        target = Target("tenant", after.tenant.parts.directory.tenant_id)
        work.audit.record(Entry("Override lockout guard", "Policy", target, detail=detail), by=by)


def foreseen(store: Store, before: Tenant, after: Tenant) -> LockedOut | None:
    """Tell what the guard would say of a change of policies that nobody has made.

    Raises InputError where the policies could not be used afterwards.
    """
    with store.reading() as work:
        then, now = _Seen.beside(after, work), _Seen.beside(before, work)
    _require_usable(before, after)
    return _locked_out(now, then)


def who_gets_in(store: Store, snapshots: Snapshots) -> Lockout:
    """Prove of the emergency access accounts, and of others, whether they get in as it is now."""
    tenant = snapshots.current().tenant
    with store.reading() as work:
        return _Seen.beside(tenant, work).lockout()


@dataclass(frozen=True, slots=True)
class _Seen:
    """What decides who gets in: the tenant, contexts that changes of policies require, risks."""

    tenant: Tenant
    contexts: tuple[str, ...]
    risks: Mapping[str, str]

    @classmethod
    def of(cls, preview: Preview, work: Aggregates) -> _Seen:
        """Read it as a transaction has left it so far."""
        return cls.beside(preview.seen(work), work)

    @classmethod
    def beside(cls, tenant: Tenant, work: Aggregates) -> _Seen:
        """Read what stands beside the documents of a tenant."""
        directory = tenant.parts.directory
        asked = {*emergency_accounts(directory).ids, *administrators(directory).ids}
        return cls(tenant, contexts_for_policies(work), risks_of(work, sorted(asked)))

    def lockout(self) -> Lockout:
        """Prove who gets in."""
        tenant = self.tenant
        return lockout(
            tenant.compiled,
            names_of(tenant),
            contexts=self.contexts,
            risks=self.risks,
            examples=False,
        )


def _locked_out(before: _Seen, after: _Seen) -> LockedOut | None:
    """Tell whom a change locks out who could get in before it; None for nobody."""
    then = after.lockout()
    # Everybody gets in afterwards: then nobody need be asked about before.
    if then.other_can and all(each.can for each in then.emergency):
        return None
    accounts, others = newly_locked_out(before.lockout(), then)
    if not accounts and not others:
        return None
    return LockedOut([*accounts, *(then.others if others else ())], others=others)


def _require_usable(before: Tenant, after: Tenant) -> None:
    """Refuse what could not be used: policies that nothing can decide by, accounts not found.

    The last good policies would stay in force, and nobody would look after those accounts.
    """
    known = {each.name for each in before.parts.refused}
    bad = [each.name for each in after.parts.refused if each.name not in known]
    if bad:
        raise InputError(
            f"expected policies that can be used, came `{bad[0]}`, which cannot",
            hint="`ostiary validate` tells why",
        )
    lost = _without_account(after) - _without_account(before)
    if lost:
        raise InputError(
            f"after this change {sorted(lost)[0]}",
            hint="declare emergency access accounts by their object ids",
        )


def _without_account(tenant: Tenant) -> frozenset[str]:
    """Say which declared emergency access accounts nobody can tell: no name fits, or several."""
    warnings = tenant.parts.warnings
    said = [each for each in warnings if (each.code, each.source) == ("unknownName", SETTINGS)]
    return frozenset(each.message for each in said)


def _require_override(before: Tenant, by: Actor, override: Override) -> None:
    if len(override.reason.strip()) < SHORTEST_REASON:
        raise InputError(
            f"expected a reason of at least {SHORTEST_REASON} characters to override the guard"
        )
    held = roles_held(before.parts.directory).get(by.id.casefold(), frozenset())
    if by.kind is ActorKind.HOST or GLOBAL_ADMINISTRATOR in held:
        return
    raise InputError(
        "expected a Global Administrator to override the lockout guard, came somebody else",
        hint="ask a Global Administrator, or use `ostiary policy` on the host",
    )


def _sentence(access: Access) -> str:
    policies = ", ".join(f"`{name}`" for _, name in access.policies)
    by = f" ({policies})" if policies else ""
    return f"`{access.name}` could not sign in and change policies: {access.why}{by}"
