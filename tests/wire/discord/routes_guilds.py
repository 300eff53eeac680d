"""The application, the bot's account, users, guilds, members and roles over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .calls import Call, route
from .errors import (
    missing_access,
    missing_permissions,
    unknown_guild,
    unknown_member,
    unknown_role,
    unknown_user,
)
from .guild import Guild
from .permissions import in_guild

if TYPE_CHECKING:
    from .server import DiscordServer


def guild_of(server: DiscordServer, call: Call) -> Guild:
    guild = server.world.guilds.get(call.number("guild_id"))
    if guild is None:
        raise unknown_guild()
    if not guild.has_bot:
        raise missing_access()
    return guild


def application(server: DiscordServer) -> dict[str, Any]:
    mine = server.world.application
    return {
        "id": str(mine.id),
        "name": mine.name,
        "icon": None,
        "description": "",
        "summary": "",
        "type": None,
        "flags": mine.flags,
        "flags_new": str(mine.flags),
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
        "approximate_user_authorization_count": 0,
        "verify_key": "0" * 64,
        "bot": server.world.bot.json(),
        "bot_public": mine.public,
        "bot_require_code_grant": False,
        "owner": mine.owner.json(),
        "team": None,
        "tags": [],
        "hook": True,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "integration_types_config": {"0": {}},
        "approximate_guild_count": sum(guild.has_bot for guild in server.world.guilds.values()),
        "approximate_user_install_count": 0,
    }


def own_account(server: DiscordServer) -> dict[str, Any]:
    """The bot's account as it sees itself."""
    about = {"verified": True, "email": None, "mfa_enabled": True, "bio": "", "locale": "en-US"}
    return {**server.world.bot.json(), **about}


@route("GET", "/users/@me")
async def me(server: DiscordServer, call: Call) -> Any:
    return own_account(server)


@route("GET", "/applications/@me")
async def my_application(server: DiscordServer, call: Call) -> Any:
    return application(server)


@route("GET", "/oauth2/applications/@me")
async def my_oauth_application(server: DiscordServer, call: Call) -> Any:
    return application(server)


@route("GET", "/gateway", open=True)
async def gateway(server: DiscordServer, call: Call) -> Any:
    return {"url": server.gateway.url}


@route("GET", "/gateway/bot")
async def gateway_bot(server: DiscordServer, call: Call) -> Any:
    used = len(server.gateway.identified)
    limit = {"total": 1000, "remaining": max(1000 - used, 0), "reset_after": 86_400_000, "max_concurrency": 1}
    return {"url": server.gateway.url, "shards": 1, "session_start_limit": limit}


@route("GET", "/users/@me/guilds")
async def my_guilds(server: DiscordServer, call: Call) -> Any:
    found = [guild for guild in server.world.guilds.values() if guild.has_bot]
    return [
        {
            "id": str(guild.id),
            "name": guild.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": str(in_guild(guild, guild.members[server.world.bot.id])),
            "features": [],
        }
        for guild in found
    ]


@route("DELETE", "/users/@me/guilds/{guild_id}")
async def leave_guild(server: DiscordServer, call: Call) -> None:
    guild_of(server, call).removes_bot()


@route("GET", "/users/{user_id}")
async def get_user(server: DiscordServer, call: Call) -> Any:
    user = server.world.users.get(call.number("user_id"))
    if user is None:
        raise unknown_user()
    return user.json()


@route("GET", "/guilds/{guild_id}")
async def get_guild(server: DiscordServer, call: Call) -> Any:
    guild = guild_of(server, call)
    shown = guild.json()
    if call.says("with_counts"):
        shown |= {"approximate_member_count": len(guild.members), "approximate_presence_count": 1}
    return shown


@route("GET", "/guilds/{guild_id}/channels")
async def guild_channels(server: DiscordServer, call: Call) -> Any:
    return [channel.json() for channel in guild_of(server, call).channels.values() if not channel.is_thread]


@route("GET", "/guilds/{guild_id}/roles")
async def guild_roles(server: DiscordServer, call: Call) -> Any:
    return [role.json(server.world.bot.id) for role in guild_of(server, call).roles.values()]


@route("GET", "/guilds/{guild_id}/members")
async def guild_members(server: DiscordServer, call: Call) -> Any:
    guild = guild_of(server, call)
    if "members" not in server.world.application.intents:
        raise missing_access()
    after, limit = int(call.query.get("after", 0)), int(call.query.get("limit", 1))
    found = sorted((member for member in guild.members.values() if member.user.id > after), key=lambda m: m.user.id)
    return [member.json() for member in found[:limit]]


@route("GET", "/guilds/{guild_id}/members/{user_id}")
async def guild_member(server: DiscordServer, call: Call) -> Any:
    guild = guild_of(server, call)
    member = guild.members.get(call.number("user_id"))
    if member is None:
        raise unknown_member() if call.number("user_id") in server.world.users else unknown_user()
    return member.json()


@route("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}")
async def add_role(server: DiscordServer, call: Call) -> None:
    _change_role(server, call, give=True)


@route("DELETE", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}")
async def remove_role(server: DiscordServer, call: Call) -> None:
    _change_role(server, call, give=False)


def _change_role(server: DiscordServer, call: Call, *, give: bool) -> None:
    guild = guild_of(server, call)
    member, role = guild.members.get(call.number("user_id")), guild.roles.get(call.number("role_id"))
    if member is None:
        raise unknown_member()
    if role is None:
        raise unknown_role()
    bot = guild.members[server.world.bot.id]
    highest = max((one.position for one in bot.roles), default=0)
    if not in_guild(guild, bot) & 1 << 28 or role.position >= highest:
        raise missing_permissions()
    if give:
        guild.give(member.user, role)
    else:
        guild.take(member.user, role)
