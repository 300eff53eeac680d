"""The outbox: in order for each destination, once, urgent before bulk, and nobody held up by somebody else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from bot.state.counts import counted
from bot.state.database import Transaction
from bot.state.outbox import LONGEST, Deed, Outbox, Sender, prune
from bot.state.outbox.delivery import MOST_FAILURES
from bot.state.outbox.sender import AT_ONCE, FOR_URGENT, STOPPED_PAUSE
from bot.state.traces import walk
from bot.talk.errors import NotConnected, Paused, PlatformStopped, TryLater, Unreachable
from bot.talk.model import MessageRef, PlaceRef, RoomWith, Target, UserRef
from bot.talk.reply import Reply, Sign, Verbatim, inlines, say

from .conftest import House

LOG = logging.getLogger("test.outbox")
ANA, BEN = UserRef("local", "ana"), UserRef("local", "ben")
ROOM = PlaceRef("local", "room")
SECOND = timedelta(seconds=1)


class Post:
    """A platform that takes messages, and may do anything else that it is told to."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.sent: list[tuple[Target, str, str]] = []
        self.before: Callable[[Target, str], Awaitable[None]] | None = None
        self.outbox = Outbox(house.vault)
        self.remembered: list[tuple[str, MessageRef]] = []
        self.disk_is_full = False
        self.sender = self.new_sender()

    def new_sender(self) -> Sender:
        return Sender(self.house.db, self.outbox, self.house.clock, self.deliver, LOG, self.on_sent)

    async def deliver(self, to: Target, reply: Reply, key: str) -> MessageRef:
        if self.before is not None:
            await self.before(to, key)
        (said,) = inlines(reply)
        assert isinstance(said, Verbatim)
        self.sent.append((to, said.text, key))
        return MessageRef(ROOM, f"m{len(self.sent)}")

    async def on_sent(self, tx: Transaction, remember: str, message: MessageRef) -> None:
        if self.disk_is_full:
            raise Paused
        self.remembered.append((remember, message))

    async def put(self, to: Target, key: str, **more: object) -> None:
        async with self.house.db.transaction() as tx:
            await self.outbox.put(tx, to, say(f"text of {key}"), key=key, **more)  # type: ignore[arg-type]

    async def waiting(self) -> int:
        async with self.house.db.transaction() as tx:
            return await self.outbox.waiting(tx)

    async def counted(self) -> dict[str, int]:
        async with self.house.db.transaction() as tx:
            return await counted(tx, date(2026, 1, 1))

    @property
    def keys(self) -> list[str]:
        return [key for _to, _text, key in self.sent]


@pytest.fixture
def post(house: House) -> Post:
    return Post(house)


async def test_what_is_put_arrives_as_it_was_said_and_leaves(post: Post) -> None:
    await post.put(ANA, "a")
    await post.put(PlaceRef("local", "room", "thread"), "b")
    assert await post.sender.run_due() == 2
    assert post.sent == [
        (ANA, "text of a", "a"),
        (PlaceRef("local", "room", "thread"), "text of b", "b"),
    ]
    assert await post.waiting() == 0
    assert await post.sender.run_due() == 0


async def test_nothing_is_sent_of_a_transaction_that_came_to_nothing(post: Post) -> None:
    with pytest.raises(KeyError):
        async with post.house.db.transaction() as tx:
            await post.outbox.put(tx, ANA, say("x"), key="a")
            raise KeyError
    assert await post.sender.run_due() == 0


async def test_a_key_waits_once_and_can_be_taken_back(post: Post) -> None:
    async with post.house.db.transaction() as tx:
        assert await post.outbox.put(tx, ANA, say("first"), key="a")
        assert not await post.outbox.put(tx, ANA, say("second"), key="a")
        assert await post.outbox.put(tx, ANA, say("third"), key="b")
        assert await post.outbox.cancel(tx, "b") and not await post.outbox.cancel(tx, "b")
    await post.sender.run_due()
    assert [text for _to, text, _key in post.sent] == ["first"]


async def test_neither_words_nor_who_lie_open(post: Post) -> None:
    house = post.house
    async with house.db.transaction() as tx:
        person = await house.people.join(tx, ANA)
        await post.outbox.put(tx, ANA, say("quiet words"), key="a")
        await post.outbox.put(tx, PlaceRef("local", "secret-room"), say("quiet words"), key="b", person=person.id)
        await post.outbox.put(tx, BEN, say("quiet words"), key="c")
        rows = {row["key"]: row["person"] for row in await tx.all("SELECT key, person FROM outbox")}
    assert rows == {"a": person.id, "b": person.id, "c": None}
    assert walk(house.db.path, ["quiet words", "secret-room", "ana\0", '"ana"', '"ben"']) == []


