"""Objects of Conditional Access that the Graph SDK makes, reads, changes and removes."""

from msgraph.generated.models.authentication_method_modes import AuthenticationMethodModes
from msgraph.generated.models.authentication_strength_policy import AuthenticationStrengthPolicy
from msgraph.generated.models.conditional_access_applications import (
    ConditionalAccessApplications,
)
from msgraph.generated.models.conditional_access_client_app import ConditionalAccessClientApp
from msgraph.generated.models.conditional_access_condition_set import (
    ConditionalAccessConditionSet,
)
from msgraph.generated.models.conditional_access_grant_control import (
    ConditionalAccessGrantControl,
)
from msgraph.generated.models.conditional_access_grant_controls import (
    ConditionalAccessGrantControls,
)
from msgraph.generated.models.conditional_access_policy import ConditionalAccessPolicy
from msgraph.generated.models.conditional_access_policy_state import ConditionalAccessPolicyState
from msgraph.generated.models.conditional_access_users import ConditionalAccessUsers
from msgraph.generated.models.country_named_location import CountryNamedLocation
from msgraph.generated.models.i_pv4_cidr_range import IPv4CidrRange
from msgraph.generated.models.i_pv6_cidr_range import IPv6CidrRange
from msgraph.generated.models.ip_named_location import IpNamedLocation
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.policies.authentication_strength_policies.item.update_allowed_combinations import (  # noqa: E501  # its name
    update_allowed_combinations_post_request_body as combinations_body,
)

MANAGEMENT = "797f4846-ba00-4fd7-ba43-dac1f8f63013"


async def policies(graph, user):
    """Create, read, change, list and delete a policy."""
    whole = graph.identity.conditional_access.policies
    made = await whole.post(_policy(user))
    one = whole.by_conditional_access_policy_id(made.id)
    read = await one.get()
    await one.patch(
        ConditionalAccessPolicy(
            display_name="Changed",
            state=ConditionalAccessPolicyState.EnabledForReportingButNotEnforced,
        )
    )
    changed = await one.get()
    listed = await whole.get()
    await one.delete()
    return {
        "created": made.created_date_time is not None,
        "controls": [each.value for each in read.grant_controls.built_in_controls],
        "users": read.conditions.users.exclude_users,
        "clients": [each.value for each in read.conditions.client_app_types],
        "changed": [changed.display_name, changed.state.value],
        "kept": changed.conditions.applications.include_applications,
        "listed": made.id in [each.id for each in listed.value],
        "gone": await error_of(one.get()),
    }


def _policy(user):
    return ConditionalAccessPolicy(
        display_name="By the SDK",
        state=ConditionalAccessPolicyState.Disabled,
        conditions=ConditionalAccessConditionSet(
            client_app_types=[ConditionalAccessClientApp.All],
            applications=ConditionalAccessApplications(include_applications=[MANAGEMENT]),
            users=ConditionalAccessUsers(include_users=["All"], exclude_users=[user]),
        ),
        grant_controls=ConditionalAccessGrantControls(
            operator="OR", built_in_controls=[ConditionalAccessGrantControl.Mfa]
        ),
    )


async def locations(graph):
    """Create, read, change, list and delete named locations of both kinds."""
    whole = graph.identity.conditional_access.named_locations
    ranges = [
        IPv4CidrRange(cidr_address="198.51.100.0/24"),
        IPv6CidrRange(cidr_address="2001:db8::/32"),
    ]
    network = await whole.post(
        IpNamedLocation(display_name="Branch", is_trusted=True, ip_ranges=ranges)
    )
    country = await whole.post(
        CountryNamedLocation(
            display_name="North",
            countries_and_regions=["NO", "SE"],
            include_unknown_countries_and_regions=False,
        )
    )
    one = whole.by_named_location_id(network.id)
    await one.patch(
        IpNamedLocation(display_name="Old branch", is_trusted=False, ip_ranges=ranges[:1])
    )
    read = await one.get()
    listed = {each.id: type(each).__name__ for each in (await whole.get()).value}
    await one.delete()
    await whole.by_named_location_id(country.id).delete()
    return {
        "network": [read.display_name, read.is_trusted],
        "ranges": [each.cidr_address for each in read.ip_ranges],
        "country": country.countries_and_regions,
        "kinds": [listed[network.id], listed[country.id]],
        "gone": await error_of(one.get()),
    }


async def strengths(graph):
    """Create, read, change, list and delete an authentication strength."""
    whole = graph.policies.authentication_strength_policies
    modes = AuthenticationMethodModes
    made = await whole.post(
        AuthenticationStrengthPolicy(
            display_name="Keys",
            description="Security keys only",
            allowed_combinations=[modes.Fido2],
        )
    )
    one = whole.by_authentication_strength_policy_id(made.id)
    await one.patch(AuthenticationStrengthPolicy(description="Keys and certificates"))
    updated = await one.update_allowed_combinations.post(
        combinations_body.UpdateAllowedCombinationsPostRequestBody(
            allowed_combinations=[modes.Fido2, modes.X509CertificateMultiFactor]
        )
    )
    read = await one.get()
    usage = await one.usage.get()
    listed = await graph.identity.conditional_access.authentication_strength.policies.get()
    await one.delete()
    return {
        "kind": read.policy_type.value,
        "satisfies": words(read.requirements_satisfied),
        "description": read.description,
        "combinations": words(read.allowed_combinations),
        "before": words(updated.previous_combinations),
        "used": len(usage.none_ or []) + len(usage.mfa or []),
        "built_in": sorted(
            each.display_name for each in listed.value if each.policy_type.value == "builtIn"
        ),
        "gone": await error_of(one.get()),
    }


def words(found):
    """Give Graph's words of the members of an enumeration."""
    return [each.value for each in found]


async def error_of(asked):
    """Give what a call is refused with."""
    try:
        await asked
    except ODataError as error:
        inner = error.error.inner_error
        return {
            "status": error.response_status_code,
            "code": error.error.code,
            "message": error.error.message,
            "traced": bool(inner and inner.request_id and inner.client_request_id and inner.date),
        }
    return None
