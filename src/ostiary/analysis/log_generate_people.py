"""People, devices and workload identities of a generated log: the tenant's own, else invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt

from ostiary.analysis.log_generate_places import Numbers
from ostiary.model.directory import Directory, PrincipalKind, User

_INVENTED_USERS = 250
_INVENTED_PRINCIPALS = 12
_SERVICE_NAMES = ("svc", "service", "sync", "scanner", "printer", "backup", "noreply", "kiosk")
PLATFORMS = ("windows", "macOS", "linux", "iOS", "android", "")
SYSTEMS = ("Windows 11", "MacOs", "Linux", "Ios 18.1", "Android 15", "")
BROWSERS = ("Edge 131.0.0", "Chrome 131.0.0", "Safari 18.1", "Mobile Safari 18.1", "")
TRUSTS = ("", "AzureAD", "ServerAD", "Workplace")
UNREGISTERED, JOINED, HYBRID, REGISTERED = range(4)
"""How a device is joined, as numbers of TRUSTS."""
METHODS: tuple[tuple[str, ...], ...] = (
    ("password",),
    ("password", "microsoftAuthenticatorPush"),
    ("password", "sms"),
    ("fido2",),
    ("windowsHelloForBusiness",),
    (),
)
SINGLE, PUSH, TEXT, KEY, HELLO, NOTHING, EARLIER = range(7)
"""Numbers in METHODS; EARLIER stands for methods that nobody recorded."""

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class People:
    """The users who sign in, by number; a user's laptop has the user's number.

    The phone has the number of the user plus their count.
    """

    ids: list[str]
    names: list[str]
    guest: Flags
    external: Numbers
    """User -> number of the external user type in `EXTERNAL`."""
    home_tenants: list[str]
    home_tenant: Numbers
    strong: Numbers
    """User -> number in METHODS of what they use beyond a password, SINGLE for nothing."""
    service: Numbers
    """Numbers of accounts that programs use."""
    human: Numbers
    device_ids: list[str]
    device_names: list[str]
    platform: Numbers
    joined: Numbers
    compliant: Flags


EXTERNAL = ("", "b2bCollaborationGuest", "b2bCollaborationMember", "internalGuest")


def invent_people(directory: Directory, rng: np.random.Generator) -> People:
    """Take the tenant's enabled users but for emergency accounts, which stay unused."""
    emergency = directory.settings.emergency_access
    users = sorted(
        (each for each in directory.users.values() if each.enabled and each.id not in emergency),
        key=lambda each: each.id,
    ) or [_user(n, rng) for n in range(_INVENTED_USERS)]
    count = len(users)
    names = [
        (each.principal_name or f"user-{each.id[:8]}@invented.test").casefold() for each in users
    ]
    service = _service_accounts(names, rng)
    kinds = [_external(each) for each in users]
    own = directory.tenant_id or guids(1, rng)[0]
    homes = list(dict.fromkeys([own, *(each.home_tenant or own for each in users)]))
    platform = _platforms(count, rng)
    joined = _joined(platform, rng)
    return People(
        ids=[each.id for each in users],
        names=names,
        guest=np.array([each.user_type.casefold() == "guest" for each in users], np.bool_),
        external=np.array(kinds, np.int32),
        home_tenants=homes,
        home_tenant=np.array([homes.index(each.home_tenant or own) for each in users], np.int32),
        strong=_strong(users, directory, rng),
        service=service,
        human=np.setdiff1d(np.arange(count, dtype=np.int32), service).astype(np.int32),
        device_ids=[*guids(2 * count, rng), ""],
        device_names=[f"{'PC' if n < count else 'PHONE'}-{n % count:06}" for n in range(2 * count)]
        + [""],
        platform=platform,
        joined=joined,
        compliant=(joined != UNREGISTERED) & (rng.random(joined.size) < 0.85),
    )


def invent_principals(
    directory: Directory, *, managed: bool, rng: np.random.Generator
) -> list[tuple[str, str, str]]:
    """Give id, application id and name of workload identities of one kind."""
    kind = PrincipalKind.MANAGED_IDENTITY if managed else PrincipalKind.APPLICATION
    held = [
        (each.id, each.app_id, each.display_name)
        for each in sorted(directory.service_principals.values(), key=lambda each: each.id)
        if each.kind is kind and each.owner_tenant in {None, directory.tenant_id}
    ]
    if held:
        return held
    ids = guids(2 * _INVENTED_PRINCIPALS, rng)
    word = "identity" if managed else "automation"
    return [(ids[2 * n], ids[2 * n + 1], f"{word}-{n:02}") for n in range(_INVENTED_PRINCIPALS)]


def guids(count: int, rng: np.random.Generator) -> list[str]:
    """Draw ids."""
    return [str(UUID(bytes=rng.bytes(16), version=4)) for _ in range(count)]


def _user(number: int, rng: np.random.Generator) -> User:
    name = f"svc-{number:03}" if number % 60 == 59 else f"user{number:03}"
    return User(guids(1, rng)[0], principal_name=f"{name}@invented.test")


def _service_accounts(names: Sequence[str], rng: np.random.Generator) -> Numbers:
    """Find accounts named like programs; without any, one in two hundred is one."""
    local = [name.partition("@")[0] for name in names]
    named = [n for n, name in enumerate(local) if any(word in name for word in _SERVICE_NAMES)]
    if named and len(named) < len(names):
        return np.array(named, np.int32)
    some = max(1, len(names) // 200)
    return np.sort(rng.choice(len(names), some, replace=False)).astype(np.int32)


def _external(user: User) -> int:
    if user.external_type in EXTERNAL:
        return EXTERNAL.index(user.external_type or "")
    return 1 if user.user_type.casefold() == "guest" else 0


def _strong(users: Sequence[User], directory: Directory, rng: np.random.Generator) -> Numbers:
    """What a user shows beyond a password: what is registered, else drawn."""
    drawn = rng.choice(
        np.array([PUSH, TEXT, KEY, HELLO, SINGLE]), len(users), p=[0.5, 0.1, 0.06, 0.22, 0.12]
    )
    for number, user in enumerate(users):
        registered = directory.registrations.get(user.id)
        if registered is not None and registered.methods is not None:
            usable = [
                n for n in (HELLO, KEY, PUSH, TEXT) if set(METHODS[n][-1:]) <= registered.methods
            ]
            drawn[number] = usable[0] if usable else SINGLE
    return drawn.astype(np.int32)


def _platforms(count: int, rng: np.random.Generator) -> Numbers:
    laptops = rng.choice(3, count, p=[0.82, 0.14, 0.04])
    phones = rng.choice(np.array([3, 4]), count, p=[0.55, 0.45])
    return np.concatenate([laptops, phones, [PLATFORMS.index("")]]).astype(np.int32)


def _joined(platform: Numbers, rng: np.random.Generator) -> Numbers:
    """Join devices as their systems can: only Windows joins the domain, phones are registered."""
    drawn = rng.choice(4, platform.size, p=[0.14, 0.38, 0.4, 0.08])
    windows = platform == PLATFORMS.index("windows")
    joined = np.where(windows | (drawn == UNREGISTERED), drawn, REGISTERED)
    phones = (platform >= PLATFORMS.index("iOS")) & (rng.random(platform.size) < 0.2)
    joined[phones] = UNREGISTERED
    joined[-1] = UNREGISTERED
    return joined.astype(np.int32)


__all__ = [
    "BROWSERS",
    "EXTERNAL",
    "METHODS",
    "PLATFORMS",
    "SYSTEMS",
    "TRUSTS",
    "People",
    "guids",
    "invent_people",
    "invent_principals",
]
