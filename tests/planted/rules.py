"""Bugs in the rule language of filters: reading a rule, and what it says."""

from tests.planted.bug import Bug

_LANGUAGE = ("tests/conditions/test_rule_language.py", "tests/conditions/test_rule_errors.py")
_EVALUATION = ("tests/conditions/test_rule_evaluation.py",)
_SAMPLES = ("tests/conditions/test_rule_samples.py",)

_EVALUATING = (
    Bug(
        "conditions/rule_evaluation.py",
        "-contains finds a part of an element of a collection",
        "if operator is Operator.CONTAINS and comparison.property.kind is PropertyKind.TEXT:",
        "if operator is Operator.CONTAINS:",
    ),
    Bug(
        "conditions/rule_evaluation.py",
        "negative operators fail on null",
        "return _of_absent(value, of_null=negative)",
        "return _of_absent(value, of_null=False)",
    ),
    Bug(
        "conditions/rule_evaluation.py",
        "positive operators hold on null",
        "return _of_absent(value, of_null=negative)",
        "return _of_absent(value, of_null=True)",
    ),
    Bug(
        "conditions/rule_evaluation.py",
        "-eq null and -ne null are exchanged",
        "return _of_absent(value, of_null=not negative)",
        "return _of_absent(value, of_null=negative)",
        _EVALUATION,
    ),
    Bug(
        "conditions/rule_evaluation.py",
        "negative operators hold on an extension attribute that cannot be read",
        "return of_null and value is NULL",
        "return of_null",
    ),
    Bug(
        "conditions/rule_evaluation.py",
        "-and and -or are exchanged",
        "return _joined(verdicts, decisive=isinstance(expression, Or))",
        "return _joined(verdicts, decisive=not isinstance(expression, Or))",
    ),
    Bug(
        "conditions/rule_evaluation.py",
        "elements of a collection are told apart by case",
        "any(accepts(element.casefold()) for element in value)",
        "any(accepts(element) for element in value)",
    ),
    Bug(
        "conditions/rule_evaluation.py",
        "a positive operator has to hold of every element of a collection",
        "any(accepts(element.casefold()) for element in value)",
        "all(accepts(element.casefold()) for element in value)",
    ),
    Bug(
        "conditions/rule_evaluation.py",
        "-endsWith looks at the beginning",
        "return lambda text: text.endswith(wanted)",
        "return lambda text: text.startswith(wanted)",
    ),
    Bug(
        "conditions/rule_evaluation.py",
        "-in tells texts apart by case",
        "return frozenset(text.casefold() for text in operand).__contains__",
        "return frozenset(operand).__contains__",
    ),
    Bug(
        "conditions/rule_evaluation.py",
        "-not of an unknown comparison is true",
        "return None if result is None else not result",
        "return not result",
        _EVALUATION,
    ),
    Bug(
        "conditions/rule_evaluation.py",
        "-and of something unknown is true",
        "            if part is None:\n                result = None\n",
        "",
        _EVALUATION,
    ),
    Bug(
        "conditions/rule_formulas.py",
        "samples forget that a negative operator fails on what cannot be read",
        "return TRUE if formula.when_unreadable else FALSE",
        "return TRUE if not formula.when_true else FALSE",
        _SAMPLES,
    ),
    Bug(
        "conditions/rule_questions.py",
        "samples read -not of a group as if it were not there",
        "return self._formula(expression.operand, inverted=not inverted)",
        "return self._formula(expression.operand, inverted=inverted)",
        _SAMPLES,
    ),
)

_READING = (
    Bug(
        "conditions/rule_language.py",
        "-or binds as tightly as -and",
        "                alternatives.append(_all_of(together))\n                together = []\n",
        "                together = [Or((_all_of(together), self._operand(depth)))]\n"
        "                continue\n",
    ),
    Bug(
        "conditions/rule_language.py",
        "a second -not is not read",
        "        for _ in range(inversions):\n",
        "        for _ in range(min(inversions, 1)):\n",
        _LANGUAGE,
    ),
    Bug(
        "conditions/rule_language.py",
        "a rule of exactly 3,072 characters is refused",
        "if len(text) > LONGEST_RULE:",
        "if len(text) >= LONGEST_RULE:",
        _LANGUAGE,
    ),
    Bug(
        "conditions/rule_language.py",
        "the longest rule may have one character more",
        "if len(text) > LONGEST_RULE:",
        "if len(text) > LONGEST_RULE + 1:",
        _LANGUAGE,
    ),
    Bug(
        "conditions/rule_language.py",
        "what stands behind a complete rule is not read, and not said",
        "        if token.kind is not TokenKind.END:\n            raise _trailing(token)\n",
        "        del token\n",
        _LANGUAGE,
    ),
    Bug(
        "conditions/rule_language.py",
        "any operator can be used with any property",
        "        elif operator not in compared.operators:\n",
        "        elif operator not in ALL_OPERATORS:\n",
        _LANGUAGE,
    ),
    Bug(
        "conditions/rule_language.py",
        "a rule nests without limit",
        "        if depth > DEEPEST_NESTING:\n",
        "        if depth > 10 * DEEPEST_NESTING:\n",
        _LANGUAGE,
    ),
    Bug(
        "conditions/rule_tokens.py",
        "a dash that Microsoft's examples use is no hyphen",
        '_DASHES = "-\\u2010\\u2011\\u2012\\u2013',
        '_DASHES = "-\\u2010\\u2011\\u2012',
        _LANGUAGE,
    ),
    Bug(
        "conditions/rule_tokens.py",
        "a doubled single quotation mark ends the text",
        """_ESCAPES = {_BACKTICK_QUOTE: '"', "''": "'"}""",
        """_ESCAPES = {_BACKTICK_QUOTE: '"'}""",
        _LANGUAGE,
    ),
    Bug(
        "conditions/rule_vocabulary.py",
        "the prefix device. is told apart by case",
        "        name = word.lower()\n        prefix = self.prefix.lower()\n",
        "        name = word\n        prefix = self.prefix\n",
        _LANGUAGE,
    ),
)

BUGS = (*_EVALUATING, *_READING)
