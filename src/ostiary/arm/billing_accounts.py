"""Billing accounts, their billing profiles, and the sections of their invoices.

Source: rest/api/billing (2024-04-01) billing-accounts, billing-profiles, invoice-sections.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ostiary.arm import shapes
from ostiary.arm.billing import (
    ACCOUNT,
    ACCOUNTS,
    CURRENCY,
    FIRST,
    ONE_ACCOUNT,
    PROFILE,
    SECTION,
    account_id,
    account_of,
    keep_properties,
    kept_properties,
    organization_name,
    profile_id,
    resource,
    section_id,
)
from ostiary.arm.billing_bodies import (
    NAME,
    Reader,
    address,
    needed_text,
    sent_properties,
    switch,
    text,
)
from ostiary.arm.billing_roles import CHANGE, READ, Level, billing_level
from ostiary.arm.roles import SignedIn
from ostiary.directory.store import Aggregates
from ostiary.http.calls import Answer, Call
from ostiary.http.errors import ApiError
from ostiary.http.operations import Operations

OPERATIONS: Final = Operations()
_PROFILES: Final = f"{ONE_ACCOUNT}/billingProfiles"
_ONE_PROFILE: Final = f"{_PROFILES}/{{profile}}"
_SECTIONS: Final = f"{_ONE_PROFILE}/invoiceSections"
_ONE_SECTION: Final = f"{_SECTIONS}/{{section}}"
_OF_ACCOUNT: Final[Mapping[str, Reader]] = {"displayName": needed_text, "soldTo": address}
_OF_PROFILE: Final[Mapping[str, Reader]] = {
    "displayName": needed_text,
    "billTo": address,
    "poNumber": text,
    "invoiceEmailOptIn": switch,
}
_OF_SECTION: Final[Mapping[str, Reader]] = {"displayName": needed_text}
_MOST: Final = 100
"""Profiles of an account, and sections of a profile."""


@OPERATIONS.add("GET", ACCOUNTS, needs=SignedIn(), answers=shapes.listed(shapes.PROXY))
def list_accounts(call: Call) -> Answer:
    """List the billing accounts that the caller may read."""
    readable = billing_level(call) >= Level.READ
    return Answer(body={"value": [_account(call)] if readable else []})


@OPERATIONS.add("GET", ONE_ACCOUNT, needs=READ, answers={200: shapes.PROXY})
def get_account(call: Call) -> Answer:
    """Tell one billing account."""
    account_of(call)
    return Answer(body=_account(call))


@OPERATIONS.add(
    "PATCH", ONE_ACCOUNT, needs=CHANGE, answers={200: shapes.PROXY}, body=shapes.PROXY_BODY
)
def change_account(call: Call) -> Answer:
    """Give a billing account another name or address."""
    account, sent = account_of(call), sent_properties(call, _OF_ACCOUNT)
    with call.store.transaction() as work, work.unit.recording(call.actor):
        properties = {**kept_properties(work, account, {}), **sent}
        keep_properties(work, account, ACCOUNT, properties, by=call.actor)
    return Answer(body=_account(call))


@OPERATIONS.add("GET", _PROFILES, needs=READ, answers=shapes.listed(shapes.PROXY))
def list_profiles(call: Call) -> Answer:
    """List the billing profiles of an account."""
    account_of(call)
    tenant = call.server.tenant_id
    found = profiles_of(call.store, tenant)
    return Answer(body={"value": [_profile(call, each) for each in found]})


@OPERATIONS.add("GET", _ONE_PROFILE, needs=READ, answers={200: shapes.PROXY})
def get_profile(call: Call) -> Answer:
    """Tell one billing profile."""
    return Answer(body=_profile(call, _profile_of(call)))


@OPERATIONS.add(
    "PUT", _ONE_PROFILE, needs=CHANGE, answers=shapes.kept(shapes.PROXY), body=shapes.PROXY_BODY
)
def put_profile(call: Call) -> Answer:
    """Make a billing profile, or change one."""
    account_of(call)
    tenant, sent = call.server.tenant_id, sent_properties(call, _OF_PROFILE)
    with call.store.transaction() as work, work.unit.recording(call.actor):
        name, new = _placed(call.path["profile"], profiles_of(work, tenant), sent)
        place = profile_id(tenant, name)
        properties = {**kept_properties(work, place, {}), **sent}
        keep_properties(work, place, PROFILE, properties, by=call.actor)
    return Answer(201 if new else 200, _profile(call, name))


@OPERATIONS.add("GET", _SECTIONS, needs=READ, answers=shapes.listed(shapes.PROXY))
def list_sections(call: Call) -> Answer:
    """List the sections of a profile's invoices."""
    profile = _profile_of(call)
    found = sections_of(call.store, call.server.tenant_id, profile)
    return Answer(body={"value": [_section(call, profile, each) for each in found]})


