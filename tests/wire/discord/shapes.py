"""Guilds, channels and threads as JSON, as the gateway and REST give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .intents import PRESENCES
from .world import User, stamp

if TYPE_CHECKING:
    from .channel import Channel
    from .guild import Guild

FORUM = 15


def guild_json(guild: Guild) -> dict[str, Any]:
    bot_id = guild.world.bot.id
    return {
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner.id),
        "preferred_locale": guild.locale,
        "roles": [role.json(bot_id) for role in guild.roles.values()],
        **PLAIN,
    }


def whole_guild(guild: Guild, intents: int) -> dict[str, Any]:
    """As GUILD_CREATE. Without the presences intent it holds the bot's own member only."""
    everybody = intents & PRESENCES and len(guild.members) <= 250
    members = list(guild.members.values()) if everybody else [guild.members[guild.world.bot.id]]
    threads = [one for one in guild.channels.values() if one.is_thread and not one.archived and one.open_to_bot]
    return {
        **guild_json(guild),
        "joined_at": stamp(guild.bot_joined),
        "large": len(guild.members) > 250,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member.json() for member in members],
        "channels": [channel_json(one) for one in guild.channels.values() if not one.is_thread],
        "threads": [channel_json(one) for one in threads],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


PLAIN: dict[str, Any] = {
    "application_id": None,
    "icon": None,
    "splash": None,
    "discovery_splash": None,
    "description": None,
    "banner": None,
    "region": "deprecated",
    "afk_channel_id": None,
    "afk_timeout": 300,
    "verification_level": 0,
    "default_message_notifications": 1,
    "explicit_content_filter": 0,
    "mfa_level": 0,
    "nsfw_level": 0,
    "nsfw": False,
    "system_channel_id": None,
    "system_channel_flags": 0,
    "rules_channel_id": None,
    "public_updates_channel_id": None,
    "safety_alerts_channel_id": None,
    "vanity_url_code": None,
    "premium_tier": 0,
    "premium_subscription_count": 0,
    "premium_progress_bar_enabled": False,
    "max_members": 25_000_000,
    "max_presences": None,
    "max_video_channel_users": 25,
    "max_stage_video_channel_users": 50,
    "widget_channel_id": None,
    "home_header": None,
    "widget_enabled": False,
    "features": ["COMMUNITY"],
    "emojis": [],
    "stickers": [],
    "incidents_data": None,
}
"""What every guild here has alike."""


def channel_json(channel: Channel) -> dict[str, Any]:
    last = str(channel.last_message_id) if channel.last_message_id else None
    shown: dict[str, Any] = {"id": str(channel.id), "type": int(channel.kind), "last_message_id": last, "flags": 0}
    guild = channel.guild
    if guild is None:
        assert channel.recipient is not None
        return {**shown, "recipients": [channel.recipient.json()]}
    shown |= {"guild_id": str(guild.id), "name": channel.name, "nsfw": False, "rate_limit_per_user": 0}
    shown["parent_id"] = str(channel.parent.id) if channel.parent else None
    if channel.is_thread:
        return {**shown, **_thread_json(channel)}
    shown["position"] = list(guild.channels).index(channel.id) if channel.id in guild.channels else 0
    shown["topic"] = channel.topic
    shown["permission_overwrites"] = [
        {"id": str(whose), "type": one.kind, "allow": str(one.allow), "deny": str(one.deny)}
        for whose, one in channel.overwrites.items()
    ]
    if channel.kind == FORUM:
        shown |= {"available_tags": [], "default_reaction_emoji": None, "default_sort_order": None}
        shown["default_forum_layout"] = 0
    return shown


def _thread_json(thread: Channel) -> dict[str, Any]:
    assert thread.owner is not None
    count = len(thread.shown())
    shown: dict[str, Any] = {
        "owner_id": str(thread.owner.id),
        "member_count": len(thread.joined),
        "message_count": count,
        "total_message_sent": count,
        "applied_tags": [],
        "thread_metadata": {
            "archived": thread.archived,
            "auto_archive_duration": 1440,
            "archive_timestamp": stamp(thread.made_at),
            "create_timestamp": stamp(thread.made_at),
            "locked": thread.locked,
        },
    }
    if thread.world.bot.id in thread.joined:
        shown["member"] = thread_member(thread, thread.world.bot)
    return shown


def thread_member(thread: Channel, user: User) -> dict[str, Any]:
    return {"id": str(thread.id), "user_id": str(user.id), "join_timestamp": stamp(thread.made_at), "flags": 0}
