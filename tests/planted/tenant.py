"""Bugs in reading a tenant: objects, files, spellings, duplicates, what is not exported."""

from tests.planted.bug import Bug

_DIRECTORY = ("tests/tenant/test_directory.py",)
_SETTINGS = ("tests/tenant/test_settings.py",)
_DUPLICATES = ("tests/tenant/test_duplicates.py", "tests/tenant/test_loading.py")
_LEFT_OUT = ("tests/tenant/test_left_out.py",)
_READING = ("tests/tenant/test_reading.py",)
_JSON = ("tests/tenant/test_json_text.py",)
_LOADING = ("tests/tenant/test_loading.py",)
_OBJECT = ("tests/tenant/test_policy_objects.py",)

_OBJECTS = (
    Bug(
        "tenant/people_json.py",
        "a group exported without members is empty",
        "members=_members(raw, ids) if known else None,",
        "members=_members(raw, ids),",
        _DIRECTORY,
    ),
    Bug(
        "tenant/people_json.py",
        "ids of members keep their case",
        "        folded = written.casefold()\n        kept",
        "        folded = written\n        kept",
        _DIRECTORY,
    ),
    Bug(
        "tenant/people_json.py",
        "a guest by the mark in the principal name is a local guest",
        'outside = invited or "#ext#" in name.casefold()',
        "outside = invited",
        _DIRECTORY,
    ),
    Bug(
        "tenant/people_json.py",
        "a role assigned for one application counts for the whole tenant",
        'optional_text(raw, "directoryScopeId") or optional_text(raw, "appScopeId")',
        'optional_text(raw, "directoryScopeId") or "/"',
        _DIRECTORY,
    ),
    Bug(
        "tenant/people_json.py",
        "two users with one id are not told",
        "        if first is not value and first != value:\n",
        "        if first is None:\n",
        _DIRECTORY,
    ),
    Bug(
        "tenant/people_json.py",
        "a phone serves for calls only",
        '"mobilePhone": ("sms", "voice"),',
        '"mobilePhone": ("voice",),',
        _DIRECTORY,
    ),
    Bug(
        "tenant/directory_json.py",
        "without role assignments in the export nobody holds a role",
        "    if not raw.has(ROLE_ASSIGNMENTS):\n        return None\n",
        "",
        _DIRECTORY,
    ),
    Bug(
        "tenant/directory_json.py",
        "an application does not take the attributes of its service principal",
        "if other is not None and application.attributes is None:",
        "if other is not None and application.attributes is not None:",
        _DIRECTORY,
    ),
    Bug(
        "tenant/services_json.py",
        "agent identities are read as applications",
        '.endswith(".agentIdentity")',
        '.endswith(".agent")',
        _DIRECTORY,
    ),
    Bug(
        "tenant/services_json.py",
        "names of custom security attributes are told apart by case",
        'found[f"{set_name}_{name}".casefold()] = texts',
        'found[f"{set_name}_{name}"] = texts',
    ),
    Bug(
        "tenant/locations_json.py",
        "a range that cannot be read is left out of its location",
        "understood=not broken and _tells_by_address(raw),",
        "understood=_tells_by_address(raw),",
        _OBJECT,
    ),
    Bug(
        "tenant/locations_json.py",
        "country codes in lower case match nothing",
        "frozenset(each.upper() for each in texts",
        "frozenset(each for each in texts",
        _OBJECT,
    ),
    Bug(
        "tenant/strengths_json.py",
        "terms of use for half a day never expire",
        "return max(1, math.ceil(days)) if days else None",
        "return int(days) or None",
        _OBJECT,
    ),
    Bug(
        "tenant/strengths_json.py",
        "the methods of a combination have to be written without spaces",
        'words = (word.strip() for word in combination.split(","))',
        'words = iter(combination.split(","))',
        _DIRECTORY,
    ),
    Bug(
        "tenant/mentioned.py",
        "a strength that a policy carries replaces the one of the export",
        "known = found.setdefault(strength.id, strength)",
        "known = found[strength.id] = strength",
        _LOADING,
    ),
    Bug(
        "tenant/settings_json.py",
        "the suites of the settings replace the built-in ones",
        "found[suite] = found.get(suite, frozenset()) | added",
        "found[suite] = added",
        _SETTINGS,
    ),
    Bug(
        "tenant/settings_json.py",
        "late-bound service dependencies are followed",
        '        if binding == "early":\n',
        "        if binding:\n",
    ),
    Bug(
        "tenant/settings_json.py",
        "trust written in the words of Graph is not read",
        '"mfa": ("mfa", "isMfaAccepted"),',
        '"mfa": ("mfa",),',
        _SETTINGS,
    ),
)

