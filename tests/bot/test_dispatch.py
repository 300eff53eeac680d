"""One way through the house, whatever goes wrong on it: faults stay with who met them, and help always answers."""

from __future__ import annotations

import json
import logging
from typing import Annotated

import pytest

from bot.app import App
from bot.log import PlainLines
from bot.talk.command import Arg, command
from bot.talk.errors import StartRefused
from bot.talk.feature import Feature, JobSpec
from bot.talk.model import Role
from bot.talk.reply import Audience, say
from bot.talk.text import Text
from commands import FEATURES
from tests.contract.local import LocalTown

WISH = "i just don't want to be here anymore"


@command("fail")
async def fail(ask, kit, words: Annotated[str | None, Arg(Text("Words"), rest=True)] = None):
    """Fail in the middle of a change."""
    async with kit.transaction() as tx:
        await kit.people.join(tx, ask.author)
    raise RuntimeError("with a secret in it: " + str(words))


@command("lead", allow=Role.MODERATOR, audience=Audience.PUBLIC)
async def lead(ask, kit):
    """Only for moderators."""
    return say("led")


async def bad_job(job, kit):
    raise RuntimeError("a job's secret")


TROUBLE = Feature("trouble", Text("Trouble"), Text("Trouble"), (fail, lead), jobs=(JobSpec("trouble", bad_job),))


@pytest.fixture
async def town(tmp_path):
    made = await LocalTown.open(tmp_path, "m", features=(*FEATURES, TROUBLE))
    yield made
    await made.close()


async def test_an_exception_is_told_kindly_changes_nothing_and_logs_no_content(town, caplog):
    ana = await town.person("ana", locale="de")
    ben = await town.person("ben")
    await ana.ask("fail", words="hidden words")
    await ana.hears("Das tut mir leid", "nichts wurde geändert", "crisis")
    async with town.app.house.db.transaction() as tx:
        assert await tx.all("SELECT * FROM people") == []
    lines = [PlainLines().format(record) for record in caplog.records]
    assert any(json.loads(line).get("error") == "RuntimeError" for line in lines)
    assert not any("secret" in line or "hidden" in line or "ana" in line for line in lines)
    await ben.ask("help")
    await ben.hears("Check-ins")


async def test_roles_are_checked(town):
    ana = await town.person("ana")
    mira = await town.person("mira", role=Role.MODERATOR)
    await ana.ask("lead")
    await ana.hears("This is for moderators")
    await mira.ask("lead")
    await mira.hears("led", private=False)


async def test_the_same_event_has_one_effect(town):
    from bot.talk.model import Incoming, MessageRef, PlaceRef, UserRef

    ana = UserRef("local", "m.ana")
    place = PlaceRef("local", "m.dm.ana")
    incoming = Incoming(
        "k1", ana, place, "start agree purpose=checkins", town.clock.now(), MessageRef(place, "1"), direct=True
    )
    for _each in range(3):
        await town.app.dispatch.receive(incoming)
        await town.settle()
    someone = await town.person("ana")
    await someone.hears("That is on now")
    await someone.hears_nothing()


async def test_help_answers_without_the_database(town):
    ana = await town.person("ana")
    await town.app.house.db.close()
    await town.platform.say("m.ana", "m.general", WISH)
    heard = [one.text for one in town.platform.seen("m.ana", "m.dm.ana") if one.author == "bot"]
    assert any("116 123" in text for text in heard), heard
    await town.platform.say("m.ana", "m.dm.ana", "crisis")
    heard = [one.text for one in town.platform.seen("m.ana", "m.dm.ana") if one.author == "bot"]
    assert any("I'm glad you asked" in text for text in heard), heard
    assert ana.name == "ana"


async def test_an_ordinary_message_needs_no_database(town, caplog):
    await town.app.house.db.close()
    caplog.clear()
    accepted = await town.platform.say("m.ana", "m.general", "good morning, who is up for a walk later?")
    assert not accepted.failed
    assert not caplog.records


async def test_private_words_bring_resources_first_and_tell_nobody(town):
    ana = await town.person("ana")
    await ana.say("start agree purpose=checkins", direct=True)
    await ana.hears("That is on now")
    await ana.say(f"checkin 1 {WISH}", direct=True)
    await ana.hears("nobody else was told", private=True)
    await ana.hears("Noted")


async def test_a_line_for_another_bot_is_left_alone(town):
    ana = await town.person("ana")
    await ana.say("!play something calm")
    await ana.hears_nothing()
    await ana.say("!chekin 3")
    await ana.hears("Did you mean", private=True)


async def test_a_failing_job_keeps_nobody_waiting(town):
    ana = await town.person("ana")
    async with town.app.house.db.transaction() as tx:
        await town.app.house.jobs.put(tx, "trouble", town.clock.now(), key="t")
    await ana.ask("help")
    await ana.hears("Check-ins")


async def test_the_bot_does_not_start_without_a_guard(tmp_path):
    without = tuple(feature for feature in FEATURES if feature.guard is None)
    with pytest.raises(StartRefused, match="crisis guard"):
        await LocalTown.open(tmp_path, "m", features=without)
    again = await LocalTown.open(tmp_path, "m")
    assert isinstance(again.app, App)
    await again.close()


def test_logs_hold_no_content():
    formatter = PlainLines()
    record = logging.makeLogRecord(
        {"name": "discord.http", "levelno": 30, "levelname": "WARNING", "msg": "https://x/token"}
    )
    assert "token" not in formatter.format(record)
    ours = logging.makeLogRecord(
        {
            "name": "handrail.x",
            "levelname": "INFO",
            "msg": "sent",
            "platform": "local",
            "count": 3,
            "text": "words",
            "user": "ana",
        }
    )
    line = json.loads(formatter.format(ours))
    assert line["platform"] == "local" and line["count"] == 3
    assert "text" not in line and "user" not in line
