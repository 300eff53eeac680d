"""The application's commands over REST: bulk overwrite, one by one, global and for a guild."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import command_rules
from .calls import Call, route
from .errors import ApiError, invalid_form, missing_access, unknown_command

if TYPE_CHECKING:
    from .server import DiscordServer

GLOBAL = "/applications/{application_id}/commands"
OF_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"
CREATIONS_A_DAY = 200


def _registry(server: DiscordServer, call: Call) -> tuple[dict[int, dict[str, Any]], int | None]:
    if call.number("application_id") != server.world.application.id:
        raise ApiError(403, 20012, "You are not authorized to perform this action on this application")
    guild_id = call.number("guild_id") if "guild_id" in call.params else None
    if guild_id is not None and (guild_id not in server.world.guilds or not server.world.guilds[guild_id].has_bot):
        raise missing_access()
    return server.world.application.commands(guild_id), guild_id


def _checked(server: DiscordServer, call: Call, faults: list[str]) -> None:
    for fault in faults:
        server.complain(call.name, fault)
    if faults:
        raise invalid_form(faults)


def _option(option: dict[str, Any]) -> dict[str, Any]:
    """As Discord gives an option back: without what was null or false by default."""
    kept = {key: value for key, value in option.items() if value is not None}
    if not kept.get("required"):
        kept.pop("required", None)
    if not kept.get("autocomplete"):
        kept.pop("autocomplete", None)
    if "options" in kept:
        kept["options"] = [_option(one) for one in kept["options"]]
    return kept


def _stored(server: DiscordServer, body: dict[str, Any], guild_id: int | None, made: int) -> dict[str, Any]:
    kind = body.get("type") or 1
    permissions = body.get("default_member_permissions")
    stored: dict[str, Any] = {
        "id": str(made),
        "application_id": str(server.world.application.id),
        "version": str(server.world.new_id()),
        "type": kind,
        "name": body["name"],
        "name_localizations": body.get("name_localizations"),
        "description": (body.get("description") or "") if kind == 1 else "",
        "description_localizations": body.get("description_localizations"),
        "default_member_permissions": None if permissions is None else str(permissions),
        "nsfw": bool(body.get("nsfw", False)),
        "integration_types": body.get("integration_types") or [0],
    }
    if options := body.get("options"):
        stored["options"] = [_option(option) for option in options]
    if guild_id is None:
        stored["dm_permission"] = body.get("dm_permission", True) is not False
        stored["contexts"] = body.get("contexts")
    else:
        stored["guild_id"] = str(guild_id)
    return stored


def _existing(registry: dict[int, dict[str, Any]], body: dict[str, Any]) -> int | None:
    kind = body.get("type") or 1
    return next((made for made, one in registry.items() if (one["type"], one["name"]) == (kind, body["name"])), None)


def _spend(server: DiscordServer, call: Call, guild_id: int | None, count: int) -> None:
    used = server.creations[guild_id] = server.creations.get(guild_id, 0) + count
    if used > CREATIONS_A_DAY:
        server.complain(call.name, f"{used} commands created in a day, at most {CREATIONS_A_DAY}")
        raise ApiError(400, 30034, "Max number of daily application command creates has been reached (200)")


@route("GET", GLOBAL)
@route("GET", OF_GUILD)
async def list_commands(server: DiscordServer, call: Call) -> Any:
    registry, _ = _registry(server, call)
    if call.says("with_localizations"):
        return list(registry.values())
    return [
        {key: value for key, value in one.items() if not key.endswith("_localizations")} for one in registry.values()
    ]


@route("PUT", GLOBAL)
@route("PUT", OF_GUILD)
async def overwrite_commands(server: DiscordServer, call: Call) -> Any:
    registry, guild_id = _registry(server, call)
    _checked(server, call, command_rules.all_of(call.body))
    _spend(server, call, guild_id, sum(_existing(registry, body) is None for body in call.body))
    made = {}
    for body in call.body:
        number = _existing(registry, body) or server.world.new_id()
        made[number] = _stored(server, body, guild_id, number)
    registry.clear()
    registry.update(made)
    server.syncs.append(guild_id)
    return list(registry.values())


@route("POST", GLOBAL)
@route("POST", OF_GUILD)
async def create_command(server: DiscordServer, call: Call) -> Any:
    registry, guild_id = _registry(server, call)
    number = _existing(registry, call.body)
    kept = [one for made, one in registry.items() if made != number]
    _checked(server, call, command_rules.all_of([*kept, call.body]))
    if number is None:
        _spend(server, call, guild_id, 1)
    number = number or server.world.new_id()
    registry[number] = _stored(server, call.body, guild_id, number)
    return registry[number]


def _one(server: DiscordServer, call: Call) -> tuple[dict[int, dict[str, Any]], int | None, int]:
    registry, guild_id = _registry(server, call)
    number = call.number("command_id")
    if number not in registry:
        raise unknown_command()
    return registry, guild_id, number


@route("GET", GLOBAL + "/{command_id}")
@route("GET", OF_GUILD + "/{command_id}")
async def get_command(server: DiscordServer, call: Call) -> Any:
    registry, _, number = _one(server, call)
    return registry[number]


@route("PATCH", GLOBAL + "/{command_id}")
@route("PATCH", OF_GUILD + "/{command_id}")
async def change_command(server: DiscordServer, call: Call) -> Any:
    registry, guild_id, number = _one(server, call)
    changed = {**registry[number], **call.body}
    _checked(server, call, command_rules.one(changed))
    registry[number] = _stored(server, changed, guild_id, number)
    return registry[number]


@route("DELETE", GLOBAL + "/{command_id}")
@route("DELETE", OF_GUILD + "/{command_id}")
async def delete_command(server: DiscordServer, call: Call) -> None:
    registry, _, number = _one(server, call)
    del registry[number]
