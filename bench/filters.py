"""Device filters of the synthetic policies: one small form, readable back from its Graph text.

A rule here is a list of comparisons joined by `-and` or by `-or`, enough to draw every kind of
comparison. The engine reads the text; the engines beside it are handed this form.
"""

from dataclasses import dataclass
from random import Random

# Values a device can have, so that rules and devices meet often enough.
MODELS = ("Surface Pro 9", "Surface Laptop 5", "ThinkPad X1", "MacBook Air", "Pixel 8", "iPhone 15")
MANUFACTURERS = ("Microsoft", "Lenovo", "Apple", "Google")
VERSIONS = ("10.0.19045", "10.0.22631", "14.5", "17.2", "15")
TRUST_TYPES = ("AzureAD", "ServerAD", "Workplace")
OWNERSHIPS = ("Company", "Personal")
EXTENSION_VALUES = ("SAW", "Kiosk", "Shared")
FACTS_OF_RULES = {"deviceOwnership": "ownership"}  # the one property that a sign-in calls otherwise


@dataclass(frozen=True, slots=True)
class Comparison:
    """`device.<property> -<operator> <value>`; strings compare without regard to case."""

    prop: str
    operator: str
    value: str

    @property
    def fact(self) -> str:
        """What the sign-in's `deviceInfo` calls the property."""
        return FACTS_OF_RULES.get(self.prop, self.prop)

    @property
    def is_negative(self) -> bool:
        """A negative comparison holds of a property that is null; a positive one does not."""
        return self.operator.startswith("n")

    def text(self) -> str:
        value = self.value if self.prop == "isCompliant" else f'"{self.value}"'
        return f"device.{self.prop} -{self.operator} {value}"


@dataclass(frozen=True, slots=True)
class Rule:
    """Comparisons of which all (`and`) or any (`or`) must hold."""

    joiner: str
    comparisons: tuple[Comparison, ...]

    def text(self) -> str:
        return f" -{self.joiner} ".join(c.text() for c in self.comparisons)


def parse(text: str) -> Rule:
    """The rule that `Rule.text` wrote."""
    joiner = "or" if " -or " in text else "and"
    comparisons: list[Comparison] = []
    for part in text.split(f" -{joiner} "):
        prop, operator, value = part.split(" ", 2)
        comparisons.append(
            Comparison(prop.removeprefix("device."), operator.removeprefix("-"), value.strip('"'))
        )
    return Rule(joiner, tuple(comparisons))


def draw(rng: Random) -> Rule:
    """A rule as administrators write them: one to three comparisons."""
    pool = [
        Comparison("isCompliant", "eq", "True"),
        Comparison("isCompliant", "ne", "True"),
        Comparison("trustType", rng.choice(("eq", "ne")), rng.choice(TRUST_TYPES)),
        Comparison("deviceOwnership", "eq", rng.choice(OWNERSHIPS)),
        Comparison("manufacturer", rng.choice(("eq", "ne")), rng.choice(MANUFACTURERS)),
        Comparison("model", "startsWith", rng.choice(MODELS).split()[0]),
        Comparison("model", "contains", rng.choice(MODELS).split()[-1]),
        Comparison("model", "notContains", rng.choice(MODELS).split()[-1]),
        Comparison("operatingSystemVersion", "startsWith", rng.choice(VERSIONS)[:4]),
        Comparison("extensionAttribute1", "eq", rng.choice(EXTENSION_VALUES)),
    ]
    return Rule(rng.choice(("and", "or")), tuple(rng.sample(pool, rng.choice((1, 1, 2, 2, 3)))))
