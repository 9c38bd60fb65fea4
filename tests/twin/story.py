"""The whole story on published policy sets: a twin of each, what it tells, and changes of it.

`python -m tests.twin.story [--rows N] [SET…]` tells it with figures; `test_story.py` tells it with
a small log. Each step is a command as an administrator types it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from ostiary.twin.inventing import EMPLOYEES
from tests.cli.running import run
from tests.twin.answers import (
    Json,
    answer,
    asks_people_for_mfa,
    changes,
    differing,
    excluding,
    refused,
    require,
    unversioned,
)
from tests.twin.exports import SETS

THE_TWO: Final = (
    "j0eyv__ConditionalAccessBaseline",
    "Cloudshield-io__Conditional-Access-Framework",
)
SIGN_INS: Final = SETS.parent / "signins"
_POLICIES: Final = "conditionalAccessPolicies.json"


@dataclass
class Told:
    """A step that was taken: what it said, and how long it took."""

    title: str
    lines: list[str]
    seconds: float


@dataclass
class Story:
    """One policy set, in a folder of its own; `rows` are those of the generated log."""

    source: Path
    folder: Path
    rows: int
    told: list[Told] = field(default_factory=list[Told])

    def steps(self) -> Iterator[tuple[str, Callable[[], Iterator[str]]]]:
        """Give the steps in their order."""
        yield "The set becomes a twin", self.twin
        yield "Pitfalls", self.lint
        yield "Who gets back in", self.lockout
        yield "Who gets around multifactor authentication", self.gaps
        yield f"Impact on a generated log of {self.rows:,} sign-ins", self.impact
        if SIGN_INS.is_dir():
            yield "Impact on published sign-in logs", self.impact_on_published
        yield "The policies as code: nothing to change", self.as_code
        yield "A tenant without policies gets them", self.empty
        yield "An older tenant gets them, and keeps its exclusion", self.older
        yield "All of that is undone", self.undone
        yield "One policy is rolled out, put back and undone", self.rollout

    def play(self) -> Iterator[Told]:
        """Take the steps one after the other. Raises NotAsExpected."""
        for title, step in self.steps():
            begins = time.perf_counter()
            lines = list(step())
            told = Told(title, lines, time.perf_counter() - begins)
            self.told.append(told)
            yield told

    @property
    def tenant(self) -> Path:
        """The twin as an export."""
        return self.folder / "tenant"

    @property
    def code(self) -> Path:
        """The folder of policies."""
        return self.folder / "code"

    def twin(self) -> Iterator[str]:
        """Make a twin of the set, and write it out as a tenant with people."""
        told = answer(run("twin", "--from", self.source, "--data", self.at("whole"), "--json"))
        require(not told["notInTheTwin"] or not refused(told), "policies were left out", told)
        yield f"{sum(told['policies'].values())} policies: {told['policies']}"
        stand_ins, people = len(told["standIns"]), len(told["invented"])
        yield f"{stand_ins} things stand in, {people} people and workloads are invented"
        own = self.folder / "own.parquet"
        answer(
            run(
                *("log", "export", "--data", self.at("whole"), "--json"),
                *("--with-tenant", self.tenant, own),
            )
        )

    def lint(self) -> Iterator[str]:
        """Look for pitfalls."""
        found = answer(run("lint", "--tenant", self.tenant, "--fail-on", "never", "--json"))
        yield ", ".join(f"{count} of severity {word}" for word, count in found["counts"].items())
        for each in found["findings"]:
            if each["severity"] == "error":
                yield f"{each['code']}: {each['reason']}"

    def lockout(self) -> Iterator[str]:
        """Prove that those who must get back in do; people of a twin have no passkeys."""
        ran = run("prove", "lockout", "--tenant", self.tenant, "--json")
        proof = answer(ran, codes={0, 1})
        (account,) = proof["emergencyAccess"]
        require(account["can"] == "yes", "the emergency access account is locked out", proof)
        yield f"{proof['verdict']}; the emergency access account {account['why']}"
        if proof["verdict"] != "proved":
            others = [each for each in proof["otherAdministrators"] if each["can"] != "yes"]
            yield from (f"{each['displayName']}: {each['why']}" for each in others[:1])

    def gaps(self) -> Iterator[str]:
        """Ask who reaches anything without MFA."""
        ran = run("prove", "gaps", "--tenant", self.tenant, "--requires", "mfa", "--json")
        proof = answer(ran, codes={0, 1})
        yield f"{proof['question']} {proof['verdict']}, {proof['openCount']} open"

    def impact(self) -> Iterator[str]:
        """Generate a log, and decide each of its sign-ins."""
        log = self.folder / "log.parquet"
        answer(
            run(
                *("log", "generate", "--tenant", self.tenant, "--rows", str(self.rows)),
                *("--seed", "7", "--out", log, "--json"),
            )
        )
        yield from self._impact_on(log)

    def impact_on_published(self) -> Iterator[str]:
        """Decide the sign-ins of logs that others have published."""
        for folder in sorted(each for each in SIGN_INS.iterdir() if each.is_dir()):
            yield f"{folder.name}:"
            yield from (f"  {line}" for line in self._impact_on(folder))

    def as_code(self) -> Iterator[str]:
        """Write the policies as code; a plan of that against the tenant they are of is empty."""
        answer(run("export", "--tenant", self.tenant, "--out", self.code, "--json"))
        plan = answer(run("plan", self.code, "--data", self.at("whole"), "--json"))
        require(not plan["changes"], "expected nothing to change", plan)
        yield f"{self._files()} files; {changes(plan)}"
        yield from self._no_drift("whole")

    def empty(self) -> Iterator[str]:
        """Apply the code to a twin with the same people and no policy."""
        self._other("empty", lambda policies: [])
        yield from self._planned("empty")
        yield from self._applied("empty")
        yield from self._no_drift("empty")

    def older(self) -> Iterator[str]:
        """Apply it to one that lacks policies, has others Off, and excludes somebody since."""
        self._other("older", self._aged)
        before = self.folder / "code-before"
        answer(run("export", "--data", self.at("older"), "--out", before, "--json"))
        yield from self._planned("older")
        yield from self._applied("older")
        drift = answer(run("drift", self.code, "--data", self.at("older"), "--json"), codes={2})
        require(not drift["changes"], "expected the exclusion alone", drift)
        (kept,) = drift["keptExclusions"]
        names = ", ".join(each["name"] for each in kept["exclusions"])
        yield f"kept, and told as drift: {kept['policy']} excludes {names}"
        answer(run("export", "--data", self.at("older"), "--out", self.code, "--replace", "--json"))
        yield from self._no_drift("older")

    def undone(self) -> Iterator[str]:
        """Apply the inverse of the plan: the older tenant is as it was."""
        file = self.folder / "plan-older.json.undo"
        answer(run("apply", file, "--data", self.at("older"), "--json"))
        yield from self._no_drift("older", self.folder / "code-before")

    def rollout(self) -> Iterator[str]:
        """Take a policy that is Off by a ring to On, back to report-only, and to what it was."""
        name = self._rolled()
        before = self._policy("older", name)
        stages = [self._step("start", name, "--ring", "25%")]
        stages.append(self._step("advance", name))
        # A twin has no sign-in log; lockout, gaps and approval open to no reason.
        without = ("--override", "a twin, without a log")
        stages.extend(self._step("advance", name, *without) for _ in range(2))
        require(self._policy("older", name)["state"] == "enabled", "expected it On", stages)
        stages.append(self._step("step-back", name, "--reason", "calls"))
        state = self._policy("older", name)["state"]
        require(state == "enabledForReportingButNotEnforced", "expected report-only", state)
        stages.append(self._step("undo", name))
        changed = differing(before, self._policy("older", name))
        require(not changed, "expected it as before", sorted(changed))
        yield f"{name}: {' → '.join(stages)}"
        yield "the policy is exactly as it was"

    def _aged(self, policies: list[Json]) -> list[Json]:
        """Give the policies of the older tenant."""
        kept = [each for number, each in enumerate(policies) if number % 3 != 1]
        aged = [
            {**each, "state": "disabled"} if number % 2 or asks_people_for_mfa(each) else each
            for number, each in enumerate(kept)
        ]
        users = json.loads((self.tenant / "users.json").read_text("utf-8"))["value"]
        (somebody,) = [each["id"] for each in users if each["displayName"] == EMPLOYEES[0]]
        number = next(n for n, each in enumerate(aged) if asks_people_for_mfa(each))
        aged[number] = excluding(aged[number], somebody)
        return aged

    def _rolled(self) -> str:
        """Give a policy for people that asks them for multifactor authentication, and is Off."""
        file = self.folder / "tenant-older" / _POLICIES
        policies = json.loads(file.read_text("utf-8"))["value"]
        return next(
            each["displayName"]
            for each in policies
            if asks_people_for_mfa(each) and "All" in each["conditions"]["users"]["includeUsers"]
        )

    def _step(self, *arguments: str) -> str:
        """Take a step of a rollout, and give the stage it stands at."""
        told = answer(run("rollout", *arguments, "--data", self.at("older"), "--json"))
        return str(told["stage"]["name"])

    def _policy(self, twin: str, name: str) -> Json:
        """Give a policy without what tells its versions apart."""
        found = answer(run("policy", "show", name, "--data", self.at(twin), "--json"))
        return unversioned(found)

    def at(self, name: str) -> Path:
        """Give the data folder of a twin."""
        return self.folder / name

    def _impact_on(self, log: Path) -> Iterator[str]:
        found = answer(run("impact", "--tenant", self.tenant, log, "--json"))
        total, rows = found["total"], found["rows"]
        read, unreadable = rows["read"], rows["unreadable"]
        yield f"{read:,} sign-ins of {found['users']:,} users, {unreadable} unreadable"
        yield ", ".join(f"{count:,} {word}" for word, count in total.items() if count)

    def _other(self, name: str, changed: Callable[[list[Json]], list[Json]]) -> None:
        """Make another twin, of the same tenant with other policies."""
        other = self.folder / f"tenant-{name}"
        shutil.copytree(self.tenant, other)
        file = other / _POLICIES
        policies = json.loads(file.read_text("utf-8"))["value"]
        file.write_text(json.dumps({"value": changed(policies)}), "utf-8")
        answer(run("twin", "--from", other, "--data", self.at(name), "--json"))

    def _files(self) -> int:
        return len(list(self.code.rglob("*.yaml")))

    def _no_drift(self, name: str, code: Path | None = None) -> Iterator[str]:
        """Ask whether a tenant is as the code says."""
        drift = answer(run("drift", code or self.code, "--data", self.at(name), "--json"))
        require(not drift["drift"], "expected no drift", drift)
        yield "drift: none"

    def _planned(self, name: str) -> Iterator[str]:
        """Plan the code for a twin; what it refuses for is accepted, and said."""
        arguments = ("plan", self.code, "--data", self.at(name), "--json")
        plan = answer(run(*arguments), codes={1, 2})
        if plan["refused"]:
            yield f"refused: {'; '.join(map(str, plan['refused']))}; accepted in ostiary.yaml"
            self._accept(plan)
        saved = self.folder / f"plan-{name}.json"
        plan = answer(run(*arguments, "--out", saved), codes={2})
        yield changes(plan)

    def _applied(self, name: str) -> Iterator[str]:
        """Carry a plan out; where it locks administrators out, that is accepted with a reason."""
        saved = self.folder / f"plan-{name}.json"
        arguments = ("apply", saved, "--data", self.at(name), "--json")
        ran = run(*arguments)
        if ran.code:
            accounts = answer(ran, codes={1})["refused"]["accounts"]
            yield f"refused: it locks out {len(accounts)} administrators; made with a reason"
            ran = run(*arguments, "--override", "people of a twin have no passkeys")
        answer(ran)
        yield "applied"

    def _accept(self, plan: Json) -> None:
        """Let the folder's settings pass what a plan of it is refused for."""
        brought = plan["checks"]["lint"]["brought"]
        codes = sorted({each["code"] for each in brought if each["severity"] == "error"})
        accepted = {"ignoreLint": codes, "gates": {"lockout": "tell"}}
        file = self.code / "ostiary.yaml"
        lines = (f"{name}: {json.dumps(value)}\n" for name, value in accepted.items())
        file.write_text(file.read_text("utf-8") + "".join(lines), "utf-8")


def main() -> None:
    """Tell the story of the sets that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("sets", nargs="*", default=THE_TWO)
    asked = parser.parse_args()
    for name in asked.sets:
        write(f"\n## {name}\n")
        with TemporaryDirectory(prefix="ostiary-story-") as folder:
            for told in Story(SETS / name, Path(folder), asked.rows).play():
                write(f"{told.title} ({told.seconds:.1f} s)")
                for line in told.lines:
                    write(f"    {line}")


def write(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
