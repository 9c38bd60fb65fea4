"""The kinds of synthetic policy: together they use every usual condition and control."""

from collections.abc import Callable

from bench import filters, names
from bench.draw import Draw
from bench.parts import (
    ALL_APPS,
    EMERGENCY_GROUP,
    Parts,
    every_time,
    everyone,
    grant,
    guests,
    some_groups,
    staff,
    targets,
)

LEGACY_CLIENTS = ["exchangeActiveSync", "other"]

Kind = Callable[[Draw, bool], Parts]


def require_mfa(draw: Draw, tenant_wide: bool) -> Parts:
    users = staff(draw, tenant_wide)
    if tenant_wide:
        users["excludeGuestsOrExternalUsers"] = guests(draw, False)["includeGuestsOrExternalUsers"]
    return Parts("Require MFA", users, targets(draw, tenant_wide), grant("mfa"))


def block_legacy_clients(draw: Draw, tenant_wide: bool) -> Parts:
    return Parts(
        "Block legacy clients",
        everyone(draw) if tenant_wide else some_groups(draw),
        ALL_APPS,
        grant("block"),
        others={"clientAppTypes": LEGACY_CLIENTS},
    )


def admins_phishing_resistant(draw: Draw, tenant_wide: bool) -> Parts:
    roles = list(names.ROLES) if tenant_wide else draw.roles(1, 4)
    return Parts(
        "Admins: phishing-resistant MFA",
        {"includeRoles": roles, "excludeGroups": [EMERGENCY_GROUP]},
        targets(draw, tenant_wide),
        grant(strength=names.STRENGTH_PHISHING_RESISTANT),
    )


def guests_mfa(draw: Draw, tenant_wide: bool) -> Parts:
    return Parts("Guests: MFA", guests(draw, tenant_wide), targets(draw, False), grant("mfa"))


def managed_device(draw: Draw, tenant_wide: bool) -> Parts:
    return Parts(
        "Require a managed device",
        some_groups(draw),
        targets(draw, tenant_wide),
        grant("compliantDevice", "domainJoinedDevice"),
        others={"platforms": {"includePlatforms": draw.platforms(1, 2), "excludePlatforms": []}},
    )


def managed_device_or_mfa(draw: Draw, tenant_wide: bool) -> Parts:
    return Parts(
        "Managed device or MFA",
        staff(draw, tenant_wide),
        targets(draw, False),
        grant("mfa", "compliantDevice", "domainJoinedDevice"),
        others={"clientAppTypes": ["browser", "mobileAppsAndDesktopClients"]},
    )


def block_unknown_platforms(draw: Draw, tenant_wide: bool) -> Parts:
    excluded = draw.platforms(4, 5)
    return Parts(
        "Block platforms that are not supported",
        some_groups(draw),
        targets(draw, tenant_wide),
        grant("block"),
        others={"platforms": {"includePlatforms": ["all"], "excludePlatforms": excluded}},
    )


def block_countries(draw: Draw, tenant_wide: bool) -> Parts:
    locations = {
        "includeLocations": draw.countries(1, 2),
        "excludeLocations": ["AllTrusted"] if tenant_wide else draw.ip_locations(0, 3),
    }
    users = some_groups(draw)
    return Parts(
        "Block countries",
        users,
        targets(draw, tenant_wide),
        grant("block"),
        others={"locations": locations},
    )


def mfa_outside_the_network(draw: Draw, tenant_wide: bool) -> Parts:
    excluded = ["AllTrusted"] if tenant_wide else draw.ip_locations(1, 6)
    return Parts(
        "MFA outside our network",
        staff(draw, tenant_wide),
        targets(draw, False),
        grant("mfa"),
        others={"locations": {"includeLocations": ["All"], "excludeLocations": excluded}},
    )


def block_sites(draw: Draw, tenant_wide: bool) -> Parts:
    return Parts(
        "Block from these sites",
        some_groups(draw),
        targets(draw, tenant_wide),
        grant("block"),
        others={"locations": {"includeLocations": draw.ip_locations(1, 8), "excludeLocations": []}},
    )


def sign_in_risk(draw: Draw, tenant_wide: bool) -> Parts:
    session = {"signInFrequency": every_time()}
    return Parts(
        "Risky sign-ins: MFA every time",
        staff(draw, tenant_wide),
        ALL_APPS,
        grant("mfa"),
        session,
        others={"signInRiskLevels": ["high", "medium"] if tenant_wide else ["medium"]},
    )


def user_risk(draw: Draw, tenant_wide: bool) -> Parts:
    return Parts(
        "Risky users: change password",
        staff(draw, tenant_wide),
        ALL_APPS,
        grant("mfa", "passwordChange", operator="AND"),
        others={"userRiskLevels": ["high"]},
    )


def insider_risk(draw: Draw, tenant_wide: bool) -> Parts:
    return Parts(
        "Insider risk: block",
        everyone(draw) if tenant_wide else some_groups(draw),
        targets(draw, False),
        grant("block"),
        others={"insiderRiskLevels": "elevated" if tenant_wide else "moderate,elevated"},
    )


def device_code_flow(draw: Draw, tenant_wide: bool) -> Parts:
    methods = "deviceCodeFlow,authenticationTransfer" if tenant_wide else "deviceCodeFlow"
    return Parts(
        "Block device code flow",
        everyone(draw) if tenant_wide else some_groups(draw),
        ALL_APPS,
        grant("block"),
        others={"authenticationFlows": {"transferMethods": methods}},
    )


