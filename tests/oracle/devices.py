"""The filter for devices: what a rule sees of the device of a sign-in."""

from tests.oracle.filters import Value, compare, parsed
from tests.oracle.shapes import Json, part
from tests.oracle.sign_in import SignIn

INTUNE = "0000000a-0000-0000-c000-000000000000"
# A filter says deviceOwnership where What If says ownership.
RENAMED = {"deviceownership": "ownership"}


def device_accepts(condition: Json, sign_in: SignIn) -> bool:
    """Whether the device is in scope: the rule holds (include) or does not hold (exclude)."""
    device_filter = part(condition, "deviceFilter")
    if not device_filter.get("rule"):
        return True
    device = sign_in.device

    def compare_one(prop: str, operator: str, right: list[str]) -> bool:
        name = prop.split(".", 1)[1].lower()
        if name.startswith("extensionattribute") and _hides_extension_attributes(device):
            return False  # for positive and negative operators alike (semantics 1.2)
        return compare(_value(device, name), operator, right)

    holds = parsed(device_filter["rule"])(compare_one)
    return holds if device_filter["mode"] == "include" else not holds


def is_compliant(device: Json | None) -> bool:
    return bool((device or {}).get("isCompliant"))


def is_hybrid_joined(device: Json | None) -> bool:
    return (device or {}).get("trustType") == "ServerAD"


def _hides_extension_attributes(device: Json | None) -> bool:
    """Registered, but neither managed by Intune, compliant nor hybrid joined."""
    if device is None:
        return False  # every property is null then, which is another answer
    managed = device.get("mdmAppId") == INTUNE
    return not managed and not is_compliant(device) and not is_hybrid_joined(device)


def _value(device: Json | None, name: str) -> Value:
    if device is None:
        return None
    if name == "iscompliant":
        return is_compliant(device)  # a registered device that says nothing is not compliant
    wanted = RENAMED.get(name, name)
    return next((value for key, value in device.items() if key.lower() == wanted), None)
