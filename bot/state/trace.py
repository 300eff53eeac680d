"""Where an exception came from, without what it says: messages may carry what people wrote, places in code do not."""

from __future__ import annotations

import traceback
from pathlib import PurePath

DEEPEST = 6


def trace(error: BaseException) -> str:
    """The kind of the error and the innermost places, for a log: `ValueError at notes.py:12 in read < …`."""
    frames = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
    places = [f"{PurePath(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in reversed(frames)]
    return f"{type(error).__name__} at {' < '.join(places) or 'an unknown place'}"
