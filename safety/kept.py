"""What is worked out once and kept with a value. As `functools.cached_property`, but without the lock that it has up to
Python 3.11: rule packs ask for some hundred thousand of them, and what is worked out twice is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class kept(Generic[Value]):
    """A property without arguments."""

    def __init__(self, work_out: Callable[[Any], Value]) -> None:
        self._work_out = work_out
        self._name = work_out.__name__
        self.__doc__ = work_out.__doc__

    def __get__(self, value: Any, _owner: object = None) -> Value:
        found = value.__dict__[self._name] = self._work_out(value)
        return found