def device_filter_block(draw: Draw, tenant_wide: bool) -> Parts:
    device_filter = {"mode": "exclude", "rule": filters.draw(draw.rng).text()}
    return Parts(
        "Admins: these devices only",
        {"includeRoles": draw.roles(1, 3), "excludeGroups": [EMERGENCY_GROUP]},
        targets(draw, tenant_wide),
        grant("block"),
        others={"devices": {"deviceFilter": device_filter}},
    )


def device_filter_terms(draw: Draw, tenant_wide: bool) -> Parts:
    device_filter = {"mode": "include", "rule": filters.draw(draw.rng).text()}
    return Parts(
        "Terms of use on these devices",
        staff(draw, tenant_wide),
        targets(draw, False),
        grant(terms=draw.agreement()),
        others={"devices": {"deviceFilter": device_filter}},
    )


def office_apps_on_phones(draw: Draw, tenant_wide: bool) -> Parts:
    return Parts(
        "Office on phones: approved or protected app",
        staff(draw, tenant_wide),
        {"includeApplications": [names.OFFICE_365]},
        grant("approvedApplication", "compliantApplication"),
        others={"platforms": {"includePlatforms": ["android", "iOS"], "excludePlatforms": []}},
    )


def application_filter(draw: Draw, tenant_wide: bool) -> Parts:
    tier = names.TIERS[0] if tenant_wide else draw.rng.choice(names.TIERS)
    rule = f'CustomSecurityAttribute.{names.ATTRIBUTE_SET}_{names.ATTRIBUTE} -contains "{tier}"'
    return Parts(
        "Applications by attribute: stronger MFA",
        some_groups(draw),
        {"includeApplications": [], "applicationFilter": {"mode": "include", "rule": rule}},
        grant(strength=draw.rng.choice((names.STRENGTH_MFA, names.STRENGTH_PASSWORDLESS))),
    )


def security_info_registration(draw: Draw, tenant_wide: bool) -> Parts:
    return Parts(
        "Security info: from trusted networks",
        staff(draw, tenant_wide),
        {"includeUserActions": ["urn:user:registersecurityinfo"]},
        grant("mfa"),
        others={"locations": {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}},
    )


def authentication_context(draw: Draw, tenant_wide: bool) -> Parts:
    return Parts(
        "Authentication context: compliant device",
        staff(draw, tenant_wide),
        {"includeAuthenticationContextClassReferences": draw.contexts(1, 3)},
        grant("mfa", "compliantDevice", operator="AND"),
    )


def session_length(draw: Draw, tenant_wide: bool) -> Parts:
    frequency = {
        "isEnabled": True,
        "value": 1 if tenant_wide else draw.rng.choice((4, 8, 12)),
        "type": "days" if tenant_wide else "hours",
        "frequencyInterval": "timeBased",
        "authenticationType": "primaryAndSecondaryAuthentication",
    }
    return Parts(
        "Browser sessions end",
        staff(draw, tenant_wide),
        targets(draw, False),
        session={"signInFrequency": frequency},
        others={"clientAppTypes": ["browser"]},
    )


def no_persistent_browser(draw: Draw, tenant_wide: bool) -> Parts:
    return Parts(
        "No persistent browser sessions",
        staff(draw, tenant_wide),
        ALL_APPS,
        session={"persistentBrowser": {"isEnabled": True, "mode": "never"}},
        others={"clientAppTypes": ["browser"]},
    )


def workloads_from_the_network(draw: Draw, tenant_wide: bool) -> Parts:
    included = ["ServicePrincipalsInMyTenant"] if tenant_wide else draw.workloads(1, 10)
    excluded = ["AllTrusted"] if tenant_wide else draw.ip_locations(1, 6)
    return Parts(
        "Workloads: from our network only",
        {},
        ALL_APPS,
        grant("block"),
        others={
            "clientApplications": {
                "includeServicePrincipals": included,
                "excludeServicePrincipals": draw.workloads(0, 3),
            },
            "locations": {"includeLocations": ["All"], "excludeLocations": excluded},
        },
    )


def risky_workloads(draw: Draw, tenant_wide: bool) -> Parts:
    included = ["ServicePrincipalsInMyTenant"] if tenant_wide else draw.workloads(5, 20)
    return Parts(
        "Workloads: block at high risk",
        {},
        ALL_APPS,
        grant("block"),
        others={
            "clientApplications": {
                "includeServicePrincipals": included,
                "excludeServicePrincipals": [],
            },
            "servicePrincipalRiskLevels": ["high"],
        },
    )


KINDS: tuple[Kind, ...] = (
    require_mfa,
    block_legacy_clients,
    admins_phishing_resistant,
    guests_mfa,
    managed_device_or_mfa,
    mfa_outside_the_network,
    block_countries,
    sign_in_risk,
    user_risk,
    device_filter_block,
    device_code_flow,
    block_unknown_platforms,
    managed_device,
    session_length,
    office_apps_on_phones,
    application_filter,
    block_sites,
    device_filter_terms,
    security_info_registration,
    workloads_from_the_network,
    insider_risk,
    authentication_context,
    no_persistent_browser,
    risky_workloads,
)
