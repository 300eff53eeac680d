"""People and a bot on the local platform: who sees what, what a press, a form, a number and a line become."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.local import NotPossible
from bot.talk.errors import TryLater, Unreachable
from bot.talk.model import MessageRef, PlaceRef, Role, RoomWith, UserRef
from bot.talk.platform import Ability, KnowsStanding
from bot.talk.press import Press
from bot.talk.reply import Speaker, say
from bot.talk.text import _
from tests.local.harbour import Bot, Harbour, serving, until

ANA, BEN, MIRA = "d.ana", "d.ben", "d.mira"


async def test_a_message_is_heard_as_it_was_written(harbour: Harbour) -> None:
    first = await harbour.platform.say("m.ben", "m.general", "hello")
    await harbour.platform.say("m.mira", "m.mods", "  @Handrail: help @Ben ", None)
    await harbour.platform.say("m.ana", "m.general", "hello Ben", first.message)
    hello, asked, answer = harbour.bot.heard
    assert (hello.author, hello.place, hello.text) == (
        UserRef("local", "m.ben"),
        PlaceRef("local", "m.general"),
        "hello",
    )
    assert (hello.role, hello.direct, hello.addressed, hello.locale) == (Role.MEMBER, False, False, "de")
    assert (asked.text, asked.addressed, asked.role, asked.roles) == (
        "help @m.ben",
        True,
        Role.MODERATOR,
        {"moderator"},
    )
    assert answer.reply_to == MessageRef(PlaceRef("local", "m.general"), first.message or "")
    assert len({hello.key, asked.key, answer.key}) == 3


async def test_direct_places_are_direct_and_belong_to_one(harbour: Harbour) -> None:
    await harbour.platform.say(ANA, "d.dm.ana", "checkin")
    assert harbour.bot.heard[0].direct
    with pytest.raises(NotPossible):
        await harbour.platform.say(BEN, "d.dm.ana", "hello")
    with pytest.raises(NotPossible):
        harbour.platform.seen(MIRA, "d.dm.ana")


async def test_the_moderators_room_is_for_moderators(harbour: Harbour) -> None:
    with pytest.raises(NotPossible):
        harbour.platform.seen(ANA, "d.mods")
    assert harbour.platform.seen(MIRA, "d.mods") == []
    with pytest.raises(NotPossible):
        harbour.platform.seen("m.mira", "d.mods")


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 20_001])
async def test_empty_and_endless_messages_are_not_taken(harbour: Harbour, text: str) -> None:
    with pytest.raises(NotPossible):
        await harbour.platform.say(ANA, "d.general", text)


async def test_a_private_answer_is_seen_by_one_on_both_sides(harbour: Harbour) -> None:
    await harbour.platform.invoke(ANA, "d.general", "mood", {"level": "4", "note": "slept"})
    [shown] = harbour.platform.seen(ANA, "d.general")
    assert shown.only_you and shown.text == "Noted: 4.\n\nslept" and shown.via == ("Ana", "/mood")
    assert harbour.platform.seen(BEN, "d.general") == harbour.platform.seen(MIRA, "d.general") == []
    # As on Matrix: typed in a public room, a private number is answered in the direct room.
    ask = say(_("How are you?"), presses=[Press(_("Good"), "mood", level=4)])
    await harbour.platform.send(PlaceRef("local", "m.general"), ask, key="ask", language="en")
    await harbour.platform.say("m.ben", "m.general", "1")
    assert "Noted" not in " ".join(harbour.texts("m.ana", "m.general"))
    assert harbour.texts("m.ben", "m.dm.ben")[0].startswith("Noted: 4.")


async def test_a_public_answer_is_seen_by_all(harbour: Harbour) -> None:
    await harbour.platform.invoke(ANA, "d.general", "wave", {"to": "d.ben"})
    [shown] = harbour.platform.seen(BEN, "d.general")
    assert shown.text == "waves to d.ben" and not shown.only_you
    assert harbour.bot.invoked[0].args == {"to": UserRef("local", "d.ben")}


async def test_what_the_guard_has_to_say_comes_first_and_to_the_author_alone(harbour: Harbour) -> None:
    harbour.bot.aside = say("You are not alone.")
    await harbour.platform.invoke(ANA, "d.general", "wave", {})
    assert harbour.texts(ANA, "d.general") == ["You are not alone.", "waves to all"]
    assert harbour.texts(BEN, "d.general") == ["waves to all"]
    ask = say(_("Wave?"), presses=[Press(_("Yes"), "wave")])
    await harbour.platform.send(PlaceRef("local", "m.general"), ask, key="ask", language="en")
    await harbour.platform.say("m.ana", "m.general", "1.")
    assert harbour.texts("m.ana", "m.dm.ana") == ["You are not alone."]
    assert harbour.texts("m.ben", "m.general")[-1].startswith("waves to all")


# --- forms -----------------------------------------------------------------------------------------------------------


async def test_a_form_opens_before_the_bot_is_asked_and_its_answers_come_in(harbour: Harbour) -> None:
    form = (await harbour.platform.invoke(ANA, "d.general", "mood")).form
    assert form is not None and not harbour.bot.invoked
    assert [(field.name, field.kind, field.required) for field in form.fields] == [
        ("level", "choice", True),
        ("note", "long", False),
    ]
    assert [option.value for option in form.fields[0].options] == list("12345")
    assert harbour.platform.form(ANA) == form and harbour.platform.form(BEN) is None
    with pytest.raises(NotPossible):
        await harbour.platform.submit(BEN, form.id, {"level": "3"})
    await harbour.platform.submit(ANA, form.id, {"level": "3", "note": ""})
    assert harbour.bot.invoked[0].args == {"level": "3"}
    assert harbour.platform.form(ANA) is None
    with pytest.raises(NotPossible):
        await harbour.platform.submit(ANA, form.id, {"level": "3"})


async def test_a_form_that_could_not_be_read_comes_back_with_what_was_typed(harbour: Harbour) -> None:
    form = (await harbour.platform.invoke(ANA, "d.general", "mood")).form
    assert form is not None
    await harbour.platform.submit(ANA, form.id, {"level": "9", "note": "slept"})
    [shown] = harbour.platform.seen(ANA, "d.general")
    assert shown.only_you and [press.label for press in shown.presses] == ["Fix it"]
    again = (await harbour.platform.press(ANA, shown.id, 0)).form
    assert again is not None and not again.lost
    assert {field.name: field.value for field in again.fields} == {"level": "9", "note": "slept"}
    with pytest.raises(NotPossible):
        await harbour.platform.press(BEN, shown.id, 0)
    await harbour.clock.advance(timedelta(minutes=16))
    late = (await harbour.platform.press(ANA, shown.id, 0)).form
    assert late is not None and late.lost and late.fields[0].value == ""


async def test_a_press_may_open_a_form_filled_with_what_it_carries(harbour: Harbour) -> None:
    await harbour.platform.invoke(ANA, "d.general", "mood", {"level": 2})
    [shown] = harbour.platform.seen(ANA, "d.general")
    form = (await harbour.platform.press(ANA, shown.id, "1|mood!|day=monday")).form
    assert form is not None
    await harbour.platform.submit(ANA, form.id, {"level": "1"})
    assert harbour.bot.invoked[-1].args == {"day": "monday", "level": "1"}
    assert harbour.bot.invoked[-1].pressed == MessageRef(PlaceRef("local", "d.general"), shown.id)


async def test_words_ask_for_what_a_form_would(harbour: Harbour) -> None:
    await harbour.platform.send(
        UserRef("local", "m.ana"),
        say("How are you?", presses=[Press(_("Tell me"), "mood", form=True, day="monday")]),
        key="k",
        language="en",
    )
    await harbour.platform.say("m.ana", "m.dm.ana", "1")
    told = harbour.texts("m.ana", "m.dm.ana")[-1]
    assert "!mood <level 1–5> [note …]" in told and "How are you, 1 to 5?" in told
    assert not harbour.bot.invoked


async def test_a_wrong_answer_where_there_are_no_forms_says_what_would_be_right(harbour: Harbour) -> None:
    ask = say("?", presses=[Press(_("Nine"), "mood", level=9)])
    await harbour.platform.send(UserRef("local", "m.ana"), ask, key="k", language="en")
    await harbour.platform.say("m.ana", "m.dm.ana", "1")
    told = harbour.texts("m.ana", "m.dm.ana")[-1]
    assert "9 is outside 1 to 5." in told and "!mood level=9" in told


# --- presses and numbers ---------------------------------------------------------------------------------------------


async def test_a_press_runs_what_it_saved_and_nobody_else_can_press_what_they_do_not_see(harbour: Harbour) -> None:
    await harbour.platform.invoke(ANA, "d.general", "mood", {"level": 2})
    [shown] = harbour.platform.seen(ANA, "d.general")
    await harbour.platform.press(ANA, shown.id, 0)
    assert harbour.bot.invoked[-1].args == {"level": 5, "day": "monday"}
    for which in (2, -1, "1|lock"):
        with pytest.raises(NotPossible):
            await harbour.platform.press(ANA, shown.id, which)
    with pytest.raises(NotPossible):
        await harbour.platform.press(BEN, shown.id, 0)


async def test_an_answer_may_replace_the_message_that_was_pressed(harbour: Harbour) -> None:
    await harbour.platform.invoke(ANA, "d.general", "wave", {})
    [shown] = harbour.platform.seen(BEN, "d.general")
    await harbour.platform.press(BEN, shown.id, 0)
    [after] = harbour.platform.seen(ANA, "d.general")
    assert (after.id, after.text, after.edited, after.presses) == (shown.id, "That is done.", True, ())
    assert after.via == ("Ana", "/wave")


async def test_a_private_answer_never_replaces_what_others_see(harbour: Harbour) -> None:
    ask = say("Who is there?", presses=[Press(_("Me"), "secret")])
    ref = await harbour.platform.send(PlaceRef("local", "d.general"), ask, key="k", language="en")

    async def private(_invocation: object) -> object:
        from bot.talk.platform import Answer
        from bot.talk.reply import Audience

        return Answer(say("for you alone", replaces=True), Audience.PRIVATE, "en")

    harbour.bot.invoke = private  # type: ignore[method-assign, assignment]
    await harbour.platform.press(ANA, ref.id, 0)
    assert harbour.texts(BEN, "d.general") == ["Who is there?"]
    assert harbour.texts(ANA, "d.general") == ["Who is there?", "for you alone"]


async def test_a_number_answers_the_latest_question_where_it_was_asked_while_it_is_open(harbour: Harbour) -> None:
    to = UserRef("local", "m.ana")
    first = await harbour.platform.send(
        to, say("old", presses=[Press(_("Old"), "mood", level=1)]), key="1", language="en"
    )
    await harbour.platform.send(to, say("new", presses=[Press(_("New"), "mood", level=2)]), key="2", language="en")
    assert "1. New (!mood level=2)" in harbour.texts("m.ana", "m.dm.ana")[-1]
    await harbour.platform.say("m.ana", "m.general", "1")
    await harbour.platform.say("m.ben", "m.dm.ben", "1")
    await harbour.platform.say("m.ana", "m.dm.ana", "2")
    assert not harbour.bot.invoked and len(harbour.bot.heard) == 3
    await harbour.platform.say("m.ana", "m.dm.ana", "1)")
    assert [one.args for one in harbour.bot.invoked] == [{"level": 2}]
    # Its answer asked something new, so the older message is pressed by its line.
    await harbour.platform.press("m.ana", first.id, 0)
    assert harbour.bot.heard[-1].text == "!mood level=1"
    await harbour.clock.advance(timedelta(days=2, seconds=1))
    await harbour.platform.say("m.ana", "m.dm.ana", "1")
    assert harbour.bot.heard[-1].text == "1" and len(harbour.bot.invoked) == 1


async def test_an_answered_question_is_closed_by_an_answer_that_takes_its_place(harbour: Harbour) -> None:
    await harbour.platform.send(
        PlaceRef("local", "m.general"), say("over?", presses=[Press(_("Yes"), "done")]), key="k", language="en"
    )
    await harbour.platform.say("m.ana", "m.general", "1")
    await harbour.platform.say("m.ben", "m.general", "1")
    assert len(harbour.bot.invoked) == 1
    assert harbour.texts("m.ben", "m.general") == [
        "over?\n\n1. Yes (!done)\nAnswer with a number, or type the line beside it.",
        "1",
        "That is done.",
        "1",
    ]
    assert harbour.platform.seen("m.ben", "m.general")[0].presses == ()


async def test_a_number_means_nothing_where_the_latest_question_could_not_be_remembered(harbour: Harbour) -> None:
    to = UserRef("local", "m.ana")
    await harbour.platform.send(to, say("old", presses=[Press(_("Old"), "mood", level=1)]), key="1", language="en")
    harbour.memory.full = True
    await harbour.platform.send(to, say("help", presses=[Press(_("New"), "mood", level=2)]), key="2", language="en")
    assert harbour.texts("m.ana", "m.dm.ana")[-1].startswith("help")
    await harbour.platform.say("m.ana", "m.dm.ana", "1")
    assert not harbour.bot.invoked


async def test_numbers_follow_an_edit_and_end_with_a_deletion(harbour: Harbour) -> None:
    to = UserRef("local", "m.ana")
    ref = await harbour.platform.send(to, say("a", presses=[Press(_("A"), "mood", level=1)]), key="1", language="en")
    await harbour.platform.edit(ref, say("b", presses=[Press(_("B"), "mood", level=2)]), key="2", language="en")
    await harbour.platform.press("m.ana", ref.id, 0)
    assert harbour.bot.invoked[-1].args == {"level": 2}
    [answer] = [shown for shown in harbour.platform.seen("m.ana", "m.dm.ana") if shown.text.startswith("Noted")]
    await harbour.platform.delete(MessageRef(PlaceRef("local", "m.dm.ana"), answer.id))
    await harbour.platform.say("m.ana", "m.dm.ana", "1")
    assert len(harbour.bot.invoked) == 1


async def test_the_same_invocation_is_typed_as_a_line_where_there_are_no_slash_commands(harbour: Harbour) -> None:
    args = {"note": 'a "quoted" word', "level": 4}
    await harbour.platform.invoke("m.ana", "m.general", "mood", args)
    assert harbour.bot.heard[-1].text == '!mood level=4 note=a "quoted" word'
    await harbour.platform.invoke("m.ana", "m.general", "wave", {"zone": "two words"})
    assert harbour.bot.heard[-1].text == '!wave zone="two words"'


# --- the port --------------------------------------------------------------------------------------------------------


async def test_the_same_key_is_one_message_and_one_edit(harbour: Harbour) -> None:
    place = PlaceRef("local", "d.general")
    first = await harbour.platform.send(place, say("one"), key="k", language="en")
    assert await harbour.platform.send(place, say("two"), key="k", language="en") == first
    await harbour.platform.edit(first, say("three"), key="e", language="en")
    await harbour.platform.edit(first, say("four"), key="e", language="en")
    assert harbour.texts(ANA, "d.general") == ["three"]
    await harbour.platform.delete(first)
    await harbour.platform.delete(first)
    assert harbour.texts(ANA, "d.general") == []


async def test_what_is_for_one_person_goes_to_their_direct_place_or_nowhere(harbour: Harbour) -> None:
    ref = await harbour.platform.send(UserRef("local", ANA), say("for you"), key="k", language="en")
    assert ref.place == PlaceRef("local", "d.dm.ana") and harbour.texts(ANA, "d.dm.ana") == ["for you"]
    await harbour.platform.leave(ANA)
    for to in (UserRef("local", ANA), UserRef("local", "d.nobody"), UserRef("other", BEN), PlaceRef("local", "x")):
        with pytest.raises(Unreachable):
            await harbour.platform.send(to, say("for you"), key=f"to {to.id}", language="en")
    for ref in (MessageRef(PlaceRef("local", "d.general"), "999"), MessageRef(PlaceRef("local", "d.general"), "x")):
        with pytest.raises(Unreachable):
            await harbour.platform.edit(ref, say("?"), key="e", language="en")
        with pytest.raises(Unreachable):
            await harbour.platform.delete(ref)


async def test_a_store_that_is_full_is_an_outage(harbour: Harbour) -> None:
    harbour.store._db.execute("PRAGMA query_only=ON")
    with pytest.raises(TryLater):
        await harbour.platform.send(PlaceRef("local", "d.general"), say("one"), key="k", language="en")
    harbour.store._db.execute("PRAGMA query_only=OFF")
    await harbour.platform.send(PlaceRef("local", "d.general"), say("one"), key="k", language="en")
    assert harbour.texts(ANA, "d.general") == ["one"]


async def test_leaving_and_coming_back(harbour: Harbour) -> None:
    await harbour.platform.leave(ANA, removed=True)
    [gone] = harbour.bot.left
    assert gone.user == UserRef("local", ANA) and gone.removed
    assert not (await harbour.platform.standing(UserRef("local", ANA), None)).here
    with pytest.raises(NotPossible):
        await harbour.platform.say(ANA, "d.general", "hello")
    await harbour.platform.leave(ANA)
    assert len(harbour.bot.left) == 1
    await harbour.platform.join(ANA)
    await harbour.platform.say(ANA, "d.general", "hello")
    assert (await harbour.platform.standing(UserRef("local", ANA), None)).here


async def test_standing_is_fresh_and_unknown_means_least(harbour: Harbour) -> None:
    assert isinstance(harbour.platform, KnowsStanding)
    mods = PlaceRef("local", "d.mods")
    assert (await harbour.platform.standing(UserRef("local", MIRA), mods)).role is Role.MODERATOR
    assert not (await harbour.platform.standing(UserRef("local", ANA), mods)).here
    harbour.store.change_account(MIRA, role=Role.MEMBER)
    standing = await harbour.platform.standing(UserRef("local", MIRA), mods)
    assert (standing.role, standing.here) == (Role.MEMBER, False)
    unknown = await harbour.platform.standing(UserRef("local", "d.nobody"), None)
    assert (unknown.role, unknown.here) == (Role.MEMBER, False)


async def test_abilities_differ_as_the_two_platforms_do(harbour: Harbour) -> None:
    as_discord = harbour.platform.abilities(PlaceRef("local", "d.general"))
    as_matrix = harbour.platform.abilities(UserRef("local", "m.ana"))
    assert (as_discord.presses, as_discord.forms, as_discord.unasked) == (Ability.FULL, Ability.FULL, Ability.NONE)
    assert (as_matrix.presses, as_matrix.forms) == (Ability.FALLBACK, Ability.FALLBACK)


async def test_what_is_remembered_for_one_person_is_named_after_them(harbour: Harbour) -> None:
    """So that an erasure, which looks for the account's id, finds it."""
    to = UserRef("local", "m.ana")
    await harbour.platform.send(to, say("old", presses=[Press(_("Old"), "mood", level=1)]), key="1", language="en")
    assert list(harbour.memory.kept) == ["question:m.ana"]


