"""The Graph SDK, signed in by azure-identity: what administrators' scripts do with it."""

import asyncio
import datetime

from azure.identity import ClientSecretCredential, DeviceCodeCredential
from driven import CLI, SERVED, answer, browse
from graph_objects import MANAGEMENT, error_of, locations, policies, strengths
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
from msgraph.generated.models.conditional_access_client_app import ConditionalAccessClientApp
from msgraph.generated.models.conditional_access_policy import ConditionalAccessPolicy
from msgraph.generated.models.conditional_access_policy_state import ConditionalAccessPolicyState
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.password_profile import PasswordProfile
from msgraph.generated.models.sign_in_conditions import SignInConditions
from msgraph.generated.models.user import User
from msgraph.generated.models.user_sign_in import UserSignIn
from msgraph.generated.users.users_request_builder import UsersRequestBuilder

WHERE = {
    "authority": SERVED["login"],
    "tenant_id": SERVED["tenant"],
    "disable_instance_discovery": True,
}
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
    again = await error_of(
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
        "gone": await error_of(one.get()),
    }


async def wrong(graph):
    """Send what is no policy: no name, no grant, a platform that is none."""
    broken = ConditionalAccessPolicy(state=ConditionalAccessPolicyState.Disabled)
    return {
        "policy": await error_of(graph.identity.conditional_access.policies.post(broken)),
        "filter": await error_of(
            graph.users.get(
                request_configuration=RequestConfiguration(
                    query_parameters=UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
                        filter="displayName eq"
                    )
                )
            )
        ),
    }


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
