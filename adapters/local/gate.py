"""A page for this machine alone: on 127.0.0.1, behind a random token, for its own scripts only.

Whoever knows the address may use it; nobody else may even ask. A name that only resolves to this machine is no way in
(Host is checked), nor is another site's script (Origin is). It must not know what is served.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.talk.errors import StartRefused

ADDRESS = "127.0.0.1"
BODY_LIMIT = 2 * 1024 * 1024
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
AWAY = "This page belongs to a local Handrail. Open the address that it printed when it started.\n"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Gate:
    """A listening page. Made by `listen`; `url` holds the token: whoever has it may come in."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._runner: web.AppRunner | None = None
        self.port = 0

    @classmethod
    async def listen(cls, inner: web.Application, port: int = 0, token: str | None = None, setting: str = "") -> Gate:
        """Serve `inner` under a token. Port 0 takes any free one; without a token a new one is made. Raises
        StartRefused where the port is taken; `setting` names what the owner can change."""
        gate = cls(token or secrets.token_hex(16))

        @web.middleware
        async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
            return gate._refused(request) or await handler(request)

        outer = web.Application(middlewares=[check], client_max_size=BODY_LIMIT)
        outer.on_response_prepare.append(_dress)
        outer.add_subapp(f"/{gate._token}", inner)
        runner = web.AppRunner(outer, access_log=None, handler_cancellation=True)
        await runner.setup()
        try:
            await web.TCPSite(runner, ADDRESS, port).start()
        except OSError:
            await runner.cleanup()
            raise StartRefused(
                f"Port {port} on {ADDRESS} can't be opened; something else may be using it. Choose another"
                f"{f' ({setting})' if setting else ''}, or 0 for any free one."
            ) from None
        gate._runner = runner
        gate.port = runner.addresses[0][1]
        return gate

    @property
    def url(self) -> str:
        return f"http://{ADDRESS}:{self.port}/{self._token}/"

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def _refused(self, request: web.Request) -> web.Response | None:
        if request.host not in {f"{name}:{self.port}" for name in (ADDRESS, "localhost")}:
            return web.Response(status=421, text=AWAY)
        token = request.path.split("/")[1]
        if not secrets.compare_digest(token.encode(), self._token.encode()):
            return web.Response(status=404, text=AWAY)
        origin = request.headers.get("Origin")
        if origin is None and request.method not in ("GET", "HEAD"):
            return web.Response(status=403, text=AWAY)
        if origin is not None and origin != f"http://{request.host}":
            return web.Response(status=403, text=AWAY)
        return None


async def _dress(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
