"""What happened on Discord becomes what the bot hears: `Incoming`, `Invocation`, `Gone`, `Moved`, `Reacted`. It
must not know what comes of it.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import discord

from bot.talk.command import Command
from bot.talk.model import Gone, Incoming, Invocation, MessageRef, Moved, PlaceRef, Reacted, UserRef
from bot.talk.platform import Standing

PLATFORM = "discord"
SPOKEN = frozenset({0, 19})
"""Types of messages that somebody wrote (a message, a reply); the others are Discord's own notices."""
LOCALES = 10_000
SUB_COMMAND, SUB_COMMAND_GROUP = 1, 2

Raw = Mapping[str, Any]
"""A message as Discord's API tells it. Building discord.py's own class of it would take longer than all our rules."""


class Locales:
    """The languages of people's clients, as their latest interactions told them. Kept in memory only: messages tell
    none."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, str] = OrderedDict()

    def heard(self, user: int, locale: str) -> None:
        self._known[user] = locale
        self._known.move_to_end(user)
        if len(self._known) > LOCALES:
            self._known.popitem(last=False)

    def of(self, user: int) -> str | None:
        return self._known.get(user)


def user_ref(id: int | str) -> UserRef:
    return UserRef(PLATFORM, str(id))


def place_of(channel: int, parent: int | None = None) -> PlaceRef:
    """A channel; or a thread or forum post, by the channel that holds it."""
    if parent is None:
        return PlaceRef(PLATFORM, str(channel))
    return PlaceRef(PLATFORM, str(parent), str(channel))


def channel_id(place: PlaceRef) -> int:
    """Where a message for that place goes. Raises ValueError for what is no place of Discord's."""
    return int(place.thread or place.id)


def incoming(
    message: Raw,
    place: PlaceRef,
    standing: Standing,
    me: int,
    *,
    direct: bool,
    locale: str | None,
    late: bool = False,
    edited: bool = False,
) -> Incoming:
    """A message as Discord's API tells it, live or from history."""
    text, addressed = without_mention(message["content"], me)
    key = f"discord:m:{message['id']}"
    at = datetime.fromisoformat(message["timestamp"])
    if edited:
        at = datetime.fromisoformat(message["edited_timestamp"])
        key = f"{key}:e:{int(at.timestamp() * 1000)}"
    answered = (message.get("message_reference") or {}).get("message_id")
    return Incoming(
        key=key,
        author=UserRef(PLATFORM, message["author"]["id"]),
        place=place,
        text=text,
        at=at,
        message=MessageRef(place, message["id"]),
        role=standing.role,
        roles=standing.roles,
        direct=direct,
        addressed=addressed and not direct,
        locale=locale,
        reply_to=None if answered is None else MessageRef(place, answered),
        edited=edited,
        late=late,
    )


def without_mention(text: str, me: int) -> tuple[str, bool]:
    """The text without the mention of the bot that opens it, and whether the bot is meant."""
    if not text.lstrip().startswith("<@"):
        return text, False
    for opening in (f"<@{me}>", f"<@!{me}>"):
        if text.lstrip().startswith(opening):
            return re.sub(r"^[\s,:]+", "", text.lstrip()[len(opening) :]), True
    return text, False


def spoken(message: Raw) -> bool:
    """Whether a person wrote it: no bot, no webhook, none of Discord's own notices."""
    author = message.get("author")
    return (
        author is not None
        and not author.get("bot")
        and message.get("type") in SPOKEN
        and message.get("webhook_id") is None
    )


def repeated(message: Raw) -> bool:
    """Whether a webhook says it in a server, as a proxy bot's does: not a bot's answer to an interaction, which has the
    application's own id for a webhook."""
    webhook = message.get("webhook_id")
    return (
        webhook is not None
        and webhook != message.get("application_id")
        and message.get("type") in SPOKEN
        and message.get("guild_id") is not None
    )


# --- interactions ----------------------------------------------------------------------------------------------------


def invocation(
    interaction: discord.Interaction[Any],
    command: str,
    args: Mapping[str, object],
    standing: Standing,
    message: int | None = None,
) -> Invocation:
    place = interaction_place(interaction)
    pressed = interaction.message.id if interaction.message is not None else None
    return Invocation(
        key=f"discord:i:{interaction.id}",
        author=user_ref(interaction.user.id),
        place=place,
        command=command,
        at=interaction.created_at,
        args=args,
        role=standing.role,
        roles=standing.roles,
        direct=interaction.guild_id is None,
        locale=interaction.locale.value,
        pressed=None if pressed is None else MessageRef(place, str(pressed)),
        message=None if message is None else MessageRef(place, str(message)),
    )


def interaction_place(interaction: discord.Interaction[Any]) -> PlaceRef:
    channel = interaction.channel
    if isinstance(channel, discord.Thread):
        return place_of(channel.id, channel.parent_id)
    return place_of(interaction.channel_id or 0)


def path_and_options(data: Mapping[str, Any]) -> tuple[tuple[str, ...], Sequence[Mapping[str, Any]]]:
    """The path of a slash command, and the options that were given to it."""
    path = [str(data["name"])]
    options = data.get("options") or ()
    while options and options[0]["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP):
        path.append(str(options[0]["name"]))
        options = options[0].get("options") or ()
    return tuple(path), options


def arguments(options: Sequence[Mapping[str, Any]], command: Command) -> dict[str, object]:
    kinds = {param.name: param.kind for param in command.params}
    return {
        str(one["name"]): user_ref(one["value"]) if kinds.get(one["name"]) is UserRef else one["value"]
        for one in options
        if "value" in one
    }


# --- what else happens -----------------------------------------------------------------------------------------------


def left(guild: int, user: int, at: datetime, *, removed: bool) -> Gone:
    """Somebody left a server, whose id stands for the place. Such events have no id; the time tells them apart."""
    how = "banned" if removed else "left"
    key = f"discord:{how}:{guild}:{user}:{int(at.timestamp() * 1000)}"
    return Gone(key, place_of(guild), user_ref(user), removed=removed)


def deleted(message: int, place: PlaceRef) -> Gone:
    return Gone(f"discord:d:{message}", place, message=MessageRef(place, str(message)))


def moved(message: int, to: int, place: PlaceRef) -> Moved:
    key = f"discord:moved:{message}:{to}"
    return Moved(key, MessageRef(place, str(message)), MessageRef(place, str(to)))


def reacted(event: discord.RawReactionActionEvent, at: datetime) -> Reacted:
    removed = event.event_type == "REACTION_REMOVE"
    sign = event.emoji.name or ""
    when = int(at.timestamp() * 1000)
    return Reacted(
        key=f"discord:r:{event.message_id}:{event.user_id}:{sign}:{'-' if removed else '+'}:{when}",
        author=user_ref(event.user_id),
        message=MessageRef(place_of(event.channel_id), str(event.message_id)),
        sign=sign,
        at=at,
        removed=removed,
    )
