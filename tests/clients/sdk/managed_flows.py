"""azure-identity and MSAL as workloads with a managed identity."""

import os

import requests
from azure.identity import DefaultAzureCredential, ManagedIdentityCredential
from azure.mgmt.resource.resources import ResourceManagementClient
from driven import MANAGEMENT, SERVED, answer, claims_of
from msal import ManagedIdentityClient, SystemAssignedManagedIdentity, UserAssignedManagedIdentity

RESOURCE = "https://management.azure.com/"


def environment(**variables):
    """Set variables of this process, as a service has them."""
    os.environ.update(variables)
    return {}


def identity(**selected):
    """Get a token with azure-identity."""
    return claims_of(ManagedIdentityCredential(**selected).get_token(MANAGEMENT).token)


def by_default(**selected):
    """Get a token with the credential that tries everything."""
    return claims_of(DefaultAzureCredential(**selected).get_token(MANAGEMENT).token)


def msal(**selected):
    """Get a token with MSAL."""
    who = UserAssignedManagedIdentity(**selected) if selected else SystemAssignedManagedIdentity()
    client = ManagedIdentityClient(who, http_client=requests.Session())
    found = client.acquire_token_for_client(resource=RESOURCE)
    return claims_of(found["access_token"]) if "access_token" in found else found


def groups(subscription, **selected):
    """List the resource groups."""
    client = ResourceManagementClient(
        ManagedIdentityCredential(**selected),
        subscription,
        base_url=SERVED["arm"],
        credential_scopes=[MANAGEMENT],
    )
    return {"names": [each.name for each in client.resource_groups.list()]}


answer(
    {
        "environment": environment,
        "identity": identity,
        "by_default": by_default,
        "msal": msal,
        "groups": groups,
    }
)
