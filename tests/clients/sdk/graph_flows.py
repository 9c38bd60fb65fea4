"""The Graph SDK, signed in by azure-identity: what administrators' scripts do with it."""

import asyncio
import datetime

from azure.identity import ClientSecretCredential, DeviceCodeCredential
from driven import CLI, SERVED, answer, browse
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import (
    AzureIdentityAuthenticationProvider,
)
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.audit_logs.sign_ins.sign_ins_request_builder import SignInsRequestBuilder
from msgraph.generated.identity.conditional_access.evaluate.evaluate_post_request_body import (
    EvaluatePostRequestBody,
)
from msgraph.generated.models.application_context import ApplicationContext
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
from msgraph.generated.models.password_profile import PasswordProfile
from msgraph.generated.models.sign_in_conditions import SignInConditions
from msgraph.generated.models.user import User
from msgraph.generated.models.user_sign_in import UserSignIn
from msgraph.generated.policies.authentication_strength_policies.item.update_allowed_combinations import (  # noqa: E501  # its name
    update_allowed_combinations_post_request_body as combinations_body,
)
from msgraph.generated.users.users_request_builder import UsersRequestBuilder

WHERE = {
    "authority": SERVED["login"],
    "tenant_id": SERVED["tenant"],
    "disable_instance_discovery": True,
}
MANAGEMENT = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
FIRST_PASSWORD = "a long first password 7"  # noqa: S105  # a test's
LOOP = asyncio.new_event_loop()
SIGNED_IN = {}


def _client(credential):
    provider = AzureIdentityAuthenticationProvider(
        credential,
        scopes=[f"{SERVED['graph']}/.default"],
        allowed_hosts=[SERVED["graph"].split("//")[1].split(":")[0]],
    )
    adapter = GraphRequestAdapter(provider)
    adapter.base_url = f"{SERVED['graph']}/v1.0"
    SIGNED_IN["graph"] = GraphServiceClient(request_adapter=adapter)


def secret(client_id, secret):
    """Sign an application in by its secret."""
    _client(ClientSecretCredential(client_id=client_id, client_secret=secret, **WHERE))
    return {}


def device(browsers):
    """Sign a person in by a code on another device; each code is for the next browser."""
    left = SIGNED_IN["browsers_left"] = list(browsers)

    def invited(address, user_code, _expires):
        browse(address, left.pop(0), user_code=user_code)

    _client(DeviceCodeCredential(CLI, prompt_callback=invited, **WHERE))
    return {}


async def me(graph):
    """Tell who is signed in."""
    found = await graph.me.get()
    left = len(SIGNED_IN.get("browsers_left", ()))
    return {"id": found.id, "name": found.user_principal_name, "browsers_left": left}


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
        "gone": await _error(one.get()),
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
        "gone": await _error(one.get()),
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
        "satisfies": _words(read.requirements_satisfied),
        "description": read.description,
        "combinations": _words(read.allowed_combinations),
        "before": _words(updated.previous_combinations),
        "used": len(usage.none_ or []) + len(usage.mfa or []),
        "built_in": sorted(
            each.display_name for each in listed.value if each.policy_type.value == "builtIn"
        ),
        "gone": await _error(one.get()),
    }


async def templates(graph):
    """List the templates, and read one."""
    whole = graph.identity.conditional_access.templates
    listed = (await whole.get()).value
    one = await whole.by_conditional_access_template_id(listed[0].id).get()
    return {
        "count": len(listed),
        "name": one.name,
        "first": listed[0].name,
        "details": bool(one.details),
    }


async def evaluate(graph, user):
    """Ask which policies would apply to a sign-in."""
    body = EvaluatePostRequestBody(
        sign_in_identity=UserSignIn(user_id=user),
        sign_in_context=ApplicationContext(include_applications=[MANAGEMENT]),
        sign_in_conditions=SignInConditions(
            client_app_type=ConditionalAccessClientApp.Browser, ip_address="127.0.0.1"
        ),
        applied_policies_only=False,
    )
    found = (await graph.identity.conditional_access.evaluate.post(body)).value
    return {
        each.display_name: [each.policy_applies, [why.value for why in each.analysis_reasons]]
        for each in found
    }


