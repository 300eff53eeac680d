"""Moderators and the rules: trying, rehearsing, loading anew, and what they are told without asking."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.kit import Kit
from bot.talk.model import Role
from commands.crisis import rulebook, status
from tests.contract.crisis import MODERATED, RULES, WISH, cases, open_town, said_in

pytestmark = pytest.mark.contract

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BROKEN = "version: 1\npacks: []\nrules:\n  - {id: x, topic: suicid, level: urgent, phrases: [a b]}\n"


@pytest.fixture(params=["d", "m"])
async def town(request, tmp_path):
    made = await open_town(tmp_path, request.param, MODERATED)
    yield made
    await made.close()


async def moderator(town):
    return await town.person("mod", role=Role.MODERATOR)


async def test_members_can_not_look_into_the_rules(town):
    ana = await town.person("ana")
    for command, args in (("safety status", {}), ("safety test", {"text": "hello"}), ("safety reload", {})):
        await ana.ask(command, **args)
        await ana.hears("This is for moderators", private=True)


async def test_trying_a_text_shows_what_would_be_sent_and_keeps_nothing(town):
    mod = await moderator(town)
    await mod.ask("safety test", text=WISH)
    await mod.hears(
        "urgent: thoughts of suicide, about themselves", "plain-wish on “i want to die”", "116 123", private=True
    )
    await mod.ask("safety test", text="good morning")
    await mod.hears("No rule fires", "nothing would happen")
    await mod.ask("safety test", text="i am so tired of it all")
    await mod.hears("In shadow", "tired")
    assert await cases(town) == []


async def test_rehearsing_over_samples_and_a_channel(town):
    mod, ana = await moderator(town), await town.person("ana")
    samples = f"good morning\n{WISH}\ni feel so hopeless\ni am so tired of it all"
    if town.side == "d":
        await mod.ask("safety rehearse", samples=samples)
        await mod.hears("4 texts were read", "plain-wish: 1", "tired: 1", "lines 2 and 3", private=True)
    await ana.say("good morning")
    await ana.say(WISH)
    await mod.ask("safety rehearse", place=f"{town.side}.general", direct=True)
    heard = await mod.hears("2 texts were read", "plain-wish: 1", private=True)
    assert WISH not in heard.text
    await mod.ask("safety rehearse", place=f"{town.side}.dm.ana", direct=True)
    await mod.hears("I know no channel")
    assert len(await cases(town)) == 1


async def test_loading_anew_shows_what_changed(town):
    mod = await moderator(town)
    await mod.ask("safety reload")
    await mod.hears("nothing changed")
    rules = RULES.replace("i feel so hopeless", "all hope is gone").replace(
        "  - id: ours", '  - {id: calm, topic: custom, level: watch, phrases: ["very calm sea"]}\n  - id: theirs'
    )
    (town.folder / "rules.yaml").write_text(rules)
    await mod.ask("safety reload")
    await mod.hears("loaded anew", "calm, theirs", "hopeless", "ours", private=True)


async def test_a_mistake_leaves_the_last_good_rules_in_force_and_is_told_at_its_place(town):
    ana, mod = await town.person("ana"), await moderator(town)
    (town.folder / "rules.yaml").write_text(BROKEN)
    await status.look(Kit(town.app.house))
    await mod.hears("The rules have mistakes", "rules.yaml:4:", "suicide")
    await status.look(Kit(town.app.house))
    await town.settle()
    told = [text for text in said_in(town, f"{town.side}.mods") if "have mistakes" in text]
    assert len(told) == 1, "once for each time it is saved"
    await ana.say(WISH)
    await mod.hears("urgent: thoughts of suicide")
    await mod.ask("safety reload")
    await mod.hears("stay in force", "rules.yaml:4:")
    (town.folder / "rules.yaml").write_text(
        RULES + '  - {id: new-one, topic: custom, level: watch, phrases: ["x y"]}\n'
    )
    await status.look(Kit(town.app.house))
    await mod.hears("loaded anew", "new-one")


async def test_a_mistake_saved_before_a_restart_takes_nothing_away(town):
    ana, mod = await town.person("ana"), await moderator(town)
    (town.folder / "rules.yaml").write_text(BROKEN)
    rulebook.book.cache_clear()
    await town.restart()
    await mod.hears("The rules have mistakes", "rules.yaml:4:")
    await ana.say(WISH)
    await mod.hears("urgent: thoughts of suicide")


async def test_status_says_who_reviewed_and_how_often_rules_were_right(tmp_path):
    rules = RULES.replace("packs: []", "packs: [en]")
    town = await open_town(tmp_path, "d", MODERATED, rules)
    try:
        ana, mod = await town.person("ana"), await moderator(town)
        await mod.ask("safety status")
        await mod.hears("en:", "Written by", "Reviewed: No native speaker", "Your own: 7 rules", "No verdicts yet")
        await ana.say(WISH)
        await ana.say("i am so tired of it all")
        await mod.hears("urgent")
        await mod.press("False alarm")
        await mod.hears("is closed")
        await mod.ask("safety status")
        await mod.hears("plain-wish: right 0 of 1", "In shadow", "tired: 1", private=True)
    finally:
        await town.close()


async def test_once_a_day_moderators_hear_what_shadow_and_queue_hold(town):
    ana, mod = await town.person("ana"), await moderator(town)
    await ana.say("i am so tired of it all")
    await ana.say("i feel so hopeless")
    await town.later(25 * HOUR)
    await mod.hears("In shadow since yesterday", "tired: 1", "1 message waits on the quiet list")
    await town.later(10 * DAY)
    told = [text for text in said_in(town, f"{town.side}.mods") if "quiet list" in text or "In shadow" in text]
    assert len(told) < 9, "nothing is said where there is nothing"


async def test_the_file_is_watched_for_as_long_as_the_bot_runs(tmp_path):
    town = await open_town(tmp_path, "d", MODERATED)
    town._serving.cancel()
    running = asyncio.create_task(town.app.run())
    try:
        mod = await moderator(town)
        book = rulebook.book(town.config.safety.rules, (), tmp_path)
        (tmp_path / "rules.yaml").write_text(BROKEN)
        for _turn in range(100_000):
            await town.clock.advance(timedelta(seconds=5))
            if book.problems and any("have mistakes" in text for text in said_in(town, "d.mods")):
                break
        await mod.hears("The rules have mistakes")
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await town.close()
