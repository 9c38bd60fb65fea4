"""azure-identity, and a management client that uses what it signs in."""

import os
import warnings

from azure.identity import (
    CertificateCredential,
    ClientAssertionCredential,
    ClientSecretCredential,
    DeviceCodeCredential,
    InteractiveBrowserCredential,
    OnBehalfOfCredential,
    UsernamePasswordCredential,
    WorkloadIdentityCredential,
)
from azure.mgmt.resource.resources import ResourceManagementClient
from driven import CLI, MANAGEMENT, SERVED, answer, browse, claims_of

WHERE = {
    "authority": SERVED["login"],
    "tenant_id": SERVED["tenant"],
    "disable_instance_discovery": True,
}
SIGNED_IN = {}


def _kept(credential, enable_cae=False):
    """Sign in, and keep who did for what is asked next."""
    SIGNED_IN.update(credential=credential, enable_cae=enable_cae)
    return token()


def token(scope=MANAGEMENT):
    """Get a token of the management API."""
    found = SIGNED_IN["credential"].get_token(scope, enable_cae=SIGNED_IN["enable_cae"])
    return claims_of(found.token)


def secret(client_id, secret):
    """Sign an application in by its secret."""
    return _kept(ClientSecretCredential(client_id=client_id, client_secret=secret, **WHERE))


def certificate(client_id, pem):
    """Sign an application in by its certificate."""
    data = pem.encode()
    return _kept(CertificateCredential(client_id=client_id, certificate_data=data, **WHERE))


def assertion(client_id, token):
    """Sign an application in by a token of another issuer."""
    return _kept(ClientAssertionCredential(client_id=client_id, func=lambda: token, **WHERE))


def password(username, word):
    """Sign a person in by name and password."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        credential = UsernamePasswordCredential(CLI, username, word, **WHERE)
    return _kept(credential)


def device(browsers, enable_cae=False):
    """Sign a person in by a code on another device; each code is for the next browser."""
    left = list(browsers)

    def invited(address, user_code, _expires):
        browse(address, left.pop(0), user_code=user_code)

    credential = DeviceCodeCredential(CLI, prompt_callback=invited, **WHERE)
    SIGNED_IN["browsers_left"] = left
    return _kept(credential, enable_cae)


def interactive(browser, enable_cae=False, **more):
    """Sign a person in by the browser that azure-identity opens."""
    os.environ["OSTIARY_BOT"] = browser
    credential = InteractiveBrowserCredential(client_id=CLI, timeout=60, **WHERE, **more)
    credential.authenticate(scopes=[MANAGEMENT])
    return _kept(credential, enable_cae)


def next_browser(browser):
    """Let the browser that is opened next type other answers."""
    os.environ["OSTIARY_BOT"] = browser
    return {}


def on_behalf_of(client_id, secret, browser):
    """Let an API act for the person who calls it."""
    os.environ["OSTIARY_BOT"] = browser
    caller = InteractiveBrowserCredential(client_id=CLI, timeout=60, **WHERE)
    called = caller.get_token(f"api://{client_id}/.default").token
    credential = OnBehalfOfCredential(
        client_id=client_id, client_secret=secret, user_assertion=called, **WHERE
    )
    return _kept(credential)


def workload(client_id, file):
    """Sign an application in by a token of another issuer that lies in a file."""
    return _kept(WorkloadIdentityCredential(client_id=client_id, token_file_path=file, **WHERE))


def groups(subscription):
    """List the resource groups, with continuous access evaluation where it was signed in so."""
    client = ResourceManagementClient(
        SIGNED_IN["credential"],
        subscription,
        base_url=SERVED["arm"],
        credential_scopes=[MANAGEMENT],
        enable_cae=SIGNED_IN["enable_cae"],
    )
    names = [each.name for each in client.resource_groups.list()]
    return {"names": names, "browsers_left": len(SIGNED_IN.get("browsers_left", ()))}


if __name__ == "__main__":
    answer(
        {
            "token": token,
            "secret": secret,
            "certificate": certificate,
            "assertion": assertion,
            "password": password,
            "device": device,
            "interactive": interactive,
            "next_browser": next_browser,
            "on_behalf_of": on_behalf_of,
            "workload": workload,
            "groups": groups,
        }
    )