async def test_each_destination_gets_its_messages_in_order(post: Post) -> None:
    async def shuffle(to: Target, key: str) -> None:
        for _ in range(sum(key.encode()) % 7):
            await asyncio.sleep(0)

    post.before = shuffle
    people = [UserRef("local", f"p{n}") for n in range(12)]
    for n in range(5):
        for person in people:
            await post.put(person, f"{person.id}:{n}")
    assert await post.sender.run_due() == 60
    for person in people:
        assert [key for key in post.keys if key.startswith(f"{person.id}:")] == [f"{person.id}:{n}" for n in range(5)]


async def test_destinations_go_side_by_side_with_room_left_for_what_is_urgent(post: Post) -> None:
    gate, busy, most = asyncio.Event(), 0, 0
    urgent_waited: list[str] = []

    async def hold(to: Target, key: str) -> None:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        if key.startswith("urgent"):
            urgent_waited.append(key)
            if len(urgent_waited) == FOR_URGENT:
                gate.set()
        await gate.wait()
        busy -= 1

    post.before = hold
    for n in range(30):
        await post.put(UserRef("local", f"p{n}"), f"bulk{n}")
    running = asyncio.ensure_future(post.sender.run())
    while busy < AT_ONCE - FOR_URGENT:
        await _turn(post)
    for n in range(FOR_URGENT):
        await post.put(UserRef("local", f"u{n}"), f"urgent{n}", urgent=True)
    while await post.waiting():
        pass
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert len(urgent_waited) == FOR_URGENT and most == AT_ONCE
    assert set(post.keys) == {f"bulk{n}" for n in range(30)} | {f"urgent{n}" for n in range(FOR_URGENT)}


async def test_urgent_goes_first_to_the_same_destination(post: Post) -> None:
    await post.put(ANA, "bulk1")
    await post.put(ANA, "bulk2")
    await post.put(ANA, "urgent1", urgent=True)
    await post.put(ANA, "urgent2", urgent=True)
    await post.sender.run_due()
    assert post.keys == ["urgent1", "urgent2", "bulk1", "bulk2"]


async def test_try_later_waits_as_long_as_it_says_and_keeps_the_order(post: Post) -> None:
    refuse = True

    async def later(to: Target, key: str) -> None:
        if to == ANA and refuse:
            raise TryLater("slow down", 90.0)

    post.before = later
    for to, key in ((ANA, "a1"), (ANA, "a2"), (BEN, "b1")):
        await post.put(to, key)
    assert await post.sender.run_due() == 2
    assert post.keys == ["b1"]
    refuse = False
    await post.house.clock.advance(89 * SECOND)
    assert await post.sender.run_due() == 0
    await post.house.clock.advance(SECOND)
    assert await post.sender.run_due() == 2
    assert post.keys == ["b1", "a1", "a2"]


async def test_without_a_word_on_how_long_the_pauses_grow_and_a_restart_does_not_shorten_them(post: Post) -> None:
    async def later(to: Target, key: str) -> None:
        tried.append(post.house.clock.now())
        raise TryLater("slow down")

    tried: list[object] = []
    post.before = later
    await post.put(ANA, "a")
    start = post.house.clock.now()
    for _ in range(60):
        post.sender = post.new_sender()
        await post.sender.run_due()
        await post.house.clock.advance(SECOND)
    assert tried == [start + n * SECOND for n in (0, 2, 6, 14, 30)]


async def test_who_can_not_be_reached_is_counted_and_nothing_of_it_kept(post: Post) -> None:
    async def closed(to: Target, key: str) -> None:
        if to == ANA:
            raise Unreachable("closed")

    post.before = closed
    await post.put(ANA, "a")
    await post.put(BEN, "b")
    await post.sender.run_due()
    assert post.keys == ["b"] and await post.waiting() == 0
    assert await post.counted() == {"outbox.unreachable": 1}


