"""The server spoken with by libraries other than discord.py, so that it speaks Discord and not one library's habits.

Not collected by pytest, and neither library is among the project's dependencies. In an environment of its own, from the
project's root:

    python -m venv others
    others/bin/pip install hikari disnake jsonschema-rs
    others/bin/python -m tests.wire.discord.other_library hikari disnake

Each named library runs a small bot (other_hikari.py, other_disnake.py); people talk with it, use its commands, press
its buttons, send its forms, write to it directly; its connection is cut and it is told to wait. Prints a line for each
step and what the server complains about; ends with 1 at the first step that fails.

Last run in November 2026: hikari 2.7.0, no complaints; disnake 2.12.2, which is complained about for nothing but
`default_permission`, a key that Discord has retired and the published document no longer knows.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from .message import COMPONENTS_V2
from .people import Person
from .server import DiscordServer

CARD = [{"type": 17, "components": [{"type": 10, "content": "## Your week"}, {"type": 14}]}]


async def play(server: DiscordServer, members: Callable[[], Awaitable[int]]) -> None:
    """What every bot must get through. `members` asks the gateway for all members, and counts them."""
    harbour = server.guild("Harbour")
    general, ana = harbour.text("general"), server.user("ana", harbour, locale="de")

    await ana.say(general, "ping")
    await heard(server, ana, general, "pong")
    await ana.dm("ping")
    await heard(server, ana, "dm", "pong")
    step("messages in a channel and directly")

    did = await ana.slash("checkin now", general, mood=4, note="slept well")
    seen = await did.answer()
    assert (seen.text, seen.ephemeral, did.acknowledged) == ("mood 4, slept well", True, 5), seen
    assert await ana.autocomplete("checkin now", "topic", "s", general, mood=1) == [("Sleep", "sleep")]
    step("a subcommand deferred and filled, autocomplete")

    seen = await (await ana.slash("hello", general)).answer()
    did = await ana.press(seen, "Again")
    assert did.acknowledged == 7 and ana.sees(general)[-1].text == "pressed"
    did = await ana.press(seen, "Form")
    sent = await ana.submit(did, words="tired")
    assert (await sent.answer()).text == "note: tired" and sent.ephemeral
    did = await ana.select(seen, "Tuesday")
    await heard(server, ana, general, "picked tuesday")
    step("buttons, a menu and a form")

    message = await ana.say(general, "something unkind")
    assert (await (await ana.menu("Report privately", message)).answer()).text == "reported: something unkind"
    seen = await (await ana.slash("card", "dm")).answer()
    assert seen.text == "## Your week" and seen.message.flags & COMPONENTS_V2
    step("a context menu, the new components")

    for index in range(1100):
        server.user(f"member-{index}", harbour)
    assert await members() == 1103, "members"
    step("members in chunks")

    server.gateway.cut()
    ana.post_now(general, "ping")
    await server.until(lambda: server.gateway.resumed == 1, "not resumed")
    await server.until(
        lambda: [one.text for one in ana.sees(general)].count("pong") == 2, "nothing heard after the cut"
    )
    step("a cut connection, resumed")

    server.rate_limit_next("POST /channels/*/messages", 0.05)
    server.fail_next("POST /channels/*/messages", 502)
    await ana.dm("ping")
    await server.until(lambda: [one.text for one in ana.sees("dm")].count("pong") == 2, "no answer after 429 and 502")
    step("429 and 502, waited for")


async def heard(server: DiscordServer, ana: Person, where: Any, text: str) -> None:
    await server.until(lambda: text in [one.text for one in ana.sees(where)], f"{text!r} was not said")
    await server.settle()


def step(what: str) -> None:
    print("  ok", what)


async def main(libraries: list[str]) -> None:
    for library in libraries:
        print(library)
        async with DiscordServer(pointed=False) as server:
            harbour = server.guild("Harbour")
            harbour.text("general")
            server.user("ana", harbour)
            try:
                await importlib.import_module(f".other_{library}", __package__).run(server)
            finally:
                print("\n".join(f"  complaint: {one}" for one in server.complaints) or "  no complaints")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:] or ["hikari", "disnake"]))
