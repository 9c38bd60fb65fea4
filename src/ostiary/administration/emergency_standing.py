"""How the emergency access accounts of a server stand, for `ostiary emergency list`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ostiary.analysis.lint_reach import emergency_of
from ostiary.conditions.users import Person
from ostiary.directory.snapshot import Snapshots
from ostiary.directory.store import Aggregates, Store
from ostiary.engine.policyset import PolicySet
from ostiary.model.errors import InputError
from ostiary.model.policy import PolicyState
from ostiary.model.signin import UserIdentity
from ostiary.signin.accounts import PASSKEY, Account, account_named, account_of
from ostiary.signin.emergency import DRILL_DONE, USED, last

_FEWEST = 2


@dataclass(frozen=True, slots=True)
class EmergencyAccount:
    """One account. `warnings` are sentences; `not_excluded` names enabled policies."""

    account: Account
    methods: tuple[str, ...]
    last_used: datetime | None
    last_drill: datetime | None
    not_excluded: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EmergencyPage:
    """All accounts, and what is to be said of all of them together."""

    accounts: tuple[EmergencyAccount, ...]
    warnings: tuple[str, ...]


def emergency_page(
    store: Store, snapshots: Snapshots, named: tuple[str, ...], *, drill_days: int
) -> EmergencyPage:
    """Look at every account that the tenant's or the server's settings declare.

    `named` are ids or sign-in names of the server's settings. Raises NoGoodPolicies.
    """
    policies = snapshots.current().policies
    declared = emergency_of(policies).accounts
    found = {each: account_of(store, each) for each in declared}
    warnings: list[str] = []
    for name in named:
        account = account_of(store, name) or account_named(store, name)
        if account is None:
            warnings.append(f"the settings name `{name}`, and there is no such user")
        else:
            found[account.id] = account
    accounts = [each for each in found.values() if each is not None]
    warnings += [f"`{each}` is declared and no user" for each in found if found[each] is None]
    working = [each for each in accounts if each.enabled]
    if len(working) < _FEWEST:
        warnings.append(f"{len(working)} account(s) can be used; have at least two")
    limit = timedelta(days=drill_days)
    shown = sorted(accounts, key=lambda each: each.name)
    return EmergencyPage(
        tuple(_standing(store, policies, each, limit) for each in shown), tuple(warnings)
    )


def one_account(store: Aggregates, name: str) -> Account:
    """Find an account by id or sign-in name. Raises InputError."""
    account = account_of(store, name) or account_named(store, name)
    if account is None:
        raise InputError(
            f"expected a user's id or sign-in name, and nobody has `{name}`",
            hint="`ostiary emergency list` names the accounts",
        )
    return account


def _standing(
    store: Store, policies: PolicySet, account: Account, limit: timedelta
) -> EmergencyAccount:
    used, drill = last(store.audit, USED, account.id), last(store.audit, DRILL_DONE, account.id)
    methods = tuple(dict.fromkeys(each.kind for each in account.methods))
    reaching = not_excluded(policies, account.id)
    now = store.means.clock.now()
    warnings: list[str] = []
    if not account.enabled:
        warnings.append("it is disabled")
    if PASSKEY not in methods:
        warnings.append("it has no passkey, so no method that resists phishing")
    if used is None:
        warnings.append("nobody ever signed in with it")
    elif now - used > limit:
        warnings.append(f"nobody signed in with it for {(now - used).days} days; a drill is due")
    if drill is None or now - drill > limit:
        since = "ever" if drill is None else f"for {(now - drill).days} days"
        warnings.append(f"no drill was completed {since}; `ostiary emergency drill` begins one")
    if reaching:
        warnings.append(f"{len(reaching)} enabled policies do not exclude it")
    return EmergencyAccount(account, methods, used, drill, reaching, tuple(warnings))


def not_excluded(policies: PolicySet, user_id: str) -> tuple[str, ...]:
    """Name the enabled policies whose *Users* are about the account, or may be."""
    table = next(each for each in policies.tables if each.condition.name == "users")
    mask = table.accepted(table.key(Person(UserIdentity(user_id)))).upper
    return tuple(
        each.display_name or each.id
        for number, each in enumerate(policies.policies)
        if mask >> number & 1 and each.state is PolicyState.ENABLED
    )