# --- messages --------------------------------------------------------------------------------------------------------


async def test_messages_are_edited_and_taken_back_by_who_wrote_them(harbour: Harbour) -> None:
    said = (await harbour.platform.say("m.ana", "m.general", "helo")).message or ""
    await harbour.platform.edit_message("m.ana", said, "hello")
    edited = harbour.bot.heard[-1]
    assert edited.edited and edited.text == "hello" and edited.message.id == said
    with pytest.raises(NotPossible):
        await harbour.platform.edit_message("m.ben", said, "other words")
    with pytest.raises(NotPossible):
        await harbour.platform.delete_message("m.ben", said)
    await harbour.platform.delete_message("m.mira", said)
    assert harbour.bot.left[-1].message == MessageRef(PlaceRef("local", "m.general"), said)
    [shown] = harbour.platform.seen("m.ana", "m.general")
    assert shown.deleted and shown.text == "" and shown.blocks == ()


async def test_an_edit_never_presses(harbour: Harbour) -> None:
    said = (await harbour.platform.say("m.ana", "m.dm.ana", "hm")).message or ""
    ask = say("?", presses=[Press(_("A"), "mood", level=1)])
    await harbour.platform.send(UserRef("local", "m.ana"), ask, key="1", language="en")
    await harbour.platform.edit_message("m.ana", said, "1")
    assert not harbour.bot.invoked


