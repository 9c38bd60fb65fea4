"""Turn drawn sign-ins into batches of the fixed schema: tables of texts, looked up by number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ostiary.analysis import log_generate_hours as hours
from ostiary.analysis.log_arrow import Array, RecordBatch, arrow
from ostiary.analysis.log_generate_people import (
    BROWSERS,
    EARLIER,
    EXTERNAL,
    METHODS,
    PLATFORMS,
    SYSTEMS,
    TRUSTS,
)
from ostiary.analysis.log_generate_rows import ERRORS, RISKS, Drawn, World
from ostiary.analysis.log_schema import CATEGORIES, NAMES, SCHEMA

_NONE = np.int32(-1)
_CATEGORY = np.array([0, 0, 1, 1, 1, 0, 1, 1, 2, 3, 0], np.int32)
"""Kind of sign-in -> number in CATEGORIES."""
_CLIENTS = ("browser", "mobileAppsAndDesktopClients", "other")
_CLIENT = np.array([0, 1, 1, 1, 0, 1, 2, 1, -1, -1, 0], np.int32)
_GRANTS = (
    "authorization_code",
    "refresh_token",
    "device_code",
    "password",
    "client_credentials",
    "managed_identity",
)
_GRANT = np.array([0, 0, 1, 1, 1, 2, 3, 3, 4, 5, 0], np.int32)
_FLOWS = ("", "deviceCodeFlow")
_FLOW = np.array([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0], np.int32)
_STATUSES = ("success", "notApplied", "failure")
_STATUS = np.array([0, 1, 1, 2, 0, 0, 1], np.int32)
"""Error -> number in _STATUSES: a failed first factor ends before Conditional Access."""
_USER_TYPES = ("member", "guest")
_DEVICE_STATES = ("", "registered")
_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
_DIGITS = np.array([n for n in range(36) if n not in (8, 13, 18, 23)])
"""Places of the digits of an id of 36 characters."""


class Writer:
    """The texts of one world as Arrow arrays, made once."""

    def __init__(self, world: World, principals: Sequence[tuple[str, str, str]]) -> None:
        """Number all texts; `principals` are id, application id and name of workload identities."""
        self.world = world
        people, pairs, places = world.people, world.pairs, world.places
        self._clients = len(pairs.clients)
        self._users = len(people.ids)
        texts: dict[str, Sequence[str]] = {
            "category": CATEGORIES,
            "user_id": people.ids,
            "service_principal_id": [each[0] for each in principals],
            "client_app_id": [*(c[0] for c in pairs.clients), *(each[1] for each in principals)],
            "client_app_name": [*(c[1] for c in pairs.clients), *(each[2] for each in principals)],
            "resource_id": [each[0] for each in pairs.resources],
            "resource_name": [each[1] for each in pairs.resources],
            "ip": places.addresses,
            "country": places.countries,
            "city": places.cities,
            "client_app_type": _CLIENTS,
            "platform": PLATFORMS,
            "operating_system": SYSTEMS,
            "browser": BROWSERS,
            "device_state": _DEVICE_STATES,
            "device_id": people.device_ids,
            "device_name": people.device_names,
            "device_trust_type": TRUSTS,
            "sign_in_risk": RISKS,
            "user_risk": RISKS,
            "authentication_flow": _FLOWS,
            "original_transfer_method": _FLOWS,
            "grant": _GRANTS,
            "ca_status": _STATUSES,
            "user_name": [*people.names, *(each[2] for each in principals)],
            "user_type": _USER_TYPES,
            "home_tenant_id": people.home_tenants,
            "external_user_type": EXTERNAL,
        }
        self._texts = {
            name: arrow.array(list(held), arrow.string()) for name, held in texts.items()
        }
        lists = arrow.list_(arrow.string())
        self._audiences = arrow.array(pairs.audiences, lists)
        self._methods = arrow.array([*map(list, METHODS), None], lists)

    def batch(self, drawn: Drawn, rng: np.random.Generator) -> RecordBatch:
        """Give the columns of drawn sign-ins."""
        made: dict[str, Array] = {
            name: self._words(name, numbers) for name, numbers in self._numbers(drawn).items()
        }
        person = drawn.user >= 0
        registered = self._of_device(drawn, self.world.people.joined) > 0
        compliant = self._of_device(drawn, self.world.people.compliant)
        made |= {
            "created": arrow.array(drawn.created).cast(_type("created")),
            "audiences": self._audiences.take(arrow.array(drawn.pair)),
            "methods": self._methods.take(
                arrow.array(np.where(person, drawn.methods, np.int32(EARLIER)))
            ),
            "mfa_satisfied": arrow.array(drawn.mfa, mask=~person),
            "device_compliant": arrow.array(compliant & registered, mask=~person),
            "error_code": arrow.array(ERRORS[drawn.error]),
            "request_id": _ids(drawn.kind.size, rng),
        }
        return arrow.RecordBatch.from_arrays([made[name] for name in NAMES], schema=SCHEMA)

    def _numbers(self, drawn: Drawn) -> Mapping[str, npt.NDArray[np.int32]]:
        """Give the number of each row's text, by column; -1 where nothing is recorded."""
        world, kind = self.world, drawn.kind
        person = drawn.user >= 0
        device = drawn.device
        platform = world.people.platform[device]
        registered = (world.people.joined[device] > 0).astype(np.int32)
        client = world.pairs.client[drawn.pair]
        resource = world.pairs.resource[drawn.pair]
        risk = drawn.risk.astype(np.int32)

        def of_people(numbers: Any) -> Any:
            return np.where(person, numbers, _NONE)

        def with_principals(own: Any, base: int) -> Any:
            return np.where(person, own, drawn.principal + np.int32(base))

        nobody = np.int32(2 * self._users)
        return {
            "category": _CATEGORY[kind],
            "user_id": drawn.user,
            "service_principal_id": drawn.principal,
            "client_app_id": with_principals(client, self._clients),
            "client_app_name": with_principals(client, self._clients),
            "resource_id": resource,
            "resource_name": resource,
            "ip": drawn.address,
            "country": world.places.country[drawn.address],
            "city": world.places.city[drawn.address],
            "client_app_type": _CLIENT[kind],
            "platform": of_people(platform),
            "operating_system": of_people(platform),
            "browser": of_people(_browser(kind, platform)),
            "device_state": of_people(registered),
            "device_id": of_people(np.where(registered > 0, device, nobody)),
            "device_name": of_people(np.where(registered > 0, device, nobody)),
            "device_trust_type": of_people(world.people.joined[device]),
            "sign_in_risk": of_people(risk),
            "user_risk": of_people(risk),
            "authentication_flow": _FLOW[kind],
            "original_transfer_method": (drawn.began_by_code | (kind == hours.DEVICE_CODE)).astype(
                np.int32
            ),
            "grant": _GRANT[kind],
            "ca_status": _STATUS[drawn.error],
            "user_name": with_principals(drawn.user, self._users),
            "user_type": of_people(world.people.guest[drawn.user].astype(np.int32)),
            "home_tenant_id": of_people(world.people.home_tenant[drawn.user]),
            "external_user_type": of_people(world.people.external[drawn.user]),
        }

    def _of_device(self, drawn: Drawn, column: Any) -> Any:
        return column[drawn.device]

    def _words(self, name: str, numbers: npt.NDArray[np.int32]) -> Array:
        numbers = np.ascontiguousarray(numbers, np.int32)
        missing = numbers < 0
        held = arrow.array(numbers, mask=missing) if missing.any() else arrow.array(numbers)
        return arrow.DictionaryArray.from_arrays(held, self._texts[name])


def _browser(kind: npt.NDArray[np.uint8], platform: npt.NDArray[np.int32]) -> Any:
    """Give the number of the browser: one a platform, none where a program asks."""
    by_platform = np.array([0, 2, 1, 3, 1, 1], np.int32)[platform]
    with_browser = _CLIENT[kind] == 0
    return np.where(with_browser, by_platform, np.int32(4))


def _type(name: str) -> Any:
    schema: Any = SCHEMA
    return schema.field(name).type


def _ids(count: int, rng: np.random.Generator) -> Array:
    """Write random ids in the usual form, all at once."""
    drawn = np.frombuffer(rng.bytes(count * 16), np.uint8).reshape(count, 16)
    text = np.full((count, 36), ord("-"), np.uint8)
    text[:, _DIGITS[0::2]] = _HEX[drawn >> 4]
    text[:, _DIGITS[1::2]] = _HEX[drawn & 15]
    ends = np.arange(count + 1, dtype=np.int32) * 36
    return arrow.StringArray.from_buffers(count, arrow.py_buffer(ends), arrow.py_buffer(text))


__all__ = ["Writer"]
