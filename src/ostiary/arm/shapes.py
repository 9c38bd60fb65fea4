"""The types of the management API (azure-docs rest/api/resources, rest/api/subscription)."""

from __future__ import annotations

from typing import Final

from ostiary.http.operations import Answers
from ostiary.http.shapes import (
    FLAG,
    NULL,
    OBJECT,
    OBJECTS,
    TEXT,
    TEXTS,
    TIME,
    WHOLE,
    Named,
    Shape,
    closed,
    list_of,
    maybe,
    one_of,
    opened,
    whole,
)

TAGS: Final[Shape] = {"type": "object", "additionalProperties": TEXT}
COUNT: Final[Shape] = whole({"type": TEXT, "value": WHOLE})


def listed(shape: Named) -> Answers:
    """Answer a list."""
    members = {"value": list_of(shape), "nextLink": TEXT, "count": COUNT}
    return {200: Named(f"{shape.name}List", closed(members, needed=("value",)))}


def kept(shape: Named) -> Answers:
    """Answer an object that was changed (200) or made (201)."""
    return {200: shape, 201: shape}


TENANT: Final = Named(
    "Tenant",
    whole(
        {
            **dict.fromkeys(
                (
                    "id",
                    "tenantId",
                    "displayName",
                    "defaultDomain",
                    "countryCode",
                    "tenantCategory",
                    "tenantType",
                ),
                TEXT,
            ),
            "domains": TEXTS,
        }
    ),
)
SUBSCRIPTION: Final = Named(
    "Subscription",
    opened(
        {
            "id": TEXT,
            "subscriptionId": TEXT,
            "tenantId": TEXT,
            "displayName": TEXT,
            "state": one_of("Enabled", "Warned", "PastDue", "Disabled", "Deleted"),
            "tags": TAGS,
            "authorizationSource": TEXT,
            "managedByTenants": OBJECTS,
            "subscriptionPolicies": whole(
                dict.fromkeys(("locationPlacementId", "quotaId", "spendingLimit"), TEXT)
            ),
        },
        needed=("id", "subscriptionId", "tenantId", "displayName", "state"),
    ),
)
LOCATION: Final = Named(
    "Location",
    opened(
        {
            **dict.fromkeys(("id", "name", "type", "displayName", "regionalDisplayName"), TEXT),
            "metadata": OBJECT,
        },
        needed=("id", "name", "displayName"),
    ),
)
PROVIDER: Final = Named(
    "Provider",
    opened(
        {
            **dict.fromkeys(("id", "namespace", "registrationPolicy", "registrationState"), TEXT),
            "resourceTypes": list_of(
                opened(
                    {"resourceType": TEXT, "locations": TEXTS, "apiVersions": TEXTS},
                    needed=("resourceType", "locations", "apiVersions"),
                )
            ),
        },
        needed=("namespace", "registrationState", "resourceTypes"),
    ),
)
RESOURCE_GROUP: Final = Named(
    "ResourceGroup",
    closed(
        {
            **dict.fromkeys(("id", "name", "type", "location", "managedBy"), TEXT),
            "tags": TAGS,
            "properties": opened({"provisioningState": TEXT}, needed=("provisioningState",)),
        },
        needed=("id", "name", "type", "location", "properties"),
    ),
)
RESOURCE_GROUP_BODY: Final = Named(
    "ResourceGroupBody",
    opened({"location": TEXT, "tags": TAGS, "managedBy": TEXT}, needed=("location",)),
)
RESOURCE_GROUP_PATCH: Final = Named("ResourceGroupPatchable", opened({"tags": TAGS}))
ENDPOINTS: Final = Named(
    "CloudMetadata",
    opened(
        {
            **dict.fromkeys(("name", "portal", "resourceManager", "graph"), TEXT),
            "authentication": OBJECT,
            "suffixes": OBJECT,
        },
        needed=("authentication", "suffixes", "resourceManager"),
    ),
)
PERMISSION: Final = Named(
    "Permission",
    whole(dict.fromkeys(("actions", "notActions", "dataActions", "notDataActions"), TEXTS)),
)
_ROLE: Final = {"roleName": TEXT, "type": one_of("BuiltInRole", "CustomRole"), "description": TEXT}
_LISTS: Final = {"assignableScopes": TEXTS, "permissions": list_of(PERMISSION)}
_WHEN: Final = {"createdOn": TIME, "updatedOn": TIME}
_WHO: Final = {"createdBy": maybe(TEXT), "updatedBy": maybe(TEXT)}
_IDS: Final = dict.fromkeys(("id", "type", "name"), TEXT)
DEFINITION: Final = Named(
    "RoleDefinition",
    whole(
        {
            **_IDS,
            "properties": closed({**_ROLE, **_LISTS, **_WHEN, **_WHO}, needed=(*_ROLE, *_LISTS)),
        }
    ),
)
DEFINITION_BODY: Final = Named(
    "RoleDefinitionBody",
    opened(
        {"properties": opened({**_ROLE, **_LISTS}, needed=("roleName", *_LISTS))},
        needed=("properties",),
    ),
)
_HELD: Final = {"roleDefinitionId": TEXT, "principalId": TEXT}
ASSIGNMENT: Final = Named(
    "RoleAssignment",
    whole(
        {
            **_IDS,
            "properties": whole(
                {
                    **_HELD,
                    **_WHEN,
                    **_WHO,
                    "principalType": one_of("User", "Group", "ServicePrincipal", None),
                    "scope": TEXT,
                    "description": maybe(TEXT),
                    **dict.fromkeys(
                        ("condition", "conditionVersion", "delegatedManagedIdentityResourceId"),
                        NULL,
                    ),
                }
            ),
        }
    ),
)
ASSIGNMENT_BODY: Final = Named(
    "RoleAssignmentBody",
    opened({"properties": opened(_HELD, needed=tuple(_HELD))}, needed=("properties",)),
)
_RESOURCE: Final = {
    **dict.fromkeys(("properties", "sku", "plan", "identity", "extendedLocation"), OBJECT),
    **dict.fromkeys(("kind", "managedBy", "location"), TEXT),
    "tags": TAGS,
    "zones": TEXTS,
}
RESOURCE: Final = Named(
    "GenericResource",
    closed(
        {
            **_IDS,
            **_RESOURCE,
            "createdTime": TIME,
            "changedTime": TIME,
            "provisioningState": maybe(TEXT),
        },
        needed=tuple(_IDS),
    ),
)
RESOURCE_OR_LIST: Final = Named(
    "GenericResourceOrList", {"anyOf": [RESOURCE, listed(RESOURCE)[200]]}
)
"""What a path answers that ends with a name, or with a type."""
RESOURCE_BODY: Final = Named("GenericResourceBody", closed({**_IDS, **_RESOURCE}))
RESOURCE_PATCH: Final = RESOURCE_BODY
OPERATION_STATUS: Final = Named(
    "OperationStatus",
    closed(
        {
            "id": TEXT,
            "name": TEXT,
            "status": TEXT,
            "startTime": TIME,
            "endTime": TIME,
            "error": OBJECT,
        },
        needed=("id", "name", "status"),
    ),
)
TAGS_RESOURCE: Final = Named("TagsResource", whole({**_IDS, "properties": whole({"tags": TAGS})}))
_TAGS_INSIDE: Final = {"properties": opened({"tags": TAGS}, needed=("tags",))}
TAGS_BODY: Final = Named("TagsBody", opened(_TAGS_INSIDE, needed=("properties",)))
TAGS_PATCH: Final = Named(
    "TagsPatchResource",
    opened(
        {**_TAGS_INSIDE, "operation": one_of("Merge", "Replace", "Delete")},
        needed=("operation", "properties"),
    ),
)
TAG_VALUE: Final = Named("TagValue", whole({"id": TEXT, "tagValue": TEXT, "count": COUNT}))
TAG_NAME: Final = Named(
    "TagDetails",
    whole({"id": TEXT, "tagName": TEXT, "count": COUNT, "values": list_of(TAG_VALUE)}),
)
_LOCK: Final = {
    "level": one_of("CanNotDelete", "ReadOnly"),
    "notes": TEXT,
    "owners": {"type": "array"},
}
LOCK: Final = Named(
    "ManagementLockObject", whole({**_IDS, "properties": closed(_LOCK, needed=("level",))})
)
LOCK_BODY: Final = Named(
    "ManagementLockBody",
    opened({"properties": opened(_LOCK, needed=("level",))}, needed=("properties",)),
)
_WORD: Final = whole({"value": TEXT, "localizedValue": TEXT})
EVENT: Final = Named(
    "EventData",
    closed(
        {
            **dict.fromkeys(("authorization", "claims", "httpRequest", "properties"), OBJECT),
            **dict.fromkeys(("caller", "correlationId", "operationId"), maybe(TEXT)),
            **dict.fromkeys(
                (
                    "channels",
                    "description",
                    "eventDataId",
                    "id",
                    "level",
                    "resourceGroupName",
                    "resourceId",
                    "subscriptionId",
                ),
                TEXT,
            ),
            **dict.fromkeys(
                (
                    "eventName",
                    "category",
                    "operationName",
                    "resourceProviderName",
                    "resourceType",
                    "status",
                    "subStatus",
                ),
                _WORD,
            ),
            "eventTimestamp": TIME,
            "submissionTimestamp": TIME,
        }
    ),
)
PROXY: Final = Named(
    "ProxyResource",
    opened(
        {**_IDS, "properties": OBJECT, "eTag": TEXT, "tags": TAGS},
        needed=(*_IDS, "properties"),
    ),
)
"""An object of a provider whose properties the reference of that provider lists."""
PROXY_BODY: Final = Named("ProxyResourceBody", opened({"properties": OBJECT, "eTag": TEXT}))
MANAGEMENT_GROUP_BODY: Final = Named(
    "CreateManagementGroupRequest",
    opened({"properties": OBJECT, "displayName": TEXT, "parentGroupId": TEXT}),
)
ELIGIBLE: Final = Named(
    "MoveEligibilityResult",
    closed({"isMoveEligible": FLAG, "errorDetails": OBJECT}, needed=("isMoveEligible",)),
)
