"""Every command as a slash command, with every option, and every button, menu and form that its answers show; in
English and German, in a server and in direct messages. Each is acknowledged for whom the declaration says, and
answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.talk.command import Command, Param
from bot.talk.model import Role, UserRef
from bot.talk.reply import Audience
from bot.talk.text import Text
from commands import FEATURES
from tests.contract.discord import DiscordTown
from tests.contract.markdown import plain
from tests.wire.discord.interactions import Interaction
from tests.wire.discord.seeing import Seen
from tests.wire.discord.towns import whole_town

COMMANDS = [one for feature in FEATURES for one in feature.commands if not one.hidden]
WAYS = [(locale, direct) for locale in ("en-US", "de") for direct in (False, True)]
MOST_CHOICES = 12
NEVER = ("erase", "lösch")
"""Choices that end what the walk is about; their own dialogues press them."""


@pytest.fixture(params=WAYS, ids=lambda way: f"{way[0]}-{'direct' if way[1] else 'server'}")
async def walk(request, tmp_path):
    async with whole_town(tmp_path) as town:
        yield Walk(town, *request.param)


class Walk:
    """Somebody who tries everything."""

    def __init__(self, town: DiscordTown, locale: str, direct: bool) -> None:
        self.town = town
        self.locale = locale
        self.language = locale.partition("-")[0]
        self.person = town.server.user("ana", town.guild, locale=locale)
        self.where = "dm" if direct else town.general
        self.pressed: set[str] = set()
        self.answered = 0

    async def use(self, command: Command, **given: Any) -> Interaction:
        done = await self.person.slash(" ".join(command.slash_path), self.where, given)
        await self.look(done, command)
        return done

    async def look(self, done: Interaction, command: Command | None) -> None:
        """It was acknowledged for whom the declaration says; and what it shows leads somewhere."""
        await self.town.settle()
        assert not done.failed and not done.deferred, str(done)
        if done.modal is not None:
            await self.fill(done)
            return
        if command is not None and done.acknowledged == 5:
            assert done.ephemeral is (command.audience is Audience.PRIVATE), str(done)
        for shown in done.messages:
            if command is not None and command.audience is Audience.PRIVATE:
                assert shown.flags & 64, f"{done} is seen by all"
        self.answered += 1
        for message in [*done.messages, *([done.source] if done.source and not done.source.deleted else [])]:
            await self.press_all(message)

    async def press_all(self, message: Any) -> None:
        for button in Seen.of(message).buttons:
            carried = str(button.custom_id)
            kind = button.label + (carried.split("|")[1] if "|" in carried else carried.rpartition(":")[2])
            if kind in self.pressed or any(word in button.label.casefold() for word in NEVER):
                continue
            self.pressed.add(kind)
            still = [one.custom_id for one in Seen.of(message).buttons]
            if not message.deleted and button.custom_id in still:
                await self.look(await self.person.press(message, button.custom_id), None)

    async def fill(self, done: Interaction) -> None:
        """Send the form with something in every field, and once with nothing where nothing is needed."""
        assert done.modal is not None
        modal, values = done.modal, {}
        assert modal.title and all(one.label for one in modal.fields)
        for one in modal.fields:
            if one.kind == 3:
                values[one.custom_id] = one.options[0][1]
            elif one.kind == 5:
                values[one.custom_id] = self.person
            else:
                values[one.custom_id] = one.value or "something"
        await self.look(await self.person.submit(modal, values), None)

    async def values(self, command: Command, param: Param) -> list[Any]:
        """Everything that the option offers, or something that fits it."""
        if param.arg.choices:
            return [choice.value for choice in param.arg.choices]
        if param.arg.suggest is not None:
            line = " ".join(command.slash_path)
            found = await self.person.autocomplete(line, param.name, "", self.where)
            return [value for _name, value in found[:2]] or ["something"]
        if param.kind in (int, float):
            return [one for one in (param.arg.ge, param.arg.le) if one is not None] or [1]
        if param.kind is bool:
            return [True, False]
        return [self.person] if param.kind is UserRef else ["something"]


def combinations(command: Command, offered: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """Nothing but what is needed; then each value of each option, with what is needed."""
    needed = {param.name: offered[param.name][0] for param in command.shown if param.required}
    yield needed
    for param in command.shown:
        for value in offered[param.name][:MOST_CHOICES]:
            yield {**needed, param.name: value}
    if command.shown:
        yield {name: values[-1] for name, values in offered.items()}


async def test_every_command_with_every_option(walk):
    roles = walk.town.roles
    walk.town.guild.members[walk.person.id].roles.append(roles[Role.OWNER])
    for command in COMMANDS:
        offered = {param.name: await walk.values(command, param) for param in command.shown}
        for given in combinations(command, offered):
            whole = {name: int(v) if isinstance(v, float) and v == int(v) else v for name, v in given.items()}
            await walk.use(command, **whole)
    assert walk.answered > len(COMMANDS)
    assert len(walk.pressed) > 10


@pytest.mark.parametrize("locale", ["en-US", "de"])
async def test_names_and_answers_are_in_the_readers_language(tmp_path, locale):
    async with whole_town(tmp_path) as town:
        person = town.server.user("ana", town.guild, locale=locale)
        words, language = town.app.house.words, locale.partition("-")[0]
        say = lambda text: words.say(text, language)  # noqa: E731
        offered = person.commands(town.general)
        for command in (one for one in COMMANDS if one.allow is Role.MEMBER):
            assert say(Text(command.slash_path[0], context="slash")) in offered
        seen = await (await person.slash(say(Text("help", context="slash")), town.general)).answer()
        assert any(say(one.about) in plain(seen.text) for one in COMMANDS)