_FILES = (
    Bug(
        "tenant/duplicates.py",
        "of two versions of a policy the older one is used",
        "return max(dated, key=lambda pair: pair[0])[1]",
        "return min(dated, key=lambda pair: pair[0])[1]",
        _DUPLICATES,
    ),
    Bug(
        "tenant/duplicates.py",
        "policies with one id and different content are both used",
        'return f"id {identifier.casefold()}"',
        'return f"id {identifier.casefold()} {json.dumps(item.value, default=repr)}"',
        _DUPLICATES,
    ),
    Bug(
        "tenant/duplicates.py",
        "one name in two files is not told",
        'if len({item.source.partition("#")[0] for item in found}) > 1:',
        'if len({item.source.partition("#")[0] for item in found}) > len(found):',
        _DUPLICATES,
    ),
    Bug(
        "tenant/policy_reading.py",
        "the copies of a refused policy count as loaded",
        "            refused = (item, *same)\n",
        "            refused = (item,)\n",
        ("tests/tenant/test_policy_objects.py", *_LOADING),
    ),
    Bug(
        "tenant/policy_reading.py",
        "two policies without id and with one name have one id",
        "    if name and shared[name] == 1:\n",
        "    if name:\n",
        ("tests/tenant/test_policy_objects.py", *_LOADING),
    ),
    Bug(
        "tenant/spelling.py",
        "members in PascalCase are not read",
        "    if written[:1].isupper():\n",
        "    if written.isupper():\n",
        ("tests/tenant/test_policy_objects.py", *_READING),
    ),
    Bug(
        "tenant/spelling.py",
        "a member in two spellings with two values is not told",
        "            if found.setdefault(each, content) != content:\n",
        "            if found.setdefault(each, content) is None:\n",
        ("tests/tenant/test_policy_objects.py", *_READING),
    ),
    Bug(
        "tenant/recognising.py",
        "country locations are not recognised by their content",
        '    ("countriesAndRegions", _LOCATIONS),\n',
        "",
        _READING,
    ),
    Bug(
        "tenant/reading.py",
        "hidden folders are searched",
        'inner[:] = sorted(name for name in inner if not name.startswith("."))',
        "inner[:] = sorted(inner)",
        _READING,
    ),
    Bug(
        "tenant/paging.py",
        "role assignments of which a page is missing count as all there are",
        "return bool(parts) and all(part.goes_on for part in parts)",
        "return False",
        _LEFT_OUT,
    ),
    Bug(
        "tenant/people_json.py",
        "members of a group whose list goes on count as all there are",
        " and not raw.get(MORE_MEMBERS)\n",
        "\n",
        _LEFT_OUT,
    ),
    Bug(
        "tenant/services_json.py",
        "attributes that are not exported are none",
        "    if _ATTRIBUTES not in raw:\n        return None\n",
        "",
        _LEFT_OUT,
    ),
    Bug(
        "tenant/strengths_json.py",
        "a combination without a method is met by anything",
        'tuple(filter(None, map(_modes, texts(raw, "allowedCombinations"))))',
        'tuple(map(_modes, texts(raw, "allowedCombinations")))',
        _LEFT_OUT,
    ),
    Bug(
        "tenant/paging.py",
        "an export that stops at its first page is not told",
        "return bool(parts) and all(part.goes_on for part in parts)",
        "return bool(parts) and not any(part.goes_on for part in parts)",
        _READING,
    ),
    Bug(
        "tenant/json_text.py",
        "of a member that stands twice the last one counts",
        "    if len(members) != len(pairs):\n        raise _Refused\n    return members\n",
        "    return members\n",
        _JSON,
    ),
    Bug(
        "tenant/json_text.py",
        "NaN is a number",
        "        parse_constant=_no_constant,\n",
        "",
        _JSON,
    ),
    Bug(
        "tenant/json_text.py",
        "half a surrogate pair is text",
        "    if too_deep(value) or has_lone_surrogate(text):\n",
        "    if too_deep(value):\n",
        _JSON,
    ),
    Bug(
        "tenant/json_faults.py",
        "documents may nest one level deeper than said",
        "            if len(open_) > DEEPEST:\n",
        "            if len(open_) > DEEPEST + 1:\n",
        _JSON,
    ),
)

BUGS = (*_OBJECTS, *_FILES)
