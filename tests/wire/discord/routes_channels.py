"""Channels and messages over REST: what the bot may do is decided here, as Discord decides it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from . import compose
from .calls import Call, route
from .channel import Channel, Kind
from .errors import (
    ApiError,
    closed_to_us,
    direct_only,
    invalid_form,
    missing_access,
    missing_permissions,
    not_the_author,
    unknown_channel,
    unknown_message,
    unknown_user,
    wrong_kind_of_channel,
)
from .message import Message

if TYPE_CHECKING:
    from .server import DiscordServer

NONCE_KEPT = timedelta(minutes=5)
"""How long an enforced nonce finds the message it made. The documentation says "the past few minutes"."""


def channel_of(server: DiscordServer, call: Call, *needed: str) -> Channel:
    """The channel of the path, which the bot can see and where it has these permissions."""
    world = server.world
    channel = world.channels.get(call.number("channel_id"))
    if channel is None:
        raise unknown_channel()
    if not channel.open_to_bot:
        raise missing_access()
    if not channel.allows(world.bot, *needed):
        raise missing_permissions()
    return channel


def message_of(channel: Channel, call: Call) -> Message:
    message = channel.find(call.number("message_id"))
    if message is None:
        raise unknown_message()
    return message


def shown(server: DiscordServer, message: Message) -> dict[str, Any]:
    """A message as REST gives it; without the content intent, others' words are missing here too."""
    return message.json(content=message.readable("message_content" in server.world.application.intents))


@route("POST", "/users/@me/channels")
async def create_dm(server: DiscordServer, call: Call) -> Any:
    user = server.world.users.get(int(call.body.get("recipient_id") or 0))
    if user is None:
        raise unknown_user()
    if user.bot:
        raise closed_to_us()
    return server.world.direct(user).json()


@route("GET", "/channels/{channel_id}")
async def get_channel(server: DiscordServer, call: Call) -> Any:
    return channel_of(server, call).json()


@route("PATCH", "/channels/{channel_id}")
async def change_channel(server: DiscordServer, call: Call) -> Any:
    channel = channel_of(server, call)
    if channel.guild is None:
        raise direct_only()
    own = channel.owner is server.world.bot
    needed = "manage_threads" if channel.is_thread else "manage_channels"
    if not own and not channel.allows(server.world.bot, needed):
        raise missing_permissions()
    for name in ("name", "topic", "archived", "locked"):
        if name in call.body:
            setattr(channel, name, call.body[name])
    channel.changed()
    return channel.json()


@route("DELETE", "/channels/{channel_id}")
async def delete_channel(server: DiscordServer, call: Call) -> Any:
    channel = channel_of(server, call)
    if channel.guild is not None:
        needed = "manage_threads" if channel.is_thread else "manage_channels"
        if not channel.allows(server.world.bot, needed):
            raise missing_permissions()
        channel.removed()
    return channel.json()


@route("POST", "/channels/{channel_id}/typing")
async def typing(server: DiscordServer, call: Call) -> None:
    channel_of(server, call)


