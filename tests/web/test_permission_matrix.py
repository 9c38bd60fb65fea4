"""Every operation of Graph x every built-in role x every kind of token (checklist AD02, AD06).

Roles are expected as `directory_matrix` and `test_operations` list them, permissions as
`permission_matrix` does; both are written from the references, not from the code.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from ostiary.graph.app import API as GRAPH
from ostiary.graph.batch import AnyToken
from ostiary.tenant.catalogue import BUILT_IN
from ostiary.tokens.read import AccessToken
from tests.web.permission_matrix import permissions_of
from tests.web.serving import Served
from tests.web.test_operations import expected_roles

NOBODY = frozenset({"User.Read.Nothing"})


def _delegated(permissions: Iterable[str]) -> AccessToken:
    return AccessToken({"scp": " ".join(permissions), "oid": "x"})


def _own(permissions: Iterable[str]) -> AccessToken:
    return AccessToken({"idtyp": "app", "roles": list(permissions), "oid": "x"})


def _without_one(alternatives: list[frozenset[str]]) -> list[frozenset[str]]:
    """Give sets of permissions of which one is missing, and one that has none of them."""
    short = [each - {name} for each in alternatives if len(each) > 1 for name in each]
    return [NOBODY, *(each for each in short if not any(whole <= each for whole in alternatives))]


def test_AD02_AD06_every_operation_every_role_every_kind_of_token(served: Served) -> None:
    wrong: list[str] = []
    roles = [frozenset({each}) for each in BUILT_IN.roles]
    for each in GRAPH.operations:
        if isinstance(each.needs, AnyToken):
            continue
        name = f"{each.method} {each.path.split('/', 2)[2]}"
        delegated, application = permissions_of(name)
        needed = expected_roles(name)

        def asked(
            token: AccessToken, held: frozenset[str], *, expected: bool, needs: Any = each.needs
        ) -> bool:
            call: Any = SimpleNamespace(
                token=token, directory_roles=held, store=served.service.store
            )
            return (needs.refusal(call) is None) is expected

        sound = [
            asked(_delegated(given), held, expected=needed is None or bool(needed & held))
            for given in delegated
            for held in (*roles, frozenset[str]())
        ]
        everything = frozenset(BUILT_IN.roles)
        sound += [
            asked(_delegated(given), everything, expected=False)
            for given in _without_one(delegated)
        ]
        sound += [asked(_own(given), frozenset(), expected=True) for given in application]
        sound += [
            asked(_own(given), everything, expected=False) for given in _without_one(application)
        ]
        if not all(sound):
            wrong.append(name)
    assert wrong == []
