"""The collection `templates`: list, get, and deploy, which Graph does not have."""

from __future__ import annotations

from ostiary.model.errors import Problem
from ostiary.model.json_types import JsonObject
from ostiary.model.policy import PolicyState
from ostiary.schema.answers import Refusal, Response, not_found
from ostiary.schema.calls import Call, refuse_if_any
from ostiary.schema.requests_policies import PATH as POLICY_PATH
from ostiary.schema.requests_policies import add_policy, answer
from ostiary.schema.templates import (
    Template,
    deployed,
    find_template,
    template_answer,
    templates,
)

PATH = "identity/conditionalAccess/templates"


def list_templates(call: Call) -> Response:
    """Answer all templates, as the query narrows them (`$filter=scenarios has '…'`)."""
    return call.listed([template_answer(each, call.version) for each in templates()], PATH)


def get_template(call: Call) -> Response:
    """Answer one template."""
    return call.shown(template_answer(_named(call), call.version), PATH)


def deploy_template(call: Call) -> Response:
    """Make the policy of a template: report-only, without creator and emergency access accounts.

    The body may give a `displayName`. The answer names who is excluded, because an exclusion that
    nobody knows of is a hole.
    """
    template = _named(call)
    body: JsonObject = {} if call.body is None else call.object_body()
    name, state = body.get("displayName"), body.get("state")
    if state not in {None, PolicyState.REPORT_ONLY.value}:
        refuse_if_any(
            (Problem("state", "reportOnlyFirst", "a template is always deployed report-only"),)
        )
    if name is not None and not (isinstance(name, str) and name.strip()):
        raise Refusal(400, "expected a name in `displayName`")
    policy, excluded = deployed(template, call.state)
    after, document = add_policy(call, policy | ({"displayName": name} if name else {}))
    shown = answer(document, call, call.version) | {"@ostiary.excluded": list(excluded)}
    return call.created(shown, POLICY_PATH, after)


def _named(call: Call) -> Template:
    template = find_template(call.ids[0])
    if template is None:
        raise not_found("ConditionalAccessTemplate", call.ids[0])
    return template
