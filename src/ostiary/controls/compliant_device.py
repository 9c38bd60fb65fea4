"""*Require device to be marked as compliant*."""

from __future__ import annotations

from ostiary.controls.base import MET, GrantControl, refused
from ostiary.controls.device_controls import presented_device
from ostiary.controls.visitor import visitor
from ostiary.model.decision import Judgement
from ostiary.model.directory import Directory
from ostiary.model.signin import SignIn


class CompliantDevice(GrantControl):
    """A device that its management holds compliant; hybrid join does not stand for it."""

    key = "compliantDevice"
    title = "Require device to be marked as compliant"
    log_word = "RequireCompliantDevice"

    def judge(self, argument: str, sign_in: SignIn, directory: Directory) -> Judgement:
        """Look at the device."""
        guest = visitor(sign_in, directory)
        device = presented_device(sign_in, guest, trusted=guest.trust.compliant_device)
        if isinstance(device, Judgement):
            return device
        return MET if device.is_compliant else refused(53000, "the device is not compliant")
