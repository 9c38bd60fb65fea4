"""What people sign in to in a generated log: the tenant's applications and Microsoft's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ostiary.analysis.log_generate_places import Numbers
from ostiary.model.directory import Directory

_GRAPH = ("00000003-0000-0000-c000-000000000000", "Microsoft Graph")
_EXCHANGE = ("00000002-0000-0ff1-ce00-000000000000", "Office 365 Exchange Online")
_SHAREPOINT = ("00000003-0000-0ff1-ce00-000000000000", "Office 365 SharePoint Online")
_TEAMS = ("cc15fd57-2c6c-4117-a88c-83b1d56b4bbe", "Microsoft Teams Services")
_MANAGEMENT = ("797f4846-ba00-4fd7-ba43-dac1f8f63013", "Windows Azure Service Management API")
_DIRECTORY = ("00000002-0000-0000-c000-000000000000", "Windows Azure Active Directory")

BROWSER, NATIVE, PHONE, TOOL, MAIL = range(5)
"""The kinds of client that ask."""
CLASSES = 5
DEPARTMENTS = 16
_SLOTS = 4096

_WELL_KNOWN = (
    # client id, client name, resource, kinds of client, weight
    ("5e3ce6c0-2b1f-4285-8d4b-75ee78787346", "Microsoft Teams Web Client", _TEAMS, (BROWSER,), 9),
    ("1fec8e78-bce4-4aaf-ab1b-5451cc387264", "Microsoft Teams", _TEAMS, (NATIVE, PHONE), 30),
    ("d3590ed6-52b3-4102-aeff-aad2292ab01c", "Microsoft Office", _SHAREPOINT, (NATIVE,), 20),
    ("27922004-5251-4030-b22d-91ecd9a37ea4", "Outlook Mobile", _EXCHANGE, (PHONE,), 25),
    ("d3590ed6-52b3-4102-aeff-aad2292ab01c", "Microsoft Office", _EXCHANGE, (NATIVE,), 18),
    ("00000002-0000-0ff1-ce00-000000000000", _EXCHANGE[1], _EXCHANGE, (BROWSER, MAIL), 14),
    ("00000003-0000-0ff1-ce00-000000000000", _SHAREPOINT[1], _SHAREPOINT, (BROWSER,), 12),
    ("4765445b-32c6-49b0-83e6-1d93765276ca", "OfficeHome", _GRAPH, (BROWSER,), 10),
    ("c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "Azure Portal", _MANAGEMENT, (BROWSER,), 4),
    ("de8bc8b5-d9f9-48b1-a8ad-b748da725064", "Graph Explorer", _GRAPH, (BROWSER,), 1),
    ("04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Microsoft Azure CLI", _MANAGEMENT, (TOOL,), 5),
    ("1950a258-227b-4e31-a9cf-717495945fc2", "Microsoft Azure PowerShell", _MANAGEMENT, (TOOL,), 3),
    (
        "14d82eec-204b-4c2f-b7e8-296a70dab67e",
        "Microsoft Graph Command Line Tools",
        _GRAPH,
        (TOOL,),
        2,
    ),
    (
        "29d9ed98-a469-4536-ade2-f981bc1d605e",
        "Microsoft Authentication Broker",
        _DIRECTORY,
        (NATIVE, PHONE),
        4,
    ),
)
"""Public first-party pairs (SupportArticles-docs verify-first-party-apps-sign-in)."""
_OWN_SHARE = 0.45
"""Of browser sign-ins, how many go to the tenant's own applications."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of client and resource; `drawn[class, department, slot]` is the number of one."""

    clients: list[tuple[str, str]]
    resources: list[tuple[str, str]]
    client: Numbers
    resource: Numbers
    audiences: list[list[str]]
    drawn: Numbers


def invent_pairs(directory: Directory, rng: np.random.Generator) -> Pairs:
    """Take the tenant's applications, beside what every tenant uses."""
    pairs, weights = _weighed(directory)
    clients = list(dict.fromkeys((client, name) for client, name, _ in pairs))
    resources = list(dict.fromkeys(resource for _, _, resource in pairs))
    downstream = directory.settings.early_dependencies
    return Pairs(
        clients=clients,
        resources=resources,
        client=np.array([clients.index((client, name)) for client, name, _ in pairs], np.int32),
        resource=np.array([resources.index(each) for _, _, each in pairs], np.int32),
        audiences=[[r[0], *downstream.get(r[0], ())] for _, _, r in pairs],
        drawn=_table(weights, rng),
    )


def _weighed(
    directory: Directory,
) -> tuple[
    list[tuple[str, str, tuple[str, str]]], np.ndarray[tuple[int, int], np.dtype[np.float64]]
]:
    pairs = [(client, name, resource) for client, name, resource, _, _ in _WELL_KNOWN]
    known = {resource[0] for _, _, resource in pairs} | {client for client, _, _ in pairs}
    own = [
        (each.app_id, each.display_name or each.app_id)
        for each in sorted(directory.applications.values(), key=lambda each: each.app_id)
        if "-" in each.app_id and each.app_id not in known
    ]
    pairs += [(app, name, (app, name)) for app, name in own]
    weights = np.zeros((CLASSES, len(pairs)))
    for number, (_, _, _, kinds, weight) in enumerate(_WELL_KNOWN):
        weights[list(kinds), number] = weight
    if own:
        zipf = 1 / np.arange(2, len(own) + 2) ** 1.05
        share = _OWN_SHARE / (1 - _OWN_SHARE) * weights[BROWSER].sum()
        weights[BROWSER, len(_WELL_KNOWN) :] = share * zipf / zipf.sum()
    return pairs, weights


def _table(
    weights: np.ndarray[tuple[int, int], np.dtype[np.float64]], rng: np.random.Generator
) -> Numbers:
    """Departments like different applications: each has its own taste."""
    drawn = np.empty((CLASSES, DEPARTMENTS, _SLOTS), np.int32)
    at = (np.arange(_SLOTS) + 0.5) / _SLOTS
    for department in range(DEPARTMENTS):
        taste = weights * rng.lognormal(0, 0.8, weights.shape[1])
        for kind in range(CLASSES):
            share = np.cumsum(taste[kind]) / taste[kind].sum()
            drawn[kind, department] = np.searchsorted(share, at)
    return drawn


__all__ = ["BROWSER", "DEPARTMENTS", "MAIL", "NATIVE", "PHONE", "TOOL", "Pairs", "invent_pairs"]
