"""Bugs in grant controls: met, refused, asked for, in order."""

from tests.planted.bug import Bug

_METHODS = (
    Bug(
        "controls/mfa.py",
        "MFA of a home tenant counts without trust",
        "if proofs.mfa or (guest.trust.mfa and proofs.home_mfa):",
        "if proofs.mfa or proofs.home_mfa:",
    ),
    Bug(
        "controls/mfa.py",
        "a direct connect user can be asked for MFA here",
        "        if guest.direct_connect:\n",
        "        if guest.direct_connect and guest.trust.mfa:\n",
    ),
    Bug(
        "controls/mfa.py",
        "a user who is not registered for MFA is asked for it all the same",
        "        if not proofs.mfa_registered:\n            return registration(sign_in)\n",
        "",
    ),
    Bug(
        "controls/registration.py",
        "a session at low risk may register its first method",
        '_RISKY = frozenset({"low", "medium", "high"})',
        '_RISKY = frozenset({"medium", "high"})',
    ),
    Bug(
        "controls/registration.py",
        "registering security information may register the first method it demands",
        "if sign_in.target is UserAction.REGISTER_SECURITY_INFORMATION:",
        "if sign_in.target is UserAction.REGISTER_OR_JOIN_DEVICES:",
    ),
    Bug(
        "controls/authentication_strength.py",
        "one method of a combination is enough",
        "return combination <= used and all(",
        "return bool(combination & used) and all(",
    ),
    Bug(
        "controls/authentication_strength.py",
        "a key of which nobody knows the model is on every list",
        "if limit.aaguids and proofs.fido2_aaguid not in limit.aaguids:",
        "if limit.aaguids and (proofs.fido2_aaguid or '') not in {*limit.aaguids, ''}:",
    ),
    Bug(
        "controls/authentication_strength.py",
        "the issuer of a certificate is not looked at",
        "if limit.issuer_skis and proofs.x509_issuer_ski not in limit.issuer_skis:",
        "if limit.issuer_skis and proofs.x509_issuer_ski is None:",
    ),
    Bug(
        "controls/authentication_strength.py",
        "a certificate has to have every policy OID listed",
        "return not limit.policy_oids or bool(limit.policy_oids & proofs.x509_policy_oids)",
        "return limit.policy_oids <= proofs.x509_policy_oids",
    ),
    Bug(
        "controls/authentication_strength.py",
        "a limit counts for every combination",
        "for limit in strength.limits if combination in limit.combinations",
        "for limit in strength.limits",
    ),
    Bug(
        "controls/authentication_strength.py",
        "a strength that does not exist is met",
        'return refused(BLOCKED, f"authentication strength `{argument}` does not exist")',
        "return MET",
        ("tests/controls/test_authentication_strength.py",),
    ),
    Bug(
        "controls/authentication_strength.py",
        "a guest can use every method here",
        "if guest.trust.mfa else proofs.methods & _GUEST_METHODS",
        "if guest.trust.mfa else proofs.methods",
    ),
    Bug(
        "controls/authentication_strength.py",
        "methods nobody recorded count as not registered",
        "registered = sign_in.proofs.registered_methods\n",
        "registered = sign_in.proofs.registered_methods or frozenset[str]()\n",
    ),
    Bug(
        "controls/authentication_strength.py",
        "a passkey cannot be registered on the way",
        '"softwareOath", "fido2"})\n',
        '"softwareOath"})\n',
    ),
    Bug(
        "controls/authentication_strength.py",
        "a password has to be registered like another method",
        "return any(each - FIRST_FACTORS <= methods for each in combinations)",
        "return any(each <= methods for each in combinations)",
    ),
    Bug(
        "controls/authentication_strength.py",
        "users of other identity providers can meet a strength",
        'if guest.external and proofs.home_identity_provider != "entra":',
        'if guest.direct_connect and proofs.home_identity_provider != "entra":',
    ),
    Bug(
        "controls/visitor.py",
        "a local guest is treated as an external user",
        '        "b2bCollaborationGuest",\n',
        '        "b2bCollaborationGuest",\n        "internalGuest",\n',
    ),
    Bug(
        "controls/visitor.py",
        "claims of other identity providers are trusted",
        "if at_home_in_entra and tenant else NO_TRUST",
        "if tenant else NO_TRUST",
    ),
    Bug(
        "controls/visitor.py",
        "the default trust counts for a user whose home tenant nobody knows",
        "if at_home_in_entra and tenant else NO_TRUST",
        "if at_home_in_entra else NO_TRUST",
        ("tests/controls/test_visitor.py",),
    ),
    Bug(
        "model/directory.py",
        "the default trust does not count for a tenant that has no entry",
        'return own or self.inbound_trust.get("default") or InboundTrust()',
        "return own or InboundTrust()",
    ),
)

