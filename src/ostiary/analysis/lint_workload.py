"""Pitfalls of accounts that no person sits in front of: service accounts, workload identities."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from ostiary.analysis.lint_pitfall import Finds, Found, Pitfall, Severity
from ostiary.analysis.lint_stage import DIRECTORY_SYNCHRONIZATION, ORDINARY, SYNCHRONISER
from ostiary.analysis.lint_subject import Subject
from ostiary.analysis.lint_trial import try_out
from ostiary.analysis.lint_words import counted, policy_names, quoted, user_name, verb
from ostiary.conditions.audiences import DIRECTORY_SERVICE
from ostiary.conditions.memberships import index
from ostiary.conditions.users import Person
from ostiary.conditions.workload_identities import OWN
from ostiary.controls import GRANT_CONTROLS
from ostiary.controls.block import Block
from ostiary.model.directory import User
from ostiary.model.policy import Policy
from ostiary.model.signin import MISSING, Proofs, Resources, SignIn, TokenGrant, UserIdentity

_WORDS = frozenset(
    {"svc", "srv", "service", "services", "serviceaccount", "svcaccount", "automation", "batch"}
    | {"robot", "bot", "rpa", "scanner", "scan", "scan2mail", "printer", "copier", "smtp", "relay"}
    | {"noreply", "daemon", "runner", "pipeline", "cicd", "jenkins", "ansible", "terraform"}
)
_SYNCHRONISER = re.compile(r"^(sync_|adtoaadsyncserviceaccount|msol_|aad_)", re.IGNORECASE)
"""How Entra Connect and Cloud Sync name their accounts."""
_INTERACTIVE = frozenset(each.key for each in GRANT_CONTROLS if each.interactive)


def is_synchroniser(user: User) -> bool:
    """Whether a user is named as the synchronisation tools name theirs."""
    return bool(_SYNCHRONISER.match(user.principal_name))


def looks_like_service(user: User, subject: Subject) -> bool:
    """Whether no person seems to sit in front of an account: its name says so.

    Somebody who has registered a method for multifactor authentication is a person.
    """
    registration = subject.directory.registrations.get(user.id)
    if registration is not None and registration.mfa:
        return False
    if "service account" in user.display_name.casefold():
        return True
    local = user.principal_name.partition("@")[0].casefold()
    return bool(_WORDS & set(re.split(r"[^a-z0-9]+", local)))


class ServiceAccountAsked(Pitfall):
    """Service accounts that are asked for something."""

    code = "OST501"
    name = "service-account-asked"
    severity = Severity.WARNING
    title = "Accounts that look like service accounts are asked for what only a person can do"
    why = (
        "Nobody is there to answer a prompt. The script keeps running on its old token and stops "
        "hours or weeks later, at night, and nobody connects it with the policy."
    )
    fix = (
        "move them to managed identities or service principals; until then put them into a group, "
        "exclude it, and let a policy bind them to the addresses they come from"
    )
    source = "asks of administrators 15; entra-docs plan-conditional-access (service accounts)"

    def look(self, subject: Subject) -> Finds:
        """Collect the accounts that are asked by the same policies."""
        asking = [n for n, each in subject.live if _asks_a_person(each)]
        wanted = sum(1 << number for number in asking)
        table = subject.table("users")
        together: dict[int, list[str]] = defaultdict(list)
        emergency = subject.emergency.accounts
        for user in subject.directory.users.values():
            if not user.enabled or user.id in emergency or user.external_type:
                continue
            if is_synchroniser(user) or not looks_like_service(user, subject):
                continue
            mask = table.accepted(table.key(Person(UserIdentity(user.id)))).lower & wanted
            if mask:
                together[mask].append(user_name(subject.directory, user.id))
        for mask, names in together.items():
            policies = subject.chosen(mask)
            yield Found(
                f"{counted(len(names), 'account')} that {verb(names, 'looks', 'look')} like a "
                f"service account ({quoted(names)}) {verb(names, 'is', 'are')} in scope of "
                f"{policy_names(policies)}",
                policies,
            )


def _asks_a_person(policy: Policy) -> bool:
    controls = {each.control for each in policy.requirements}
    return bool(controls & _INTERACTIVE)


class SynchroniserStopped(Pitfall):
    """The synchronisation account of a tenant that has one."""

    code = "OST502"
    name = "directory-synchronization-stopped"
    severity = Severity.ERROR
    title = "The directory synchronization account is in scope of a policy it cannot satisfy"
    why = (
        "The account of Entra Connect signs in unattended. A policy that blocks it or asks it for "
        "a second factor stops the synchronisation of users and of their passwords."
    )
    fix = (
        f"exclude the role *Directory Synchronization Accounts* ({DIRECTORY_SYNCHRONIZATION}), or "
        "move Entra Connect to application-based authentication"
    )
    source = (
        "entra-docs conditional-access/policy-all-users-mfa-strength (user exclusions); "
        "cubesys.com.au, 2020"
    )

    def look(self, subject: Subject) -> Finds:
        """Try each account that holds the role or is named like one."""
        accounts = list(_synchronisers(subject))
        hit: dict[int, list[str]] = defaultdict(list)
        for account in accounts:
            mask = _stops(subject, account)
            for number, _ in subject.live:
                if mask >> number & 1:
                    hit[number].append(user_name(subject.directory, account))
        for number, names in hit.items():
            yield Found(
                f"the directory synchronization {verb(names, 'account', 'accounts')} "
                f"{quoted(names)} {verb(names, 'is', 'are')} in scope and cannot satisfy it",
                (subject.policies.policies[number],),
            )


def _synchronisers(subject: Subject) -> Iterator[str]:
    """Give the accounts that are known to synchronise."""
    directory = subject.directory
    holders = index(directory, frozenset(), frozenset({DIRECTORY_SYNCHRONIZATION}))
    for user in directory.users.values():
        if not user.enabled:
            continue
        if is_synchroniser(user) or holders.roles_of(user.id, holders.groups_of(user.id)):
            yield user.id


def _unattended(identity: UserIdentity) -> SignIn:
    """Give the sign-in of a synchronisation account: a password, and nobody to ask."""
    return replace(
        ORDINARY,
        identity=identity,
        target=Resources((DIRECTORY_SERVICE,)),
        client_app_type="mobileAppsAndDesktopClients",
        address=MISSING,
        country=MISSING,
        grant=TokenGrant.PASSWORD,
        interactive=False,
        proofs=Proofs(methods=frozenset({"password"}), mfa_registered=False),
    )


def _stops(subject: Subject, account: str) -> int:
    """Give the policies that certainly are about an account and may stop it."""
    identity = UserIdentity(account)
    table = subject.table("users")
    about = table.accepted(table.key(Person(identity))).lower
    return try_out(subject.policies, _unattended(identity)).open & about


class SynchroniserNotExcluded(Pitfall):
    """The same where nobody can tell whether the tenant synchronises."""

    code = "OST503"
    name = "directory-synchronization-not-excluded"
    severity = Severity.NOTE
    title = "Policies do not exclude the directory synchronization accounts"
    why = SynchroniserStopped.why
    fix = (
        f"if the tenant synchronises with Entra Connect, exclude the role *Directory "
        f"Synchronization Accounts* ({DIRECTORY_SYNCHRONIZATION})"
    )
    source = SynchroniserStopped.source

    def look(self, subject: Subject) -> Finds:
        """Try somebody with the role and nothing else, unless the export shows there is none."""
        directory = subject.directory
        if directory.users and directory.role_assignments is not None:
            return
        if any(True for _ in _synchronisers(subject)):
            return
        holder = subject.stage.people[SYNCHRONISER]
        trial = subject.try_out(_unattended(holder))
        policies = subject.chosen(trial.open & subject.checked)
        if policies:
            count = counted(len(policies), "policy", "policies") if len(policies) > 1 else "it"
            yield Found(
                f"{count} would stop a directory synchronization account; the export does not "
                "show whether there is one",
                policies,
            )


class WorkloadByCountry(Pitfall):
    """Countries for workload identities."""

    code = "OST511"
    name = "workload-policy-by-country"
    severity = Severity.WARNING
    title = "A policy for workload identities goes by country"
    why = (
        "Workloads run in data centers whose addresses move between countries in the geolocation "
        "data, and cloud runners change region at will. The service stops when the data change."
    )
    fix = "use IP named locations with the fixed addresses the workload comes from"
    source = "entra-docs conditional-access/workload-identity; incident MO531859"

    def look(self, subject: Subject) -> Finds:
        """Look for countries among the locations of such policies."""
        for policy in _workload_policies(subject):
            locations = subject.directory.named_locations
            named = [
                locations[tag].display_name or tag
                for tag in sorted(subject.named(policy, "locations"))
                if tag in locations
                and (locations[tag].countries or locations[tag].unknown_countries)
            ]
            if named:
                yield Found(
                    f"it judges workload identities by the countries of {quoted(named)}", (policy,)
                )


class WorkloadAddressesMove(Pitfall):
    """All workload identities bound to addresses."""

    code = "OST512"
    name = "workload-policy-changing-addresses"
    severity = Severity.NOTE
    title = "A policy binds every service principal of the tenant to a network"
    why = (
        "Pipelines on hosted runners, functions and other cloud services come from addresses that "
        "change without notice, federated credentials among them. The first that moves is blocked."
    )
    fix = (
        "name the service principals whose addresses are fixed, or give the others a filter or an "
        "exclusion, and watch the service principal sign-ins in report-only first"
    )
    source = "entra-docs conditional-access/workload-identity; asks of administrators (pitfall 14)"

    def look(self, subject: Subject) -> Finds:
        """Look for blocks of all owned service principals by location."""
        for policy in _workload_policies(subject):
            everyone = OWN in subject.named(policy, "workloadIdentities")
            narrowed = "servicePrincipalFilter" in policy.settings
            blocks = any(each.control == Block.key for each in policy.requirements)
            if everyone and not narrowed and blocks:
                yield Found(
                    "every service principal of the tenant is blocked outside a network; those on "
                    "hosted runners have no fixed address",
                    (policy,),
                )


def _workload_policies(subject: Subject) -> Iterator[Policy]:
    """Give the live policies for workload identities that go by location."""
    for _, policy in subject.live:
        if {"workloadIdentities", "locations"} <= policy.settings.keys():
            yield policy


PITFALLS: tuple[Pitfall, ...] = (
    ServiceAccountAsked(),
    SynchroniserStopped(),
    SynchroniserNotExcluded(),
    WorkloadByCountry(),
    WorkloadAddressesMove(),
)