async def test_what_one_alone_sees_can_be_dismissed_and_the_bot_does_not_hear_of_it(harbour: Harbour) -> None:
    await harbour.platform.invoke(ANA, "d.general", "mood", {"level": 2})
    [shown] = harbour.platform.seen(ANA, "d.general")
    with pytest.raises(NotPossible):
        await harbour.platform.delete_message(MIRA, shown.id)
    await harbour.platform.delete_message(ANA, shown.id)
    assert harbour.platform.seen(ANA, "d.general") == [] and not harbour.bot.left


async def test_a_message_menu_names_its_message(harbour: Harbour) -> None:
    said = (await harbour.platform.say(BEN, "d.general", "hello")).message or ""
    await harbour.platform.invoke(ANA, "d.general", "wave", {}, about=said)
    assert harbour.bot.invoked[-1].message == MessageRef(PlaceRef("local", "d.general"), said)


async def test_suggestions_follow_what_is_typed(harbour: Harbour) -> None:
    found = await harbour.platform.suggest(ANA, "wave", "zone", "lis")
    assert [option.value for option in found] == ["Europe/Lisbon"]
    assert await harbour.platform.suggest(ANA, "wave", "to", "") == ()
    with pytest.raises(NotPossible):
        await harbour.platform.suggest(ANA, "no-such", "zone", "")


