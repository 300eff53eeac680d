"""The platform against a real Synapse: what people do becomes what the bot hears, and what it says arrives as it is
meant."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import count

import pytest

from bot.state.clock import SystemClock
from bot.talk.errors import TryLater, Unreachable
from bot.talk.model import Gone, Incoming, Invocation, MessageRef, PlaceRef, Reacted, Role, RoomWith, UserRef
from bot.talk.platform import Ability, Answer, KnowsStanding, Reacts
from bot.talk.press import Press
from bot.talk.reply import Attachment, Audience, Mention, Picture, Reply, Speaker, Verbatim, para, say
from bot.talk.text import _

from .bench import Bench

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
async def bench(server, tmp_path):
    made: list[Bench] = []

    async def make(**settings) -> Bench:
        one = await Bench.make(server, tmp_path / str(len(made)), **settings)
        made.append(one)
        return await one.start()

    yield make
    for one in made:
        await one.stop()


@pytest.fixture
async def hall(bench, ana):
    """A bot and Ana in a common room that Ana made, which is the community."""
    room = await ana.room(public=True)
    bot = await bench(community=[room])
    await bot.meets(room, ana)
    return bot, room


async def test_it_has_the_optional_powers_too(bench) -> None:
    bot = await bench()
    assert isinstance(bot.platform, Reacts) and isinstance(bot.platform, KnowsStanding)
    assert bot.platform.abilities(RoomWith(UserRef("matrix", "@a:b"), "x")).rooms is Ability.FULL
    assert bot.platform.abilities(UserRef("matrix", "@a:b")).encrypted


async def test_it_knows_whether_somebody_joined_and_what_was_said_last(hall, ana) -> None:
    bot, room = hall
    await ana.writes(room, "good morning")
    await ana.writes(room, "who is up?")
    await bot.inbox.hears(Incoming)
    await bot.inbox.hears(Incoming)
    place, reader = PlaceRef("matrix", room), UserRef("matrix", ana.id)
    assert await bot.platform.recent(place, 10, reader=reader) == ["good morning", "who is up?"]
    assert await bot.platform.recent(place, 10, reader=UserRef("matrix", "@nobody:localhost")) is None
    assert not await bot.platform.reached(reader)
    sent = await bot.platform.send(reader, say("for you"), key="k", language="en")
    assert not await bot.platform.reached(reader)
    await ana.joins(sent.place.id)
    await bot.meets(sent.place.id, ana)
    assert await bot.platform.reached(reader)
    assert bot.platform.link(sent).startswith("https://matrix.to/#/!")


# --- reading ----------------------------------------------------------------------------------------------------


async def test_a_message_is_heard_with_all_that_belongs_to_it(hall, ana) -> None:
    bot, room = hall
    first = await ana.writes(room, "good morning")
    heard = await bot.inbox.hears(Incoming)
    assert (heard.key, heard.author, heard.place) == (first, UserRef("matrix", ana.id), PlaceRef("matrix", room))
    assert heard.text == "good morning" and not heard.direct and not heard.addressed and not heard.late
    assert heard.message == MessageRef(PlaceRef("matrix", room), first)
    await ana.writes(room, "in the thread", thread=first)
    assert (await bot.inbox.hears(Incoming)).place == PlaceRef("matrix", room, first)
    await ana.writes(room, "> <@x:y> good\n> morning\n\nyes", reply_to=first)
    answer = await bot.inbox.hears(Incoming)
    assert answer.text == "yes" and answer.reply_to is not None and answer.reply_to.id == first
    await ana.edits(room, first, "!note better")
    edit = await bot.inbox.hears(Incoming)
    assert edit.edited and edit.text == "!note better" and edit.message.id == first and edit.key != first


async def test_the_bot_is_addressed_by_its_name_first_and_not_by_being_answered(hall, ana) -> None:
    bot, room = hall
    pill = f'<a href="https://matrix.to/#/{bot.id}">Handrail</a>: note tea'
    for text, more in (
        (f"{bot.id} note tea", {}),
        (f"{bot.id[1:].partition(':')[0]}: note tea", {}),
        (f"{bot.id[1:].partition(':')[0]} note tea", {"mentions": [bot.id]}),
    ):
        await ana.writes(room, text, **more)
        heard = await bot.inbox.hears(Incoming)
        assert heard.addressed and heard.text == "note tea", text
    html = {"format": "org.matrix.custom.html", "formatted_body": pill}
    await ana.writes(room, f"{bot.id}: note tea", more=html)
    assert (await bot.inbox.hears(Incoming)).text == "note tea"
    await ana.writes(room, "thank you", mentions=[bot.id])
    assert not (await bot.inbox.hears(Incoming)).addressed


async def test_a_mention_in_a_command_arrives_as_the_account(hall, ana, carl) -> None:
    bot, room = hall
    html = f'!post <a href="https://matrix.to/#/{carl.id}">Carl the Great</a>'
    await ana.writes(room, "!post Carl the Great", more={"format": "org.matrix.custom.html", "formatted_body": html})
    assert (await bot.inbox.hears(Incoming)).text == f"!post {carl.id}"


async def test_a_command_of_a_client_that_knows_its_description(hall, ana) -> None:
    bot, room = hall
    asked = {"command": "note", "arguments": {"text": "slept badly", "unknown": 3}}
    await ana.writes(room, "/note whatever", mentions=[bot.id], more={"org.matrix.msc4391.command": asked})
    heard = await bot.inbox.hears(Incoming)
    assert heard.addressed and heard.text == "!note text=slept badly"


async def test_what_is_no_persons_words_is_not_heard(hall, ana) -> None:
    bot, room = hall
    await ana.sends(room, "m.room.message", {"msgtype": "m.notice", "body": "!note by another bot"})
    await ana.sends(room, "m.room.message", {"msgtype": "m.image", "body": "tea.png", "url": "mxc://a/b"})
    picture = {"msgtype": "m.image", "body": "a hard day", "filename": "tea.png", "url": "mxc://a/b"}
    await ana.sends(room, "m.room.message", picture)
    assert (await bot.inbox.hears(Incoming)).text == "a hard day"
    await ana.sends(room, "m.room.message", {"msgtype": "m.emote", "body": "is tired"})
    assert (await bot.inbox.hears(Incoming)).text == "is tired"


async def test_a_removed_message_and_people_who_leave(hall, ana, carl) -> None:
    bot, room = hall
    event = await ana.writes(room, "never mind")
    await ana.redacts(room, event)
    gone = await bot.inbox.hears(Gone)
    assert gone.message == MessageRef(PlaceRef("matrix", room), event)
    await carl.joins(room)
    await carl.leaves(room)
    gone = await bot.inbox.hears(Gone)
    assert gone.user == UserRef("matrix", carl.id) and not gone.removed
    await carl.joins(room)
    await ana.bans(room, carl)
    assert (await bot.inbox.hears(Gone)).removed


# --- roles ------------------------------------------------------------------------------------------------------


async def test_roles_come_from_fresh_power(hall, ana, carl) -> None:
    bot, room = hall
    await carl.joins(room)
    await bot.meets(room, carl)
    place = PlaceRef("matrix", room)

    async def role() -> Role:
        await carl.writes(room, "!close")
        return (await bot.inbox.hears(Incoming)).role

    assert await role() is Role.MEMBER
    await ana.gives_power(room, {carl: 50})
    assert await role() is Role.MODERATOR
    await ana.gives_power(room, {carl: None})
    assert await role() is Role.MEMBER
    assert (await bot.platform.standing(UserRef("matrix", ana.id), place)).role is Role.OWNER
    await carl.leaves(room)
    standing = await bot.platform.standing(UserRef("matrix", carl.id), place)
    assert standing.role is Role.MEMBER and not standing.here


async def test_power_in_the_community_counts_in_private(server, bench, ana, bert) -> None:
    space = await ana.room(public=True, space=True)
    bot = await bench(community=[space])
    await ana.invites(space, bot.id)
    await bot.meets(space, ana)
    await bert.joins(space)
    await bot.meets(space, bert)
    for person, role in ((ana, Role.OWNER), (bert, Role.MEMBER)):
        room = await person.room(encrypted=True, direct=True, invite=[bot.id])
        await bot.meets(room, person)
        await person.writes(room, "close")
        heard = await bot.inbox.hears(Incoming)
        assert heard.direct and heard.role is role


async def test_power_elsewhere_makes_nobody_anything(bench, ana, carl) -> None:
    space = await ana.room(public=True, space=True)
    room = await carl.room(public=True)
    bot = await bench(community=[space], invites=[carl.id])
    await carl.invites(room, bot.id)
    begun = await carl.room(direct=True, invite=[bot.id])
    await bot.meets(room, carl)
    await bot.meets(begun, carl)
    await carl.joins(space)
    await bot.meets(space, carl)
    await ana.joins(room)
    await carl.invites(begun, ana)
    await ana.joins(begun)
    await bot.meets(begun, carl, ana)
    for place in (room, begun):
        await carl.writes(place, "!close")
        heard = await bot.inbox.hears(Incoming)
        assert heard.role is Role.MEMBER and not heard.direct, place
    await ana.sets(space, "m.space.child", {"via": ["localhost"]}, room)
    await bot.until(lambda: room in bot.session.rooms.children)
    await carl.writes(room, "!close")
    assert (await bot.inbox.hears(Incoming)).role is Role.MODERATOR


async def test_configured_people_have_their_role_everywhere(bench, ana) -> None:
    bot = await bench(moderators=[ana.id])
    room = await ana.room(encrypted=True, direct=True, invite=[bot.id])
    await bot.meets(room, ana)
    await ana.writes(room, "close")
    assert (await bot.inbox.hears(Incoming)).role is Role.MODERATOR


# --- doors ------------------------------------------------------------------------------------------------------


async def test_invitations_by_rule(bench, ana, bert) -> None:
    bot = await bench(invites=[ana.id])
    unasked = await bert.room(invite=[bot.id])
    crowd = await bert.room(direct=True, invite=[bot.id, ana.id])
    asked = await ana.room(invite=[bot.id])
    direct = await bert.room(direct=True, encrypted=True, invite=[bot.id])
    await bot.meets(asked, ana)
    await bot.meets(direct, bert)
    for room in (unasked, crowd):
        await with_membership(bert, room, bot.id, "leave")
    again = [await bert.room(direct=True, invite=[bot.id]) for _each in range(3)]
    await with_membership(bert, again[-1], bot.id, "leave")
    assert bot.session.directs.whose(direct).user == bert.id


async def with_membership(person, room: str, who: str, membership: str) -> None:
    for _each in range(400):
        members = await person.asks("GET", f"/rooms/{room}/members")
        if any(one["state_key"] == who and one["content"]["membership"] == membership for one in members["chunk"]):
            return
    raise AssertionError(f"{who} is not {membership}")


async def test_the_rooms_of_a_space_are_entered_with_it(bench, ana) -> None:
    space = await ana.room(public=True, space=True)
    early, late, other = [await ana.room(public=True) for _each in range(3)]
    await ana.sets(space, "m.space.child", {"via": ["localhost"]}, early)
    bot = await bench(community=[space])
    await bot.meets(space, ana)
    await bot.meets(early, ana)
    await ana.sets(space, "m.space.child", {"via": ["localhost"]}, late)
    await bot.meets(late, ana)
    closed = await ana.room()
    await ana.sets(space, "m.space.child", {"via": ["localhost"]}, closed)
    await ana.invites(closed, bot.id)
    await bot.meets(closed, ana)
    assert other not in bot.session._client.rooms


async def test_an_upgrade_is_followed_and_a_false_one_is_not(hall, ana) -> None:
    bot, room = hall
    false = await ana.room(public=True)
    await ana.sets(room, "m.room.tombstone", {"body": "moved", "replacement_room": false})
    await with_membership(ana, false, bot.id, "leave")
    upgraded = await ana.asks("POST", f"/rooms/{room}/upgrade", {"new_version": "12"})
    await bot.meets(upgraded["replacement_room"], ana)
    await bot.until(lambda: bot.session.rooms.present(room) == upgraded["replacement_room"])
    sent = await bot.platform.send(PlaceRef("matrix", room), say("here now"), key="k", language="en")
    assert sent.place.id == upgraded["replacement_room"]
    await bot.stop()
    await bot.start()
    again = await bot.platform.send(PlaceRef("matrix", room), say("here now"), key="k", language="en")
    assert again == sent


async def test_an_upgraded_direct_room_stays_somebodys_own(bench, ana) -> None:
    bot = await bench()
    room = await ana.room(direct=True, encrypted=True, invite=[bot.id])
    await bot.meets(room, ana)
    await bot.until(lambda: bot.session.directs.whose(room))
    upgraded = await ana.asks("POST", f"/rooms/{room}/upgrade", {"new_version": "12"})
    new = upgraded["replacement_room"]
    await ana.invites(new, bot.id)
    await bot.until(lambda: bot.session.directs.whose(new) and not bot.session.directs.whose(room))
    await bot.meets(new, ana)
    assert (await bot.platform.send(UserRef("matrix", ana.id), say("hello"), key="k", language="en")).place.id == new


# --- saying -----------------------------------------------------------------------------------------------------


async def test_what_is_said_is_plain_words_and_html_and_means_whom_it_means(hall, ana) -> None:
    bot, room = hall
    reply = say(para(Mention(UserRef("matrix", ana.id)), ", look: ", Verbatim("<b>@room</b>")), _("Yes"))
    sent = await bot.platform.send(PlaceRef("matrix", room), reply, key="k", language="de")
    event = await ana.hears(room, "look", by=bot.id)
    content = event.source["content"]
    assert event.event_id == sent.id and content["msgtype"] == "m.text"
    assert content["m.mentions"] == {"user_ids": [ana.id]}
    assert "<b>@room</b>" in content["body"] and content["body"].endswith("Ja")
    assert "&lt;b&gt;@room" in content["formatted_body"] and f"matrix.to/#/{ana.id}" in content["formatted_body"]
    assert await bot.platform.send(PlaceRef("matrix", room), reply, key="k", language="de") == sent
    await bot.platform.send(PlaceRef("matrix", room), Reply(say("psst").blocks, notice=True), key="n", language="en")
    quiet = await ana.hears(room, matching=lambda one: getattr(one, "body", "") == "psst")
    assert quiet.source["content"]["msgtype"] == "m.notice" and quiet.source["content"]["m.mentions"] == {}


async def test_threads_answers_and_edits(hall, ana) -> None:
    bot, room = hall
    root = await ana.writes(room, "a thread begins")
    thread = PlaceRef("matrix", room, root)
    sent = await bot.platform.send(thread, say("in it"), key="k", language="en")
    relation = (await ana.hears(room, "in it", by=bot.id)).source["content"]["m.relates_to"]
    assert relation["rel_type"] == "m.thread" and relation["event_id"] == root
    answer = Reply(say("indeed").blocks, answers=MessageRef(PlaceRef("matrix", room), root))
    await bot.platform.send(PlaceRef("matrix", room), answer, key="a", language="en")
    relation = (await ana.hears(room, "indeed", by=bot.id)).source["content"]["m.relates_to"]
    assert relation == {"m.in_reply_to": {"event_id": root}}
    for _twice in range(2):
        await bot.platform.edit(sent, say("in it, better"), key="e", language="en")
    edit = (await ana.hears(room, "in it, better", by=bot.id)).source["content"]
    assert edit["m.relates_to"] == {"rel_type": "m.replace", "event_id": sent.id}
    await bot.platform.delete(sent)
    await bot.platform.delete(sent)
    await ana.hears(room, matching=lambda one: getattr(one, "redacts", None) == sent.id)


async def test_a_long_text_comes_whole_in_several_messages(hall, ana) -> None:
    bot, room = hall
    words = " ".join(f"wörd{number}&" for number in range(6_000))
    await bot.platform.send(PlaceRef("matrix", room), say(words, "the end"), key="k", language="en")
    await ana.hears(room, "the end", by=bot.id)
    said = await ana.bodies(room, by=bot.id)
    assert len(said) > 1 and "".join(said).replace("\n", "").replace(" ", "") == (words + "the end").replace(" ", "")


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
async def test_files_are_uploaded_and_sealed_where_the_room_is(bench, ana, encrypted: bool) -> None:
    bot = await bench(invites=[ana.id])
    room = await ana.room(encrypted=encrypted, invite=[bot.id])
    await bot.meets(room, ana)
    picture = Picture(PNG, "trend.png", _("Yes"))
    reply = say("here", picture, Attachment(b"{}", "all.json", "application/json"))
    await bot.platform.send(PlaceRef("matrix", room), reply, key="k", language="en")
    shown = (await ana.hears(room, matching=lambda one: one.source["content"].get("msgtype") == "m.image")).source
    assert shown["content"]["body"] == "Yes" and shown["content"]["filename"] == "trend.png"
    assert ("file" in shown["content"]) is encrypted and ("url" in shown["content"]) is not encrypted
    url = shown["content"]["file"]["url"] if encrypted else shown["content"]["url"]
    data = await ana.downloads(*url.removeprefix("mxc://").split("/"))
    assert (data == PNG) is not encrypted


async def test_who_can_not_be_reached_is_told_from_who_may_later(bench, ana) -> None:
    bot = await bench()
    for to in (
        PlaceRef("matrix", "!nowhere:localhost"),
        PlaceRef("matrix", "#nowhere:localhost"),
        UserRef("matrix", "nobody"),
    ):
        bot.session.rooms._sync._clock = Quick()
        with pytest.raises(Unreachable):
            await bot.platform.send(to, say("hello"), key="k", language="en")
    await bot.stop()
    with pytest.raises(TryLater):
        await bot.platform.send(UserRef("matrix", ana.id), say("hello"), key="k", language="en")


class Quick(SystemClock):
    """Waits for nothing."""

    async def wait(self, event, until) -> None:
        await asyncio.sleep(0.01)

    def now(self):
        return super().now() + timedelta(seconds=next(_steps) * 10)


_steps = count()


# --- private rooms ----------------------------------------------------------------------------------------------


async def test_private_words_find_a_room_and_go_round_one_that_is_not_sealed(bench, ana) -> None:
    bot = await bench()
    sent = await bot.platform.send(UserRef("matrix", ana.id), say("for you alone"), key="k", language="en")
    await ana.joins(sent.place.id)
    assert (await ana.hears(sent.place.id, "for you alone", by=bot.id)).decrypted
    await bot.meets(sent.place.id, ana)
    plain = await ana.room(direct=True, invite=[bot.id])
    await bot.meets(plain, ana)
    await bot.until(lambda: bot.session.directs.whose(plain))
    await ana.writes(plain, "note tea")
    heard = await bot.inbox.hears(Incoming)
    assert heard.direct and heard.place.id == plain
    answer = await bot.platform.send(heard.place, say("noted"), key="n", language="en")
    assert answer.place.id == sent.place.id and (await ana.hears(sent.place.id, "noted", by=bot.id)).decrypted


async def test_a_room_for_each_thing_found_again_and_apart(bench, ana) -> None:
    bot = await bench()
    me = UserRef("matrix", ana.id)
    heron = Reply(say("hello from over there").blocks, speaker=Speaker("He\u202eron", "336699"))
    rooms = {}
    for about, reply in ((None, say("to you")), ("pair-1", heron), ("pair-2", heron)):
        to = me if about is None else RoomWith(me, about)
        rooms[about] = (await bot.platform.send(to, reply, key=f"k{about}", language="en")).place.id
        await ana.joins(rooms[about])
        await bot.meets(rooms[about], ana)
    assert len(set(rooms.values())) == 3
    said = (await ana.hears(rooms["pair-1"], "over there", by=bot.id)).source["content"]
    assert said["body"] == "Heron: hello from over there"
    assert said["com.beeper.per_message_profile"]["displayname"] == "Heron"
    assert said["com.beeper.per_message_profile"]["has_fallback"] is True
    assert "data-mx-profile-fallback" in said["formatted_body"]
    name = await ana.asks("GET", f"/rooms/{rooms['pair-1']}/state/m.room.name")
    assert name["name"] == "Heron"
    await bot.stop()
    bot.notes.kept = {key: value for key, value in bot.notes.kept.items() if key == "position"}
    await bot.start()
    again = await bot.platform.send(RoomWith(me, "pair-1"), heron, key="again", language="en")
    assert again.place.id == rooms["pair-1"]
    await ana.writes(rooms["pair-1"], "3")
    heard = await bot.inbox.hears(Incoming)
    assert heard.about == "pair-1" and heard.text == "3" and heard.direct
    await ana.writes(rooms[None], "hello")
    assert (await bot.inbox.hears(Incoming)).about is None


async def test_signs_in_both_directions(bench, ana) -> None:
    bot = await bench()
    me = RoomWith(UserRef("matrix", ana.id), "pair-1")
    sent = await bot.platform.send(me, say("how was it?"), key="k", language="en")
    room = sent.place.id
    await ana.joins(room)
    await bot.meets(room, ana)
    own = await ana.writes(room, "good")
    await ana.reacts(room, own, "🎉")
    await ana.reacts(room, sent.id, "mxc://localhost/picture")
    put = await ana.reacts(room, sent.id, "❤️")
    heard = await bot.inbox.hears(Reacted)
    assert (heard.message, heard.sign, heard.about, heard.removed) == (sent, "❤️", "pair-1", False)
    await bot.stop()
    await ana.redacts(room, put)
    await bot.start()
    heard = await bot.inbox.hears(Reacted)
    assert (heard.message, heard.sign, heard.removed) == (sent, "❤️", True)
    for on in (True, True, False, False, True):
        await bot.platform.react(MessageRef(sent.place, own), "👍", on=on)
    relations = await ana.asks("GET", f"/rooms/{room}/messages?dir=b&limit=50")
    standing = [
        one for one in relations["chunk"] if one["type"] == "m.reaction" and one["sender"] == bot.id and one["content"]
    ]
    assert len(standing) == 1


# --- numbers ----------------------------------------------------------------------------------------------------

ASK = say("Which?", presses=(Press(_("Yes"), "note", text="y"), Press(_("No"), "note", text="n")))


async def test_a_number_answers_the_latest_question_of_a_direct_room(bench, ana) -> None:
    bot = await bench()
    me = UserRef("matrix", ana.id)
    first = await bot.platform.send(me, ASK, key="k1", language="en")
    room = first.place.id
    await ana.joins(room)
    await bot.meets(room, ana)
    shown = await ana.hears(room, "Which?", by=bot.id)
    assert "1. Yes (!note text=y)" in shown.body and "<ol>" in shown.source["content"]["formatted_body"]
    await ana.writes(room, "2")
    pressed = await bot.inbox.hears(Invocation)
    assert pressed.command == "note" and pressed.args == {"text": "n"} and pressed.pressed == first
    await ana.hears(room, "taken", by=bot.id)
    await ana.writes(room, "7")
    assert (await bot.inbox.hears(Incoming)).text == "7"
    bot.inbox.answer = Answer(Reply(say("done").blocks, replaces=True), Audience.PRIVATE, "en")
    await ana.writes(room, "1.")
    await ana.hears(room, "done", by=bot.id)
    await ana.writes(room, "1")
    await bot.inbox.hears(Incoming, lambda one: one.text == "1")


async def test_in_a_common_room_a_number_is_a_reply_to_its_question(hall, ana) -> None:
    bot, room = hall
    place = PlaceRef("matrix", room)
    old = await bot.platform.send(place, ASK, key="k1", language="en")
    asked = await bot.platform.send(place, ASK, key="k2", language="en")
    await ana.writes(room, "1")
    assert (await bot.inbox.hears(Incoming)).text == "1"
    await ana.writes(room, "1", reply_to=old.id)
    assert (await bot.inbox.hears(Incoming)).text == "1"
    bot.inbox.answer = Answer(say("for all"), Audience.PUBLIC, "en", aside=say("for you"))
    await ana.writes(room, "1", reply_to=asked.id)
    assert (await bot.inbox.hears(Invocation)).pressed == asked
    await ana.hears(room, "for all", by=bot.id)
    await ana.sync()
    (direct,) = ana.client.invited_rooms
    await ana.joins(direct)
    await ana.hears(direct, "for you", by=bot.id)


async def test_a_private_command_in_a_common_room_is_taken_away_where_the_bot_may(hall, ana) -> None:
    bot, room = hall
    kept = await ana.writes(room, "!note before it may")
    await bot.inbox.hears(Incoming)
    await ana.gives_power(room, {bot.id: 50})
    public = await ana.writes(room, "!post")
    taken = await ana.writes(room, "!note a hard night")
    await ana.hears(room, matching=lambda one: getattr(one, "redacts", None) == taken)
    left = [one.event_id for one in await ana.reads(room) if getattr(one, "body", None)]
    assert kept in left and public in left and taken not in left


async def test_commands_are_described_where_the_bot_may(bench, ana) -> None:
    may = await ana.room(public=True, powers={"users": {}, "state_default": 0})
    may_not = await ana.room(public=True)
    bot = await bench(community=[may, may_not])
    await bot.meets(may, ana)
    kind = "org.matrix.msc4391.command_description"

    async def described(room: str) -> dict:
        return {
            one["content"]["command"]: one
            for one in await ana.asks("GET", f"/rooms/{room}/state")
            if one["type"] == kind
        }

    for _each in range(200):
        if len(await described(may)) == 2:
            break
    found = await described(may)
    assert set(found) == {"note", "post"} and await described(may_not) == {}
    content = found["note"]["content"]
    assert content["parameters"][0]["key"] == "text" and content["fi.mau.tail_parameter"] == "text"
    assert found["post"]["content"]["parameters"][0]["schema"]["type"] == "user_id"
