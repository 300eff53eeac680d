"""Work off the event loop: one thread, in which matplotlib is imported when the first chart is drawn.

One thread, because matplotlib is not made for several; the event loop goes on meanwhile. Who draws much waits for who
drew before, and nobody else does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import ParamSpec, TypeVar

from commands.checkin.figures import Figures
from commands.checkin.labels import Labels
from commands.checkin.paper import Paper

P = ParamSpec("P")
T = TypeVar("T")


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="drawing")


async def aside(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do it in the thread. It must touch nothing that the event loop changes meanwhile."""
    return await asyncio.get_running_loop().run_in_executor(_thread(), lambda: work(*args, **kwargs))


def chart(figures: Figures, labels: Labels, look: str) -> bytes:
    """The picture of a look back, as PNG. For `aside`."""
    from commands.checkin.chart import draw

    return draw(figures, labels, look)


def pages(figures: Figures, labels: Labels, paper: Paper, look: str = "light") -> bytes:
    """A summary of two pages, as PDF. For `aside`."""
    from commands.checkin.document import draw

    return draw(figures, labels, paper, look)
