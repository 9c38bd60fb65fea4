"""The language of templates, over HTTP: what its functions give, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.arm_calls import Caller, owner
from tests.web.arm_deployments import GROUP, outputs, refused, template, vault
from tests.web.calling import called
from tests.web.serving import TENANT, Served


@pytest.fixture
def astrid(served: Served) -> Caller:
    found = owner(called(served))
    found.group()
    return found


def _outputs(**expressions: str) -> dict[str, Any]:
    return {name: {"type": "string", "value": value} for name, value in expressions.items()}


VALUES: dict[str, Any] = {
    "[concat('a', 1, 'b')]": "a1b",
    "[concat(createArray(1), createArray('b'))]": [1, "b"],
    "[format('{0}-{1,4}-{2:N0}-{{}}', 'a', 7, 1234)]": "a-   7-1,234-{}",
    "[toUpper(toLower('ÄB'))]": "ÄB",
    "[uniqueString('hello', 'world')]": "a7wkljktk6wne",
    "[uniqueString('tyeth')]": "zcztcwvu6iyg6",
    "[if(true(), 'yes', parameters('none'))]": "yes",
    "[if(equals('a', 'A'), 1, 2)]": 2,
    "[and(true(), not(false()), or(false(), true()))]": True,
    "[add(mul(2, 3), sub(div(7, 2), mod(-7, 2)))]": 10,
    "[min(3, 1)]": 1,
    "[max(createArray(3, 5))]": 5,
    "[length(range(3, 4))]": 4,
    "[first(skip(split('a,b;c', createArray(',', ';')), 1))]": "b",
    "[last('abc')]": "c",
    "[take('abc', 2)]": "ab",
    "[substring('abcdef', 1, 3)]": "bcd",
    "[replace('a-b', '-', '+')]": "a+b",
    "[indexOf('abC', 'c')]": 2,
    "[padLeft(7, 3, '0')]": "007",
    "[join(createArray('a', 'b'), '/')]": "a/b",
    "[union(createArray(1, 2), createArray(2, 3))]": [1, 2, 3],
    "[union(createObject('a', createObject('b', 1)), json('{\"a\":{\"c\":2}}'))]": {
        "a": {"b": 1, "c": 2}
    },
    "[intersection(createArray(1, 2), createArray(2, 3))]": [2],
    "[contains(createObject('Key', 1), 'key')]": True,
    "[empty(createArray())]": True,
    "[coalesce(null(), 'a')]": "a",
    "[base64ToString(base64('ä'))]": "ä",
    "[string(createObject('a', true()))]": '{"a":true}',
    "[int('42')]": 42,
    "[bool('True')]": True,
    "[uriComponent('a b/c')]": "a%20b%2Fc",
    "[uri('https://a.example/b/', 'c')]": "https://a.example/b/c",
    "[greaterOrEquals(2, 2)]": True,
    "[less('a', 'b')]": True,
    "[createObject('a', createArray(1, 2)).a[1]]": 2,
    "[json('[1, {\"b\": null}]')[1].B]": None,
    "[items(createObject('b', 1))[0].key]": "b",
    "[flatten(createArray(createArray(1), createArray(2)))]": [1, 2],
    "[trim(' it''s ')]": "it's",
    "[[literal]": "[literal]",
    "plain [text]": "plain [text]",
    "[subscription().tenantId]": TENANT,
    "[tenant().tenantId]": TENANT,
    "[resourceGroup().location]": "local",
    "[deployment().name]": "main",
}


def test_functions_and_expressions(astrid: Caller) -> None:
    declared = {f"o{number}": text for number, text in enumerate(VALUES)}
    found = outputs(astrid, template(outputs=_outputs(**declared)))
    assert {text: found[name] for name, text in declared.items()} == VALUES


def test_guid_is_a_name_of_its_texts(astrid: Caller) -> None:
    both = _outputs(a="[guid('a', 'b')]", b="[guid('a-b')]", c="[guid('c')]")
    found = outputs(astrid, template(outputs=both))
    assert found["a"] == found["b"] != found["c"]


def test_ids_of_resources(astrid: Caller) -> None:
    kinds = {
        "here": "[resourceId('Microsoft.Sql/servers/databases', 's', 'd')]",
        "there": "[resourceId('rg2', 'Microsoft.Sql/servers', 's')]",
        "far": "[resourceId('0-1', 'rg2', 'Microsoft.Sql/servers', 's')]",
        "above": "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'r')]",
        "top": "[tenantResourceId('Microsoft.Authorization/roleDefinitions', 'r')]",
        "on": "[extensionResourceId(resourceGroup().id, 'Microsoft.Authorization/locks', 'l')]",
    }
    found = outputs(astrid, template(outputs=_outputs(**kinds)))
    group, subscription = astrid.at(GROUP), astrid.at("")
    assert found == {
        "here": f"{group}/providers/Microsoft.Sql/servers/s/databases/d",
        "there": f"{subscription}/resourceGroups/rg2/providers/Microsoft.Sql/servers/s",
        "far": "/subscriptions/0-1/resourceGroups/rg2/providers/Microsoft.Sql/servers/s",
        "above": f"{subscription}/providers/Microsoft.Authorization/roleDefinitions/r",
        "top": "/providers/Microsoft.Authorization/roleDefinitions/r",
        "on": f"{group}/providers/Microsoft.Authorization/locks/l",
    }


def test_variables_and_copies(astrid: Caller) -> None:
    document = template(
        variables={
            "one": "[variables('two')]",
            "two": {"x": "[parameters('P')]"},
            "copy": [{"name": "many", "count": 3, "input": "[copyIndex('many', 1)]"}],
            "inner": {"copy": [{"name": "a", "count": 2, "input": {"n": "[copyIndex('a')]"}}]},
        },
        parameters={"p": {"type": "int", "defaultValue": "[add(1, 1)]"}},
        outputs={
            **_outputs(a="[variables('ONE').x]", b="[variables('many')]", c="[variables('inner')]"),
            "d": {"type": "array", "copy": {"count": 2, "input": "[concat('d', copyIndex())]"}},
            "e": {"type": "string", "condition": False, "value": "[fail()]"},
        },
    )
    assert outputs(astrid, document) == {
        "a": 2,
        "b": [1, 2, 3],
        "c": {"a": [{"n": 0}, {"n": 1}]},
        "d": ["d0", "d1"],
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[", None),
        ("[concat('a']", "expected ), came its end"),
        ("[concat('a]", "is not valid: it cannot be read from"),
        ("[concat('a')]]", "expected its end, came ']'"),
        ("[concat 'a']", "expected (, came"),
        ("[contoso.make('a')]", "functions that a template defines itself"),
        ("[listKeys('a', 'b')]", "list keys or secrets are not supported"),
        ("[map(createArray(1), 1)]", "'map' is not supported here"),
        ("[concat(true())]", "expected a text, came a truth value"),
        ("[substring('a', 5)]", "the part is not inside of the text"),
        ("[add(1)]", "expects 2 argument(s), came 1"),
        ("[div(1, 0)]", "'div' cannot take these arguments"),
        ("[parameters('none')]", "parameter 'none' is not found"),
        ("[variables('loop')]", "Circular dependency detected: variable 'loop'"),
        ("[copyIndex()]", "inside of a copy loop"),
        ("[createObject('a', 1).b]", "property 'b' doesn't exist, available properties are 'a'"),
        ("[createArray(1)[3]]", "index '3' is out of bounds"),
        ("[utcNow()]", "only be used in the default value of a parameter"),
        ("[variables('grows')]", "values that are too large"),
        ("[" + "concat(" * 200 + "'a'" + ")" * 200 + "]", "nested too deeply"),
        ("[json(variables('deep'))]", "nested more deeply"),
        ("[range(0, 100000)]", "at most 10000 elements"),
        ("[reference('none').x]", "The template references 'none'"),
    ],
)
def test_what_cannot_be_evaluated_is_refused(astrid: Caller, text: str, why: str | None) -> None:
    variables: dict[str, Any] = {
        "loop": "[variables('loop2')]",
        "loop2": "[variables('loop')]",
        "grows": "[variables('g9')]",
        "g0": "[padLeft('a', 16384)]",
        "deep": "[concat(replace(padLeft('', 400), ' ', '{\"a\":'), '1', padLeft('', 400, '}'))]",
    }
    for number in range(1, 10):
        inner = ", ".join([f"variables('g{number - 1}')"] * 10)
        variables[f"g{number}"] = f"[concat({inner})]"
    document = template(variables=variables, outputs=_outputs(found=text))
    if why is None:
        assert outputs(astrid, document) == {"found": text}
        return
    code, message = refused(astrid, document)
    assert code in {"InvalidTemplate", "InvalidRequestContent"}
    assert why in message


@pytest.mark.parametrize(
    ("declared", "given", "why"),
    [
        ({"type": "string"}, None, "The value for the template parameter 'p' is not provided"),
        ({"type": "string"}, 1, "Expected 'string' for 'p'"),
        ({"type": "int"}, True, "Expected 'int' for 'p'"),
        ({"type": "text"}, "a", "has the type 'text'"),
        ({"type": "string", "allowedValues": ["a", "b"]}, "c", "allowed value(s): 'a, b'"),
        ({"type": "string", "minLength": 3}, "ab", "'minLength' is 3"),
        ({"type": "int", "maxValue": 3}, 4, "'maxValue' is 3"),
        ({"type": "string", "defaultValue": "[parameters('p')]"}, None, "depends on itself"),
    ],
)
def test_parameters_that_do_not_fit(
    astrid: Caller, declared: dict[str, Any], given: Any, why: str
) -> None:
    document = template(parameters={"p": declared})
    parameters = {} if given is None else {"p": given}
    code, message = refused(astrid, document, parameters=parameters)
    assert (code, why in message) == ("InvalidTemplate", True), message


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (template(vault(), colour=1), "Could not find member 'colour'"),
        ({"resources": []}, "has no '$schema'"),
        (template(functions=[{"namespace": "x"}]), "defines itself ('functions')"),
        (template(languageVersion="2.0"), "language version 2.0"),
        (template(vault(), vault()), "is defined multiple times"),
        (template(vault("a/b")), "incorrect segment lengths"),
        (template(vault(dependsOn=["other"])), "'other' is not defined in the template"),
        (template(vault(colour=1)), "'colour' is no member of a resource"),
        (template(vault(name="[reference('kv').x]")), "'reference' is not expected"),
        (template(vault("a", dependsOn=["b"]), vault("b", dependsOn=["a"])), "Circular"),
        (
            template(
                vault("a", properties={"x": "[reference('b').x]"}),
                vault("b", properties={"x": "[reference('a').x]"}),
            ),
            "depends on itself",
        ),
        (template(vault(copy={"name": "c", "count": 801})), "from 0 to 800"),
        (
            template({**vault(), "type": "Microsoft.Resources/deployments"}),
            "nested deployments",
        ),
        (template(vault(scope="/subscriptions/other")), "outside of what"),
    ],
)
def test_templates_that_are_refused(astrid: Caller, document: dict[str, Any], why: str) -> None:
    code, message = refused(astrid, document)
    assert (code, why in message) == ("InvalidTemplate", True), message
    assert astrid.get("resources")["value"] == []


def test_parameters_that_the_template_does_not_have(astrid: Caller) -> None:
    code, message = refused(astrid, template(), parameters={"x": 1})
    assert (code, "do not correspond to any parameters" in message) == ("InvalidTemplate", True)
