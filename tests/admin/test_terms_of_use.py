"""Terms of use at the admin center: documents by language, who accepted, kept while required."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from ostiary.administration.agreements import files_of
from ostiary.directory.protocols import SYSTEM
from ostiary.graph.permissions import SECURITY_READER
from tests.admin.pages import Admin, with_role
from tests.web.serving import ASTRID, POLICY

LIST = "/admin/terms-of-use"
NEW = f"{LIST}/new"
PDF = b"%PDF-1.7\n\x00\xff house rules"
FILE = {"file": ("rules.pdf", PDF)}


def stored(admin: Admin) -> dict[str, Any]:
    """Give the only terms as the store has them."""
    (found,) = admin.served.service.store.agreements.all()
    return dict(found.document)


def make(admin: Admin, **fields: str) -> str:
    """Make terms through the form; the page that follows is their own."""
    admin.sign_in(path=NEW)
    admin.upload(NEW, FILE, name="House rules", **fields)
    assert "The terms of use were created." in admin.text, admin.refusal
    return f"{LIST}/{stored(admin)['id']}"


def require(admin: Admin) -> None:
    """Let a policy require the terms."""
    grant: dict[str, Any] = {"operator": "OR", "termsOfUse": [stored(admin)["id"]]}
    admin.served.change_policy(POLICY, {"grantControls": grant})


def test_terms_are_made_of_a_pdf_which_comes_back_as_it_went(admin: Admin) -> None:
    one = make(admin, days="90", device="1")
    made = stored(admin)
    assert made["userReacceptRequiredFrequency"] == "P90D"
    assert made["isPerDeviceAcceptanceRequired"] is True
    assert made["isViewingBeforeAcceptanceRequired"] is True
    (file,) = files_of(made)
    assert (file["fileName"], file["language"], file["isDefault"]) == ("rules.pdf", "en", True)
    assert b64decode(file["fileData"]["data"]) == PDF
    admin.open(f"{one}/files/{file['id']}")
    answer = admin.browser.page
    assert answer.content == PDF
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''rules.pdf"
    admin.open(f"{one}/files/another")
    assert admin.status == 404


def test_what_is_refused_keeps_what_was_typed(admin: Admin) -> None:
    admin.sign_in(path=NEW)
    admin.send(NEW, name="House rules", days="90")
    assert admin.status == 400
    assert "expected a file, came none" in admin.text
    assert 'value="House rules"' in admin.text
    admin.upload(NEW, FILE, name="House rules", days="often")
    assert admin.status == 400
    assert "a duration such as `P90D`" in admin.text
    assert 'value="often"' in admin.text
    assert admin.served.service.store.agreements.all() == []


def test_a_language_is_added_and_a_major_version_is_asked_of_everybody_again(admin: Admin) -> None:
    one, store = make(admin), admin.served.service.store
    store.acceptances.accept(ASTRID, stored(admin)["id"], "", by=SYSTEM)
    admin.open(one)
    assert "Astrid Moe" in admin.text
    norsk = {"file": ("regler.txt", b"Ta av skoene.")}
    admin.upload(f"{one}/files", norsk, language="nb", title="Husregler")
    assert [each["language"] for each in files_of(stored(admin))] == ["en", "nb"]
    assert "Astrid Moe" in admin.text
    admin.upload(f"{one}/files", FILE, language="en", default="1", major="1")
    languages = [(each["language"], each["isDefault"]) for each in files_of(stored(admin))]
    assert languages == [("en", True), ("nb", False)]
    assert "Nobody has accepted it." in admin.text


def test_what_is_asked_is_changed_unless_somebody_else_did_meanwhile(admin: Admin) -> None:
    one = make(admin)
    admin.send(one, name="Rules of the house", days="30", viewing=[])
    made = stored(admin)
    assert (made["displayName"], made["userReacceptRequiredFrequency"]) == (
        "Rules of the house",
        "P30D",
    )
    assert made["isViewingBeforeAcceptanceRequired"] is False
    store = admin.served.service.store
    store.agreements.modify(made["id"], {"displayName": "Renamed"}, by=SYSTEM)
    admin.send(one, name="Mine")
    assert admin.status == 412
    assert stored(admin)["displayName"] == "Renamed"
    assert "Open what is there now" in admin.text


def test_terms_that_a_policy_requires_are_kept(admin: Admin) -> None:
    one = make(admin)
    require(admin)
    admin.open(one)
    assert "Require MFA for Azure management" in admin.text
    assert "Policies require it." in admin.text
    assert f"{one}/delete" not in admin.text
    admin.served.service.store.policies.delete(POLICY, by=SYSTEM)
    admin.open(one)
    admin.send(f"{one}/delete")
    assert "The terms of use were deleted." in admin.text
    assert admin.served.service.store.agreements.all() == []


def test_a_security_reader_sees_and_cannot_change(admin: Admin) -> None:
    store = admin.served.service.store
    made = store.agreements.create({"displayName": "House rules", "files": []}, by=SYSTEM)
    for each in store.roles.all():
        store.roles.delete(each.id, by=SYSTEM)
    with_role(admin.served, SECURITY_READER)
    one = f"{LIST}/{made.id}"
    admin.sign_in(path=one)
    assert "House rules" in admin.text
    assert f'action="{LIST}' not in admin.text
    token = admin.text.partition('name="csrf" value="')[2].partition('"')[0]
    for path in (NEW, one, f"{one}/files", f"{one}/delete"):
        sent = {"csrf": token, "name": "Mine", "language": "en"}
        admin.browser.send(path, sent, FILE)
        assert admin.status == 403, path
    assert stored(admin)["displayName"] == "House rules"
