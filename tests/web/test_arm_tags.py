"""Tags over HTTP: at every scope, and the names and values of a subscription."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.arm_calls import Caller, assigned, daemon, owner
from tests.web.calling import Apis, called
from tests.web.serving import Served

DEFAULT = "providers/Microsoft.Resources/tags/default"


@pytest.fixture
def apis(served: Served) -> Apis:
    return called(served)


@pytest.fixture
def astrid(apis: Apis) -> Caller:
    return owner(apis)


def _body(operation: str | None = None, **tags: str) -> dict[str, Any]:
    named = {} if operation is None else {"operation": operation}
    return {**named, "properties": {"tags": tags}}


@pytest.mark.parametrize("scope", ["", "group", "resource"])
def test_tags_at_a_scope(astrid: Caller, scope: str) -> None:
    group = astrid.group()
    at = {"": "", "group": group, "resource": astrid.resource(group, "kv")}[scope]
    path = f"{at}/{DEFAULT}".lstrip("/")
    made = astrid.put(path, _body(team="ops"))
    assert made["id"].endswith(f"/{DEFAULT}")
    assert (made["name"], made["properties"]) == ("default", {"tags": {"team": "ops"}})

    def patched(operation: str, **tags: str) -> Any:
        answer = astrid.ask(path, "PATCH", json=_body(operation, **tags))
        assert answer.status_code == 200, answer.text
        return answer.json()["properties"]["tags"]

    assert patched("Merge", TEAM="dev", env="prod") == {"TEAM": "dev", "env": "prod"}
    assert patched("Delete", env="other") == {"TEAM": "dev", "env": "prod"}
    assert patched("Delete", ENV="prod") == {"TEAM": "dev"}
    assert patched("Replace", a="b") == {"a": "b"}
    assert astrid.get(path)["properties"]["tags"] == {"a": "b"}
    assert astrid.get(at)["tags"] == {"a": "b"}
    assert astrid.ask(path, "DELETE").status_code == 200
    assert astrid.get(path)["properties"]["tags"] == {}


def test_tags_that_azure_would_refuse(astrid: Caller) -> None:
    path = f"{astrid.group()}/{DEFAULT}"
    assert astrid.refused(path, "PATCH", json=_body("Add", a="b")) == (400, "InvalidRequestContent")
    assert astrid.refused(path, "PUT", json=_body(a="v" * 257)) == (400, "InvalidTags")
    assert astrid.refused(path, "PUT", json=_body(a="\0")) == (400, "InvalidTags")
    astrid.put(path, _body(**{f"t{number}": "" for number in range(50)}))
    assert astrid.refused(path, "PATCH", json=_body("Merge", more="")) == (400, "InvalidTags")
    gone = f"resourceGroups/none/{DEFAULT}"
    assert astrid.refused(gone, "PUT", json=_body()) == (404, "ResourceGroupNotFound")


def test_who_may_read_may_not_tag(apis: Apis, astrid: Caller) -> None:
    path = f"{astrid.group()}/{DEFAULT}"
    app = daemon(apis)
    assert app.get(path)["properties"] == {"tags": {}}
    assert app.refused(path, "PUT", json=_body()) == (403, "AuthorizationFailed")
    assigned(apis, "Contributor", astrid.at("resourceGroups/rg1"))
    app.put(path, _body(a="b"))
    assert app.refused(DEFAULT, "PUT", json=_body()) == (403, "AuthorizationFailed")


def test_names_and_values_of_a_subscription(astrid: Caller) -> None:
    one = astrid.group("rg1", env="prod")
    astrid.resource(one, "kv", tags={"ENV": "prod", "team": "ops"})
    astrid.put(f"{astrid.group('rg2')}/{DEFAULT}", _body(env="test"))
    assert astrid.ask("tagNames/Cost", "PUT").status_code == 201
    assert astrid.ask("tagNames/cost", "PUT").status_code == 200
    assert astrid.ask("tagNames/cost/tagValues/42", "PUT").status_code == 201
    found = {
        each["tagName"]: {value["tagValue"]: value["count"]["value"] for value in each["values"]}
        for each in astrid.get("tagNames")["value"]
    }
    assert found == {"Cost": {"42": 0}, "env": {"prod": 2, "test": 1}, "team": {"ops": 1}}
    assert astrid.refused("tagNames/nothing/tagValues/1", "PUT") == (404, "TagNotFound")
    assert astrid.refused("tagNames/Env", "DELETE") == (409, "TagInUse")
    assert astrid.ask("tagNames/COST/tagValues/42", "DELETE").status_code == 200
    assert astrid.ask("tagNames/cost", "DELETE").status_code == 200
    assert astrid.ask("tagNames/cost", "DELETE").status_code == 204
    assert [each["tagName"] for each in astrid.get("tagNames")["value"]] == ["env", "team"]
