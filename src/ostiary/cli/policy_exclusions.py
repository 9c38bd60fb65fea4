"""`ostiary policy exclude`: leave a user or group out of a policy, for good or for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ostiary.cli import options
from ostiary.cli.exits import DONE
from ostiary.cli.hosted import (
    Host,
    duration_of,
    guarded_command,
    moment_of,
    opened_host,
    override_option,
)
from ostiary.cli.output import answer, answer_json
from ostiary.model.errors import InputError
from ostiary.model.json_types import as_object, as_strings

if TYPE_CHECKING:
    from ostiary.directory.documents import Stored


@click.command("exclude")
@click.argument("policy")
@click.argument("user", required=False)
@click.option("--group", metavar="GROUP", help="A group instead of a user, by name or id.")
@click.option("--until", metavar="TIME", help="When it ends by itself, as 2026-01-31T09:00Z.")
@click.option("--for", "lasting", metavar="TIME", help="How long it lasts, as 90m, 8h or 14d.")
@click.option("--from", "begins", metavar="TIME", help="When it begins; now, unless this is given.")
@click.option("--reason", metavar="TEXT", help="Why; needed for one that ends by itself.")
@override_option
@options.data
@options.as_json
@guarded_command
def exclude_command(
    policy: str,
    user: str | None,
    *,
    group: str | None,
    until: str | None,
    lasting: str | None,
    begins: str | None,
    reason: str | None,
    override: str | None,
    data: str,
    as_json: bool,
) -> int:
    """Leave USER (a sign-in name or id) out of POLICY.

    With --until or --for it ends by itself, after 90 days at the latest; without, the user stands
    in the policy's exclusions until `end-exclusion`.
    """
    if (user is None) == (group is None):
        raise click.UsageError("expected a user, or a group with --group")
    if until is not None and lasting is not None:
        raise click.UsageError("expected --until or --for, came both")
    temporary = until is not None or lasting is not None
    if not temporary and (begins is not None or reason is not None):
        raise click.UsageError("--from and --reason need --until or --for")
    if temporary and (user is None or override is not None):
        raise click.UsageError("an exclusion that ends is of one user, and needs no --override")
    starts = moment_of(begins, "--from") if begins is not None else None
    span = duration_of(lasting, "--for") if lasting is not None else None
    ends = moment_of(until, "--until") if until is not None else None
    with opened_host(data) as host:
        from ostiary.administration.exclusions import Wish, exclude
        from ostiary.serving.naming import one_group, one_user
        from ostiary.serving.recovery import one_policy, policy_name

        of = one_policy(host.store, policy)
        who = one_user(host.store, user) if user is not None else one_group(host.store, group or "")
        if span is not None:
            ends = (starts or host.store.means.clock.now()) + span
        if ends is not None:
            wish = Wish(of.id, who.id, ends, reason or "", starts)
            told: dict[str, Any] = dict(
                exclude(host.store, host.snapshots, wish, by=host.by).document
            )
        else:
            member = "excludeUsers" if group is None else "excludeGroups"
            _list(host, of, member, who.id, present=True, override=override)
            told = {"policyId": of.id, "excluded": who.id}
        called = policy_name(of)
    if as_json:
        answer_json(told)
    else:
        told_until = f" until {ends:%Y-%m-%d %H:%M} UTC" if ends is not None else ""
        answer(f"{called}: {_name(who)} is excluded{told_until}")
    return DONE


@click.command("end-exclusion")
@click.argument("policy")
@click.argument("user", required=False)
@click.option("--group", metavar="GROUP", help="A group instead of a user, by name or id.")
@override_option
@options.data
@options.as_json
@guarded_command
def end_exclusion_command(
    policy: str,
    user: str | None,
    *,
    group: str | None,
    override: str | None,
    data: str,
    as_json: bool,
) -> int:
    """Let POLICY apply to USER again: ends his temporary exclusions and the lasting one."""
    if (user is None) == (group is None):
        raise click.UsageError("expected a user, or a group with --group")
    with opened_host(data) as host:
        from ostiary.administration.exclusions import end_exclusion
        from ostiary.serving.naming import one_group, one_user
        from ostiary.serving.recovery import one_policy, policy_name

        of = one_policy(host.store, policy)
        who = one_user(host.store, user) if user is not None else one_group(host.store, group or "")
        ended = [
            each
            for each in host.store.exclusions.standing(of.id)
            if str(each.document.get("userId")).casefold() == who.id
        ]
        member = "excludeUsers" if group is None else "excludeGroups"
        listed = who.id in _listed(of, member)
        if not ended and not listed:
            raise InputError(f"`{policy_name(of)}` does not exclude {_name(who)} by itself")
        if listed:
            _list(host, of, member, who.id, present=False, override=override)
        for each in ended:
            end_exclusion(host.store, host.snapshots, of.id, each.id, by=host.by)
        called = policy_name(of)
    if as_json:
        answer_json({"policyId": of.id, "id": who.id, "ended": len(ended) + listed})
    else:
        answer(f"{called}: {_name(who)} is not excluded any more")
    return DONE


@click.command("exclusions")
@click.argument("policy", required=False)
@options.data
@options.as_json
def exclusions_command(policy: str | None, *, data: str, as_json: bool) -> int:
    """List the temporary exclusions that have not ended, of one policy or of all."""
    with opened_host(data) as host:
        from ostiary.serving.recovery import one_policy

        of = one_policy(host.store, policy).id if policy is not None else None
        found = [each.document for each in host.store.exclusions.standing(of)]
    if as_json:
        answer_json({"temporaryExclusions": found})
        return DONE
    from ostiary.cli.tables import Row, console, print_rows

    rows = [
        Row(
            str(each.get("displayName")),
            (str(each.get("startDateTime"))[:16], str(each.get("endDateTime"))[:16]),
            (f"{each.get('reason')} ({each.get('createdBy')})",),
        )
        for each in found
    ]
    if rows:
        print_rows(console(), ("Who, from what", "From (UTC)", "Until (UTC)", "Why"), rows)
    else:
        answer("There are no temporary exclusions.")
    return DONE


def _listed(policy: Stored, member: str) -> set[str]:
    users = as_object(as_object(policy.document.get("conditions")).get("users"))
    return {each.casefold() for each in as_strings(users.get(member))}


def _list(
    host: Host, policy: Stored, member: str, who: str, *, present: bool, override: str | None
) -> None:
    """Put somebody into a list of the policy, or take him out of it; else it stays as it is."""
    from ostiary.serving.host_requests import asked

    users = as_object(as_object(policy.document.get("conditions")).get("users"))
    before = list(as_strings(users.get(member)))
    after = [each for each in before if each.casefold() != who]
    if present:
        after = before if len(after) < len(before) else [*before, who]
    if after == before:
        return
    asked(
        host.store,
        host.snapshots,
        "PATCH",
        f"policies/{policy.id}",
        {"conditions": {"users": {member: after}}},
        by=host.by,
        expected=policy.etag,
        override=override,
    )


def _name(found: Stored) -> str:
    document = found.document
    return str(document.get("userPrincipalName") or document.get("displayName") or found.id)
