"""azure-mgmt-resource: subscriptions, resource groups and resources."""

import threading

from azure.identity import ClientSecretCredential, DeviceCodeCredential
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.resource.subscriptions import SubscriptionClient
from driven import CLI, MANAGEMENT, SERVED, answer, browse

WHERE = {
    "authority": SERVED["login"],
    "tenant_id": SERVED["tenant"],
    "disable_instance_discovery": True,
}
VERSION = "2024-01-01"
CLIENTS, LEFT = {}, []


def _made(credential):
    common = {"base_url": SERVED["arm"], "credential_scopes": [MANAGEMENT], "enable_cae": True}
    CLIENTS["subscriptions"] = SubscriptionClient(credential, **common)
    return credential, common


def secret(client_id, secret, subscription):
    """Sign an application in."""
    credential = ClientSecretCredential(client_id=client_id, client_secret=secret, **WHERE)
    credential, common = _made(credential)
    CLIENTS["resources"] = ResourceManagementClient(credential, subscription, **common)
    return {}


def device(browsers, subscription):
    """Sign a person in, with the next browser each time that a challenge asks him again."""
    LEFT[:] = browsers

    def prompt(uri, code, expires):
        # Meanwhile the client polls, as it does while a person reads the page.
        told = (uri, LEFT.pop(0))
        threading.Thread(target=browse, args=told, kwargs={"user_code": code}).start()

    credential = DeviceCodeCredential(client_id=CLI, prompt_callback=prompt, **WHERE)
    credential, common = _made(credential)
    CLIENTS["resources"] = ResourceManagementClient(credential, subscription, **common)
    return {}


def subscriptions():
    """Read the tenants, subscriptions and locations."""
    client = CLIENTS["subscriptions"]
    found = list(client.subscriptions.list())
    one = client.subscriptions.get(found[0].subscription_id)
    return {
        "tenants": [each.tenant_id for each in client.tenants.list()],
        "subscriptions": [each.subscription_id for each in found],
        "name": one.display_name,
        "state": str(getattr(one.state, "value", one.state)),
        "locations": [
            each.name for each in client.subscriptions.list_locations(one.subscription_id)
        ],
    }


def make_group(name):
    """Make a resource group."""
    made = CLIENTS["resources"].resource_groups.create_or_update(
        name, {"location": "local", "tags": {"team": "ops"}}
    )
    return {"id": made.id, "tags": dict(made.tags), "browsers_left": len(LEFT)}


def change_group(name):
    """Give a resource group other tags."""
    client = CLIENTS["resources"].resource_groups
    changed = client.update(name, {"tags": {"team": "dev"}})
    return {"tags": dict(changed.tags), "exists": client.check_existence(name)}


def delete_group(name):
    """Delete a resource group and wait until it is gone."""
    client = CLIENTS["resources"].resource_groups
    client.begin_delete(name, polling_interval=1).result()
    return {"exists": client.check_existence(name)}


def absent_group(name):
    """Read a resource group that is not there."""
    CLIENTS["resources"].resource_groups.get(name)


def resource(group, name):
    """Make, read, change and delete a resource."""
    client = CLIENTS["resources"].resources
    place = CLIENTS["resources"].resource_groups.get(group).id
    place = f"{place}/providers/Microsoft.Storage/storageAccounts/{name}"
    body = {"location": "local", "properties": {"length": 12}}
    made = client.begin_create_or_update_by_id(place, body, api_version=VERSION).result()
    told = client.get_by_id(place, api_version=VERSION)
    body["properties"] = {"length": 14}
    changed = client.begin_create_or_update_by_id(place, body, api_version=VERSION).result()
    client.begin_delete_by_id(place, api_version=VERSION, polling_interval=1).result()
    gone = [each.name for each in client.list_by_resource_group(group)]
    lengths = [each.properties["length"] for each in (made, told, changed)]
    return {"id": told.id, "lengths": lengths, "left": gone}


def pages(group, number):
    """Make resources, and read them in pages of a few."""
    client = CLIENTS["resources"].resources
    place = CLIENTS["resources"].resource_groups.get(group).id
    for count in range(number):
        body = {"location": "local", "properties": {}}
        boat = f"{place}/providers/Microsoft.Storage/storageAccounts/boat{count:02}"
        client.begin_create_or_update_by_id(boat, body, api_version=VERSION).result()
    listed = client.list_by_resource_group(group, top=3)
    sizes, names = [], []
    for page in listed.by_page():
        found = [each.name for each in page]
        sizes.append(len(found))
        names += found
    return {"sizes": sizes, "names": names}


if __name__ == "__main__":
    answer(
        {
            "secret": secret,
            "device": device,
            "subscriptions": subscriptions,
            "make_group": make_group,
            "change_group": change_group,
            "delete_group": delete_group,
            "absent_group": absent_group,
            "resource": resource,
            "pages": pages,
        }
    )