async def sign_ins(graph, user):
    """Read somebody's sign-ins, page after page."""
    parameters = SignInsRequestBuilder.SignInsRequestBuilderGetQueryParameters(
        filter=f"userId eq '{user}'", top=1
    )
    whole = graph.audit_logs.sign_ins
    found = await whole.get(request_configuration=RequestConfiguration(query_parameters=parameters))
    pages = [found.value]
    while found.odata_next_link:
        found = await whole.with_url(found.odata_next_link).get()
        pages.append(found.value)
    rows = [each for page in pages for each in page]
    return {
        "pages": [len(each) for each in pages],
        "users": sorted({each.user_id for each in rows}),
        "times": all(isinstance(each.created_date_time, datetime.datetime) for each in rows),
        "policies": sorted(
            {p.display_name for e in rows for p in e.applied_conditional_access_policies}
        ),
    }


async def users(graph, domain):
    """Create, read, change, list page after page, and delete a user."""
    whole, name = graph.users, f"sdk@{domain}"
    made = await whole.post(
        User(
            account_enabled=True,
            display_name="Sidsel",
            mail_nickname="sdk",
            user_principal_name=name,
            password_profile=PasswordProfile(
                password=FIRST_PASSWORD, force_change_password_next_sign_in=True
            ),
        )
    )
    one = whole.by_user_id(made.id)
    await one.patch(User(job_title="Auditor"))
    select = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters
    found = await whole.get(
        request_configuration=RequestConfiguration(
            query_parameters=select(top=7, select=["id", "displayName", "jobTitle"])
        )
    )
    pages = [found.value]
    while found.odata_next_link:
        found = await whole.with_url(found.odata_next_link).get()
        pages.append(found.value)
    named = await whole.get(
        request_configuration=RequestConfiguration(
            query_parameters=select(filter=f"userPrincipalName eq '{name}'")
        )
    )
    again = await _error(
        whole.post(
            User(
                account_enabled=True,
                display_name="Twice",
                mail_nickname="sdk",
                user_principal_name=name,
                password_profile=PasswordProfile(password=FIRST_PASSWORD),
            )
        )
    )
    await one.delete()
    titles = {each.id: each.job_title for page in pages for each in page}
    return {
        "pages": [len(each) for each in pages],
        "different": len(titles),
        "title": titles[made.id],
        "named": [each.id == made.id for each in named.value],
        "twice": again,
        "gone": await _error(one.get()),
    }


async def wrong(graph):
    """Send what is no policy: no name, no grant, a platform that is none."""
    broken = ConditionalAccessPolicy(state=ConditionalAccessPolicyState.Disabled)
    return {
        "policy": await _error(graph.identity.conditional_access.policies.post(broken)),
        "filter": await _error(
            graph.users.get(
                request_configuration=RequestConfiguration(
                    query_parameters=UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
                        filter="displayName eq"
                    )
                )
            )
        ),
    }


def _words(found):
    """Give Graph's words of the members of an enumeration."""
    return [each.value for each in found]


async def _error(asked):
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


def _of_graph(doing):
    """Run a function with the client that is signed in."""

    def done(**told):
        try:
            return LOOP.run_until_complete(doing(SIGNED_IN["graph"], **told))
        except ODataError as error:
            refused = error.error
            return {"raised": type(error).__name__, "text": f"{refused.code}: {refused.message}"}

    return done


if __name__ == "__main__":
    answer(
        {
            "secret": secret,
            "device": device,
            **{
                each.__name__: _of_graph(each)
                for each in (
                    me,
                    policies,
                    locations,
                    strengths,
                    templates,
                    evaluate,
                    sign_ins,
                    users,
                    wrong,
                )
            },
        }
    )
