"""A new password as a form brings it: typed twice, and one that the rules allow."""

from __future__ import annotations

from ostiary.oidc.parameters import Parameters
from ostiary.pages import Problem, Refusal
from ostiary.secrecy.password_rules import PasswordProblem, PasswordRules
from ostiary.secrecy.passwords import LONGEST
from ostiary.secrecy.secret import Secret
from ostiary.signin.accounts import Account


def new_password(
    form: Parameters, account: Account, rules: PasswordRules, *, only_factor: bool = False
) -> Secret[str] | Refusal:
    """Read `new_password` and `new_password_again`, or tell what the person is to do better."""
    short = Refusal(
        Problem.PASSWORD_SHORT, {"length": str(shortest(rules, only_factor=only_factor))}
    )
    typed, again = form.get("new_password"), form.get("new_password_again")
    if not typed:
        return short
    password = Secret(typed)
    if Secret(again or "") != password:
        return Refusal(Problem.PASSWORD_REPEAT)
    names = (account.name, account.display_name)
    problems = rules.problems(password, names=names, only_factor=only_factor)
    if not problems:
        return password
    if problems[0] is PasswordProblem.TOO_SHORT:
        return short
    if problems[0] is PasswordProblem.TOO_LONG:
        return Refusal(Problem.PASSWORD_LONG, {"length": str(LONGEST)})
    return Refusal(Problem.PASSWORD_COMMON)


def shortest(rules: PasswordRules, *, only_factor: bool = False) -> int:
    """Give how many characters a new password needs."""
    return max(rules.shortest, rules.shortest_alone) if only_factor else rules.shortest
