"""The page of the local platform over HTTP, behind the gate of this machine. Whoever knows the address may play
everybody. It must not know what anything shown means.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from adapters.local.doings import BadRequest, Doings
from adapters.local.gate import Gate
from adapters.local.platform import LocalPlatform
from adapters.local.rows import NotPossible
from adapters.local.view import view
from bot.talk.text import Text

PAGE = Path(__file__).parent / "page"
KINDS = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Mount:
    """Another page of the same house: an aiohttp application under `path`, with the title of its tab."""

    path: str
    title: Text
    app: web.Application


class PageServer:
    """Made by `start`. `url` holds the token: whoever has it may play."""

    def __init__(self, platform: LocalPlatform, mounts: Sequence[Mount]) -> None:
        self._platform = platform
        self._mounts = mounts
        self._doings = Doings(platform)
        self._closed = False
        self._gate: Gate | None = None
        self._files = {
            "" if path.name == "index.html" else path.name: (path.read_bytes(), KINDS[path.suffix])
            for path in sorted(PAGE.iterdir())
            if path.suffix in KINDS
        }

    @classmethod
    async def start(
        cls, platform: LocalPlatform, port: int = 0, token: str | None = None, mounts: Sequence[Mount] = ()
    ) -> PageServer:
        """Listen on 127.0.0.1. Port 0 takes any free one; without a token, the store's own is used, which stays the
        same. Raises StartRefused where the port is taken."""
        server = cls(platform, mounts)
        token = token or platform.store.token
        server._gate = await Gate.listen(server._app(), port, token, "platforms.local.port in the configuration")
        return server

    @property
    def url(self) -> str:
        assert self._gate is not None
        return self._gate.url

    @property
    def port(self) -> int:
        assert self._gate is not None
        return self._gate.port

    async def close(self) -> None:
        self._closed = True
        self._platform.changes.tell(CLOSING)
        if self._gate is not None:
            await self._gate.close()

    def _app(self) -> web.Application:
        app = web.Application()
        for name in self._files:
            app.router.add_get(f"/{name}", self._page)
        app.router.add_get("/api/view", self._view)
        app.router.add_get("/api/live", self._live)
        app.router.add_get("/file/{id}", self._file)
        app.router.add_post("/api/{verb}", self._do)
        for mount in self._mounts:
            app.add_subapp(f"/{mount.path}", mount.app)
        return app

    # --- what it serves -------------------------------------------------------------------------------------------

    async def _page(self, request: web.Request) -> web.Response:
        body, kind = self._files[request.path.rpartition("/")[2]]
        return web.Response(body=body, content_type=kind, charset="utf-8")

    async def _view(self, request: web.Request) -> web.Response:
        data = view(self._platform, request.query.get("person", ""), request.query)
        words, language = self._platform.ports.words, request.query.get("language", "en")
        data["tabs"] = [{"path": mount.path, "title": words.say(mount.title, language)} for mount in self._mounts]
        return web.json_response(data)

    async def _do(self, request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            return web.json_response({"error": "bad-request"}, status=415)
        try:
            body = await request.json()
            # What was begun is finished, even when the tab is closed meanwhile.
            return web.json_response(await asyncio.shield(self._doings.do(request.match_info["verb"], body)))
        except NotPossible as refused:
            return web.json_response({"error": refused.why}, status=409)
        except (BadRequest, json.JSONDecodeError, UnicodeDecodeError):
            return web.json_response({"error": "bad-request"}, status=400)

    async def _live(self, request: web.Request) -> web.StreamResponse:
        """A stream that says when to look again. It never says what there is to see."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        with self._platform.changes.watch() as changes, suppress(ConnectionError):
            await response.write(b"retry: 1000\ndata: hello\n\n")
            while not self._closed:
                what = {await changes.get()}
                while not changes.empty():
                    what.add(changes.get_nowait())
                for one in sorted(what - {CLOSING}):
                    await response.write(f"data: {one}\n\n".encode())
        return response

    async def _file(self, request: web.Request) -> web.Response:
        try:
            file = self._platform.seeing.file(request.query.get("as", ""), request.match_info["id"])
        except NotPossible:
            return web.Response(status=404, text="There is no such file.\n")
        picture = file.media_type.startswith("image/") and file.media_type != "image/svg+xml"
        name = quote(file.name, safe="")
        return web.Response(
            body=file.data,
            content_type=file.media_type if picture else "application/octet-stream",
            headers={
                "Content-Disposition": f"{'inline' if picture else 'attachment'}; filename*=UTF-8''{name}",
                "Content-Security-Policy": "default-src 'none'; sandbox",
            },
        )
