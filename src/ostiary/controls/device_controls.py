"""What the two device controls share: which device state can be seen at all."""

from __future__ import annotations

from ostiary.controls.base import refused
from ostiary.controls.visitor import Visitor
from ostiary.model.decision import Judgement
from ostiary.model.signin import Device, SignIn, TokenGrant

NO_TRUST = 530004
DEVICE_AUTHENTICATION = 50097


def presented_device(sign_in: SignIn, guest: Visitor, *, trusted: bool) -> Device | Judgement:
    """Give the registered device of the request, or why its state does not count.

    A device that completes a device code flow cannot lend its state to the one that asked
    (entra-docs conditional-access/concept-conditional-access-grant); legacy clients pass none; of
    an external user only a trusted claim counts.
    """
    if guest.external and not trusted:
        return refused(NO_TRUST, "device claims of the home tenant are not trusted")
    if sign_in.grant is TokenGrant.DEVICE_CODE:
        return refused(DEVICE_AUTHENTICATION, "the device code flow passes no device state")
    if sign_in.legacy_client:
        return refused(53000, "legacy clients pass no device state")
    if not isinstance(sign_in.device, Device):
        return refused(DEVICE_AUTHENTICATION, "the device is not registered")
    return sign_in.device