_DEVICES_AND_APPS = (
    Bug(
        "controls/compliant_device.py",
        "a hybrid joined device counts as compliant",
        "return MET if device.is_compliant else",
        "return MET if device.is_compliant or device.is_hybrid_joined else",
    ),
    Bug(
        "controls/hybrid_joined.py",
        "a compliant device counts as hybrid joined",
        "return MET if device.is_hybrid_joined else",
        "return MET if device.is_hybrid_joined or device.is_compliant else",
    ),
    Bug(
        "controls/hybrid_joined.py",
        "trust in compliance stands for trust in hybrid join",
        "trusted=guest.trust.hybrid_joined_device",
        "trusted=guest.trust.compliant_device",
    ),
    Bug(
        "controls/device_controls.py",
        "the device code flow passes the state of the device",
        "if sign_in.grant is TokenGrant.DEVICE_CODE:",
        "if sign_in.grant is TokenGrant.DEVICE_CODE and sign_in.legacy_client:",
    ),
    Bug(
        "controls/device_controls.py",
        "trusted device claims of a home tenant do not count",
        "if guest.external and not trusted:",
        "if guest.external:",
    ),
    Bug(
        "controls/device_controls.py",
        "device claims of every home tenant count",
        "if guest.external and not trusted:",
        "if guest.external and trusted is None:",
    ),
    Bug(
        "controls/approved_app.py",
        "an external user can show an approved app",
        "        if visitor(sign_in, directory).external:\n",
        "        if visitor(sign_in, directory).direct_connect:\n",
    ),
    Bug(
        "controls/app_protection.py",
        "an approved app counts as a protected one",
        "if sign_in.proofs.compliant_application and",
        "if sign_in.proofs.approved_application and",
    ),
    Bug(
        "controls/block.py",
        "a block has another code",
        "BLOCKED = 53003",
        "BLOCKED = 53000",
    ),
    Bug(
        "controls/not_understood.py",
        "a control that nobody knows is met",
        'return refused(BLOCKED, f"control `{argument}` is not known to this version")',
        "return refused(0, argument) if not argument else _MET",
        ("tests/engine/test_fail_closed.py",),
    ),
)

_OTHER_GRANTS = (
    Bug(
        "controls/password_change.py",
        "an external user can change the password here",
        "        if visitor(sign_in, directory).external:\n",
        "        if visitor(sign_in, directory).direct_connect:\n",
    ),
    Bug(
        "controls/password_change.py",
        "a user without any method may register one before the password change",
        "    forbids_registration = True\n",
        "",
    ),
    Bug(
        "controls/terms_of_use.py",
        "terms of use expire a day late",
        "accepted.days_ago >= agreement.reaccept_days",
        "accepted.days_ago > agreement.reaccept_days",
    ),
    Bug(
        "controls/terms_of_use.py",
        "terms of use accepted on one device count on all",
        "    if not agreement.per_device:\n        return True\n",
        "    return True\n",
    ),
    Bug(
        "controls/terms_of_use.py",
        "terms of use accepted on no device count on an unregistered one",
        "return accepted.device_id is not None and accepted.device_id == device_id",
        "return accepted.device_id == device_id",
    ),
    Bug(
        "controls/terms_of_use.py",
        "any accepted agreement counts for all",
        "    if accepted.agreement_id != agreement.id:\n        return False\n",
        "",
    ),
    Bug(
        "controls/terms_of_use.py",
        "direct connect users can be asked to accept terms of use",
        "        if visitor(sign_in, directory).direct_connect:\n",
        "        if visitor(sign_in, directory).direct_connect and not argument:\n",
    ),
    Bug(
        "controls/custom_factors.py",
        "any completed custom factor counts for all",
        "        if argument in sign_in.proofs.custom_factors:\n",
        "        if sign_in.proofs.custom_factors:\n",
    ),
    Bug(
        "controls/__init__.py",
        "terms of use are asked for before MFA",
        "    Mfa(),\n    AuthenticationStrength(),\n    CompliantDevice(),\n"
        "    HybridJoinedDevice(),\n    ApprovedApp(),\n    AppProtection(),\n"
        "    PasswordChange(),\n    RiskRemediation(),\n    TermsOfUse(),\n",
        "    TermsOfUse(),\n    Mfa(),\n    AuthenticationStrength(),\n    CompliantDevice(),\n"
        "    HybridJoinedDevice(),\n    ApprovedApp(),\n    AppProtection(),\n"
        "    PasswordChange(),\n    RiskRemediation(),\n",
    ),
    Bug(
        "controls/__init__.py",
        "the device is looked at before MFA is asked for",
        "    Mfa(),\n    AuthenticationStrength(),\n    CompliantDevice(),\n",
        "    CompliantDevice(),\n    Mfa(),\n    AuthenticationStrength(),\n",
    ),
    Bug(
        "controls/__init__.py",
        "terms of use are asked for before the password change",
        "    PasswordChange(),\n    RiskRemediation(),\n    TermsOfUse(),\n",
        "    TermsOfUse(),\n    PasswordChange(),\n    RiskRemediation(),\n",
    ),
)

BUGS = (*_METHODS, *_DEVICES_AND_APPS, *_OTHER_GRANTS)
