"""Forty strings that become markup or script where escaping fails (checklist CS05), and how to
put a string into every text of a page."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from enum import Enum
from typing import Any, cast

from ostiary.pages import Link, Page, PasskeyRequest, Post

# What a payload does when it gets through: it leaves this mark on the window or in the document.
MARK = "ostiaryMarked"
_RUN = f"window.{MARK}=1"

PAYLOADS = (
    f"<script>{_RUN}</script>",
    f"</script><script>{_RUN}</script>",
    f"<ScRiPt>{_RUN}</sCrIpT>",
    f"<img src=x onerror={_RUN}>",
    f"<img src=x onerror='{_RUN}'>",
    f'"><img src=x onerror="{_RUN}">',
    f"'><img src=x onerror='{_RUN}'>",
    f"<svg onload={_RUN}>",
    f"<svg><script>{_RUN}</script></svg>",
    f'<svg><animate onbegin="{_RUN}" attributeName=x dur=1s>',
    f"<body onload={_RUN}>",
    f'<iframe srcdoc="<script>parent.{MARK}=1</script>"></iframe>',
    f'<iframe src="javascript:parent.{MARK}=1"></iframe>',
    f'<a id={MARK} href="javascript:{_RUN}">x</a>',
    f"<details open ontoggle={_RUN}>",
    f"<input autofocus onfocus={_RUN}>",
    f'" autofocus onfocus="{_RUN}',
    f"' autofocus onfocus='{_RUN}",
    f'" onmouseover="{_RUN}" x="',
    f'` onmouseover=`{_RUN}` "',
    f"</title><script>{_RUN}</script>",
    f"</textarea><script>{_RUN}</script>",
    f"</style><script>{_RUN}</script>",
    f"</noscript><script>{_RUN}</script>",
    f"--><script>{_RUN}</script><!--",
    f"]]><script>{_RUN}</script>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={_RUN}>",
    f'<form action="javascript:{_RUN}"><button id={MARK}>x</button></form>',
    f"<button id={MARK} formaction=javascript:{_RUN}>x</button>",
    f'<meta http-equiv="refresh" content="0;url=javascript:{_RUN}">',
    f'<base id={MARK} href="https://evil.example/">',
    f'<link rel="stylesheet" id={MARK} href="https://evil.example/x.css">',
    f"<style id={MARK}>*{{display:none}}</style>",
    f"javascript:{_RUN}",
    f"{{{{{_RUN}}}}}{{% raw %}}<script>{_RUN}</script>",
    f"${{{_RUN}}}#{{{_RUN}}}<%= {_RUN} %>",
    f"&lt;script&gt;{_RUN}&lt;/script&gt;&#60;script&#62;{_RUN}",
    f"\u202e<script>{_RUN}</script>\u2066",
    f"\x00<scr\x00ipt>{_RUN}</script>\r\nSet-Cookie: {MARK}=1",
    f"\uff1cscript\uff1e{_RUN}\uff1c/script\uff1e\u02ba onload=\u02ba{_RUN}\\u003cscript\\u003e",
)


def filled(page: Page, text: str) -> Page:
    """Give the same page with `text` in every string it shows or sends back."""
    return cast("Page", _filled(page, text))


def _filled(value: Any, text: str) -> Any:  # noqa: C901  # one case a kind of value
    match value:
        case Enum() | datetime() | bool() | int() | None:
            return value
        case str():
            return text
        case Link():
            return value  # an address is checked, not shown: it has tests of its own
        case Post(action=action, hidden=hidden):
            return Post(action, tuple((text, text) for _ in hidden))
        case PasskeyRequest(form=form):
            return PasskeyRequest(_filled(form, text), json.dumps({"challenge": "", "x": text}))
        case tuple():
            return tuple(_filled(each, text) for each in cast("tuple[Any, ...]", value))
        case dict():
            return dict.fromkeys(cast("dict[str, str]", value), text)
        case _ if dataclasses.is_dataclass(value):
            fields = dataclasses.fields(value)
            return type(value)(
                **{each.name: _filled(getattr(value, each.name), text) for each in fields}
            )
        case _:
            return value  # the empty mapping of a refusal without values
