"""What people sign in for: each purpose with the way a sign-in for it ends."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ostiary.signin.journey import Purpose
from ostiary.web.purposes.application import APPLICATION
from ostiary.web.purposes.device import DEVICE
from ostiary.web.purposes.forward import FORWARD
from ostiary.web.purposes.purpose import Ending
from ostiary.web.purposes.security_info import SECURITY_INFO

ENDINGS: Mapping[Purpose, Ending] = MappingProxyType(
    {
        Purpose.APPLICATION: APPLICATION,
        Purpose.DEVICE: DEVICE,
        Purpose.SECURITY_INFO: SECURITY_INFO,
        Purpose.FORWARD: FORWARD,
    }
)
