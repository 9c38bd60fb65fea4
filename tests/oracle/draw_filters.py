"""Random filter rules: every operator on every property that allows it."""

from random import Random

from tests.oracle.draw import chance, some, weighted

STRING_OPERATORS = ("startsWith", "notStartsWith", "endsWith", "notEndsWith")
EQUALITY = ("eq", "ne")
LISTS = ("in", "notIn")
CONTAINS = ("contains", "notContains")
EVERY_OPERATOR = (*EQUALITY, *STRING_OPERATORS, *CONTAINS, *LISTS)

INTUNE = "0000000a-0000-0000-c000-000000000000"
# Property -> operators it allows (semantics 1.2) and values worth comparing with.
DEVICE_PROPERTIES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "deviceId": (
        (*EQUALITY, *LISTS),
        ("33333333-0000-4000-8000-000000000001", "33333333-0000-4000-8000-000000000002"),
    ),
    "mdmAppId": ((*EQUALITY, *LISTS), (INTUNE, "x")),
    "displayName": (EVERY_OPERATOR, ("SALES-PC-7", "sales", "-7", "HR")),
    "enrollmentProfileName": (EVERY_OPERATOR, ("AutoPilot Profile 1", "pilot", "1")),
    "manufacturer": (EVERY_OPERATOR, ("Contoso", "con", "toso")),
    "model": (EVERY_OPERATOR, ("Surface Pro", "surface", "face", "Pro")),
    "operatingSystem": (EVERY_OPERATOR, ("Windows", "win", "iOS")),
    "operatingSystemVersion": (EVERY_OPERATOR, ("10.0.19041", "10.0", "6.3.9600", "19041")),
    "deviceOwnership": (EQUALITY, ("Company", "Personal")),
    "isCompliant": (EQUALITY, ("True", "False")),
    "profileType": (EQUALITY, ("RegisteredDevice", "SecureVM", "Shared")),
    "trustType": (EQUALITY, ("AzureAD", "ServerAD", "Workplace")),
    "physicalIds": (CONTAINS, ("[OrderId]:9", "[ZTDId]:abc", "[OrderId]")),
    "systemLabels": (CONTAINS, ("M365Managed", "M365")),
    "extensionAttribute1": (EVERY_OPERATOR, ("SAW", "saw", "STD")),
    "extensionAttribute15": (EVERY_OPERATOR, ("red", "re", "blue")),
}
REQUIREMENTS = ("requireMFA", "legacyAuthAllowed", "confidential", "require")
TIERS = ("critical", "standard")


def device_rule(rng: Random) -> str:
    """A rule of one to four comparisons, with or without parentheses."""
    return _joined(rng, rng.choice((1, 1, 1, 2, 2, 3)), negated=False)


def application_rule(rng: Random) -> str:
    """A rule over a string collection of an application."""
    operator = weighted(rng, [("-contains", 4), ("-notContains", 1)])
    value = rng.choice(REQUIREMENTS)
    return f'CustomSecurityAttribute.ConditionalAccessTest_policyRequirement {operator} "{value}"'


def principal_rule(rng: Random) -> str:
    """A rule over one string of a service principal."""
    operator = rng.choice(("-eq", "-ne"))
    return f'CustomSecurityAttribute.WorkloadTest_tier {operator} "{rng.choice(TIERS)}"'


def _joined(rng: Random, size: int, *, negated: bool) -> str:
    if size == 1:
        return _operand(rng, negated=negated)
    left = rng.randint(1, size - 1)
    first = _joined(rng, left, negated=negated)
    second = _joined(rng, size - left, negated=negated)
    rule = f"{first} {_word(rng, rng.choice(('and', 'or')))} {second}"
    return f"({rule})" if chance(rng, 0.4) else rule


def _operand(rng: Random, *, negated: bool) -> str:
    if negated or chance(rng, 0.85):
        return _comparison(rng, negated=negated)
    if chance(rng, 0.5):
        return f"{_word(rng, 'not')} {_comparison(rng, negated=True)}"
    return f"{_word(rng, 'not')} ({_joined(rng, 2, negated=True)})"


def _comparison(rng: Random, *, negated: bool) -> str:
    prop = rng.choice(tuple(DEVICE_PROPERTIES))
    # What an extension attribute means under -not is not documented (semantics 1.2).
    if negated and prop.startswith("extension"):
        prop = "model"
    operators, values = DEVICE_PROPERTIES[prop]
    operator = rng.choice(operators)
    name = prop.lower() if chance(rng, 0.1) else prop
    return f"device.{name} {_word(rng, operator)} {_right(rng, prop, operator, values)}"


def _right(rng: Random, prop: str, operator: str, values: tuple[str, ...]) -> str:
    if operator in LISTS:
        return "[" + ",".join(f'"{value}"' for value in some(rng, values, 2)) + "]"
    value = rng.choice(values)
    if prop == "isCompliant" and chance(rng, 0.5):
        return value
    return f'"{value.upper()}"' if chance(rng, 0.1) else f'"{value}"'


def _word(rng: Random, word: str) -> str:
    """The hyphen is optional; the case of a word does not matter."""
    spelled = word.lower() if chance(rng, 0.1) else word
    return spelled if chance(rng, 0.05) else f"-{spelled}"
