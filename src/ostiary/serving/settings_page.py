"""The reference of the settings, written from their declarations."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from ostiary.serving.declaring import Declared, shown
from ostiary.serving.settings import declared, tables

_HEAD = """# Settings

Written by `make docs` from the declarations in `src/ostiary/serving/settings.py`.

The server reads `ostiary.toml` once, when it starts: the file of `--config` (or `$OSTIARY_CONFIG`),
else `ostiary.toml` in the data folder, else the one in the current folder. A variable of the
environment wins over the file; where a name has a table, two underscores stand between them:
`OSTIARY_LOGIN_URL`, `OSTIARY_LISTEN__LOGIN_PORT`. In a variable the entries of a list stand between
commas, and an empty one counts as not set. Paths in the file are taken from its folder.

`ostiary config check` shows what is in force and where it comes from. An unknown name and a wrong
value are errors: the server does not start with them.

The key-encryption key is no setting: it is the systemd credential `ostiary-kek`, the file `kek` of
the data folder, or `$OSTIARY_KEK`.

```toml
login_url = "https://login.example:8443"
management_url = "https://management.example:8444"
graph_url = "https://graph.example:8445"
trusted_proxies = ["10.0.0.0/8"]

[listen]
addresses = ["0.0.0.0", "::"]

[emergency_access]
accounts = ["lifeboat@fjordvik.example"]
```
"""


def settings_page() -> str:
    """Give the whole page."""
    parts = [_HEAD]
    for table, settings in groupby(declared(), key=lambda each: each.name.rpartition(".")[0]):
        meaning = tables()[table].__doc__ or ""
        parts.append(f"\n## [{table}]\n\n{meaning}\n" if table else "\n## Before any table\n")
        parts += [
            "\n| setting | value | default | meaning |\n|---|---|---|---|\n",
            *_rows(settings),
        ]
    return "".join(parts)


def _rows(settings: Iterator[Declared]) -> Iterator[str]:
    for each in settings:
        default = each.shown_default if each.default is None else f"`{shown(each, each.default)}`"
        secret = " Never shown." if each.kind.secret else ""
        name = each.name.rpartition(".")[2]
        yield f"| `{name}` | {each.kind.expected} | {default} | {each.meaning}{secret} |\n"
