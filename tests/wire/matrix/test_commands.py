"""Every command asked in a room, in a thread and in a direct room; what was mistyped answered; the tour."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.local import Store
from adapters.local.rows import Account
from adapters.local.tour import Tour
from bot.talk.command import Command
from bot.talk.model import Role, UserRef
from bot.talk.reply import Audience
from commands import FEATURES
from tests.contract.matrix import MatrixTown

from .stage import Stage

COMMANDS = [one for feature in FEATURES for one in feature.commands if not one.hidden]


@pytest.fixture
async def town(synapse, tmp_path):
    made = await MatrixTown.open(tmp_path, synapse, encrypted=True)
    yield made
    await made.close()


def example(command: Command, somebody: str) -> str:
    """A line that asks for it."""
    if command.examples:
        return command.examples[0]
    given = [command.name]
    for param in command.shown:
        if param.required:
            if param.arg.choices:
                given.append(str(param.arg.choices[0].value))
            elif param.kind is UserRef:
                given.append(somebody)
            else:
                given.append(str(int(param.arg.ge or 1)) if param.kind in (int, float) else "something")
    return " ".join(given)


async def test_every_command_in_a_room_in_a_thread_and_in_a_direct_room(town) -> None:
    mira = await town.person("mira", role=Role.MODERATOR)
    ben = await town.person("ben")
    await mira.say("!start agree purpose=checkins")
    await mira.hears("That is on now", private=True)
    root = await ben.say("a thread begins here")
    for command in COMMANDS:
        typed = example(command, ben.person.id)
        private = command.audience is Audience.PRIVATE
        for thread in (None, root):
            before = len(await mira._seen())
            await mira.say(f"!{typed}", thread=thread)
            answers = (await mira._seen())[before:]
            assert answers, f"!{typed} is not answered"
            assert all(one.private is private for one in answers), typed
            relation = answers[0].content.get("m.relates_to", {})
            assert private or relation.get("event_id") == thread, typed
        before = len(await mira._seen())
        await mira.say(typed, direct=True)
        answers = (await mira._seen())[before:]
        assert answers and answers[0].private, typed
    assert not any("went wrong on my side" in one.text for one in await mira._seen())


async def test_what_is_mistyped_is_answered_and_mended_by_an_edit(town) -> None:
    ana = await town.person("ana")
    root = await ana.say("hello")
    for more in ({}, {"thread": root}):
        await ana.say("!chekin 3", **more)
        await ana.hears("Did you mean", "!checkin", private=True)
    event = await ana.say("chekin 3", direct=True)
    await ana.hears("Did you mean", private=True)
    room = await ana.direct()
    edit = await ana.person.edits(room, event, "checkin 3")
    await town.handled(edit)
    await ana.hears("May I keep the moods", private=True)
    await ana.say("!checkin 9")
    await ana.hears("none of the choices", "The line that would be right", private=True)
    await ana.say("!vote yes")
    await ana.hears_nothing()


async def test_several_lines_and_quotes_arrive_as_they_were_written(town) -> None:
    ana = await town.person("ana")
    await ana.say("start agree purpose=checkins", direct=True)
    await ana.hears("That is on now")
    await ana.say('checkin 4 a "long" walk\nand then\n\nsoup #food', direct=True)
    heard = await ana.hears("Noted", private=True)
    assert 'a "long" walk\nand then\n\nsoup #food' in heard.text or "food" in heard.text
    await ana.ask("privacy export", direct=True)
    await ana.hears("everything")
    assert 'a "long" walk' in (await ana.download("handrail.txt")).decode()


async def test_the_tour_is_played_over_matrix(town, capsys) -> None:
    stage = Stage(town)
    await stage.invite({account.id: account.role for account in _harbour()})

    async def later(by: timedelta) -> None:
        await town.later(by)
        await stage._look()

    said: list[str] = []
    read = await Tour(stage, stage._look, later, said.append).play()  # type: ignore[arg-type]
    assert read > 15 and any("That was the tour" in line for line in said)


def _harbour() -> list[Account]:
    """Whom the tour plays with."""
    store = Store.open(":memory:")
    try:
        return store.accounts()
    finally:
        store.close()
