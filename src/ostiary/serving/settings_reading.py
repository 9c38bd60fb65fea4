"""Reads the settings: `ostiary.toml`, and over it the variables of the environment.

All that is wrong is told at once, each with its place, what was expected and what came.
"""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from ostiary.model.errors import InputError
from ostiary.model.json_types import JsonObject, is_object
from ostiary.serving.declaring import PREFIX
from ostiary.serving.setting_kinds import Kind
from ostiary.serving.settings import ServerSettings, declared, joined, tables
from ostiary.tenant.similar_names import SimilarNames

FILE_NAME: Final = "ostiary.toml"
CONFIG: Final = f"{PREFIX}CONFIG"
DEFAULT: Final = "default"
_NOT_SETTINGS: Final = frozenset({CONFIG, f"{PREFIX}DATA", f"{PREFIX}KEK", f"{PREFIX}DEBUG"})
"""Variables of ours that say where to look, or hold a key."""
_MOST_SHOWN: Final = 80
URL_OF_PORT: Final = {
    "login_url": "listen.login_port",
    "management_url": "listen.management_port",
    "graph_url": "listen.graph_port",
    "government_url": "listen.government_port",
}
"""Public URLs of this host that follow their ports, unless they are set themselves."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong: where, which setting, a sentence, advice."""

    where: str
    name: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """Give all of it on one line."""
        return f"{self.where}: {self.message}" + (f"; {self.hint}" if self.hint else "")


class SettingsError(InputError):
    """Settings that cannot be used; `wrong` says everything that is wrong with them."""

    code = "settings"

    def __init__(self, wrong: Iterable[Wrong]) -> None:
        """Say the first, and how many more there are."""
        self.wrong = tuple(wrong)
        more = len(self.wrong) - 1
        also = f"and {more} more: `ostiary config check` lists all" if more else ""
        first = self.wrong[0]
        super().__init__(
            f"{first.where}: {first.message}", hint="; ".join(filter(None, (first.hint, also)))
        )


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """The settings, the file they were read from if any, and where each came from by its name."""

    settings: ServerSettings
    file: Path | None
    origins: Mapping[str, str]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Given:
    """A value as it was found."""

    value: object
    where: str
    folder: Path


def read_settings(
    *, config: Path | None, folder: Path | None, environment: Mapping[str, str]
) -> ReadSettings:
    """Read the settings once. Raises SettingsError.

    `config` is the file that was asked for; else `$OSTIARY_CONFIG`, `ostiary.toml` in the data
    folder, or the one in the current folder counts, the first that is there.
    """
    wrong: list[Wrong] = []
    file = _file(config, folder, environment)
    given = dict(_in_file(file, wrong)) if file is not None else {}
    warnings = list(_readable_secrets(file, given))
    given |= _in_environment(environment, wrong, warnings)
    values = {each.name: each.default for each in declared()}
    values |= dict(_values(given, wrong))
    settings = joined(values)
    if not wrong:
        wrong += _at_odds(settings, given)
    if not wrong:
        values |= {url: f"https://localhost:{values[port]}" for url, port in _followed(given)}
        settings = joined(values)
        wrong += _at_odds(settings, given)
    if wrong:
        raise SettingsError(wrong)
    if settings.password_grant.apps and not settings.password_grant.enabled:
        warnings.append("password_grant.apps has no effect while password_grant.enabled is false")
    origins = {name: given[name].where if name in given else DEFAULT for name in values}
    origins |= {url: f"follows {port}" for url, port in _followed(given)}
    settings = replace(settings, origins=origins)
    return ReadSettings(settings, file, origins, tuple(warnings))


def _followed(given: Mapping[str, _Given]) -> Iterator[tuple[str, str]]:
    """Give the public URLs that follow a port that is set, each with its port."""
    for url, port in URL_OF_PORT.items():
        if port in given and url not in given:
            yield url, port


def _file(config: Path | None, folder: Path | None, environment: Mapping[str, str]) -> Path | None:
    asked = config or (Path(environment[CONFIG]) if environment.get(CONFIG) else None)
    if asked is not None:
        return asked
    places = [Path(FILE_NAME)] if folder is None else [folder / FILE_NAME, Path(FILE_NAME)]
    return next((each for each in places if each.is_file()), None)


def _in_file(file: Path, wrong: list[Wrong]) -> Iterator[tuple[str, _Given]]:
    try:
        text = file.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        wrong.append(Wrong(str(file), "", f"cannot be read: {reason}"))
        return
    except UnicodeDecodeError:
        wrong.append(Wrong(str(file), "", "expected text in UTF-8, and it is not"))
        return
    except tomllib.TOMLDecodeError as error:
        wrong.append(Wrong(str(file), "", f"expected TOML: {error}"))
        return
    lines, known = _lines(text), {each.name for each in declared()}
    for name, value in _flat(document):
        where = f"{file}, line {lines[name]}" if name in lines else str(file)
        if name in known:
            yield name, _Given(value, where, file.parent)
        else:
            wrong.append(_unknown(where, name, value))


def _flat(document: JsonObject) -> Iterator[tuple[str, object]]:
    """Give each entry with the name of its table before it."""
    known = tables()
    for name, value in document.items():
        if name in known and is_object(value):
            yield from ((f"{name}.{key}", each) for key, each in value.items())
        else:
            yield name, value


