"""Applications at the admin center: registered, given credentials and permissions, assigned."""

from __future__ import annotations

import re

from ostiary.directory.protocols import SYSTEM
from ostiary.graph.directory_permissions import APPLICATION_ADMINISTRATOR
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR, SECURITY_READER
from tests.admin.pages import Admin
from tests.admin.test_users import only, told
from tests.web.serving import DAEMON, LIFEBOAT, POLICY

NEW = "/admin/applications/new"
GRAPH = "00000003-0000-0000-c000-000000000000"


def registered(admin: Admin, role: str = APPLICATION_ADMINISTRATOR) -> str:
    """Register a web application; gives the address of its page."""
    only(admin, role).open(NEW)
    admin.send(NEW, displayName="Timesheets", redirects="https://times.fjordvik.example/back")
    found = re.search(r'href="(/admin/applications/[0-9a-f-]{36})"', admin.text)
    assert found is not None, admin.text
    return found[1]


def test_a_web_application_is_registered_with_a_secret_that_is_shown_once(admin: Admin) -> None:
    store = admin.served.service.store
    page = registered(admin)
    secret = told(admin)
    assert "/.well-known/openid-configuration" in admin.text
    made = store.applications.need(page.rpartition("/")[2])
    assert store.principals.by_app_id(str(made.document["appId"])) is not None
    admin.open(f"{page}?tab=credentials")
    assert "made with the application" in admin.text
    assert secret not in admin.text
    assert "Timesheets" in admin.open("/admin/applications").text
    assert "Microsoft Azure CLI" not in admin.text


def test_a_web_application_has_a_redirect_uri_and_a_daemon_has_none(admin: Admin) -> None:
    only(admin, APPLICATION_ADMINISTRATOR).open(NEW)
    admin.send(NEW, displayName="Timesheets")
    assert admin.status == 400
    assert "redirect URI" in admin.refusal
    assert 'value="Timesheets"' in admin.text
    admin.send(NEW, displayName="Nightly", kind="daemon", redirects="https://x.example/")
    assert admin.status == 400
    admin.send(NEW, redirects="")
    assert len(told(admin)) >= 20


def test_addresses_credentials_and_what_it_offers(admin: Admin) -> None:
    page = registered(admin)
    store, key = admin.served.service.store, page.rpartition("/")[2]
    admin.open(f"{page}?tab=authentication")
    admin.send(f"{page}/addresses", spa="https://times.fjordvik.example/#x")
    assert admin.status == 400
    assert "/#x" in admin.text
    admin.send(f"{page}/addresses", spa="https://times.fjordvik.example/app", fallback="1")
    document = store.applications.need(key).document
    assert document["spa"]["redirectUris"] == ["https://times.fjordvik.example/app"]
    assert document["isFallbackPublicClient"] is True
    admin.open(f"{page}?tab=credentials").send(f"{page}/secrets/add", days="90")
    assert told(admin)
    secret = re.findall(r'name="key" value="([^"]+)"', admin.text)[-1]
    admin.send(f"{page}/secrets/remove", key=secret)
    assert secret not in admin.text
    admin.send(f"{page}/certificates/add", certificate="no certificate")
    assert admin.status == 400
    trust = {"name": "ci", "issuer": "https://ci.example", "subject": "repo:main"}
    admin.send(f"{page}/federated/add", **trust)
    assert "repo:main" in admin.text
    admin.open(f"{page}?tab=api").send(f"{page}/scopes/add", value="Hours.Read", name="Read hours")
    admin.open(f"{page}?tab=roles")
    admin.send(f"{page}/roles/add", displayName="Auditor", value="Audit", description="Reads all")
    document = store.applications.need(key).document
    assert document["api"]["oauth2PermissionScopes"][0]["value"] == "Hours.Read"
    (role,) = document["appRoles"]
    admin.send(f"{page}/roles/switch", key=role["id"], to="off")
    admin.send(f"{page}/roles/switch", key=role["id"], to="gone")
    assert store.applications.need(key).document["appRoles"] == []


def test_permissions_are_asked_for_and_granted_by_an_administrator(admin: Admin) -> None:
    page = registered(admin, GLOBAL_ADMINISTRATOR)
    store = admin.served.service.store
    admin.open(f"{page}?tab=permissions")
    adding = f"{page}/permissions/add"
    admin.send(adding, resource=GRAPH, scopes="No.Such")
    assert admin.status == 400
    assert "No.Such" in admin.refusal
    admin.send(adding, resource=GRAPH, scopes="User.Read.All", roles="Policy.Read.All")
    assert admin.text.count("Not granted") == 2
    admin.send(f"{page}/permissions/consent")
    assert "Not granted" not in admin.text
    app_id = str(store.applications.need(page.rpartition("/")[2]).document["appId"])
    principal = store.principals.by_app_id(app_id)
    assert principal is not None
    (grant,) = store.consents.by_client(principal.id)
    assert grant.document["scope"].split() == ["User.Read.All"]
    own = f"/admin/service-principals/{principal.id}"
    admin.open(f"{own}?tab=permissions").send(f"{own}/grants/revoke", grant=grant.id)
    (role,) = store.app_roles.of_principal(principal.id)
    admin.send(f"{own}/roles/revoke", assignment=role.id)
    assert store.consents.by_client(principal.id) == []
    assert store.app_roles.of_principal(principal.id) == []
    assert "Not granted" in admin.open(f"{page}?tab=permissions").text


def test_an_enterprise_application_is_assigned_disabled_and_found(admin: Admin) -> None:
    store, page = admin.served.service.store, f"/admin/service-principals/{DAEMON}"
    only(admin, GLOBAL_ADMINISTRATOR).open("/admin/enterprise-applications?publisher=own")
    assert page in admin.text
    admin.open(page).send(f"{page}/assignment")
    assert store.principals.need(DAEMON).document["appRoleAssignmentRequired"] is True
    admin.open(f"{page}?tab=assigned").send(f"{page}/assigned/add", names="Lifeboat")
    assert f"/admin/users/{LIFEBOAT}" in admin.text
    (made,) = store.app_roles.of_resource(DAEMON)
    admin.send(f"{page}/assigned/remove", assignment=made.id)
    assert store.app_roles.of_resource(DAEMON) == []
    admin.open(page).send(f"{page}/disable")
    assert store.principals.need(DAEMON).document["accountEnabled"] is False
    store.principals.modify(DAEMON, {"servicePrincipalType": "ManagedIdentity"}, by=SYSTEM)
    assert page in admin.open("/admin/managed-identities").text
    assert page not in admin.open("/admin/enterprise-applications").text


def test_a_resource_tells_the_policies_that_protect_it(admin: Admin) -> None:
    principal = admin.served.service.store.principals.by_app_id(
        "797f4846-ba00-4fd7-ba43-dac1f8f63013"
    )
    assert principal is not None
    only(admin, SECURITY_READER)
    admin.open(f"/admin/service-principals/{principal.id}?tab=policies")
    assert f"/admin/policies/{POLICY}" in admin.text
    for tab in ("overview", "assigned", "permissions", "owners"):
        admin.open(f"/admin/service-principals/{principal.id}?tab={tab}")
        assert 'action="/admin/service-principals' not in admin.text
