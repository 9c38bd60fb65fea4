"""QR codes as inline SVG, so that a seed never travels to a second address."""

from __future__ import annotations

import segno
from markupsafe import Markup

_QUIET_ZONE = 4  # modules of white around it, as ISO/IEC 18004 asks


def qr_svg(text: str, label: str) -> Markup:
    """Draw `text`, black on white in either colour scheme, named `label` to screen readers."""
    code = segno.make(text, error="m", micro=False)
    svg = code.svg_inline(
        border=_QUIET_ZONE, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    named = Markup('<svg role="img" aria-label="{}" ').format(label)
    # segno writes only its own drawing: `text` is in the modules, not in the markup
    return named + Markup(svg.removeprefix("<svg "))  # noqa: S704