def _unknown(where: str, name: str, value: object) -> Wrong:
    if name in tables():
        return Wrong(where, name, f"expected the table `[{name}]`, came {_shown(value)}")
    names = [each.name for each in declared()]
    if is_object(value):
        near = SimilarNames(filter(None, tables())).nearest(name)
        hint = f"is `[{near}]` meant?" if near else "docs/settings.md lists them"
        return Wrong(where, name, f"there is no table `[{name}]` of settings", hint)
    near = SimilarNames(names).nearest(name) or _in_other_table(name, names)
    hint = f"is `{near}` meant?" if near else "docs/settings.md lists them"
    return Wrong(where, name, f"there is no setting `{name}`", hint)


def _in_other_table(name: str, names: Iterable[str]) -> str | None:
    last = name.rpartition(".")[2]
    return next((each for each in names if each.rpartition(".")[2] == last), None)


def _in_environment(
    environment: Mapping[str, str], wrong: list[Wrong], warnings: list[str]
) -> dict[str, _Given]:
    known = {each.variable: each for each in declared()}
    near = SimilarNames(known)
    given: dict[str, _Given] = {}
    for variable in sorted(each for each in environment if each.startswith(PREFIX)):
        if variable in _NOT_SETTINGS or not environment[variable].strip():
            continue
        if setting := known.get(variable):
            value = _of_text(setting.kind, environment[variable])
            given[setting.name] = _Given(value, f"variable {variable}", Path())
        elif meant := near.nearest(variable):
            message = "there is no such setting"
            wrong.append(Wrong(f"variable {variable}", variable, message, f"is `{meant}` meant?"))
        else:
            # Not an error: an orchestrator sets such names by itself for a service called ostiary.
            warnings.append(f"variable {variable} is no setting; it is not read")
    return given


def _of_text(kind: Kind[Any], text: str) -> object:
    try:
        return kind.of_text(text.strip())
    except ValueError:
        return text


def _values(given: Mapping[str, _Given], wrong: list[Wrong]) -> Iterator[tuple[str, object]]:
    for setting in declared():
        found = given.get(setting.name)
        if found is None:
            continue
        try:
            yield setting.name, setting.kind.read(found.value, found.folder)
        except ValueError:
            came = "something else" if setting.kind.secret else _shown(found.value)
            message = f"`{setting.name}`: expected {setting.kind.expected}, came {came}"
            wrong.append(Wrong(found.where, setting.name, message))


def _at_odds(settings: ServerSettings, given: Mapping[str, _Given]) -> Iterator[Wrong]:
    """Find settings that are each good but do not go together."""
    urls = settings.public_urls
    if len(set(urls)) < len(urls):
        # `az rest` chooses the resource of its token by the origin of a URL (wire contract 1).
        yield _of(
            given,
            "graph_url",
            "login_url, management_url, government_url and graph_url must differ",
        )
    if settings.government_url and settings.listen.government_port is None:
        message = "expected listen.government_port with government_url: nobody would answer there"
        yield _of(given, "government_url", message)
    ports = settings.listen
    used = [
        ports.login_port,
        ports.management_port,
        ports.graph_port,
        ports.government_port,
        ports.password_grant_port,
    ]
    taken = [port for port in used if port is not None]
    if len(set(taken)) < len(taken):
        yield _of(given, "listen.login_port", "expected a different port for each listener")
    if not ports.addresses:
        yield _of(given, "listen.addresses", "expected at least one address")
    if (settings.tls.certificate is None) is not (settings.tls.key is None):
        yield _of(given, "tls.certificate", "expected tls.certificate and tls.key, came only one")
    alerts = settings.alerts
    if alerts.smtp_host and not (alerts.smtp_from and alerts.smtp_to):
        yield _of(given, "alerts.smtp_host", "expected alerts.smtp_from and alerts.smtp_to with it")
    if alerts.smtp_user and not alerts.smtp_password:
        yield _of(given, "alerts.smtp_user", "expected alerts.smtp_password with it")


def _of(given: Mapping[str, _Given], name: str, message: str) -> Wrong:
    return Wrong(given[name].where if name in given else name, name, message)


def _readable_secrets(file: Path | None, given: Mapping[str, _Given]) -> Iterator[str]:
    secrets = sorted(each.name for each in declared() if each.kind.secret and each.name in given)
    if file is not None and secrets and stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield (f"{file} holds {secrets[0]} and others may read it; run `chmod 600 {file}`")


def _shown(value: object) -> str:
    text = f'"{value}"' if isinstance(value, str) else repr(value)
    text = text.lower() if isinstance(value, bool) else text
    cut = text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"
    return f"`{cut}`"


_TABLE: Final = re.compile(r"\s*\[\s*([A-Za-z0-9_.\"'-]+)\s*\]\s*(?:#.*)?")
_KEY: Final = re.compile(r"\s*([A-Za-z0-9_.\"'-]+)\s*=")


def _lines(text: str) -> dict[str, int]:
    """Tell in which line each name stands; tomllib keeps no places."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _TABLE.fullmatch(line):
            table = _bare(header[1])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            name = _bare(key[1])
            found.setdefault(f"{table}.{name}" if table else name, number)
    return found


def _bare(name: str) -> str:
    return name.replace('"', "").replace("'", "")