@route("GET", "/channels/{channel_id}/messages")
async def history(server: DiscordServer, call: Call) -> Any:
    channel = channel_of(server, call)
    if channel.kind in (Kind.FORUM, Kind.CATEGORY):
        raise wrong_kind_of_channel()
    if not channel.allows(server.world.bot, "read_message_history"):
        return []
    limit = int(call.query.get("limit", 50))
    if not 1 <= limit <= 100:
        raise invalid_form(["limit: 1 to 100"])
    found = channel.shown()
    if (after := call.query.get("after")) is not None:
        found = [message for message in found if message.id > int(after)][:limit]
    elif (before := call.query.get("before")) is not None:
        found = [message for message in found if message.id < int(before)][-limit:]
    elif (around := call.query.get("around")) is not None:
        older = [message for message in found if message.id <= int(around)][-(limit // 2 + 1) :]
        newer = [message for message in found if message.id > int(around)][: limit - limit // 2 - 1]
        found = older + newer
    else:
        found = found[-limit:]
    return [shown(server, message) for message in reversed(found)]


@route("GET", "/channels/{channel_id}/messages/{message_id}")
async def get_message(server: DiscordServer, call: Call) -> Any:
    channel = channel_of(server, call)
    if not channel.allows(server.world.bot, "read_message_history"):
        raise missing_permissions()
    return shown(server, message_of(channel, call))


@route("POST", "/channels/{channel_id}/messages")
async def create_message(server: DiscordServer, call: Call) -> Any:
    world = server.world
    channel = channel_of(server, call)
    if channel.kind in (Kind.FORUM, Kind.CATEGORY):
        raise wrong_kind_of_channel()
    body = call.body or {}
    if channel.recipient is not None:
        may_write_to(server, channel)
    elif not channel.writable_by(world.bot):
        raise missing_permissions()
    if call.files and not channel.allows(world.bot, "attach_files"):
        raise missing_permissions()
    if channel.is_thread and channel.locked and not channel.allows(world.bot, "manage_threads"):
        raise ApiError(400, 160005, "Thread is locked")
    nonce = body.get("nonce")
    enforced = nonce is not None and bool(body.get("enforce_nonce"))
    if enforced and (same := _made_before(server, call, channel, str(nonce))) is not None:
        return {**same.json(), "nonce": nonce}
    if not channel.allows(world.bot, "embed_links"):
        body = {**body, "embeds": []}
    replied = _replied(server, channel, body)
    message = compose.new(server, call, channel, body)
    if replied is not None:
        message.kind = 19
        message.refer(replied)
        compose.mentions_again(message, body)
    channel.archived = False
    channel.add(message)
    if enforced:
        world.nonces[str(nonce)] = (world.now(), message)
    return {**message.json(), **({"nonce": nonce} if nonce is not None else {})}


def _made_before(server: DiscordServer, call: Call, channel: Channel, nonce: str) -> Message | None:
    """What the same nonce made. It is the author's, whatever the channel: a second channel would get nothing."""
    kept = server.world.nonces.get(nonce)
    if kept is None or server.world.now() - kept[0] >= NONCE_KEPT:
        return None
    if kept[1].channel is not channel:
        server.complain(call.name, "nonce: it was used in another channel within minutes")
    return kept[1]


def may_write_to(server: DiscordServer, channel: Channel) -> None:
    """A direct channel takes a message when its person lets strangers write and shares a guild with the bot."""
    person = channel.recipient
    assert person is not None
    if not person.dms_open:
        raise closed_to_us()
    if not any(guild.has_bot and guild.member(person) for guild in server.world.guilds.values()):
        raise ApiError(403, 50278, "Cannot send messages to this user due to having no mutual guilds")


def _replied(server: DiscordServer, channel: Channel, body: dict[str, Any]) -> Message | None:
    asked = body.get("message_reference")
    if not asked or asked.get("type") == 1:
        return None
    if not channel.allows(server.world.bot, "read_message_history"):
        raise ApiError(403, 160002, "Cannot reply without permission to read message history")
    found = channel.find(int(asked["message_id"]))
    if found is None and asked.get("fail_if_not_exists") is not False:
        unknown = {"code": "REPLIES_UNKNOWN_MESSAGE", "message": "Unknown message"}
        raise ApiError(400, 50035, "Invalid Form Body", {"message_reference": {"_errors": [unknown]}})
    return found


@route("PATCH", "/channels/{channel_id}/messages/{message_id}")
async def edit_message(server: DiscordServer, call: Call) -> Any:
    message = message_of(channel_of(server, call), call)
    if message.author is not server.world.bot:
        raise not_the_author()
    compose.change(server, call, message, call.body or {})
    return message.json()


@route("DELETE", "/channels/{channel_id}/messages/{message_id}")
async def delete_message(server: DiscordServer, call: Call) -> None:
    channel = channel_of(server, call)
    message = message_of(channel, call)
    if message.author is not server.world.bot:
        if channel.guild is None:
            raise direct_only()
        if not channel.allows(server.world.bot, "manage_messages"):
            raise missing_permissions()
    channel.delete(message)


@route("POST", "/channels/{channel_id}/messages/bulk-delete")
async def bulk_delete(server: DiscordServer, call: Call) -> None:
    channel = channel_of(server, call, "manage_messages")
    ids = [int(one) for one in call.body["messages"]]
    if not 2 <= len(ids) <= 100 or len(set(ids)) != len(ids):
        raise invalid_form(["messages: 2 to 100, each once"])
    channel.delete_many(message for one in ids if (message := channel.find(one)) is not None)