async def test_a_stopped_platform_waits_and_the_others_go_on(post: Post) -> None:
    stopped = True

    async def stop(to: Target, key: str) -> None:
        if to.platform == "matrix" and stopped:
            raise PlatformStopped("the token was revoked")

    post.before = stop
    for n in range(20):
        await post.put(UserRef("matrix", f"@p{n}:example.org"), f"m{n}")
    await post.put(ANA, "a")
    attempts = await post.sender.run_due()
    assert post.keys == ["a"] and attempts < 20
    stopped = False
    assert await post.sender.run_due() == 0
    await post.house.clock.advance(STOPPED_PAUSE)
    assert await post.sender.run_due() == 20
    stopped = True
    await post.put(UserRef("matrix", "@p:example.org"), "again")
    await post.sender.run_due()
    stopped = False
    post.sender.resumed("matrix")
    assert await post.sender.run_due() == 1


async def test_after_a_week_or_when_it_says_so_a_message_is_dropped(post: Post) -> None:
    await post.put(ANA, "soon", expires=post.house.clock.now() + timedelta(hours=1))
    await post.put(ANA, "never", expires=post.house.clock.now() + timedelta(days=100))
    await post.put(ANA, "week")
    await post.house.clock.advance(timedelta(hours=1))
    post.before = _refuse
    assert await post.sender.run_due() == 2
    await post.house.clock.advance(LONGEST)
    post.before = None
    await post.sender.run_due()
    assert post.sent == [] and await post.waiting() == 0
    assert await post.counted() == {"outbox.expired": 3}


async def _refuse(to: Target, key: str) -> None:
    raise TryLater("later", 10.0)


