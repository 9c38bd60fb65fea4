"""Authentication strengths at the admin center: combinations, limits of keys, usage, deletion."""

from __future__ import annotations

from typing import Any

from ostiary.directory.objects import SETTINGS
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import GLOBAL_ADMINISTRATOR, SECURITY_READER
from ostiary.signin.stored_methods import PASSKEY
from tests.admin.pages import Admin, with_role
from tests.web.serving import ASTRID, LIFEBOAT, POLICY

LIST = "/admin/authentication-strengths"
NEW = f"{LIST}/new"
RESISTANT = "00000000-0000-0000-0000-000000000004"
KEY = "cb69481e-8ff7-4039-93ec-0a2729a154a8"


def stored(admin: Admin) -> dict[str, Any]:
    """Give the only custom strength as the store has it."""
    (found,) = admin.served.service.store.strengths.all()
    return dict(found.document)


def make(admin: Admin) -> str:
    """Make a strength of keys alone through the form; the page that follows is its own."""
    if "Sign out" not in (admin.text if admin.browser.page else ""):
        admin.sign_in(path=NEW)
    admin.send(NEW, name="Keys", description="Of the bank", combination=["fido2"])
    assert "The authentication strength was created." in admin.text, admin.refusal
    return f"{LIST}/{stored(admin)['id']}"


def require(admin: Admin) -> None:
    """Let a policy require the strength."""
    strength = {"id": stored(admin)["id"]}
    grant: dict[str, Any] = {
        "operator": "OR",
        "builtInControls": [],
        "authenticationStrength": strength,
    }
    admin.served.change_policy(POLICY, {"grantControls": grant})


def test_a_strength_is_made_of_combinations_grouped_by_the_built_in_ones(admin: Admin) -> None:
    admin.sign_in(path=NEW)
    text = admin.text
    groups = ("Phishing-resistant MFA</legend>", "Passwordless MFA</legend>")
    places = [text.index(each) for each in (*groups, "Multifactor authentication</legend>")]
    assert places == sorted(places)
    assert places[0] < text.index("Windows Hello for Business") < places[1]
    assert places[2] < text.index("Password + Text message")
    make(admin)
    made = stored(admin)
    assert made["allowedCombinations"] == ["fido2"]
    assert (made["displayName"], made["requirementsSatisfied"]) == ("Keys", "mfa")


def test_name_and_combinations_are_changed(admin: Admin) -> None:
    one = make(admin)
    admin.send(one, name="Keys and cards")
    assert stored(admin)["displayName"] == "Keys and cards"
    chosen = ["fido2", "x509CertificateMultiFactor"]
    admin.send(f"{one}/combinations", combination=chosen)
    assert stored(admin)["allowedCombinations"] == chosen
    admin.send(f"{one}/combinations", combination=[])
    assert admin.status == 400
    assert "Nothing was changed." in admin.text
    assert stored(admin)["allowedCombinations"] == chosen


def test_keys_are_limited_to_models_and_freed_again(admin: Admin) -> None:
    one = make(admin)
    admin.send(f"{one}/limit", allowedAAGUIDs=f"{KEY}\n")
    (limit,) = stored(admin)["combinationConfigurations"]
    assert limit["appliesToCombinations"] == ["fido2"]
    assert limit["allowedAAGUIDs"] == [KEY]
    other = KEY.replace("a8", "a9")
    admin.send(f"{one}/limit", allowedAAGUIDs=f"{KEY}\n{other}")
    (limit,) = stored(admin)["combinationConfigurations"]
    assert limit["allowedAAGUIDs"] == [KEY, other]
    admin.send(f"{one}/limit", allowedAAGUIDs="")
    assert stored(admin)["combinationConfigurations"] == []
    admin.send(f"{one}/limit", allowedAAGUIDs="")
    assert admin.status == 200


