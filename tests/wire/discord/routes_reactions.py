"""Reactions, pins and threads over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import compose
from .calls import Call, route
from .channel import Channel, Kind
from .errors import (
    ApiError,
    missing_access,
    missing_permissions,
    unknown_user,
    wrong_kind_of_channel,
)
from .routes_channels import channel_of, message_of
from .shapes import thread_member
from .world import User

if TYPE_CHECKING:
    from .server import DiscordServer

REACTION = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}"


@route("PUT", REACTION + "/@me")
async def add_reaction(server: DiscordServer, call: Call) -> None:
    channel = channel_of(server, call, "read_message_history")
    message = message_of(channel, call)
    emoji = call.params["emoji_name"]
    if emoji.isascii() and ":" not in emoji:
        raise ApiError(400, 10014, "Unknown Emoji")
    if emoji not in message.reactions and not channel.allows(server.world.bot, "add_reactions"):
        raise missing_permissions()
    channel.react(message, server.world.bot, emoji)


@route("DELETE", REACTION + "/@me")
async def remove_own_reaction(server: DiscordServer, call: Call) -> None:
    channel = channel_of(server, call)
    channel.unreact(message_of(channel, call), server.world.bot, call.params["emoji_name"])


@route("DELETE", REACTION + "/{user_id}")
async def remove_reaction(server: DiscordServer, call: Call) -> None:
    channel = channel_of(server, call, "manage_messages")
    user = server.world.users.get(call.number("user_id"))
    if user is None:
        raise unknown_user()
    channel.unreact(message_of(channel, call), user, call.params["emoji_name"])


@route("GET", REACTION)
async def who_reacted(server: DiscordServer, call: Call) -> Any:
    message = message_of(channel_of(server, call), call)
    return [user.json() for user in message.reactions.get(call.params["emoji_name"], [])]


@route("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions")
async def clear_reactions(server: DiscordServer, call: Call) -> None:
    channel = channel_of(server, call, "manage_messages")
    message = message_of(channel, call)
    for emoji, users in list(message.reactions.items()):
        for user in list(users):
            channel.unreact(message, user, emoji)


@route("PUT", "/channels/{channel_id}/messages/pins/{message_id}")
async def pin(server: DiscordServer, call: Call) -> None:
    channel = channel_of(server, call)
    if not channel.allows(server.world.bot, "pin_messages") and channel.guild is not None:
        raise missing_permissions()
    message = message_of(channel, call)
    message.pinned = True
    channel.edit(message, again=False)


@route("POST", "/channels/{channel_id}/messages/{message_id}/threads")
async def thread_from_message(server: DiscordServer, call: Call) -> Any:
    channel = channel_of(server, call, "create_public_threads")
    if channel.kind != Kind.TEXT:
        raise wrong_kind_of_channel()
    message = message_of(channel, call)
    if message.thread is not None:
        raise ApiError(400, 160004, "A thread has already been created for this message")
    return channel.thread(call.body["name"], server.world.bot, start=message).json()


@route("POST", "/channels/{channel_id}/threads")
async def start_thread(server: DiscordServer, call: Call) -> Any:
    channel = channel_of(server, call)
    bot = server.world.bot
    if channel.kind == Kind.FORUM:
        if not channel.allows(bot, "send_messages"):
            raise missing_permissions()
        thread = channel.thread(call.body["name"], bot)
        first = compose.new(server, call, thread, call.body["message"])
        first.id = thread.id
        thread.add(first)
        return {**thread.json(), "message": first.json()}
    if channel.kind != Kind.TEXT:
        raise wrong_kind_of_channel()
    private = call.body.get("type", Kind.PRIVATE_THREAD) == Kind.PRIVATE_THREAD
    if not channel.allows(bot, "create_private_threads" if private else "create_public_threads"):
        raise missing_permissions()
    return channel.thread(call.body["name"], bot, private=private).json()


@route("PUT", "/channels/{channel_id}/thread-members/{user_id}")
async def add_to_thread(server: DiscordServer, call: Call) -> None:
    thread = channel_of(server, call)
    if not thread.is_thread:
        raise wrong_kind_of_channel()
    thread.admit(_member(server, call, thread))


@route("DELETE", "/channels/{channel_id}/thread-members/{user_id}")
async def remove_from_thread(server: DiscordServer, call: Call) -> None:
    thread = channel_of(server, call)
    thread.dismiss(_member(server, call, thread))


def _member(server: DiscordServer, call: Call, thread: Channel) -> User:
    if call.params["user_id"] == "@me":
        return server.world.bot
    member = thread.guild.member(call.number("user_id")) if thread.guild is not None else None
    if member is None:
        raise unknown_user()
    return member.user


@route("GET", "/channels/{channel_id}/threads/archived/public")
async def archived_threads(server: DiscordServer, call: Call) -> Any:
    channel = channel_of(server, call, "read_message_history")
    assert channel.guild is not None
    found = [one for one in channel.guild.channels.values() if one.parent is channel and one.archived]
    return {"threads": [one.json() for one in found], "members": [], "has_more": False}


@route("GET", "/guilds/{guild_id}/threads/active")
async def active_threads(server: DiscordServer, call: Call) -> Any:
    guild = server.world.guilds.get(call.number("guild_id"))
    if guild is None or not guild.has_bot:
        raise missing_access()
    found = [one for one in guild.channels.values() if one.is_thread and not one.archived and one.open_to_bot]
    members = [thread_member(one, server.world.bot) for one in found if server.world.bot.id in one.joined]
    return {"threads": [one.json() for one in found], "members": members, "has_more": False}
