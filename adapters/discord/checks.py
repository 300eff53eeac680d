"""What a server owner must know at the start, in words they understand, with what to click where.

It must not know how the bot runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import discord

from adapters.discord.faults import NEW_TOKEN
from adapters.discord.roles import any_named, named
from bot.config.platforms import Discord

ALL = "all"
PORTAL = "Open discord.com/developers/applications, choose the application"
SETTINGS = "Server Settings, Roles, the bot's role"

IN_CHANNELS = {
    "view_channel": "View Channels",
    "send_messages": "Send Messages",
    "read_message_history": "Read Message History",
    "attach_files": "Attach Files",
}
THREADS = {"send_messages_in_threads": "Send Messages in Threads"}
ASKED = {**IN_CHANNELS, **THREADS}
NEEDED = discord.Permissions(**dict.fromkeys(ASKED, True))
"""What an invitation asks for, and nothing else."""

BAD_TOKEN = NEW_TOKEN
INTENT_REFUSED = (
    f"Discord refuses an intent. {PORTAL}, Bot, and under Privileged Gateway Intents switch on Message Content Intent "
    "(for listen in the configuration) and Server Members Intent (for leaving); or take these settings out."
)
SYNC_REFUSED = (
    "Discord refuses the commands, so nobody sees them. Invite the bot again with the link of `handrail discord "
    "invite`: it asks for applications.commands. Everything else works meanwhile."
)
POLICY = (
    "Nothing sensitive is kept of who uses Discord: the configuration does not say that you read Discord's data "
    "policy. docs/discord.md says what to read; then set platforms.discord.policy_confirmed: true."
)
NO_SERVER = (
    "The bot is in no server of this community. Invite it with the link of `handrail discord invite`, or look at "
    "platforms.discord.servers in the configuration."
)


def administrator(guilds: Iterable[discord.Guild]) -> str | None:
    """Why the bot must not run, where somebody gave it everything."""
    for guild in guilds:
        if guild.me is not None and guild.me.guild_permissions.administrator:
            return (
                f"In the server {guild.name} the bot has the Administrator permission, which it does not need and must "
                f"not have. Open {SETTINGS}, and switch Administrator off; then start again."
            )
    return None


def sentences(
    settings: Discord, ours: Sequence[discord.Guild], listened: Sequence[discord.abc.GuildChannel]
) -> list[str]:
    """Everything that the owner should mend; the bot runs all the same."""
    out = [] if settings.policy_confirmed else [POLICY]
    out += [NO_SERVER] if not ours else []
    for name in settings.servers:
        if not any(named(name, guild.name, guild.id) for guild in ours):
            out.append(f"The bot is in no server that is called {name}. Look at platforms.discord.servers.")
    for name in (*settings.roles.moderator, *settings.roles.owner):
        if not any(any_named([name], role.name, role.id) for guild in ours for role in guild.roles):
            out.append(
                f"No server has a role {name}. Look at platforms.discord.roles; nobody has it, so nobody is one."
            )
    for name in settings.listen:
        if name != ALL and not any(named(name, one.name, one.id) for one in listened):
            out.append(f"There is no channel {name} that the bot could listen in. Look at platforms.discord.listen.")
    for channel in listened:
        if settings.listen != (ALL,) and (missing := lacking(channel)):
            out.append(
                f"In #{channel.name} of {channel.guild.name} the bot lacks: {', '.join(missing)}. Open the channel's "
                "settings, Permissions, the bot's role, and allow it."
            )
    return out


def lacking(channel: discord.abc.GuildChannel) -> list[str]:
    """The permissions that the bot lacks in a channel, as Discord's settings call them."""
    may = channel.permissions_for(channel.guild.me)
    wanted = ASKED if isinstance(channel, discord.TextChannel | discord.ForumChannel) else IN_CHANNELS
    return [said for name, said in wanted.items() if not getattr(may, name)]
