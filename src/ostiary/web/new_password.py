"""A new password as a form brings it: typed twice, and one that the rules allow."""

from __future__ import annotations

from ostiary.oidc.parameters import Parameters
from ostiary.pages import Problem, Refusal
from ostiary.secrecy.password_rules import SHORTEST, PasswordProblem, PasswordRules
from ostiary.secrecy.passwords import LONGEST
from ostiary.secrecy.secret import Secret
from ostiary.signin.accounts import Account

RULES = PasswordRules()


def new_password(form: Parameters, account: Account) -> Secret[str] | Refusal:
    """Read `new_password` and `new_password_again`, or tell what the person is to do better."""
    typed, again = form.get("new_password"), form.get("new_password_again")
    if not typed:
        return _short()
    password = Secret(typed)
    if Secret(again or "") != password:
        return Refusal(Problem.PASSWORD_REPEAT)
    problems = RULES.problems(password, names=(account.name, account.display_name))
    if not problems:
        return password
    if problems[0] is PasswordProblem.TOO_SHORT:
        return _short()
    if problems[0] is PasswordProblem.TOO_LONG:
        return Refusal(Problem.PASSWORD_LONG, {"length": str(LONGEST)})
    return Refusal(Problem.PASSWORD_COMMON)


def _short() -> Refusal:
    return Refusal(Problem.PASSWORD_SHORT, {"length": str(SHORTEST)})
