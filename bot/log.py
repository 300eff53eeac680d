"""Logs without content: one JSON line an event, with words of our own and plain numbers, never what a person wrote.

An exception is told by its type and its frames; its message is left out, for it may quote anything. What other
libraries log is reduced to their name and level for the same reason.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

OURS = "handrail"
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "taskName"}
_SAFE = (int, float, bool, type(None))


class PlainLines(logging.Formatter):
    """Formats a record as a JSON line. `extra` fields pass when they are numbers or in the list of safe words."""

    WORDS = frozenset(
        {"platform", "kind", "reason", "command", "language", "state", "feature", "event", "purpose", "code", "rule"}
    )

    def __init__(self, now: Callable[[], datetime] | None = None) -> None:
        super().__init__()
        self._now = now

    def format(self, record: logging.LogRecord) -> str:
        at = self._now() if self._now else datetime.fromtimestamp(record.created, UTC)
        line: dict[str, object] = {"at": at.isoformat(timespec="milliseconds"), "level": record.levelname.lower()}
        if record.name == OURS or record.name.startswith(OURS + "."):
            line["what"] = record.msg
            line["where"] = record.name.removeprefix(OURS).lstrip(".")
            for name, value in record.__dict__.items():
                if name in _STANDARD:
                    continue
                if isinstance(value, _SAFE) or (name in self.WORDS and isinstance(value, str)):
                    line[name] = value
        else:
            line["what"] = "said by a library"
            line["where"] = record.name
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["trace"] = frames(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)


def frames(trace: TracebackType | None) -> list[str]:
    """Where an exception passed, without its message and without local values or source lines."""
    return [f"{Path(frame.filename).name}:{frame.lineno}:{frame.name}" for frame in traceback.extract_tb(trace)]


def set_up(level: str = "INFO", now: Callable[[], datetime] | None = None) -> None:
    """Log to standard error. Libraries may say only what is wrong, and only that it is."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainLines(now))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level)
