"""The codes about requests, the applications that send them, and their credentials."""

from __future__ import annotations

from ostiary.oidc.codes.code import ErrorCode

REQUESTS = (
    ErrorCode(
        28003,
        "invalid_scope",
        "Provided value for the input parameter scope cannot be empty.",
    ),
    ErrorCode(
        50000,
        "server_error",
        "There was an error issuing a token.",
    ),
    ErrorCode(
        50001,
        "invalid_resource",
        "The resource '{resource}' does not exist in the tenant or is disabled.",
    ),
    ErrorCode(
        50011,
        "invalid_request",
        "The redirect URI '{redirect}' specified in the request does not match the redirect "
        "URIs configured for the application '{app}'.",
    ),
    ErrorCode(
        50049,
        "invalid_instance",
        "Unknown or invalid instance.",
    ),
    ErrorCode(
        50147,
        "invalid_request",
        "Missing or malformed code_challenge: {detail}.",
    ),
    ErrorCode(
        50194,
        "unauthorized_client",
        "Application '{app}' is not configured as a multi-tenant application. Use a "
        "tenant-specific endpoint.",
    ),
    ErrorCode(
        50196,
        "temporarily_unavailable",
        "The server asks the client to slow down: too many of the same requests.",
    ),
    ErrorCode(
        70001,
        "unauthorized_client",
        "The application '{app}' may not use this grant: {detail}.",
    ),
    ErrorCode(
        70003,
        "unsupported_grant_type",
        "The grant type '{name}' is not supported.",
    ),
    ErrorCode(
        70005,
        "unsupported_response_type",
        "The response type '{name}' is not supported.",
    ),
    ErrorCode(
        70007,
        "invalid_request",
        "The response mode '{name}' is not supported for this request.",
    ),
    ErrorCode(
        70011,
        "invalid_scope",
        "The provided value for the input parameter 'scope' is not valid. The scope {scope} "
        "is not valid: {detail}.",
    ),
    ErrorCode(
        90002,
        "invalid_request",
        "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and "
        "are signing into the correct cloud.",
    ),
    ErrorCode(
        90013,
        "invalid_request",
        "The parameter '{name}' is not valid: {detail}.",
    ),
    ErrorCode(
        90023,
        "invalid_request",
        "The authentication service request is not valid: {detail}.",
    ),
    ErrorCode(
        90033,
        "temporarily_unavailable",
        "A transient error has occurred. Please try again.",
    ),
    ErrorCode(
        500011,
        "invalid_resource",
        "The resource principal named {resource} was not found in the tenant.",
    ),
    ErrorCode(
        501491,
        "invalid_request",
        "Invalid code_challenge_method or size of the code_challenge: {detail}.",
    ),
    ErrorCode(
        650057,
        "invalid_resource",
        "Invalid resource. The client has requested access to a resource which is not listed "
        "in the requested permissions in the client's application registration. Client app "
        "ID: {app}. Resource value from request: {resource}.",
    ),
    ErrorCode(
        700016,
        "unauthorized_client",
        "Application with identifier '{app}' was not found in the directory '{tenant}'.",
    ),
    ErrorCode(
        700021,
        "invalid_client",
        "Client assertion application identifier does not match 'client_id' parameter.",
    ),
    ErrorCode(
        700022,
        "invalid_scope",
        "The provided value for the input parameter scope is not valid because it contains "
        "more than one resource.",
    ),
    ErrorCode(
        700024,
        "invalid_client",
        "Client assertion is not within its valid time range: {detail}.",
    ),
    ErrorCode(
        700025,
        "invalid_client",
        "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    ),
    ErrorCode(
        700027,
        "invalid_client",
        "Client assertion failed signature validation: {detail}.",
    ),
    ErrorCode(
        700051,
        "unsupported_response_type",
        "response_type 'token' is not enabled for the application.",
    ),
    ErrorCode(
        700054,
        "unsupported_response_type",
        "response_type 'id_token' is not enabled for the application.",
    ),
    ErrorCode(
        700211,
        "invalid_client",
        "No matching federated identity record found for presented assertion issuer '{issuer}'.",
    ),
    ErrorCode(
        700212,
        "invalid_client",
        "No matching federated identity record found for presented assertion audience "
        "'{audience}'.",
    ),
    ErrorCode(
        700213,
        "invalid_client",
        "No matching federated identity record found for presented assertion subject '{subject}'.",
    ),
    ErrorCode(
        900144,
        "invalid_request",
        "The request must contain the following parameter: '{name}'.",
    ),
    ErrorCode(
        900561,
        "invalid_request",
        "The endpoint only accepts {accepted} requests. Received a {received} request.",
    ),
    ErrorCode(
        900971,
        "invalid_request",
        "No reply address provided.",
    ),
    ErrorCode(
        1002012,
        "invalid_scope",
        "The provided value for scope {scope} is not valid. Client credential flows must have"
        " a scope value with /.default suffixed to the resource identifier (application ID "
        "URI).",
    ),
    ErrorCode(
        7000112,
        "unauthorized_client",
        "Application '{app}' is disabled.",
    ),
    ErrorCode(
        7000114,
        "unauthorized_client",
        "Application '{app}' is not allowed to make application on-behalf-of calls.",
    ),
    ErrorCode(
        7000215,
        "invalid_client",
        "Invalid client secret provided. Ensure the secret being sent in the request is the "
        "client secret value, not the client secret ID, for a secret added to app '{app}'.",
    ),
    ErrorCode(
        7000218,
        "invalid_client",
        "The request body must contain the following parameter: 'client_assertion' or "
        "'client_secret'.",
    ),
    ErrorCode(
        7000222,
        "invalid_client",
        "The provided client secret keys for app '{app}' are expired.",
    ),
    ErrorCode(
        9000411,
        "invalid_request",
        "The request is not properly formatted. The parameter '{name}' is duplicated.",
    ),
    ErrorCode(
        9001023,
        "invalid_request",
        "The grant type is not supported over the /{tenant} endpoint. Please use a "
        "tenant-specific endpoint.",
    ),
    ErrorCode(
        9002313,
        "invalid_request",
        "Invalid request. Request is malformed or invalid: {detail}.",
    ),
    ErrorCode(
        9002327,
        "invalid_request",
        "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via"
        " cross-origin requests.",
    ),
)
