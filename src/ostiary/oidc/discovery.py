"""What clients read before they sign in: discovery document, instances, user realm.

Source: OpenID Connect Discovery 1.0 section 3, RFC 8414, RFC 9207, wire contract section 2.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from ostiary.model.signin import TokenGrant
from ostiary.oidc import endpoints
from ostiary.oidc.authorities import Authority, TenantNames, authority_of
from ostiary.oidc.endpoints import Endpoints
from ostiary.oidc.errors import OAuthError, oauth_error
from ostiary.oidc.grants import GRANT_TYPES

SCOPES = ("openid", "profile", "email", "offline_access")
CLAIMS = (
    *("sub", "iss", "aud", "exp", "iat", "nbf", "auth_time", "acr", "acrs", "amr", "nonce"),
    *("preferred_username", "name", "given_name", "family_name", "email", "tid", "oid", "ver"),
    *("at_hash", "c_hash", "sid"),
)
_ANY_TENANT = "{tenantid}"
_CLIENT_AUTHENTICATION = ("client_secret_post", "client_secret_basic", "private_key_jwt")


def discovery_document(authority: Authority, *, login_url: str) -> dict[str, object]:
    """Give the OpenID configuration of an authority.

    `organizations` and `common` name the literal `{tenantid}` in the issuer, as Entra does: no
    token is issued under it.
    """
    at = Endpoints(login_url, authority.segment).at
    tenant = authority.tenant_id if authority.names_tenant else _ANY_TENANT
    return {
        "issuer": endpoints.issuer(login_url, tenant),
        "authorization_endpoint": at(endpoints.AUTHORIZE),
        "token_endpoint": at(endpoints.TOKEN),
        "device_authorization_endpoint": at(endpoints.DEVICE_CODE),
        "userinfo_endpoint": f"{login_url}{endpoints.USERINFO}",
        "end_session_endpoint": at(endpoints.LOGOUT),
        "jwks_uri": at(endpoints.KEYS),
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code", "id_token", "code id_token"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        # The password grant is off unless an administrator turns it on (checklist K4).
        "grant_types_supported": [
            each.words[0] for each in GRANT_TYPES if each.grant is not TokenGrant.PASSWORD
        ],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": list(_CLIENT_AUTHENTICATION),
        "token_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "claims_supported": list(CLAIMS),
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        # OpenID Connect Discovery takes silence about this one as yes.
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
    }


def instance_discovery(
    asked: str, names: TenantNames, *, login_url: str
) -> dict[str, object] | OAuthError:
    """Answer whether the host of an authorization endpoint is one of this service.

    `asked` is the parameter `authorization_endpoint`; without an authority in its path the answer
    speaks of `common`.
    """
    own = urlsplit(login_url)
    try:
        wanted = urlsplit(asked)
    except ValueError:
        return oauth_error(50049)
    if (wanted.scheme, wanted.netloc.casefold()) != (own.scheme, own.netloc.casefold()):
        return oauth_error(50049)
    authority = authority_of(wanted.path.strip("/").partition("/")[0] or "common", names)
    if isinstance(authority, OAuthError):
        return authority
    configuration = Endpoints(login_url, authority.segment).at(endpoints.CONFIGURATION)
    return {
        "tenant_discovery_endpoint": configuration,
        "api-version": "1.1",
        "metadata": [
            {
                "preferred_network": own.netloc,
                "preferred_cache": own.netloc,
                "aliases": [own.netloc],
            }
        ],
    }


def user_realm(user_name: str, names: TenantNames, *, login_url: str) -> dict[str, str]:
    """Tell how a user's domain signs in: MSAL Python asks before the password grant.

    The answer depends on the domain alone, so it tells nobody which users exist (checklist EN01).
    """
    domain = user_name.rpartition("@")[2].casefold()
    host = urlsplit(login_url).netloc
    if domain not in names.domains:
        return {"ver": "1.0", "account_type": "Unknown", "cloud_instance_name": host}
    return {
        "ver": "1.0",
        "account_type": "Managed",
        "domain_name": domain,
        "cloud_instance_name": host,
        "cloud_audience_urn": "urn:federation:MicrosoftOnline",
    }
