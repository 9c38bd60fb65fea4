"""The texts by which Graph itself refuses, where they were seen, for clients that look for them.

Sources of the codes: 1007 microsoft-graph-docs issue 10894; 1011 CIPP issue 5200; 1012
ModernWorkplaceConcierge issue 50; 1032 AlexFilipin/ConditionalAccess issue 4 (InvalidControls: a
policy posted without any control); 1040 CIPP issue 4194; 1054 CIPP issue 3614; 1102
microsoft-graph-docs issue 20750. Every other sentence is ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ostiary.model.errors import Problem
from ostiary.schema.problems import STRUCTURAL_CODES, value_at

NO_MATCH = (
    "1007: Incoming ConditionalAccessPolicy object is null or does not match the schema of "
    "ConditionalAccessPolicy type."
)
PASSWORD_RESET = "InvalidPasswordResetControl"  # noqa: S105  # Graph's word
CONTROLS = "InvalidControls"
NO_APPLICATIONS = "1011"
SEVERAL_TARGETS = "1012"
NO_LOCATION = "1040"
INVALID_GROUP = "1054"
INVALID_ROLE = "1102"

_SCHEMA_CODES = (STRUCTURAL_CODES - {"invalidFilter"}) | {"unknownControl"}
"""Problems that Graph tells as a mismatch with its schema; of filters no text is known."""

_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        PASSWORD_RESET: f"1032: ConditionalActionPolicy validation failed due to {PASSWORD_RESET}.",
        CONTROLS: f"1032: ConditionalActionPolicy validation failed due to {CONTROLS}.",
        NO_APPLICATIONS: "1011: 'applications' condition must specify the applications to include.",
        SEVERAL_TARGETS: "1012: 'applications' condition cannot include both 'includeApplications'"
        " and 'includeUserActions'/'includeProtectionLevels'.",
        NO_LOCATION: "1040: NamedLocation with id {value} does not exist in the directory.",
        INVALID_GROUP: "1054: Invalid group value: {value}.",
        INVALID_ROLE: "1102: 'users' condition contains invalid role ids: {value}.",
    }
)


def refusal_text(problems: Sequence[Problem], document: object) -> str:
    """Give the sentence of the Graph error for a refused policy.

    Graph's own where one of the problems is known to have one, otherwise our first sentence.
    """
    if any(problem.code in _SCHEMA_CODES for problem in problems):
        return NO_MATCH
    for problem in problems:
        text = _TEXTS.get(problem.code)
        if text is not None:
            return text.replace("{value}", str(value_at(document, problem.path)))
    return problems[0].message
