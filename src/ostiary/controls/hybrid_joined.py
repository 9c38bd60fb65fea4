"""*Require Microsoft Entra hybrid joined device*."""

from __future__ import annotations

from ostiary.controls.base import MET, GrantControl, refused
from ostiary.controls.device_controls import presented_device
from ostiary.controls.visitor import visitor
from ostiary.model.decision import Judgement
from ostiary.model.directory import Directory
from ostiary.model.signin import SignIn


class HybridJoinedDevice(GrantControl):
    """A device joined to the local directory and to this one; compliance does not stand for it."""

    key = "domainJoinedDevice"
    title = "Require Microsoft Entra hybrid joined device"
    log_word = "RequireDomainJoinedDevice"

    def judge(self, argument: str, sign_in: SignIn, directory: Directory) -> Judgement:
        """Look at the device."""
        guest = visitor(sign_in, directory)
        device = presented_device(sign_in, guest, trusted=guest.trust.hybrid_joined_device)
        if isinstance(device, Judgement):
            return refused(53001, device.why) if device.code == 53000 else device
        return MET if device.is_hybrid_joined else refused(53001, "the device is not hybrid joined")
