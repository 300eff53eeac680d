"""A REST request as a value, and the table of who handles it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from .errors import invalid_form

if TYPE_CHECKING:
    from .server import DiscordServer


@dataclass
class File:
    name: str
    data: bytes
    kind: str


@dataclass
class Call:
    """One request. `params` are the path's; `files` those of a multipart body by their field; `status` the answer's;
    `raw` is the body as it came, part after part.
    """

    method: str
    path: str
    template: str
    params: dict[str, str]
    query: dict[str, str]
    body: Any = None
    files: dict[str, File] = field(default_factory=dict)
    multipart: bool = False
    raw: bytes = b""
    status: int = 0

    @property
    def name(self) -> str:
        """ "POST /channels/1/messages" """
        return f"{self.method} {self.path}"

    def number(self, name: str) -> int:
        """A snowflake of the path."""
        value = self.params[name]
        if not value.isdecimal():
            raise invalid_form([f'{name}: Value "{value}" is not snowflake.'])
        return int(value)

    def says(self, name: str) -> bool:
        """A switch in the query."""
        return self.query.get(name, "").lower() in ("1", "true")


Handler = Callable[["DiscordServer", Call], Awaitable[Any]]


@dataclass(frozen=True)
class Route:
    method: str
    template: str
    pattern: re.Pattern[str]
    handler: Handler
    open: bool


ROUTES: list[Route] = []


def route(method: str, template: str, *, open: bool = False) -> Callable[[Handler], Handler]:
    """Register a handler. `open`: it needs no bot token (an interaction's own token stands in the path)."""

    def register(handler: Handler) -> Handler:
        pattern = re.compile("^" + re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", template) + "$")
        ROUTES.append(Route(method, template, pattern, handler, open))
        return handler

    return register


def find(call: Call, raw_path: str) -> Route | None:
    """The handler's route; fills in the call's parameters and template."""
    for each in ROUTES:
        if each.method == call.method and (match := each.pattern.match(raw_path)):
            call.params = {name: unquote(value) for name, value in match.groupdict().items()}
            call.template = each.template
            return each
    return None