@pytest.mark.parametrize(
    ("typed", "shown", "id"),
    [("  Noor\u202e \u200b ", "Noor", "noor"), ("Ana María", "Ana María", "anamaria"), ("李", "李", "person")],
)
async def test_new_people_have_plain_ids_and_names_that_hide_nothing(
    harbour: Harbour, typed: str, shown: str, id: str
) -> None:
    assert harbour.platform.people.add_person(typed, "de") == id
    account = harbour.store.account(f"m.{id}")
    assert (account.name, account.locale, account.role) == (shown, "de", Role.MEMBER)
    for name in (typed, " ana", "\u200b"):
        with pytest.raises(NotPossible):
            harbour.platform.people.add_person(name, "en")


# --- what survives ---------------------------------------------------------------------------------------------------


async def test_what_a_killed_bot_left_is_handed_to_the_next_in_order_and_shown_once(tmp_path: object) -> None:
    path = f"{tmp_path}/local.db"
    before = Harbour(path)
    before.platform.people.say(ANA, "d.general", "first")
    before.platform.people.invoke(ANA, "d.general", "mood", {"level": 2})
    before.platform.people.say(ANA, "d.general", "last")
    keys = [event.key for event in before.store.events.unhandled()]
    before.store.close()

    after = Harbour(path)
    async with serving(after.platform, after.bot):
        await after.platform.say(ANA, "d.general", "new")
    assert [(one.text, one.late) for one in after.bot.heard] == [("first", True), ("last", True), ("new", False)]
    assert [after.bot.heard[0].key, after.bot.invoked[0].key, after.bot.heard[1].key] == keys
    assert after.store.events.unhandled() == []
    assert len(after.texts(ANA, "d.general")) == 4


