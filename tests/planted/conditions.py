"""Bugs in the other conditions: words, devices, networks, risk, flows."""

from tests.planted.bug import Bug

_LOCATION = ("tests/conditions/test_locations.py",)

_WORDS = (
    Bug(
        "conditions/base.py",
        "an unknown platform is not any device",
        "return self._known.get(str(key).casefold(), self._universal)",
        "return self._known.get(str(key).casefold(), NO_TAGS)",
    ),
    Bug(
        "conditions/base.py",
        "a word of the sign-in is told apart by case",
        "return self._known.get(str(key).casefold(), self._universal)",
        "return self._known.get(str(key), self._universal)",
    ),
    Bug(
        "conditions/base.py",
        "Exchange ActiveSync on supported platforms is no Exchange ActiveSync",
        "word.casefold(): self._universal | {word, *condition.broader.get(word, ())}",
        "word.casefold(): self._universal | {word}",
    ),
    Bug(
        "conditions/base.py",
        "a condition with exclusions alone includes nothing",
        "return Setting(include or None, exclude)",
        "return Setting(include, exclude)",
        ("tests/conditions/test_words.py",),
    ),
    Bug(
        "conditions/base.py",
        "a word of a policy in another case is another word",
        "    folded = word.casefold()\n    return next(",
        "    folded = word\n    return next(",
        ("tests/conditions/test_contract.py::test_every_word_of_a_form_gives_a_tag",),
    ),
    Bug(
        "conditions/client_apps.py",
        "all client apps leaves out a client nobody named",
        '    universal = ("all",)\n',
        "",
    ),
    Bug(
        "conditions/platforms.py",
        "the word for any device covers no device",
        '    universal = ("all",)\n',
        "",
    ),
    Bug(
        "conditions/risk.py",
        "selecting medium sign-in risk selects high too",
        "    facts = (SIGN_IN_RISK,)\n",
        '    facts = (SIGN_IN_RISK,)\n    broader = {"high": ("medium",)}  # noqa: RUF012\n',
    ),
    Bug(
        "conditions/risk.py",
        "user risk is read from the sign-in risk",
        "    facts = (USER_RISK,)\n",
        "    facts = (SIGN_IN_RISK,)\n",
    ),
    Bug(
        "conditions/risk.py",
        "service principal risk is read from the user risk",
        "    facts = (SERVICE_PRINCIPAL_RISK,)\n",
        "    facts = (USER_RISK,)\n",
    ),
    Bug(
        "conditions/risk.py",
        "minor insider risk is not known",
        '"moderate": "Moderate", "minor": "Minor"}',
        '"moderate": "Moderate"}',
    ),
    Bug(
        "conditions/authentication_flows.py",
        "the flow that a session began with is forgotten",
        "asked = (sign_in.authentication_flow, sign_in.original_transfer_method)",
        "asked = (sign_in.authentication_flow,)",
    ),
    Bug(
        "conditions/__init__.py",
        "the location is given as the reason before the platform",
        "    Platforms(),\n    Devices(),\n    ClientApps(),\n    Locations(),\n",
        "    Locations(),\n    Platforms(),\n    Devices(),\n    ClientApps(),\n",
    ),
)

_DEVICES = (
    Bug(
        "conditions/devices.py",
        "extension attributes are read on an unmanaged device",
        "if folded in _GATED and not shows_extension_attributes(device):",
        "if folded in _GATED and device.is_compliant and not shows_extension_attributes(device):",
    ),
    Bug(
        "conditions/devices.py",
        "an extension attribute that cannot be read is null",
        "return UNREADABLE",
        "return NULL",
    ),
    Bug(
        "conditions/devices.py",
        "management by Intune does not show extension attributes",
        "return device.is_compliant or device.is_hybrid_joined or _is_intune(device.get",
        "return device.is_compliant or device.is_hybrid_joined and _is_intune(device.get",
    ),
    Bug(
        "conditions/devices.py",
        "negative operators fail on an unregistered device",
        "    if device is None:\n        return NULL\n",
        "    if device is None:\n        return UNREADABLE\n",
    ),
    Bug(
        "model/signin.py",
        "a Microsoft Entra joined device counts as hybrid joined",
        'casefold() == "serverad"',
        'casefold() in {"serverad", "azuread"}',
    ),
    Bug(
        "schema/signin_json.py",
        "a device that does not say whether it is compliant has null there",
        'properties: dict[str, PropertyValue] = {"iscompliant": False}',
        "properties: dict[str, PropertyValue] = {}",
    ),
    Bug(
        "schema/signin_json.py",
        "the trust type that the evaluate page writes EntraID is another one",
        '_TRUST_TYPES = {"entraid": "AzureAD"}',
        "_TRUST_TYPES: dict[str, str] = {}",
        ("tests/schema/test_signin_json.py",),
    ),
)

