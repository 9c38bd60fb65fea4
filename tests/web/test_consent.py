"""AZ17: consent is asked for, recorded, and silent only where the organization gave it."""

from __future__ import annotations

from ostiary.directory.protocols import SYSTEM
from tests.web.browsing import Browser
from tests.web.registered import GRAPH, PRINCIPAL, web_app
from tests.web.serving import ASTRID, Served

GRAPH_TOOLS = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"


def grants(served: Served) -> list[tuple[str, str | None, str]]:
    """Give type, person and scopes of the grants that people gave on our pages."""
    found = (each.document for each in served.service.store.consents.all())
    return [
        (each["consentType"], each.get("principalId"), each["scope"])
        for each in found
        if each["clientId"] != PRINCIPAL
    ]


def by_tools(served: Served) -> Browser:
    """Sign in at a public client that is not pre-authorized."""
    return Browser(served).signed_in(client_id=GRAPH_TOOLS, scope="openid User.Read")


def test_AZ17_a_person_consents_and_a_loopback_client_asks_again(served: Served) -> None:
    browser = by_tools(served)
    assert "Permissions requested" in browser.page.text
    assert "Microsoft Graph Command Line Tools" in browser.page.text
    assert "localhost:8400" in browser.page.text
    browser.fill()
    assert "code" in browser.answer
    assert grants(served) == [("Principal", ASTRID, "User.Read")]
    again = Browser(served).open(client_id=GRAPH_TOOLS, scope="openid User.Read")
    assert "Permissions requested" in again.page.text
    silent = Browser(served).open(client_id=GRAPH_TOOLS, scope="openid User.Read", prompt="none")
    assert silent.answer["error"] == "consent_required"


def test_AZ17_whoever_refuses_sends_the_app_away(served: Served) -> None:
    browser = by_tools(served).press("Cancel")
    assert browser.answer["error"] == "access_denied"
    assert "AADSTS65004" in browser.answer["error_description"]
    assert grants(served) == []


def test_AZ17_an_administrator_consents_for_everybody_and_nobody_else_is_asked(
    served: Served,
) -> None:
    role = {"principalId": ASTRID, "roleDefinitionId": ADMINISTRATOR, "directoryScopeId": "/"}
    served.service.store.roles.create(role, by=SYSTEM)
    browser = by_tools(served)
    assert "for_organization" in browser.page.text
    browser.fill(for_organization="1")
    assert "code" in browser.answer
    assert grants(served) == [("AllPrincipals", None, "User.Read")]
    served.http.cookies.clear()
    other = Browser(served).open(client_id=GRAPH_TOOLS, scope="openid User.Read")
    other.fill(login="lifeboat@fjordvik.example")
    other.fill(passwd="correct horse battery staple")  # noqa: S106  # a test's
    assert "code" in other.answer


def test_AZ17_a_permission_for_administrators_needs_one(served: Served) -> None:
    browser = web_app(served).signed_in(scope="openid Policy.Read.All").fill()
    assert "AADSTS90094" in browser.answer["error_description"]
    assert grants(served) == []


def registers(served: Served, *permissions: str) -> None:
    """Let the public client register delegated permissions of Graph."""
    store = served.service.store
    app, graph = (store.applications.by_app_id(each) for each in (GRAPH_TOOLS, GRAPH))
    assert app is not None
    assert graph is not None
    offered = {
        each["value"]: each["id"] for each in graph.document["api"]["oauth2PermissionScopes"]
    }
    access = [{"id": offered[each], "type": "Scope"} for each in permissions]
    listed = [{"resourceAppId": GRAPH, "resourceAccess": access}]
    store.applications.modify(app.id, {"requiredResourceAccess": listed}, by=SYSTEM)


def test_AZ17_what_was_added_after_the_page_was_shown_is_not_consented_to(served: Served) -> None:
    registers(served, "User.Read")
    scope = "openid https://graph.microsoft.com/.default"
    browser = Browser(served).signed_in(client_id=GRAPH_TOOLS, scope=scope)
    registers(served, "User.Read", "email")
    browser.fill()
    assert "email" in browser.page.text
    assert grants(served) == []
    browser.fill()
    assert grants(served) == [("Principal", ASTRID, "email User.Read")]
