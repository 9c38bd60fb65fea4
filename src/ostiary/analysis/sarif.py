"""Findings as SARIF 2.1.0 (OASIS Standard), the format that code hosts show beside a change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from ostiary.analysis.lint import PITFALLS, LintReport
from ostiary.analysis.lint_pitfall import Finding, Pitfall
from ostiary.model.policy import Policy

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
VERSION = "2.1.0"
_FINGERPRINT = "ostiaryFinding/v1"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a policy stands: the address of its file, and the JSON pointer inside of it."""

    uri: str
    pointer: str = ""


def sarif_log(
    report: LintReport, *, version: str, tenant: Place, places: Mapping[str, Place]
) -> dict[str, Any]:
    """Give the log of one run. `places` maps ids (or names) of policies, `tenant` has the rest."""
    numbers = {pitfall.code: number for number, pitfall in enumerate(PITFALLS)}
    return {
        "$schema": SCHEMA,
        "version": VERSION,
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "Ostiary",
                        "version": version,
                        "rules": [_rule(pitfall) for pitfall in PITFALLS],
                    }
                },
                "columnKind": "utf16CodeUnits",
                "results": [
                    {
                        "ruleId": finding.pitfall.code,
                        "ruleIndex": numbers[finding.pitfall.code],
                        "level": finding.severity.value,
                        "message": {"text": _message(finding)},
                        "locations": _locations(finding.found.policies, tenant, places),
                        "partialFingerprints": {_FINGERPRINT: _fingerprint(finding)},
                    }
                    for finding in report.findings
                ],
            }
        ],
    }


def _rule(pitfall: Pitfall) -> dict[str, Any]:
    """Describe a pitfall (reportingDescriptor, section 3.49)."""
    return {
        "id": pitfall.code,
        "name": "".join(word.capitalize() for word in pitfall.name.split("-")),
        "shortDescription": {"text": pitfall.title.replace("*", "")},
        "fullDescription": {"text": pitfall.why.replace("`", "").replace("*", "")},
        "help": {
            "text": f"{pitfall.why} What to do: {pitfall.fix}. See {pitfall.anchor}.",
            "markdown": f"{pitfall.why}\n\n**What to do:** {pitfall.fix}.\n\n{pitfall.anchor}",
        },
        "defaultConfiguration": {"level": pitfall.severity.value},
    }


def _message(finding: Finding) -> str:
    """Give a text that stands alone: the policy, the reason, the advice."""
    policies = finding.found.policies
    whose = f"policy `{policies[0].display_name}`: " if len(policies) == 1 else ""
    return f"{whose}{finding.found.reason}. What to do: {finding.fix}."


def _locations(
    policies: Sequence[Policy], tenant: Place, places: Mapping[str, Place]
) -> list[dict[str, Any]]:
    if not policies:
        return [{"physicalLocation": {"artifactLocation": {"uri": tenant.uri}}}]
    return [
        _location(policy, places.get(policy.id) or places.get(policy.display_name) or tenant)
        for policy in policies
    ]


def _location(policy: Policy, place: Place) -> dict[str, Any]:
    """Name the file and, as a logical location (section 3.33), the policy in it."""
    return {
        "physicalLocation": {"artifactLocation": {"uri": place.uri}},
        "logicalLocations": [
            {
                "name": policy.display_name or policy.id,
                "fullyQualifiedName": place.pointer or policy.id,
                "kind": "object",
            }
        ],
    }


def _fingerprint(finding: Finding) -> str:
    """Give what stays the same while the finding does (section 3.27.17)."""
    policies = sorted(policy.id for policy in finding.found.policies)
    about = policies or [finding.found.reason]
    return sha256("\n".join([finding.pitfall.code, *about]).encode()).hexdigest()
