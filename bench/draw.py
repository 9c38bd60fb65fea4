"""What the synthetic policies choose from: seeded draws of ids that exist in the tenant."""

from collections.abc import Sequence
from random import Random
from typing import Any, TypeVar

from bench import names
from bench.names import Size

Json = dict[str, Any]
T = TypeVar("T")

PLATFORMS = ("android", "iOS", "windows", "macOS", "linux")


class Draw:
    """Some of everything, between `least` and `most` of it, without repetition."""

    def __init__(self, rng: Random, size: Size) -> None:
        self.rng = rng
        self.size = size

    def some(self, pool: Sequence[T], least: int, most: int) -> list[T]:
        return self.rng.sample(pool, min(len(pool), self.rng.randint(least, most)))

    def groups(self, least: int, most: int) -> list[str]:
        return [names.group_id(n) for n in self.some(range(1, self.size.groups), least, most)]

    def personas(self, least: int, most: int) -> list[str]:
        return [names.group_id(n) for n in self.some(names.PERSONAS, least, most)]

    def users(self, least: int, most: int) -> list[str]:
        return [names.user_id(n) for n in self.some(range(self.size.users), least, most)]

    def roles(self, least: int, most: int) -> list[str]:
        return self.some(names.ROLES, least, most)

    def apps(self, least: int, most: int) -> list[str]:
        return [names.app_id(n) for n in self.some(range(self.size.apps), least, most)]

    def ip_locations(self, least: int, most: int) -> list[str]:
        pool = range(self.size.ip_locations)
        return [names.location_id(n) for n in self.some(pool, least, most)]

    def countries(self, least: int, most: int) -> list[str]:
        first = self.size.ip_locations
        pool = range(first, first + self.size.country_locations)
        return [names.location_id(n) for n in self.some(pool, least, most)]

    def workloads(self, least: int, most: int) -> list[str]:
        pool = range(self.size.service_principals)
        return [names.service_principal_id(n) for n in self.some(pool, least, most)]

    def contexts(self, least: int, most: int) -> list[str]:
        return [f"c{n + 1}" for n in self.some(range(self.size.contexts), least, most)]

    def agreement(self) -> str:
        return names.agreement_id(self.rng.randrange(self.size.agreements))

    def platforms(self, least: int, most: int) -> list[str]:
        return self.some(PLATFORMS, least, most)
