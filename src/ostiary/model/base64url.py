"""Base64url without padding, as every standard on tokens writes octets (RFC 4648 section 5)."""

from __future__ import annotations

import base64
import binascii


def encoded(octets: bytes) -> str:
    """Write octets."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def decoded(text: str) -> bytes | None:
    """Read what `encoded` wrote, None for anything else."""
    try:
        octets = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    return octets if encoded(octets) == text else None
