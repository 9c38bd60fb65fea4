"""The types of deployments (azure-docs rest/api/resources/deployments)."""

from __future__ import annotations

from typing import Final

from ostiary.arm.shapes import TAGS
from ostiary.http.shapes import OBJECT, OBJECTS, TEXT, Named, closed, maybe, one_of, opened

_IDS: Final = dict.fromkeys(("id", "name", "type"), TEXT)
DEPLOYMENT: Final = Named(
    "DeploymentExtended",
    closed(
        {**_IDS, "location": TEXT, "tags": TAGS, "properties": OBJECT}, needed=(*_IDS, "properties")
    ),
)
DEPLOYMENT_BODY: Final = Named(
    "Deployment",
    opened(
        {
            "location": TEXT,
            "tags": TAGS,
            "properties": opened(
                {
                    "mode": one_of("Incremental", "Complete"),
                    "template": OBJECT,
                    "parameters": OBJECT,
                },
                needed=("mode", "template"),
            ),
        },
        needed=("properties",),
    ),
)
VALIDATED: Final = Named(
    "DeploymentValidateResult", closed({**_IDS, "properties": OBJECT}, needed=("properties",))
)
OPERATION: Final = Named(
    "DeploymentOperation",
    closed({"id": TEXT, "operationId": TEXT, "properties": OBJECT}, needed=("id", "operationId")),
)
EXPORTED: Final = Named("ExportedTemplate", closed({"template": OBJECT}, needed=("template",)))
WHAT_IF: Final = Named(
    "WhatIfOperationResult",
    closed(
        {
            "status": one_of("Succeeded", "Failed"),
            "properties": closed({"changes": OBJECTS}),
            "error": maybe(OBJECT),
        },
        needed=("status",),
    ),
)
EXPORT_BODY: Final = Named(
    "ExportTemplateRequest", opened({"resources": {"type": "array", "items": TEXT}})
)
