"""Ostiary as a contender: the same questions as the others get, by its public names."""

from dataclasses import dataclass

import ostiary
from bench import measure
from bench.draw import Json
from bench.report import Work
from ostiary.engine.decide import decide, words
from ostiary.engine.policyset import PolicySet, Prepared
from ostiary.schema.policy_json import read_policy
from ostiary.schema.signin_json import read_decision_request

ATTEMPTS = 3
USERS_MOVED = 200


class Refused(Exception):
    """The loader refused a synthetic policy; the others would be asked more than we are."""


@dataclass(frozen=True, slots=True)
class Ours:
    """One loaded tenant, compiled."""

    tenant: ostiary.Tenant
    compiled: PolicySet

    @classmethod
    def load(cls, document: Json) -> "Ours":
        tenant = ostiary.load_tenant(document)
        if tenant.parts.refused:
            raise Refused(str(tenant.parts.refused[:3]))
        return cls(tenant, tenant.compiled)

    def with_policies(self, number: int) -> "Ours":
        """The first policies only, compiled from scratch."""
        chosen = self.tenant.parts.policies[:number]
        return Ours(self.tenant, PolicySet(chosen, self.tenant.parts.directory))

    def prepare(self, sign_in: Json) -> Prepared:
        return self.compiled.prepare(read_decision_request(sign_in))

    def answer(self, prepared: Prepared) -> tuple[list[str], str]:
        """The ids of the policies that apply (report-only ones too), and the outcome."""
        mask, outcome = self.compiled.outcome(prepared)
        policies = self.compiled.policies
        return [policy.id for n, policy in enumerate(policies) if mask >> n & 1], outcome.value

    def results(self, prepared: Prepared) -> tuple[list[str], list[str]]:
        """The result and the reason word of every policy, without sentences."""
        return words(self.compiled, prepared)


def work(ours: Ours, asked: list[Json], other_policies: list[Json]) -> Work:
    """Everything besides one decision; `other_policies` replace those of the same ids in turn."""
    compiled = ours.compiled
    directory, policies = compiled.directory, compiled.policies
    prepared = [ours.prepare(each) for each in asked]

    def compile_all() -> PolicySet:
        return PolicySet(policies, directory)

    def compile_and_use() -> PolicySet:
        fresh = compile_all()
        for each in asked:
            fresh.outcome(fresh.prepare(read_decision_request(each)))
        return fresh

    return Work(
        all_results=min(measure.single_pass(ours.results, prepared)() for _ in range(ATTEMPTS)),
        with_sentences=measure.single_pass(lambda each: decide(compiled, each), prepared)(),
        compile_policies=measure.best_of(ATTEMPTS, compile_all),
        one_policy=max(_replacing(compiled, each, asked[0]) for each in other_policies),
        one_user=_moving(compiled, asked[0]),
        memory=measure.memory_of(compile_and_use),
    )


def _replacing(compiled: PolicySet, document: Json, sign_in: Json) -> float:
    """Seconds from a changed policy's JSON to the first decision under it."""

    def replace() -> None:
        changed = compiled.with_policy(read_policy(document))
        changed.outcome(changed.prepare(read_decision_request(sign_in)))

    return measure.best_of(ATTEMPTS, replace)


def _moving(compiled: PolicySet, sign_in: Json) -> float:
    """Seconds for one user's groups to change and be decided on; many users, one after another."""
    users = list(compiled.directory.users)[:USERS_MOVED]
    groups = list(compiled.directory.groups)[:20]
    identity = sign_in["signInIdentity"]

    def move_all() -> None:
        moved = compiled
        for user in users:
            moved = moved.with_user_groups(user, groups)
            asked = sign_in | {"signInIdentity": identity | {"userId": user}}
            moved.outcome(moved.prepare(read_decision_request(asked)))

    return measure.best_of(ATTEMPTS, move_all) / len(users)