async def test_killed_between_the_answer_and_its_mark_it_is_not_shown_twice(tmp_path: object) -> None:
    path = f"{tmp_path}/local.db"
    before = Harbour(path)
    event = before.platform.people.invoke(ANA, "d.general", "wave", {}).event
    assert event is not None
    async with serving(before.platform, before.bot):
        await until(lambda: bool(before.texts(ANA, "d.general")))
    before.store._db.execute(
        "INSERT OR IGNORE INTO events (id, did, account, place, at, data) VALUES (?, 'invoked', ?, 'd.general', 0, ?)",
        (event.id, ANA, '{"args": {}, "command": "wave"}'),
    )
    before.store.close()
    after = Harbour(path)
    async with serving(after.platform, after.bot):
        await after.platform.say(ANA, "d.general", "new")
    assert after.bot.invoked[0].key == event.key
    assert after.texts(ANA, "d.general") == ["waves to all", "new"]


async def test_a_typed_number_means_the_same_when_it_is_read_again(tmp_path: object) -> None:
    made = Harbour(f"{tmp_path}/local.db")
    ask = say("?", presses=[Press(_("A"), "mood", level=1)])
    await made.platform.send(UserRef("local", "m.ana"), ask, key="1", language="en")
    made.platform.people.say("m.ana", "m.dm.ana", "1")
    made.bot.broken = True
    async with serving(made.platform, made.bot):
        await until(lambda: made.store.events.unhandled()[0].tries == 1)
    ask = say("?", presses=[Press(_("B"), "mood", level=2)])
    await made.platform.send(UserRef("local", "m.ana"), ask, key="2", language="en")
    made.bot.broken = False
    async with serving(made.platform, made.bot):
        await until(lambda: not made.store.events.unhandled())
    assert [one.args for one in made.bot.invoked] == [{"level": 1}]


