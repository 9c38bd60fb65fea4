"""Bugs in names in place of ids, and in what nothing in the input explains."""

from tests.planted.bug import Bug

_NAMES = ("tests/tenant/test_names.py",)
_LOADING = ("tests/tenant/test_loading.py",)

BUGS = (
    Bug(
        "tenant/names.py",
        "a name that nothing resolves is let through",
        "        done.problems.append("
        "_problem(json_path(path), meant, book, found, advice=advice))\n",
        "",
        _NAMES,
    ),
    Bug(
        "tenant/names.py",
        "of several things with one name the first one is taken",
        "        if len(found) == 1:\n            return found[0]\n        advice",
        "        if found:\n            return found[0]\n        advice",
        _NAMES,
    ),
    Bug(
        "tenant/names.py",
        "an id that nothing explains is not said",
        "            unexplained.append(meant.casefold())\n",
        "",
        _LOADING,
    ),
    Bug(
        "tenant/names.py",
        "the names that the settings map are not used",
        "return self._given.get(word, self._given.get(word.strip().casefold(), word)).strip()",
        "return word.strip()",
        _NAMES,
    ),
    Bug(
        "tenant/names.py",
        "placeholders among the tenants of guests are let through",
        "if isinstance(each, str) and not GUID.fullmatch(each):",
        "if isinstance(each, str) and not each:",
        _NAMES,
    ),
    Bug(
        "tenant/names.py",
        "a word of Graph in place of an id is looked up as a name",
        "if folded in {literal.casefold(), label.casefold(), _OLDER_LABELS.get(literal)}:",
        "if folded in {label.casefold(), _OLDER_LABELS.get(literal)}:",
        _NAMES,
    ),
    Bug(
        "tenant/name_books.py",
        "names are told apart by case",
        "index, folded = self._by_name(), name.strip().casefold()",
        "index, folded = self._by_name(), name.strip()",
        _NAMES,
    ),
    Bug(
        "tenant/name_books.py",
        "a placeholder in angle brackets is told as an unknown name",
        'r"<.*>|',
        'r"',
        _NAMES,
    ),
    Bug(
        "tenant/name_books.py",
        "users cannot be named by their principal name",
        "            yield user.principal_name, user.id\n",
        "",
        _NAMES,
    ),
    Bug(
        "tenant/unexplained.py",
        "nobody is told that the export has no role assignments",
        "if directory.role_assignments is None and _name_roles(policies):",
        "if directory.role_assignments == () and _name_roles(policies):",
        _LOADING,
    ),
    Bug(
        "tenant/loading.py",
        "emergency access accounts cannot be groups",
        "people = (books.by_lookup[Lookup.USER], books.by_lookup[Lookup.GROUP])",
        "people = (books.by_lookup[Lookup.USER],)",
        _NAMES,
    ),
)
