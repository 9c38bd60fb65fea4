"""Ostiary: Conditional Access that you can run, test and prove.

`load_tenant` reads a tenant; its `decide` and `what_if` answer. `prove` asks about every sign-in
that can occur, `impact` about those of a log. Independent of Microsoft.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ostiary.tenant.catalogue import BUILT_IN, NO_CATALOGUE
    from ostiary.tenant.impacts import impact
    from ostiary.tenant.proofs import prove
    from ostiary.tenant.tenant import Tenant, load_tenant

__version__ = "0.1.0"
__all__ = [
    "BUILT_IN",
    "NO_CATALOGUE",
    "Tenant",
    "__version__",
    "impact",
    "load_tenant",
    "prove",
]

_PLACES = {
    "BUILT_IN": "ostiary.tenant.catalogue",
    "NO_CATALOGUE": "ostiary.tenant.catalogue",
    "Tenant": "ostiary.tenant.tenant",
    "impact": "ostiary.tenant.impacts",
    "load_tenant": "ostiary.tenant.tenant",
    "prove": "ostiary.tenant.proofs",
}


def __getattr__(name: str) -> Any:  # any public name
    """Load a public name when it is first used, so that the command line starts quickly."""
    if name not in _PLACES:
        raise AttributeError(f"module `ostiary` has no attribute `{name}`")
    from importlib import import_module

    return getattr(import_module(_PLACES[name]), name)