async def test_a_failure_is_its_own_and_is_tried_at_each_start_but_not_for_ever(tmp_path: object) -> None:
    made = Harbour(f"{tmp_path}/local.db")
    made.bot.broken = True
    async with serving(made.platform, made.bot):
        assert (await made.platform.say(ANA, "d.general", "hello")).failed
        made.bot.broken = False
        assert not (await made.platform.say(BEN, "d.general", "hello")).failed
    assert [event.tries for event in made.store.events.unhandled()] == [1]
    made.bot.broken = True
    for left in (1, 0, 0):
        async with serving(made.platform, made.bot):
            for _turn in range(5):
                await asyncio.sleep(0)
        assert len(made.store.events.unhandled()) == left


async def test_one_place_waits_for_itself_only(harbour: Harbour) -> None:
    order: list[str] = []
    gate = asyncio.Event()

    class Slow(Bot):
        async def receive(self, incoming: object) -> None:
            text = incoming.text  # type: ignore[attr-defined]
            if text == "slow":
                await gate.wait()
            order.append(text)

    made = Harbour()
    async with serving(made.platform, Slow()):
        slow = asyncio.create_task(made.platform.say(ANA, "d.general", "slow"))
        after = asyncio.create_task(made.platform.say(BEN, "d.general", "after"))
        await made.platform.say(BEN, "d.support", "elsewhere")
        assert order == ["elsewhere"]
        gate.set()
        await asyncio.gather(slow, after)
    assert order == ["elsewhere", "slow", "after"]


