"""Sign-ins put into the log of a served tenant, as if they had happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product

from ostiary.directory.sign_in_events import (
    INTERACTIVE,
    NON_INTERACTIVE,
    SERVICE_PRINCIPAL,
    SignInEvent,
)
from tests.web.serving import (
    ARM,
    ASTRID,
    AZ,
    DAEMON,
    DAEMON_APP,
    ELSEWHERE,
    LIFEBOAT,
    OFFICE,
    TENANT,
    Served,
)

GRAPH = "00000003-0000-0000-c000-000000000000"
_PEOPLE = ((ASTRID, "astrid@fjordvik.example"), (LIFEBOAT, "lifeboat@fjordvik.example"))
_PERSON = SignInEvent(
    id="",
    created=None,  # pyright: ignore[reportArgumentType]  # each gets its own
    category=INTERACTIVE,
    user_type="member",
    home_tenant_id=TENANT,
    external_user_type="",
    client_app_id=AZ,
    client_app_name="Microsoft Azure CLI",
    client_app_type="mobileAppsAndDesktopClients",
    sign_in_risk="none",
    user_risk="none",
    authentication_flow="",
    original_transfer_method="",
)


def fill_log(served: Served, days: int = 40) -> int:
    """Log sign-ins of every kind on each of the last days; gives how many."""
    events = list(_events(served, days))
    with served.service.store.transaction() as work:
        for event in events:
            work.sign_ins.add(event)
    return len(events)


def _events(served: Served, days: int) -> Iterator[SignInEvent]:
    number = 0
    for day in range(days, 0, -1):
        created = served.clock.now() - timedelta(days=day) + timedelta(hours=1)
        for person, target, address, background, proven in product(
            _PEOPLE, (ARM, GRAPH), (OFFICE, ELSEWHERE), (False, True), (False, True, None)
        ):
            if (day + len(address) + len(target)) % 3 and person is _PEOPLE[1]:
                continue
            number += 1
            yield replace(
                _PERSON,
                id=f"5a1f9a41-0000-4000-8000-{number:012d}",
                created=created + timedelta(seconds=number % 3600),
                category=NON_INTERACTIVE if background else INTERACTIVE,
                grant="refresh_token" if background else "authorization_code",
                user_id=person[0],
                user_name=person[1],
                resource_id=target,
                resource_name="Microsoft Graph" if target == GRAPH else "Azure",
                audiences=(target,),
                ip=address,
                country="NO" if address == OFFICE else "SE",
                platform="linux" if day % 2 else "windows",
                methods=("password", "softwareOath") if proven else ("password",),
                mfa_satisfied=proven,
            )
        number += 1
        yield SignInEvent(
            id=f"5a1f9a41-0000-4000-8000-{number:012d}",
            created=created,
            category=SERVICE_PRINCIPAL,
            service_principal_id=DAEMON,
            service_principal_name="Backup",
            client_app_id=DAEMON_APP,
            resource_id=ARM,
            audiences=(ARM,),
            ip=ELSEWHERE,
            country="SE",
            grant="client_credentials",
        )
