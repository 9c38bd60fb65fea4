"""Ids of the synthetic tenant: stable, readable, and GUIDs wherever Graph has GUIDs."""

from dataclasses import dataclass

TENANT = "99999999-0000-4000-8000-00000000be4c"
PARTNER_TENANTS = tuple(f"99999999-0000-4000-8000-0000000000{n:02x}" for n in range(1, 6))

# Well-known applications; every one of them belongs to exactly the suites named here.
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
SHAREPOINT = "00000003-0000-0ff1-ce00-000000000000"
OFFICE_365 = "Office365"
SUITES = {EXCHANGE: (OFFICE_365,), SHAREPOINT: (OFFICE_365,)}

# Built-in roles, by template id.
ROLES = (
    "62e90394-69f5-4237-9190-012177145e10",  # Global Administrator
    "194ae4cb-b126-40b2-bd5b-6091b380977d",  # Security Administrator
    "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",  # Conditional Access Administrator
    "29232cdf-9323-42fd-ade2-1d097af3e4de",  # Exchange Administrator
    "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",  # SharePoint Administrator
    "729827e3-9c14-49f7-bb1b-9608f156bbb8",  # Helpdesk Administrator
    "fe930be7-5e62-47db-91af-98c3a49a38b1",  # User Administrator
    "c4e39bd9-1100-46d3-8c65-fb160da0071f",  # Authentication Administrator
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",  # Application Administrator
    "3a2c62db-5318-420d-8d74-23affee5d9d5",  # Intune Administrator
)

STRENGTH_MFA = "00000000-0000-0000-0000-000000000002"
STRENGTH_PASSWORDLESS = "00000000-0000-0000-0000-000000000003"
STRENGTH_PHISHING_RESISTANT = "00000000-0000-0000-0000-000000000004"

# Groups that sort all people, a user being in one or two of them; group 0 is emergency access.
PERSONAS = range(1, 13)

ATTRIBUTE_SET, ATTRIBUTE = "Access", "tier"
TIERS = ("critical", "standard", "public")


def user_id(n: int) -> str:
    return f"aaaaaaaa-0000-4000-8000-{n:012x}"


def group_id(n: int) -> str:
    return f"bbbbbbbb-0000-4000-8000-{n:012x}"


def location_id(n: int) -> str:
    return f"cccccccc-0000-4000-8000-{n:012x}"


def app_id(n: int) -> str:
    """The first two of the applications are Exchange Online and SharePoint Online."""
    return (EXCHANGE, SHAREPOINT)[n] if n < 2 else f"dddddddd-0000-4000-8000-{n:012x}"


def service_principal_id(n: int) -> str:
    return f"eeeeeeee-0000-4000-8000-{n:012x}"


def policy_id(n: int) -> str:
    return f"ffffffff-0000-4000-8000-{n:012x}"


def agreement_id(n: int) -> str:
    return f"11111111-0000-4000-8000-{n:012x}"


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything the synthetic tenant has."""

    users: int = 100_000
    groups: int = 5_000
    apps: int = 500
    service_principals: int = 200
    ip_locations: int = 90
    country_locations: int = 10
    ranges: int = 60_358
    agreements: int = 5
    contexts: int = 8


FULL = Size()
QUICK = Size(users=5_000, groups=500, ranges=4_000)
