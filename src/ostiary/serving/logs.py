"""What the server writes to standard error: JSON lines, or lines for people.

INVARIANT: one event is one line, and no text of a request can forge another or steer a terminal
(checklist CS06). Queries, bodies, cookies and paths with ids in them are never written.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final, TextIO

import structlog
from structlog.typing import Processor

from ostiary.secrecy.clock import Clock
from ostiary.serving.settings import Log

_LEVELS: Final = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
_TALKATIVE: Final = ("uvicorn", "alembic")
"""Libraries whose INFO lines tell nothing that `ostiary serve` does not tell itself."""
_LONGEST: Final = 2_000
"""Characters of one value; the rest of it is somebody filling the disk."""
_SHARED: Final[tuple[Processor, ...]] = (
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
)
_FIRST: Final = ("at", "level", "event")


def set_up_logs(settings: Log, clock: Clock, stream: TextIO | None = None) -> None:
    """Send all logs of this process, ours and those of libraries, to one stream in one form."""
    target = stream or sys.stderr
    form = _as_json if _is_json(settings, target) else _as_line
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_SHARED],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # Not the default of structlog, which shows the values of variables too.
                structlog.processors.format_exc_info,
                _dated_by(clock),
                _cut,
                form,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(_LEVELS[settings.level])
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """Give the logger of a part of the server."""
    found: structlog.stdlib.BoundLogger = structlog.wrap_logger(
        logging.getLogger(name),
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return found


def _is_json(settings: Log, target: TextIO) -> bool:
    return settings.format == "json" or (settings.format == "auto" and not target.isatty())


def _dated_by(clock: Clock) -> Processor:
    def dated(
        _logger: object, _method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        event["at"] = clock.now().isoformat(timespec="milliseconds")
        return event

    return dated


def _cut(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if isinstance(value, str) and len(value) > _LONGEST and name != "exception":
            event[name] = value[: _LONGEST - 1] + "…"
    return event


def _ordered(event: MutableMapping[str, Any]) -> dict[str, Any]:
    first = {name: event[name] for name in _FIRST if name in event}
    return first | {name: value for name, value in event.items() if name not in first}


def _as_json(_logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
    return json.dumps(_ordered(event), default=repr)


def _as_line(_logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
    """Write `time level what name=value …`, and a traceback below, indented."""
    found = _ordered(event)
    trace = str(found.pop("exception", ""))
    head = " ".join(_escaped(found.pop(name, "")) for name in _FIRST)
    rest = "".join(f" {name}={_value(value)}" for name, value in found.items())
    below = "".join(f"\n    {_escaped(line)}" for line in trace.splitlines())
    return f"{head}{rest}{below}"


def _value(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    plain = text.isprintable() and text.isascii() and not set(text) & set(' "=')
    return text if plain and text else json.dumps(text)


def _escaped(value: object) -> str:
    text = str(value)
    return text if text.isprintable() else json.dumps(text)[1:-1]
