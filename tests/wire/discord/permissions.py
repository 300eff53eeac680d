"""Permission bits by name, and how Discord adds them up: roles, then overwrites, then the owner and Administrator.

The bits are those of the platform's documentation ("Permissions"); nothing here comes from a client library.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .channel import Channel
    from .guild import Guild
    from .member import Member

BITS: dict[str, int] = {
    "create_instant_invite": 0,
    "kick_members": 1,
    "ban_members": 2,
    "administrator": 3,
    "manage_channels": 4,
    "manage_guild": 5,
    "add_reactions": 6,
    "view_audit_log": 7,
    "priority_speaker": 8,
    "stream": 9,
    "view_channel": 10,
    "send_messages": 11,
    "send_tts_messages": 12,
    "manage_messages": 13,
    "embed_links": 14,
    "attach_files": 15,
    "read_message_history": 16,
    "mention_everyone": 17,
    "external_emojis": 18,
    "connect": 20,
    "speak": 21,
    "change_nickname": 26,
    "manage_nicknames": 27,
    "manage_roles": 28,
    "manage_webhooks": 29,
    "use_application_commands": 31,
    "manage_events": 33,
    "manage_threads": 34,
    "create_public_threads": 35,
    "create_private_threads": 36,
    "external_stickers": 37,
    "send_messages_in_threads": 38,
    "moderate_members": 40,
    "send_voice_messages": 46,
    "send_polls": 49,
    "use_external_apps": 50,
    "pin_messages": 51,
}
EVERYTHING = sum(1 << bit for bit in BITS.values())


def bits(names: Iterable[str] | int) -> int:
    """The number of a set of names. `KeyError` for a name that Discord does not have."""
    if isinstance(names, int):
        return names
    return sum(1 << BITS[name] for name in set(names))


EVERYONE = bits(
    [
        "add_reactions",
        "view_channel",
        "send_messages",
        "embed_links",
        "attach_files",
        "read_message_history",
        "change_nickname",
        "use_application_commands",
        "create_public_threads",
        "send_messages_in_threads",
        "connect",
        "speak",
    ]
)
"""What a fresh guild grants to everyone."""


def in_guild(guild: Guild, member: Member) -> int:
    """What a member may do before a channel changes it."""
    if guild.owner is member.user:
        return EVERYTHING
    granted = guild.everyone.permissions
    for role in member.roles:
        granted |= role.permissions
    return EVERYTHING if granted & bits(["administrator"]) else granted


def in_channel(channel: Channel, member: Member) -> int:
    """What a member may do in a channel or thread (a thread has its parent's overwrites)."""
    guild = member.guild
    granted = in_guild(guild, member)
    if granted == EVERYTHING:
        return granted
    place = channel.parent if channel.is_thread and channel.parent is not None else channel
    overwrites = place.overwrites
    if (everyone := overwrites.get(guild.id)) is not None:
        granted = granted & ~everyone.deny | everyone.allow
    of_roles = [overwrites[role.id] for role in member.roles if role.id in overwrites]
    for each in of_roles:
        granted &= ~each.deny
    for each in of_roles:
        granted |= each.allow
    if (own := overwrites.get(member.user.id)) is not None:
        granted = granted & ~own.deny | own.allow
    return granted if granted & bits(["view_channel"]) else 0