_LOCATIONS = (
    Bug(
        "conditions/locations.py",
        "the last address of a range lies outside it",
        "closes[each.last + 1].append(tag)",
        "closes[each.last].append(tag)",
    ),
    Bug(
        "conditions/locations.py",
        "the first address of a range lies outside it, the one after the last inside",
        "return (self._find(address), country)",
        "return (self._find(max(address - 1, 0)), country)",
    ),
    Bug(
        "conditions/locations.py",
        "the end of the last IPv6 range is not seen",
        "bisect_right(self.starts, address, 0, self._blocks[0])",
        "bisect_right(self.starts, address, 0, self._blocks[0] - 1)",
        _LOCATION,
    ),
    Bug(
        "conditions/locations.py",
        "one end of overlapping ranges ends all of them",
        "                if not active[tag]:\n                    del active[tag]\n",
        "                del active[tag]\n",
    ),
    Bug(
        "conditions/locations.py",
        "all trusted locations leaves the MFA trusted IPs out",
        "    for each in directory.settings.mfa_trusted_ips:\n        yield ALL_TRUSTED, each\n",
        "    for each in directory.settings.mfa_trusted_ips:\n",
    ),
    Bug(
        "conditions/locations.py",
        "the MFA trusted IPs cannot be named on their own",
        "        yield MFA_TRUSTED_IPS, each\n",
        "",
    ),
    Bug(
        "conditions/locations.py",
        "all trusted locations takes locations that are not trusted",
        "            if location.trusted:\n",
        "            if location.ranges:\n",
    ),
    Bug(
        "conditions/locations.py",
        "an unknown country is in no country location",
        "        if location.unknown_countries:\n            found[None].add(location.id)\n",
        "",
    ),
    Bug(
        "conditions/locations.py",
        "an unknown country is in every country location",
        "        if location.unknown_countries:\n",
        "        if location.countries:\n",
    ),
    Bug(
        "conditions/locations.py",
        "a country nobody looked up counts as unknown country",
        "        if not sign_in.country_known:\n            return Place(number)\n",
        "",
    ),
    Bug(
        "conditions/locations.py",
        "a named location that does not exist is not unknown but nowhere",
        "if tag not in known or not known[tag].understood",
        "if tag in known and not known[tag].understood",
        _LOCATION,
    ),
    Bug(
        "conditions/locations.py",
        "a location that no address tells is not unknown but nowhere",
        "if tag not in known or not known[tag].understood",
        "if tag not in known",
        _LOCATION,
    ),
    Bug(
        "conditions/locations.py",
        "an address without a country is in no location",
        "by_address | self._countries.get(country, NO_TAGS) | self._unknown | {ALL}",
        "by_address | self._countries.get(country, NO_TAGS) | self._unknown",
    ),
    Bug(
        "model/addresses.py",
        "an IPv4-mapped IPv6 address is another address",
        "if _MAPPED_FIRST <= number <= _MAPPED_LAST:",
        "if _MAPPED_FIRST == number == _MAPPED_LAST:",
    ),
    Bug(
        "model/addresses.py",
        "the last IPv4-mapped address is another address",
        "if _MAPPED_FIRST <= number <= _MAPPED_LAST:",
        "if _MAPPED_FIRST <= number < _MAPPED_LAST:",
        ("tests/conditions/test_addresses.py",),
    ),
    Bug(
        "model/addresses.py",
        "the first address of a CIDR range lies outside it",
        "return _range(network[0], network[-1])",
        "return _range(network[0] + 1, network[-1])",
    ),
    Bug(
        "model/addresses.py",
        "the last address of a range from one address to another lies outside it",
        "found = _range(low, high)",
        "found = _range(low, high - 1)",
    ),
)

BUGS = (*_WORDS, *_DEVICES, *_LOCATIONS)
