"""The story: require multifactor authentication for Azure management, and lock nobody out.

Every step happens over HTTPS, by Graph, MSAL and the management API, and is checked. Source of the
steps: the how-to of Microsoft Entra for the Windows Azure Service Management API.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from ostiary.demo.azure_cli import AzureCli
from ostiary.demo.clients import Clients, NotAsExpected
from ostiary.demo.credentials import Credentials, Person
from ostiary.demo.outside import Outside
from ostiary.model.errors import OstiaryError
from ostiary.model.json_types import JsonObject, as_object, as_strings, is_list

TEMPLATE: Final = "Require multifactor authentication for Azure management"
_NEEDS_MFA: Final = "AADSTS50076"
_ALERT_SECONDS: Final = 15.0
_MOST_NAMES: Final = 4
Step = Callable[[], Iterator[str]]


@dataclass
class Told:
    """One step: its title, what was seen, and where it went wrong."""

    title: str
    lines: list[str]
    wrong: str = ""

    @property
    def held(self) -> bool:
        """Whether everything was as it has to be."""
        return not self.wrong


@dataclass
class Story:
    """What happens, and to whom."""

    clients: Clients
    told: Credentials
    beyond: Outside
    az: AzureCli | None = None
    policy_id: str = ""
    _token: str = ""

    def steps(self) -> Iterator[tuple[str, Step]]:
        """Give the steps in their order."""
        yield "The administrator deploys the template, in report-only", self.deploy
        yield (
            "While it only reports, a password is enough",
            self.before,
        )
        yield "The impact on the sign-ins of the last 30 days", self.impact
        yield "The proof: nobody is locked out, nobody else gets around it", self.proof
        yield "The administrator turns the policy on", self.turn_on
        yield "A session with a password alone", self.refused
        yield "The same person with multifactor authentication", self.with_mfa
        yield "An application: workload identities are not people", self.workload
        yield "An emergency access account, on the day nobody else gets in", self.emergency
        if self.az is not None:
            yield "The Azure CLI, as it is on this machine", self.az.steps

    def play(self) -> Iterator[Told]:
        """Take the steps one after the other, until one does not hold."""
        for title, step in self.steps():
            told = Told(title, [])
            try:
                told.lines.extend(step())
            except OstiaryError as error:
                told.wrong = str(error)
            yield told
            if told.wrong:
                return

    def deploy(self) -> Iterator[str]:
        """Make the policy of the template, or find it and put it back into report-only."""
        self._token = self._signed_in(self.told.administrator, self.clients.graph_scope)
        yield f"{self.told.administrator.name} signs in with password and authenticator app."
        known = self._graph("GET", "policies")["value"]
        found = next((each for each in known if each["displayName"] == TEMPLATE), None)
        if found is None:
            found = self._deployed()
            yield f"Deployed: `{found['displayName']}`, {found['state']}."
        else:
            self._graph("PATCH", f"policies/{found['id']}", {"state": _REPORT_ONLY})
            yield "It is there from the last time, and put back into report-only."
        self.policy_id = str(found["id"])
        users = as_object(as_object(found["conditions"])["users"])
        excluded = as_strings(users.get("excludeUsers"))
        own = self.told.administrator.id
        if own in excluded:
            # Entra excludes who deploys a template, so that he cannot lock himself out; the policy
            # is meant for him too, and the emergency access accounts are excluded beside him.
            rest = {"excludeUsers": [each for each in excluded if each != own]}
            members = {"conditions": {"users": {**users, **rest}}}
            self._graph("PATCH", f"policies/{self.policy_id}", members)
            yield "It excluded its creator as well, as Entra's do; that exclusion is removed."
        yield f"Excluded: {', '.join(each.name for each in self.told.emergency)}."

    def _deployed(self) -> dict[str, Any]:
        templates = self._graph("GET", "templates")["value"]
        found = [each for each in templates if each["name"] == TEMPLATE]
        _require(len(found) == 1, f"expected one template `{TEMPLATE}`, there are {len(found)}")
        return self._graph("POST", f"templates/{found[0]['id']}/deploy", {})

    def before(self) -> Iterator[str]:
        """Sign in by password while the policy only reports."""
        user = self.told.user
        token = _token(self.clients.by_password(user), user)
        yield f"{user.name} gets a token for the management API with a password alone."
        yield f"It shows: {', '.join(self.clients.subscriptions(token))}."
        result = self._logged(user)
        _require(
            result == "reportOnlyInterrupted",
            f"expected reportOnlyInterrupted in the sign-in log, came {result}",
        )
        yield f"In the sign-in log: {result}."

    def impact(self) -> Iterator[str]:
        """Ask what the policy would have done."""
        body = {"policyId": self.policy_id, "evaluateAs": "enabled", "period": "P30D"}
        found = self._graph("POST", "impact", body)
        log, changes = found["log"], found["changes"]
        yield f"{log['signIns']:,} sign-ins of {log['users']:,} people were decided again."
        for name, words in _CHANGES.items():
            change = changes[name]
            whose = (
                "one account" if change["identities"] == 1 else f"{change['identities']:,} accounts"
            )
            yield f"{words}: {change['signIns']:,} sign-ins of {whose}."
        named = _names(found["likelyServiceAccounts"])
        if named:
            yield f"Accounts that programs seem to use: {named}."
        _require(changes["newlyPrompted"]["signIns"] > 0, "expected people who would be prompted")

    def proof(self) -> Iterator[str]:
        """Prove who gets in and who gets around it, were it on."""
        body = {"policyId": self.policy_id, "policy": {"state": "enabled"}}
        found = self._graph("POST", "policies/verdict", body)
        says = as_object(found["whenOn"])
        _require(says.get("verdict") == "nobody", f"somebody is locked out: {says.get('why')}")
        yield "Nobody is locked out: the emergency access accounts and an administrator get in."
        own = next(each for each in found["gaps"] if each["name"] == _OWN)
        ways = own["leaves"] or own["undecided"] or own["unknown"]
        _require(own["after"] == _PROVED, f"somebody gets around it: {ways}")
        yield f"Asked: {own['question']}"
        yield "No, for every sign-in there can be; but for the excluded emergency access accounts."

    def turn_on(self) -> Iterator[str]:
        """Turn it on."""
        self._graph("PATCH", f"policies/{self.policy_id}", {"state": "enabled"})
        state = self._graph("GET", f"policies/{self.policy_id}")["state"]
        _require(state == "enabled", f"expected the state enabled, came {state}")
        yield "It is on, for the next token of everybody."

    def refused(self) -> Iterator[str]:
        """Try a password alone."""
        user = self.told.user
        found = self.clients.by_password(user)
        described = str(found.get("error_description", "a token came"))
        _require(_NEEDS_MFA in described, f"expected {_NEEDS_MFA}, came: {described[:200]}")
        yield f"MSAL: {described.splitlines()[0]}"
        yield f"In the sign-in log: {self._logged(user)}."

    def with_mfa(self) -> Iterator[str]:
        """Sign in on the pages."""
        user = self.told.user
        found = self.clients.in_browser(user)
        token = _token(found, user)
        _require("otp" in found["asked"], "expected a page that asks for the app's code")
        yield f"{user.name} is asked for the code of the authenticator app, and gets a token."
        yield f"It shows: {', '.join(self.clients.subscriptions(token))}."

    def workload(self) -> Iterator[str]:
        """Sign the application in."""
        found = self.clients.as_workload(self.told.application)
        token = _token(found, self.told.application.app_id)
        yield "MSAL gets a token by the application's secret; policies for users do not count."
        yield f"It shows: {', '.join(self.clients.subscriptions(token))}."

    def emergency(self) -> Iterator[str]:
        """Sign an emergency access account in, and wait for the alert."""
        account, since = self.told.emergency[0], len(self.beyond.alerts)
        token = _token(self.clients.by_password(account), account)
        yield f"{account.name} gets in, with a password alone as this is a demonstration."
        yield f"It shows: {', '.join(self.clients.subscriptions(token))}."
        alert = self.beyond.alert_about(account.name, since, _ALERT_SECONDS)
        _require(alert is not None, "expected an alert at the webhook, none came")
        yield "The people on duty are alerted: the webhook has it."

    def _signed_in(self, person: Person, scope: str) -> str:
        return _token(self.clients.in_browser(person, scope), person)

    def _graph(self, method: str, path: str, body: JsonObject | None = None) -> dict[str, Any]:
        return self.clients.graph(self._token, method, path, body)

    def _logged(self, person: Person) -> str:
        """Give what the policy came to in somebody's last sign-in."""
        query = f"$filter=userId eq '{person.id}'&$top=1"
        (entry,) = self.clients.sign_ins(self._token, query)
        applied = entry["appliedConditionalAccessPolicies"]
        results = [each["result"] for each in applied if each["id"] == self.policy_id]
        return str(results[0]) if results else "nothing"


_REPORT_ONLY: Final = "enabledForReportingButNotEnforced"
_OWN, _PROVED = "own", "proved"
_CHANGES: Final = {
    "newlyPrompted": "Would be asked for a second factor",
    "silentBackgroundBreak": "Would silently break, as nobody is there to answer",
    "newlyBlocked": "Would be blocked",
}


def _require(held: bool, wrong: str) -> None:
    if not held:
        raise NotAsExpected(wrong)


def _token(found: JsonObject, whose: Person | str) -> str:
    name = whose.name if isinstance(whose, Person) else whose
    token = found.get("access_token")
    described = str(found.get("error_description") or found.get("error"))
    _require(isinstance(token, str), f"expected a token for {name}, came: {described[:300]}")
    return str(token)


def _names(listed: object) -> str:
    found = [as_object(each) for each in (listed if is_list(listed) else ())]
    names = [str(each.get("displayName")) for each in found]
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more
