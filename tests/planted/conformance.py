"""Bugs in the conformance suite: comparing, merging, running, reading."""

from tests.planted.bug import Bug

_COMPARISON = ("tests/conformance/test_comparison.py",)
_MERGING = ("tests/schema/test_merging.py",)
_SKIPPING = (
    "tests/conformance/test_runner.py::"
    "test_only_operations_that_graph_does_not_have_may_be_skipped",
)

BUGS = (
    Bug(
        "conformance/comparison.py",
        "of alternative reasons the answer has to give all",
        "if not any(word in acceptable for word in given):",
        "if not all(word in acceptable for word in given):",
        _COMPARISON,
    ),
    Bug(
        "conformance/comparison.py",
        "a member that is expected to be false may be missing",
        "        if value is not None:\n            rule = _RULES",
        "        if value:\n            rule = _RULES",
        _COMPARISON,
    ),
    Bug(
        "conformance/comparison.py",
        "something may be asked for on a block",
        'blocked = "block" in (expected.get("outcome"), answer.get("outcome"))',
        'blocked = expected.get("outcome") == answer.get("outcome") == "blocked"',
        _COMPARISON,
    ),
    Bug(
        "conformance/comparison.py",
        "audiences have to come in order",
        "set(map(identifier, expected)) != set(map(identifier, actual))",
        "list(map(identifier, expected)) != list(map(identifier, actual))",
        _COMPARISON,
    ),
    Bug(
        "conformance/comparison.py",
        "an expected challenge may be one of several",
        "if not equal(expected, [] if actual is None or actual is ABSENT else actual):",
        "if not all(each in (actual or ()) for each in expected):",
        _COMPARISON,
    ),
    Bug(
        "conformance/comparison.py",
        "a policy that must not be in the answer may be",
        "        if identifier(each) in present:\n",
        "        if identifier(each) not in present:\n",
        _COMPARISON,
    ),
    Bug(
        "conformance/comparison.py",
        "ids are told apart by case",
        "return str(value).casefold()",
        "return str(value)",
        _COMPARISON,
    ),
    Bug(
        "conformance/comparison.py",
        "a listed policy may be missing from a What If answer",
        '            entry.get("policyApplies") is not False\n',
        '            entry.get("policyApplies") is True\n',
        _COMPARISON,
    ),
    Bug(
        "conformance/comparison.py",
        "an empty claims challenge is one",
        "carried = not isinstance(actual, Absent) and bool(actual)",
        "carried = not isinstance(actual, Absent)",
        _COMPARISON,
    ),
    Bug(
        "conformance/containment.py",
        "true is 1",
        "    if isinstance(expected, bool) or isinstance(actual, bool):\n"
        "        return expected is actual\n",
        "",
        _COMPARISON,
    ),
    Bug(
        "conformance/containment.py",
        "a member that is null may be missing",
        "actual.get(key, ABSENT)",
        "actual.get(key)",
        _COMPARISON,
    ),
    Bug(
        "conformance/containment.py",
        "expected elements take the first that fits, also from one another",
        "            queue.append(holder[element])\n",
        "",
        _COMPARISON,
    ),
    Bug(
        "schema/merging.py",
        "overrides of applications are appended instead of merged",
        '_KEYS = {"applications": "appId"}',
        '_KEYS = {"applications": "id"}',
        _MERGING,
    ),
    Bug(
        "schema/merging.py",
        "a case shares lists with its suite",
        "    return copy.deepcopy(change)\n\n\ndef _member",
        "    return change\n\n\ndef _member",
        _MERGING,
    ),
    Bug(
        "schema/merging.py",
        "ids of elements are told apart by case",
        "        identifier = element[key].casefold()\n",
        "        identifier = element[key]\n",
        _MERGING,
    ),
    Bug(
        "conformance/suite.py",
        "the policies of the fixtures stay in every case",
        '    tenant.pop("policies", None)\n',
        "",
        (
            "tests/conformance/test_runner.py::test_a_case_gets_the_tenant_merged_with_its_policies_alone",
        ),
    ),
    Bug(
        "conformance/runner.py",
        "an engine that ends in an error has passed",
        "return bool(self.differences or self.error)",
        "return bool(self.differences)",
        (
            "tests/conformance/test_runner.py::test_an_error_of_the_engine_fails_its_case_and_no_other",
        ),
    ),
    Bug(
        "conformance/runner.py",
        "a skipped case has passed",
        "return not self.failed and not self.skipped",
        "return not self.failed",
        _SKIPPING,
    ),
    Bug(
        "conformance/runner.py",
        "every case may be skipped",
        "        if case.ours_alone:\n",
        "        if case.id:\n",
        _SKIPPING,
    ),
    Bug(
        "conformance/runner.py",
        "what an engine changes in a request stays for the next one",
        'request: dict[str, Any] = copy.deepcopy({**as_object(case.document.get("signIn"))})',
        'request: dict[str, Any] = {**as_object(case.document.get("signIn"))}',
        ("tests/conformance/test_runner.py::test_nothing_carries_over_from_one_case_to_the_next",),
    ),
    Bug(
        "conformance/report.py",
        "failing cases count as passed",
        '"passed": sum(1 for each in results if each.passed),',
        '"passed": sum(1 for each in results if not each.skipped),',
        ("tests/conformance/test_runner.py::test_the_report_has_totals_and_every_failure",),
    ),
    Bug(
        "conformance/command.py",
        "a status that is text is a status",
        "    return isinstance(status, int) and not isinstance(status, bool)\n",
        "    return isinstance(status, int | str)\n",
        ("tests/conformance/test_command_engine.py::test_a_policy_api_answers_with_a_list",),
    ),
)
