"""Random cases for the engine and the oracle to be held against each other."""

from random import Random

from tests.oracle import draw_facts, draw_sign_in
from tests.oracle.draw import chance
from tests.oracle.draw_policy import policies
from tests.oracle.draw_tenant import World, world
from tests.oracle.settle import settle
from tests.oracle.shapes import Json

# Sign-ins drawn for one tenant and its policies: drawing the tenant is the larger part.
SIGN_INS_PER_SEED = 8


def case(rng: Random) -> Json:
    """One case: `tenant`, `policies`, `signIn`, `facts` and `kind` (`decide` or `whatif`)."""
    return _cases(rng, 1)[0]


def cases(seed: int, how_many: int = SIGN_INS_PER_SEED) -> list[Json]:
    """The cases of a seed; they share the tenant document and the policies."""
    return _cases(Random(seed), how_many)  # noqa: S311  # a seed that can be repeated


def _cases(rng: Random, how_many: int) -> list[Json]:
    drawn_world = world(rng)
    flavour, drawn_policies = policies(rng, drawn_world)
    return [_case(rng, drawn_world, flavour, drawn_policies) for _ in range(how_many)]


def _case(rng: Random, drawn: World, flavour: str, drawn_policies: list[Json]) -> Json:
    kind = "whatif" if chance(rng, 0.12) else "decide"
    body = draw_sign_in.body(rng, drawn, flavour, drawn_policies, kind)
    facts: Json = {}
    if kind == "decide":
        for_user = "userId" in body["signInIdentity"]
        draw_facts_of = draw_facts.user_facts if for_user else draw_facts.principal_facts
        facts = draw_facts_of(rng, body, drawn.tenant)
        settle(drawn.tenant, drawn_policies, body, facts)
    elif chance(rng, 0.3):
        body["appliedPoliciesOnly"] = True
    return {
        "tenant": drawn.tenant,
        "policies": drawn_policies,
        "signIn": body,
        "facts": facts,
        "kind": kind,
    }