async def test_without_a_bot_a_command_waits_and_a_form_says_so() -> None:
    made = Harbour()
    assert not made.platform.running
    made.platform.people.invoke(ANA, "d.general", "wave", {})
    with pytest.raises(NotPossible):
        made.platform.people.suggest(ANA, "wave", "zone", "")
    async with serving(made.platform, made.bot):
        await made.platform.say(ANA, "d.general", "hello")
        assert made.platform.running
    assert sorted(made.texts(ANA, "d.general")) == ["hello", "waves to all"]


async def test_matrix_gives_each_thing_a_room_of_its_own_and_discord_the_direct_messages() -> None:
    harbour = Harbour()
    with_ana = RoomWith(UserRef("local", "m.ana"), "x1")
    said = replace(say("hello"), speaker=Speaker("Quiet Otter", "4f7cac"))
    first = await harbour.platform.send(with_ana, said, key="k1", language="en")
    again = await harbour.platform.send(with_ana, say("more"), key="k2", language="en")
    other = await harbour.platform.send(RoomWith(UserRef("local", "m.ana"), "x2"), say("else"), key="k3", language="en")
    assert first.place == again.place != other.place
    assert harbour.store.place(first.place.id).name == "Quiet Otter"
    [shown, _more] = harbour.platform.seen("m.ana", first.place.id)
    assert shown.name == "Quiet Otter" and shown.text == "hello"
    direct = await harbour.platform.send(RoomWith(UserRef("local", "d.ana"), "x1"), said, key="k4", language="en")
    assert direct.place.id == "d.dm.ana"
    async with serving(harbour.platform, harbour.bot):
        await harbour.platform.say("m.ana", first.place.id, "1", first.id)
        await harbour.platform.react_to("m.ana", first.id, "+")
        await harbour.platform.react_to("m.ana", first.id, "+", on=False)
    [heard] = harbour.bot.heard
    assert (heard.about, heard.text, heard.direct, heard.reply_to) == ("x1", "1", True, first)
    assert [(one.sign, one.removed, one.about) for one in harbour.bot.reactions] == [
        ("+", False, "x1"),
        ("+", True, "x1"),
    ]


async def test_signs_are_the_readers_and_the_bots_own() -> None:
    harbour = Harbour()
    said = await harbour.platform.send(UserRef("local", "d.ana"), say("hello"), key="k1", language="en")
    for _each in range(2):
        await harbour.platform.react(said, "+", on=True)
    [shown] = harbour.platform.seen("d.ana", "d.dm.ana")
    assert shown.signs == (("+", False),)
    await harbour.platform.react(said, "+", on=False)
    await harbour.platform.delete(said)
    with pytest.raises(Unreachable):
        await harbour.platform.react(said, "+", on=True)
