"""A sign-in prepared for the engines beside ours: facts parsed, groups resolved, address parsed.

They all get the same, including the address look-up (`bench.addresses`) that ours has to do by
itself, so that what is compared is how policies are read and not how well we wrote the rest.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from bench import names
from bench.draw import Json

LEGACY_CLIENTS = frozenset({"exchangeActiveSync", "easSupported", "other"})
USER_ACTIONS = {"registerSecurityInformation": "urn:user:registersecurityinfo"}

# Methods that count here for a guest of a tenant whose MFA is not trusted.
METHODS_OF_GUESTS = frozenset(
    {"password", "sms", "voice", "microsoftAuthenticatorPush", "softwareOath"}
)


@dataclass(frozen=True, slots=True)
class Facts:
    """One prepared sign-in. `who` holds the subject's id and all its groups and roles."""

    is_user: bool
    who: frozenset[str]
    guest_type: str | None
    home_tenant: str | None
    owned: bool
    app: str | None
    suites: frozenset[str]
    attributes: frozenset[str]
    user_action: str | None
    context: str | None
    client: str
    platform: str | None
    address: tuple[int, int]
    country: str | None
    device: dict[str, str] | None
    flow: str | None
    sign_in_risk: str
    user_risk: str
    insider_risk: str
    service_principal_risk: str
    held: frozenset[str]
    promptable: frozenset[str]
    methods: frozenset[str]
    minutes: int


class Directory:
    """What a loader knows of the tenant: memberships closed over nesting, roles, attributes."""

    def __init__(self, document: Json) -> None:
        self._parents: dict[str, list[str]] = {}
        for group in document["groups"]:
            for member in group["members"]:
                self._parents.setdefault(member, []).append(group["id"])
        self._roles: dict[str, list[str]] = {}
        for assignment in document["roleAssignments"]:
            self._roles.setdefault(assignment["principalId"], []).append(
                assignment["roleDefinitionId"]
            )
        self._users = {user["id"]: user for user in document["users"]}
        self._workloads = {each["id"]: each for each in document["servicePrincipals"]}
        self._attributes = {
            app["appId"]: _attribute_values(app["customSecurityAttributes"])
            for app in document["applications"]
        }
        self._terms = [agreement["id"] for agreement in document["agreements"]]

    def memberships(self, subject: str) -> frozenset[str]:
        """The subject itself, every group it is in by nesting, and every role."""
        found = {subject}
        todo = [subject]
        while todo:
            new = [group for group in self._parents.get(todo.pop(), []) if group not in found]
            found.update(new)
            todo.extend(new)
        return frozenset(found.union(self._roles.get(subject, [])))

    def prepare(self, sign_in: Json) -> Facts:
        identity = sign_in["signInIdentity"]
        if "userId" in identity:
            user = self._users[identity["userId"]]
            return self._facts(sign_in, user, is_user=True)
        return self._facts(sign_in, self._workloads[identity["servicePrincipalId"]], is_user=False)

    def _facts(self, sign_in: Json, subject: Json, *, is_user: bool) -> Facts:
        target, asked = sign_in["signInContext"], sign_in["signInConditions"]
        shown = sign_in["facts"]
        app = next(iter(target.get("includeApplications", [])), None)
        guest_type = subject.get("externalUserType")
        client = asked["clientAppType"]
        can_prompt = client not in LEGACY_CLIENTS and shown["grant"] != "password"
        address = ip_address(asked["ipAddress"])
        return Facts(
            is_user=is_user,
            who=self.memberships(subject["id"]),
            guest_type=guest_type,
            home_tenant=subject.get("homeTenantId"),
            owned=subject.get("appOwnerOrganizationId") == names.TENANT,
            app=app,
            suites=frozenset(names.SUITES.get(app or "", ())),
            attributes=self._attributes.get(app or "", frozenset()),
            user_action=USER_ACTIONS.get(target.get("userAction", "")),
            context=target.get("authenticationContextValue"),
            client=client,
            platform=asked.get("devicePlatform"),
            address=(address.version, int(address)),
            country=asked["country"],
            device=_device(asked.get("deviceInfo")),
            flow=asked.get("authenticationFlow", {}).get("transferMethod"),
            sign_in_risk=asked.get("signInRiskLevel", "none"),
            user_risk=asked.get("userRiskLevel", "none"),
            insider_risk=asked.get("insiderRiskLevel", "none"),
            service_principal_risk=asked.get("servicePrincipalRiskLevel", "none"),
            held=_held(asked, shown, guest=guest_type is not None),
            promptable=self._promptable(guest=guest_type is not None)
            if can_prompt
            else frozenset(),
            methods=_methods(shown, guest=guest_type is not None),
            minutes=shown.get("minutesSinceAuth", 0),
        )

    def _promptable(self, *, guest: bool) -> frozenset[str]:
        prompts = {"mfa", "passwordChange", names.STRENGTH_MFA, *self._terms}
        if guest:  # may not change a password here, nor use a passkey registered here
            return frozenset(prompts - {"passwordChange"})
        return frozenset(prompts | {names.STRENGTH_PASSWORDLESS, names.STRENGTH_PHISHING_RESISTANT})


def _attribute_values(attributes: Json | None) -> frozenset[str]:
    return frozenset(
        f"{group}_{name}={value}".casefold()
        for group, members in (attributes or {}).items()
        for name, values in members.items()
        for value in values
    )


def _device(info: dict[str, Any] | None) -> dict[str, str] | None:
    if info is None:
        return None
    device = {name: str(value).casefold() for name, value in info.items() if value is not None}
    if device["isCompliant"] != "true" and device["trustType"] != "serverad":
        # Extension attributes can be read of managed, compliant or hybrid joined devices only.
        device.pop("extensionAttribute1", None)
    return device


def _held(asked: Json, shown: Json, *, guest: bool) -> frozenset[str]:
    """The grant controls that are met before anybody asks; device claims of guests do not count."""
    device: Json = asked.get("deviceInfo") or {}
    device_counts = not guest and shown["grant"] != "device_code"
    held = {
        "mfa": shown.get("mfaSatisfied"),
        "compliantDevice": device_counts and device.get("isCompliant"),
        "domainJoinedDevice": device_counts and device.get("trustType") == "ServerAD",
        "approvedApplication": not guest and shown.get("approvedApplication"),
        "compliantApplication": not guest and shown.get("compliantApplication"),
    }
    accepted: list[str] = shown.get("acceptedTerms", [])
    return frozenset(accepted).union(name for name, is_held in held.items() if is_held)


def _methods(shown: Json, *, guest: bool) -> frozenset[str]:
    methods = frozenset[str](shown.get("methods", []))
    return methods & METHODS_OF_GUESTS if guest else methods