async def test_a_message_that_always_fails_is_given_up_and_lets_the_next_through(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(to: Target, key: str) -> None:
        if key == "bad":
            raise ValueError("private words")

    post.before = fail
    await post.put(ANA, "bad")
    await post.put(ANA, "good")
    attempts = 0
    while not post.sent:
        attempts += await post.sender.run_due()
        await post.house.clock.advance(timedelta(minutes=15))
    assert attempts == MOST_FAILURES + 1
    assert await post.counted() == {"outbox.failed": 1}
    assert "ValueError at test_outbox.py" in caplog.text and "private" not in caplog.text


async def test_a_row_that_can_not_be_read_holds_up_nothing(post: Post) -> None:
    for key in ("tampered", "foreign", "good"):
        await post.put(ANA, key)
    from bot.state.sealing import Where

    sealed = post.house.vault.seal_common(Where("outbox", "sealed", "foreign"), b'[99, "from another version"]')
    async with post.house.db.transaction() as tx:
        await tx.execute("UPDATE outbox SET sealed = sealed_target WHERE key = 'tampered'")
        await tx.execute("UPDATE outbox SET sealed = ?1 WHERE key = 'foreign'", sealed)
    await post.sender.run_due()
    assert post.keys == ["good"]
    assert await post.counted() == {"outbox.unreadable": 2}


async def test_who_asked_to_remember_learns_where_it_arrived(post: Post) -> None:
    await post.put(ANA, "a", remember="reminder/1")
    await post.put(ANA, "b")
    await post.sender.run_due()
    assert post.remembered == [("reminder/1", MessageRef(ROOM, "m1"))]


async def test_a_failing_hook_does_not_send_twice(post: Post) -> None:
    async def fail(tx: Transaction, remember: str, message: MessageRef) -> None:
        raise ValueError

    post.sender = Sender(post.house.db, post.outbox, post.house.clock, post.deliver, LOG, fail)
    await post.put(ANA, "a", remember="x")
    await post.sender.run_due()
    await post.sender.run_due()
    assert post.keys == ["a"] and await post.waiting() == 0


async def test_what_was_sent_while_the_disk_was_full_is_not_sent_again(post: Post) -> None:
    await post.put(ANA, "a", remember="x")
    post.disk_is_full = True
    await post.sender.run_due()
    assert post.keys == ["a"] and await post.waiting() == 1
    post.disk_is_full = False
    await post.house.clock.advance(5 * SECOND)
    await post.sender.run_due()
    assert post.keys == ["a"] and await post.waiting() == 0
    assert post.remembered == [("x", MessageRef(ROOM, "m1"))]


async def test_what_a_stopped_bot_did_not_record_is_sent_again_under_its_key(post: Post) -> None:
    await post.put(ANA, "a")
    arrived = asyncio.Event()
    deliver = post.deliver

    async def and_hang(to: Target, reply: Reply, key: str) -> MessageRef:
        await deliver(to, reply, key)
        arrived.set()
        await asyncio.Event().wait()
        raise AssertionError

    running = asyncio.ensure_future(Sender(post.house.db, post.outbox, post.house.clock, and_hang, LOG).run())
    await arrived.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await post.new_sender().run_due()
    assert post.keys == ["a", "a"]


async def test_somebody_erased_meanwhile_gets_nothing_any_more(post: Post) -> None:
    house = post.house
    async with house.db.transaction() as tx:
        person = await house.people.join(tx, ANA)
    await post.put(ANA, "a")
    await post.put(BEN, "b")
    await house.vault.destroy(person.id)
    await post.sender.run_due()
    assert post.keys == ["b"] and await post.waiting() == 0


async def test_the_sender_wakes_at_once_and_at_its_time(post: Post) -> None:
    running = asyncio.ensure_future(post.sender.run())
    await post.put(ANA, "a")
    while await post.waiting():
        pass
    post.before = _refuse
    await post.put(ANA, "b")
    while post.house.clock.next_deadline is None:
        await _turn(post)
    post.before = None
    await post.house.clock.advance(10 * SECOND)
    while await post.waiting():
        pass
    assert post.keys == ["a", "b"]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def _turn(post: Post) -> None:
    await post.waiting()


# --- edits, deletions, signs ---------------------------------------------------------------------------------------


class Desk(Post):
    """A platform on which what was sent can be changed, and which loses what it is told to."""

    def __init__(self, house: House) -> None:
        self.done: list[tuple[Deed, MessageRef, str]] = []
        self.lost: list[str] = []
        super().__init__(house)

    def new_sender(self) -> Sender:
        return Sender(
            self.house.db,
            self.outbox,
            self.house.clock,
            self.deliver,
            LOG,
            self.on_sent,
            act=self.act,
            on_lost=self.on_lost,
        )

    async def act(self, deed: Deed, to: Target, message: MessageRef, what: Reply | Sign, key: str) -> None:
        if self.before is not None:
            await self.before(to, key)
        said = what.text if isinstance(what, Sign) else next((str(one) for one in inlines(what)), "")
        self.done.append((deed, message, said))

    async def on_lost(self, tx: Transaction, mark: str) -> None:
        self.lost.append(mark)


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


async def test_a_change_follows_what_it_changes_also_before_that_was_sent(desk: Desk) -> None:
    async with desk.house.db.transaction() as tx:
        await desk.outbox.put(tx, ANA, say("first"), key="a", remember="t:1")
        await desk.outbox.edit(tx, ANA, "t:1", say("second"), key="b")
        await desk.outbox.react(tx, ANA, Sign("+"), key="c", mark="t:1")
        await desk.outbox.delete(tx, ANA, "t:2", key="d")
    await desk.sender.run_due()
    ref = MessageRef(ROOM, "m1")
    assert [one[:2] for one in desk.done] == [(Deed.EDIT, ref), (Deed.REACT, ref)]
    async with desk.house.db.transaction() as tx:
        assert await desk.outbox.delivered.mark_of(tx, ref) == "t:1"
        await desk.outbox.delete(tx, ANA, "t:1", key="e")
    await desk.sender.run_due()
    assert desk.done[-1][:2] == (Deed.DELETE, ref)
    async with desk.house.db.transaction() as tx:
        assert await desk.outbox.delivered.where(tx, "t:1") is None


async def test_what_is_taken_back_before_it_left_is_never_sent(desk: Desk) -> None:
    async with desk.house.db.transaction() as tx:
        await desk.outbox.put(tx, ANA, say("first"), key="a", remember="t:1")
        await desk.outbox.delete(tx, ANA, "t:1", key="b")
    await desk.sender.run_due()
    assert desk.sent == [] and desk.done == [] and await desk.waiting() == 0


async def test_what_is_taken_back_on_its_way_is_deleted_when_it_arrived(desk: Desk) -> None:
    async def meanwhile(to: Target, key: str) -> None:
        if key == "a":
            async with desk.house.db.transaction() as tx:
                await desk.outbox.delete(tx, ANA, "t:1", key="b")

    desk.before = meanwhile
    async with desk.house.db.transaction() as tx:
        await desk.outbox.put(tx, ANA, say("first"), key="a", remember="t:1")
    await desk.sender.run_due()
    assert [one[:2] for one in desk.done] == [(Deed.DELETE, MessageRef(ROOM, "m1"))]


async def test_what_an_earlier_run_may_have_sent_is_found_and_deleted(desk: Desk) -> None:
    async with desk.house.db.transaction() as tx:
        await desk.outbox.put(tx, ANA, say("first"), key="a", remember="t:1")
    after = Desk(desk.house)
    async with desk.house.db.transaction() as tx:
        await after.outbox.delete(tx, ANA, "t:1", key="b")
    await after.sender.run_due()
    assert after.sent == [(ANA, "…", "a")], "under its key, and not in its words"
    assert [one[:2] for one in after.done] == [(Deed.DELETE, MessageRef(ROOM, "m1"))] and await after.waiting() == 0


async def test_what_may_have_arrived_though_it_failed_is_found_and_deleted(desk: Desk) -> None:
    async def lost(to: Target, key: str) -> None:
        if key == "a":
            desk.before = None
            raise TryLater("the answer got lost", 1.0)

    desk.before = lost
    async with desk.house.db.transaction() as tx:
        await desk.outbox.put(tx, ANA, say("first"), key="a", remember="t:1")
    await desk.sender.run_due()
    async with desk.house.db.transaction() as tx:
        await desk.outbox.delete(tx, ANA, "t:1", key="b")
    await desk.house.clock.advance(LONGEST / 100)
    await desk.sender.run_due()
    assert [one[1] for one in desk.sent] == ["…"]
    assert [one[:2] for one in desk.done] == [(Deed.DELETE, MessageRef(ROOM, "m1"))]


async def test_a_bot_that_starts_again_and_again_does_not_make_messages_wait_longer(post: Post) -> None:
    async def away(to: Target, key: str) -> None:
        raise NotConnected(1.0)

    await post.put(ANA, "a")
    for _start in range(8):
        post.before = away
        post.sender = post.new_sender()
        await post.sender.run_due()
        post.before = None
    await post.house.clock.advance(2 * SECOND)
    await post.sender.run_due()
    assert post.keys == ["a"]


async def test_who_waits_for_a_message_hears_when_it_is_lost(desk: Desk) -> None:
    async def gone(to: Target, key: str) -> None:
        raise Unreachable("left")

    desk.before = gone
    async with desk.house.db.transaction() as tx:
        await desk.outbox.put(tx, ANA, say("first"), key="a", remember="t:1")
        await desk.outbox.put(tx, BEN, say("second"), key="b")
    await desk.sender.run_due()
    assert desk.lost == ["t:1"]
    async with desk.house.db.transaction() as tx:
        await desk.outbox.put(tx, ANA, say("third"), key="c", remember="t:2", expires=desk.house.clock.now())
    await desk.sender.run_due()
    assert desk.lost == ["t:1", "t:2"]


async def test_an_answer_stands_under_what_it_answers_where_that_arrived(desk: Desk) -> None:
    answered: list[MessageRef | None] = []
    deliver = desk.deliver

    async def look(to: Target, reply: Reply, key: str) -> MessageRef:
        answered.append(reply.answers)
        return await deliver(to, reply, key)

    desk.sender = Sender(desk.house.db, desk.outbox, desk.house.clock, look, LOG, act=desk.act)
    async with desk.house.db.transaction() as tx:
        await desk.outbox.put(tx, ANA, say("first"), key="a", remember="t:1")
        await desk.outbox.put(tx, ANA, say("second"), key="b", answers="t:1")
        await desk.outbox.put(tx, ANA, say("third"), key="c", answers="t:9")
    await desk.sender.run_due()
    assert answered == [None, MessageRef(ROOM, "m1"), None]


async def test_nothing_starts_for_a_destination_that_was_dropped(desk: Desk) -> None:
    async with desk.house.db.transaction() as tx:
        await desk.outbox.put(tx, RoomWith(ANA, "x"), say("first"), key="a")
        await desk.outbox.put(tx, ANA, say("second"), key="b")
        assert await desk.outbox.drop(tx, RoomWith(ANA, "x")) == 1
    await desk.sender.run_due()
    assert desk.keys == ["b"]


async def test_arrivals_are_forgotten_in_time(desk: Desk) -> None:
    async with desk.house.db.transaction() as tx:
        await desk.outbox.put(tx, ANA, say("first"), key="a", remember="t:1")
        await desk.outbox.put(tx, ANA, say("second"), key="b", remember="t:2", remember_for=timedelta(days=30))
    await desk.sender.run_due()
    await desk.house.clock.advance(timedelta(days=8))
    async with desk.house.db.transaction() as tx:
        assert await prune(tx) == 1
        assert await desk.outbox.delivered.where(tx, "t:1") is None
        assert await desk.outbox.delivered.where(tx, "t:2") == MessageRef(ROOM, "m2")
