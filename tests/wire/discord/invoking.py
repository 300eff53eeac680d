"""From what a person types after the slash to the interaction's data: the registered command, checked as the client
does.

What the client would not offer or not let pass is refused here with an `AssertionError` that says what it offers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .channel import Channel
from .permissions import in_guild

if TYPE_CHECKING:
    from .account import Account

KINDS = {"slash": 1, "user": 2, "message": 3}


def offered(person: Account, channel: Channel, kind: int = 1) -> list[dict[str, Any]]:
    """The commands a person is offered in a channel; a guild's own hide global ones of the same name."""
    application, guild = person.server.world.application, channel.guild
    found: dict[str, dict[str, Any]] = {}
    if guild is None:
        for command in application.global_commands.values():
            contexts = command["contexts"]
            if command["type"] == kind and (1 in contexts if contexts is not None else command["dm_permission"]):
                found[command["name"]] = command
        return list(found.values())
    if not guild.has_bot or not channel.allows(person.user, "view_channel", "use_application_commands"):
        return []
    may = in_guild(guild, guild.members[person.user.id])
    every = [*application.global_commands.values(), *application.commands(guild.id).values()]
    for command in every:
        contexts = command.get("contexts")
        if command["type"] != kind or (contexts is not None and 0 not in contexts):
            continue
        needed = command["default_member_permissions"]
        if needed is None or (may & int(needed) == int(needed) and (int(needed) or may & 8)):
            found[command["name"]] = command
    return list(found.values())


def local(part: Mapping[str, Any], key: str, locale: str) -> str:
    """A name or description as a client in this language shows it."""
    return str((part.get(f"{key}_localizations") or {}).get(locale) or part[key])


def _named(parts: list[dict[str, Any]], name: str, locale: str) -> dict[str, Any] | None:
    wanted = name.replace("_", "-")
    for part in parts:
        if wanted in (part["name"].replace("_", "-"), local(part, "name", locale).replace("_", "-")):
            return part
    return None


def find(
    person: Account, channel: Channel, line: str
) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    """The command of "checkin now": itself, the subcommands on the way, and the options that it takes."""
    words = line.lstrip("/").split()
    commands = offered(person, channel)
    locale = person.user.locale
    command = _named(commands, words[0], locale)
    names = sorted(local(one, "name", locale) for one in commands)
    assert command is not None, f"{person.name} is offered no /{words[0]} there, only {names}"
    way: list[dict[str, Any]] = []
    options = command.get("options") or []
    for word in words[1:]:
        option = _named([one for one in options if one["type"] in (1, 2)], word, locale)
        assert option is not None, f"/{line}: no {word!r}, only {[local(one, 'name', locale) for one in options]}"
        way.append(option)
        options = option.get("options") or []
    inside = [local(one, "name", locale) for one in options if one["type"] in (1, 2)]
    assert not inside, f"/{line} is a group; it has {inside}"
    return command, way, options


def data(
    person: Account, channel: Channel, line: str, values: Mapping[str, Any], *, focused: str | None = None
) -> dict[str, Any]:
    """The `data` of a slash command; with `focused`, of an autocomplete, where nothing has to be complete."""
    command, way, options = find(person, channel, line)
    locale = person.user.locale
    given: dict[str, Any] = {}
    for name, value in values.items():
        option = _named(options, name, locale)
        assert option is not None, f"/{line} has no option {name!r}, only {[one['name'] for one in options]}"
        given[option["name"]] = value
    resolved: dict[str, Any] = {}
    sent: list[dict[str, Any]] = []
    focus = _named(options, focused, locale) if focused is not None else None
    for option in options:
        name = option["name"]
        if name not in given:
            assert not option.get("required") or focused is not None, f"/{line}: {name!r} is required"
            continue
        entry = {"name": name, "type": option["type"]}
        if option is focus:
            assert option.get("autocomplete"), f"/{line} {name}: no autocomplete"
            sent.append({**entry, "value": str(given[name]), "focused": True})
        else:
            sent.append({**entry, "value": _value(person, channel, option, given[name], resolved, f"/{line} {name}")})
    for option in reversed(way):
        sent = [{"name": option["name"], "type": option["type"], "options": sent}]
    shown: dict[str, Any] = {"id": command["id"], "name": command["name"], "type": 1, "options": sent}
    if "guild_id" in command:
        shown["guild_id"] = command["guild_id"]
    if resolved:
        shown["resolved"] = resolved
    return shown


def _value(
    person: Account, channel: Channel, option: Mapping[str, Any], value: Any, resolved: dict[str, Any], where: str
) -> Any:
    kind = option["type"]
    if choices := option.get("choices"):
        locale = person.user.locale
        for choice in choices:
            if value in (choice["value"], choice["name"], local(choice, "name", locale)):
                return choice["value"]
        raise AssertionError(f"{where}: no choice {value!r}, only {[local(one, 'name', locale) for one in choices]}")
    if kind == 3:
        assert isinstance(value, str) and value, f"{where}: takes text, not {value!r}"
        least, most = option.get("min_length") or 0, option.get("max_length") or 6000
        assert least <= len(value) <= most, f"{where}: takes {least} to {most} characters, not {len(value)}"
        return value
    if kind == 5:
        assert isinstance(value, bool), f"{where}: takes true or false, not {value!r}"
        return value
    if kind in (4, 10):
        assert isinstance(value, int if kind == 4 else int | float) and not isinstance(value, bool), (
            f"{where}: {value!r}"
        )
        least, most = option.get("min_value"), option.get("max_value")
        assert least is None or value >= least, f"{where}: at least {least}, not {value}"
        assert most is None or value <= most, f"{where}: at most {most}, not {value}"
        return value
    if kind == 11:
        return person.uploads(channel, value, resolved)
    if kind == 7 and option.get("channel_types"):
        assert value.kind in option["channel_types"], f"{where}: takes no channel of that kind"
    return person.resolves(channel, value, resolved)
