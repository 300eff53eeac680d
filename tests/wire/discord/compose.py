"""From a request's body to a message: files stored, components numbered, mentions counted, limits demanded.

The same for a channel's messages and for an interaction's answers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from . import rules
from .channel import Channel
from .components import kept, walk, with_files
from .errors import ApiError, empty_message, invalid_form
from .message import COMPONENTS_V2, EPHEMERAL, LOADING, Attachment, Message
from .world import User

if TYPE_CHECKING:
    from .calls import Call
    from .server import DiscordServer

LARGEST_FILE = 10 * 1024 * 1024
KEPT_FLAGS = 1 << 2 | 1 << 12 | COMPONENTS_V2
"""What a bot may set: no link previews, no notification, and the new components."""


def new(
    server: DiscordServer,
    call: Call,
    channel: Channel,
    body: dict[str, Any],
    *,
    only_for: User | None = None,
    interaction: dict[str, Any] | None = None,
) -> Message:
    """A message of the bot, not yet in its channel."""
    world = server.world
    _demand(server, call, body, rules.new_message(body, call.files))
    message = Message(world.new_id(), channel, world.bot, world.now())
    message.only_for = only_for
    message.flags = (body.get("flags") or 0) & KEPT_FLAGS | (EPHEMERAL if only_for else 0)
    message.nonce = body.get("nonce")
    if interaction is not None:
        message.webhook_id = message.application_id = world.application.id
        message.interaction = interaction
        message.kind = 20 if interaction.get("type") == 2 else 0
    _fill(server, call, message, body)
    return message


def change(server: DiscordServer, call: Call, message: Message, body: dict[str, Any]) -> None:
    """Change a message as an edit does: what is not named stays."""
    was_loading = message.loading
    v2 = bool(message.flags & COMPONENTS_V2)
    _demand(server, call, body, rules.changed_message(body, call.files, v2=v2, has=_left(message)))
    message.flags &= ~LOADING
    if body.get("flags") is not None:
        message.flags = message.flags & (EPHEMERAL | COMPONENTS_V2) | body["flags"] & KEPT_FLAGS
    _fill(server, call, message, body)
    message.channel.edit(message, again=not was_loading)


def _demand(server: DiscordServer, call: Call, body: dict[str, Any], faults: list[str]) -> None:
    for fault in faults:
        server.complain(call.name, fault)
    if rules.EMPTY in faults:
        raise empty_message()
    if faults:
        raise invalid_form(faults)
    for file in call.files.values():
        if len(file.data) > LARGEST_FILE:
            server.complain(call.name, f"a file of {len(file.data)} bytes")
            raise ApiError(413, 40005, "Request entity too large")


def _left(message: Message) -> dict[str, Any]:
    return {
        "content": message.content,
        "embeds": message.embeds,
        "components": message.components,
        "attachments": message.attachments,
    }


def _fill(server: DiscordServer, call: Call, message: Message, body: dict[str, Any]) -> None:
    if "content" in body:
        message.content = (body["content"] or "").strip()
    if "attachments" in body or call.files:
        message.attachments = _attachments(server, call, message, body)
    urls = {f"attachment://{one.name}": one for one in message.attachments}
    if "embeds" in body:
        message.embeds = [with_files(embed, urls) for embed in body["embeds"] or []]
    if "components" in body:
        message.components = kept(body["components"] or [], urls)
        _links(server, call, message, urls)
    _mentions(message, body)


def _attachments(server: DiscordServer, call: Call, message: Message, body: dict[str, Any]) -> list[Attachment]:
    left: list[Attachment] = []
    described = body.get("attachments")
    new_ones: dict[str, dict[str, Any]] = {}
    for entry in described or []:
        old = next((one for one in message.attachments if str(one.id) == str(entry["id"])), None)
        if old is not None:
            left.append(old)
        elif f"files[{entry['id']}]" in call.files:
            new_ones[f"files[{entry['id']}]"] = entry
        else:
            server.complain(call.name, f"attachments: there is no file or attachment {entry['id']}")
            raise invalid_form([f"attachments: unknown id {entry['id']}"])
    for field, file in call.files.items():
        entry = new_ones.get(field, {})
        name = re.sub(r"[^\w.-]", "_", entry.get("filename") or file.name)
        made = server.world.new_id()
        url = server.world.keep_file(message.channel.id, made, name, file.data, file.kind)
        hidden = message.only_for is not None
        left.append(Attachment(made, name, len(file.data), url, file.kind, entry.get("description"), hidden))
    return left


def _links(server: DiscordServer, call: Call, message: Message, urls: dict[str, Attachment]) -> None:
    """With the new components every file must be shown by one, and every reference must name a file."""
    text = repr(message.components)
    if "attachment://" in text:
        server.complain(call.name, "components: a reference to a file that was not sent")
        raise invalid_form(["components: UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"])
    if message.flags & COMPONENTS_V2:
        for one in urls.values():
            if one.url not in text:
                server.complain(call.name, f"the file {one.name} is shown by no component")


MENTION = re.compile(r"<@(!?|&)(\d+)>|@(everyone|here)\b")


def _mentions(message: Message, body: dict[str, Any]) -> None:
    """Who is named in the text, as far as `allowed_mentions` lets them be."""
    allowed = body.get("allowed_mentions")
    parse = {"users", "roles", "everyone"} if allowed is None else set(allowed.get("parse") or [])
    users = {str(one) for one in (allowed or {}).get("users") or []}
    roles = {str(one) for one in (allowed or {}).get("roles") or []}
    shown = [one["content"] for one in walk(message.components) if one.get("type") == 10]
    world, guild = message.channel.world, message.channel.guild
    message.mentions, message.mention_roles, message.mention_everyone = [], [], False
    message.pings = set()
    for sign, number, everyone in MENTION.findall("\n".join([message.content, *shown])):
        if everyone:
            if "everyone" in parse and guild is not None and message.channel.allows(message.author, "mention_everyone"):
                message.mention_everyone = True
                message.pings.add("@everyone")
        elif sign == "&":
            if guild is not None and int(number) in guild.roles and ("roles" in parse or number in roles):
                message.mention_roles.append(int(number))
                message.pings.add(number)
        elif (user := world.users.get(int(number))) is not None and ("users" in parse or number in users):
            if user not in message.mentions:
                message.mentions.append(user)
            message.pings.add(number)
    replied = message.replied
    if replied is not None and (allowed is None or allowed.get("replied_user", False)):
        if replied.author not in message.mentions:
            message.mentions.append(replied.author)
        message.pings.add(str(replied.author.id))


def mentions_again(message: Message, body: dict[str, Any]) -> None:
    """Count the mentions once more: the message became a reply, or a person wrote it (with an empty body)."""
    _mentions(message, body)