@OPERATIONS.add("GET", _ONE_SECTION, needs=READ, answers={200: shapes.PROXY})
def get_section(call: Call) -> Answer:
    """Tell one section."""
    profile, tenant = _profile_of(call), call.server.tenant_id
    name = _named(call.path["section"], sections_of(call.store, tenant, profile))
    if name is None:
        raise ApiError(404, "NotFound", "There is no such invoice section.")
    return Answer(body=_section(call, profile, name))


@OPERATIONS.add(
    "PUT", _ONE_SECTION, needs=CHANGE, answers=shapes.kept(shapes.PROXY), body=shapes.PROXY_BODY
)
def put_section(call: Call) -> Answer:
    """Make a section, or change one."""
    profile, tenant = _profile_of(call), call.server.tenant_id
    sent = sent_properties(call, _OF_SECTION)
    with call.store.transaction() as work, work.unit.recording(call.actor):
        name, new = _placed(call.path["section"], sections_of(work, tenant, profile), sent)
        place = section_id(tenant, profile, name)
        properties = {**kept_properties(work, place, {}), **sent}
        keep_properties(work, place, SECTION, properties, by=call.actor)
    return Answer(201 if new else 200, _section(call, profile, name))


def profiles_of(work: Aggregates, tenant_id: str) -> list[str]:
    """Give the names of the billing profiles, the first before those that were made."""
    return _names(work, PROFILE, account_id(tenant_id))


def sections_of(work: Aggregates, tenant_id: str, profile: str) -> list[str]:
    """Give the names of a profile's invoice sections, the first before those that were made."""
    return _names(work, SECTION, profile_id(tenant_id, profile))


def profile_properties(work: Aggregates, tenant_id: str, profile: str) -> dict[str, Any]:
    """Give what a billing profile says."""
    first = {
        "displayName": organization_name(work),
        "billTo": None,
        "poNumber": None,
        "invoiceEmailOptIn": False,
    }
    return kept_properties(work, profile_id(tenant_id, profile), first)


def section_properties(
    work: Aggregates, tenant_id: str, profile: str, section: str
) -> dict[str, Any]:
    """Give what an invoice section says."""
    first = {"displayName": organization_name(work)}
    return kept_properties(work, section_id(tenant_id, profile, section), first)


def _names(work: Aggregates, kind: str, inside: str) -> list[str]:
    made = [str(each.document["name"]) for each in work.azure.of_type(kind, inside)]
    return [FIRST, *(each for each in made if each.casefold() != FIRST)]


def _named(asked: str, names: list[str]) -> str | None:
    return next((each for each in names if each.casefold() == asked.casefold()), None)


def _profile_of(call: Call) -> str:
    account_of(call)
    found = _named(call.path["profile"], profiles_of(call.store, call.server.tenant_id))
    if found is None:
        raise ApiError(404, "NotFound", "There is no such billing profile.")
    return found


def _placed(asked: str, names: list[str], sent: Mapping[str, Any]) -> tuple[str, bool]:
    """Give the name that is written to, and whether it is new. Raises ApiError (400)."""
    known = _named(asked, names)
    if known is not None:
        return known, False
    if NAME.fullmatch(asked) is None or "displayName" not in sent or len(names) >= _MOST:
        text_ = (
            "Expected a name of letters, digits, '.', '_' and '-' with a `displayName`, and at "
            f"most {_MOST} of them."
        )
        raise ApiError(400, "BadRequest", text_)
    return asked, True


def _account(call: Call) -> dict[str, Any]:
    tenant, store = call.server.tenant_id, call.store
    first = {"displayName": organization_name(store), "soldTo": None}
    own = kept_properties(store, account_id(tenant), first)
    properties = {
        "accountStatus": "Active",
        "accountType": "Enterprise",
        "agreementType": "MicrosoftCustomerAgreement",
        "hasReadAccess": True,
        "primaryBillingTenantId": tenant,
        **own,
    }
    return resource(account_id(tenant), ACCOUNT, properties)


def _profile(call: Call, name: str) -> dict[str, Any]:
    tenant = call.server.tenant_id
    properties = {
        "currency": CURRENCY,
        "hasReadAccess": True,
        "invoiceDay": 5,
        "status": "Active",
        "systemId": name,
        **profile_properties(call.store, tenant, name),
    }
    return resource(profile_id(tenant, name), PROFILE, properties)


def _section(call: Call, profile: str, name: str) -> dict[str, Any]:
    tenant = call.server.tenant_id
    own = section_properties(call.store, tenant, profile, name)
    properties = {"state": "Active", "systemId": name, **own}
    return resource(section_id(tenant, profile, name), SECTION, properties)