def test_the_guard_refuses_a_model_that_nobody_has_and_an_override_is_kept(admin: Admin) -> None:
    """The emergency account has to show a key of the bank, and the one it has is no longer one."""
    served = admin.served
    for user in (ASTRID, LIFEBOAT):
        with_role(served, GLOBAL_ADMINISTRATOR, user)
    key, store = {"aaguid": KEY, "displayName": "Key", "signCount": 0}, served.service.store
    store.methods.add(LIFEBOAT, PASSKEY, key, by=SYSTEM, method_id="key")
    store.singles.write(SETTINGS, {"emergencyAccess": [LIFEBOAT]}, by=SYSTEM)
    one = make(admin)
    require(admin)
    about = {
        "clientAppTypes": ["all"],
        "applications": {"includeApplications": ["All"]},
        "users": {"includeUsers": [LIFEBOAT]},
    }
    served.change_policy(POLICY, {"state": "enabled", "conditions": about})
    other = KEY.replace("a8", "a9")
    admin.open(one)
    admin.send(f"{one}/limit", allowedAAGUIDs=other)
    assert admin.status == 409, admin.text
    assert f"{other}</textarea>" in admin.text
    assert admin.text.count('name="reason"') == 1
    admin.send(f"{one}/limit", reason="new keys are handed out today")
    (limit,) = stored(admin)["combinationConfigurations"]
    assert limit["allowedAAGUIDs"] == [other]


def test_a_strength_that_a_policy_requires_is_neither_weakened_nor_deleted(admin: Admin) -> None:
    one = make(admin)
    admin.send(f"{one}/combinations", combination=["password,sms"])
    require(admin)
    admin.open(one)
    assert "Require MFA for Azure management" in admin.text
    assert "Policies require it." in admin.text
    assert f"{one}/delete" not in admin.text
    admin.served.service.store.policies.delete(POLICY, by=SYSTEM)
    admin.open(one)
    admin.send(f"{one}/delete")
    assert "The authentication strength was deleted." in admin.text
    assert admin.served.service.store.strengths.all() == []


def test_built_in_strengths_are_shown_and_cannot_be_changed(admin: Admin) -> None:
    admin.sign_in(path=LIST)
    assert "Phishing-resistant MFA" in admin.text
    admin.open(f"{LIST}/{RESISTANT}")
    assert "Built-in" in admin.text
    assert f'action="{LIST}' not in admin.text
    token = admin.text.partition('name="csrf" value="')[2].partition('"')[0]
    admin.browser.send(f"{LIST}/{RESISTANT}", {"csrf": token, "name": "Mine"})
    assert admin.status == 400
    assert "a built-in authentication strength cannot be changed" in admin.text


def test_a_change_by_somebody_else_is_not_overwritten(admin: Admin) -> None:
    one = make(admin)
    strength = stored(admin)["id"]
    admin.served.service.store.strengths.modify(strength, {"description": "New"}, by=SYSTEM)
    admin.send(f"{one}/combinations", combination=["password,sms"])
    assert admin.status == 412
    assert stored(admin)["allowedCombinations"] == ["fido2"]
    assert "Open what is there now" in admin.text


def test_a_security_reader_sees_and_cannot_change(admin: Admin) -> None:
    store = admin.served.service.store
    document = {"displayName": "Keys", "policyType": "custom", "allowedCombinations": ["fido2"]}
    one = f"{LIST}/{store.strengths.create(document, by=SYSTEM).id}"
    for each in store.roles.all():
        store.roles.delete(each.id, by=SYSTEM)
    with_role(admin.served, SECURITY_READER)
    admin.sign_in(path=one)
    assert "Passkey (FIDO2)" in admin.text
    assert f'action="{LIST}' not in admin.text
    token = admin.text.partition('name="csrf" value="')[2].partition('"')[0]
    for path in (NEW, one, f"{one}/combinations", f"{one}/delete"):
        sent = {"csrf": token, "name": "Mine", "combination": "password,sms"}
        admin.browser.send(path, sent)
        assert admin.status == 403
    assert stored(admin)["allowedCombinations"] == ["fido2"]
