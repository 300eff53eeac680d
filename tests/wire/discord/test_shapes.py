"""What the server itself says, held against the published document: REST's answers, and what events are made of."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from .server import DiscordServer
from .validate import WHY_NOT, book

pytestmark = pytest.mark.skipif(not book().present, reason=WHY_NOT)

SHAPES = {
    "MESSAGE_CREATE": "MessageResponse",
    "MESSAGE_UPDATE": "MessageResponse",
    "GUILD_MEMBER_ADD": "GuildMemberResponse",
    "GUILD_MEMBER_UPDATE": "GuildMemberResponse",
    "CHANNEL_CREATE": "GuildChannelResponse",
    "CHANNEL_UPDATE": "GuildChannelResponse",
    "CHANNEL_DELETE": "GuildChannelResponse",
    "THREAD_CREATE": "ThreadResponse",
    "THREAD_UPDATE": "ThreadResponse",
    "THREAD_DELETE": "ThreadResponse",
}


async def test_every_address_answers_as_the_document_says(server: DiscordServer) -> None:
    harbour = server.guild("Harbour")
    general, ana, role = harbour.text("general"), server.user("ana", harbour), harbour.role("members")
    harbour.permit(harbour.bots, harbour.bots.permissions | 1 << 28 | 1 << 34 | 1 << 51)
    harbour.bots.position = 9
    thread = general.thread("aside", server.world.bot)
    said = ana.post_now(general, "hello", files={"a.txt": b"x"})
    said_too = [ana.post_now(general, "more") for _ in range(2)]
    app, message = server.world.application.id, f"/channels/{general.id}/messages/{said.id}"
    new = {"name": "checkin", "description": "x", "options": [{"name": "a", "description": "x", "type": 3}]}
    asked: list[tuple[str, str, Any]] = [
        ("GET", "/users/@me", None),
        ("GET", f"/users/{ana.id}", None),
        ("GET", "/users/@me/guilds", None),
        ("GET", "/applications/@me", None),
        ("GET", "/gateway", None),
        ("GET", "/gateway/bot", None),
        ("POST", "/users/@me/channels", {"recipient_id": str(ana.id)}),
        ("GET", f"/guilds/{harbour.id}?with_counts=true", None),
        ("GET", f"/guilds/{harbour.id}/channels", None),
        ("GET", f"/guilds/{harbour.id}/roles", None),
        ("GET", f"/guilds/{harbour.id}/members?limit=5", None),
        ("GET", f"/guilds/{harbour.id}/members/{ana.id}", None),
        ("PUT", f"/guilds/{harbour.id}/members/{ana.id}/roles/{role.id}", None),
        ("DELETE", f"/guilds/{harbour.id}/members/{ana.id}/roles/{role.id}", None),
        ("GET", f"/guilds/{harbour.id}/threads/active", None),
        ("GET", f"/channels/{general.id}", None),
        ("GET", f"/channels/{thread.id}", None),
        ("PATCH", f"/channels/{thread.id}", {"archived": True}),
        ("GET", f"/channels/{general.id}/threads/archived/public", None),
        ("PUT", f"/channels/{thread.id}/thread-members/{ana.id}", None),
        ("DELETE", f"/channels/{thread.id}/thread-members/{ana.id}", None),
        ("POST", f"/channels/{general.id}/threads", {"name": "another", "type": 11}),
        ("POST", f"/channels/{general.id}/typing", None),
        ("GET", f"/channels/{general.id}/messages?limit=10", None),
        (
            "POST",
            f"/channels/{general.id}/messages",
            {"content": "x", "message_reference": {"message_id": str(said.id)}},
        ),
        ("GET", message, None),
        ("PUT", message + "/reactions/%F0%9F%92%9A/@me", None),
        ("GET", message + "/reactions/%F0%9F%92%9A", None),
        ("DELETE", message + "/reactions/%F0%9F%92%9A/@me", None),
        ("PUT", f"/channels/{general.id}/messages/pins/{said.id}", None),
        ("POST", message + "/threads", {"name": "from it"}),
        ("DELETE", message, None),
        ("POST", f"/channels/{general.id}/messages/bulk-delete", {"messages": [str(one.id) for one in said_too]}),
        ("PUT", f"/applications/{app}/commands", [new]),
        ("GET", f"/applications/{app}/commands?with_localizations=true", None),
        ("POST", f"/applications/{app}/guilds/{harbour.id}/commands", new),
        ("GET", f"/applications/{app}/guilds/{harbour.id}/commands", None),
        ("DELETE", f"/channels/{thread.id}", None),
        ("DELETE", f"/users/@me/guilds/{harbour.id}", None),
    ]
    headers = {"Authorization": f"Bot {server.token}"}
    async with aiohttp.ClientSession(server.url, headers=headers) as client:
        for method, where, body in asked:
            async with client.request(method, "/api/v10" + where, json=body) as answer:
                assert answer.status in (200, 204), (method, where, await answer.text())


async def test_events_are_made_of_what_the_document_says(server: DiscordServer) -> None:
    session = server.sessions.open((1 << 26) - 1, (0, 1))
    session.ready = True
    harbour = server.guild("Harbour")
    general, forum, ana = harbour.text("general"), harbour.forum("support"), server.user("ana", harbour)
    harbour.give(ana, harbour.role("members"))
    general.overwrite(ana, deny=["add_reactions"])
    message = await ana.say(general, f"hello <@{server.world.bot.id}>", files={"a.txt": b"x"})
    await ana.say(general, "again", reply_to=message)
    await ana.react(message, "💚")
    await ana.edit(message, "hello all")
    await ana.opens_thread(general, "from it", start=message)
    thread = await ana.opens_thread(general, "aside")
    thread.admit(server.world.bot)
    thread.archive()
    await ana.posts(forum, "A post", "hello")
    await ana.dm("hello")
    thread.removed()
    general.removed()
    seen = set()
    for _, text in session.sent:
        event = json.loads(text)
        name = event["t"]
        if name in SHAPES:
            seen.add(name)
            assert not book().check_shape(SHAPES[name], event["d"]), name
        if name == "GUILD_CREATE":
            for member in event["d"]["members"]:
                assert not book().check_shape("GuildMemberResponse", member)
            for role in event["d"]["roles"]:
                assert not book().check_shape("GuildRoleResponse", role)
    assert seen == set(SHAPES), set(SHAPES) - seen
