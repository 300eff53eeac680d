"""Many steps at random, by people who join, pause, answer, refuse, write, block, report, erase and come back: whatever
happens, nobody meets whom they must not, nothing reaches anybody after a block, and a refusal shows nowhere.

One step is one thing that somebody does: a command, a press, a message. `make pairing` takes a million of them; STEPS
and SEED choose how many and which; a failure names its seed and step.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.talk.model import Gone, PlaceRef, UserRef
from commands import FEATURES
from commands.buddy.tables.never import AGAIN_AFTER
from tests.commands.wall import Said, World

NEEDED = tuple(
    # What the guard tidies every hour is none of theirs, and was half of the time that passes here.
    replace(one, jobs=(), started=None) if one.name == "crisis" else one
    for one in FEATURES
    if one.name in ("consent", "crisis", "buddy", "privacy")
)
PEOPLE = 9
A_WORLD = 2_000
CI_STEPS = 20_000
BANDS = ("under-18", "18-24", "25-34", "35-49")
LANGUAGES = ("en", "de", "fr")
HELD = timedelta(days=90)
"""Nobody decides here: a hold stands until what was kept is gone."""


@dataclass
class Someone:
    """What the test itself knows of an account, whatever the bot says."""

    user: UserRef
    band: str = ""
    languages: frozenset[str] = frozenset()
    most: int = 1
    taking_part: bool = False
    paused: bool = False
    read: int = 0


@dataclass
class Meeting:
    """A pair as the two heard of it, by what their questions carry."""

    ones: tuple[str, str]
    abouts: tuple[str, str]
    asked: datetime
    said: dict[str, str] = field(default_factory=dict)
    met: datetime | None = None
    over: datetime | None = None


class Model:
    """Drives a world and holds it to what was promised."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.chance = random.Random(seed)
        self.people = [Someone(UserRef("own" if number % 2 else "dms", f"u{number}")) for number in range(PEOPLE)]
        self.blocked: set[frozenset[str]] = set()
        self.held: dict[str, datetime] = {}
        self.meetings: list[Meeting] = []
        self.turns = 0
        self.counts: dict[str, int] = {}

    # --- steps ---

    async def step(self) -> None:
        does = self.chance.choices(
            [self.join, self.change, self.wait, self.answer, self.write, self.end, self.block, self.report, self.erase,
             self.pause, self.come_back, self.leave, self.link_nothing],
            [14, 6, 10, 26, 26, 3, 2, 1.2, 1, 3, 5, 1, 1],
        )[0]  # fmt: skip
        self.counts[does.__name__] = self.counts.get(does.__name__, 0) + 1
        await does()
        await self.world.app.settle()
        await self.look()
        self.turns += 1

    def someone(self) -> Someone:
        return self.chance.choice(self.people)

    async def join(self) -> None:
        one = self.someone()
        if one.taking_part:
            return
        await self.world.ask(one.user, "start agree", purpose="buddies")
        await self.world.ask(one.user, "buddy join")
        one.band, one.languages, one.most = "", frozenset({"en"}), 1
        await self.world.ask(
            one.user, "buddy set", what="topics", value=self.chance.choice(["grief", "anxiety", "work"])
        )
        await self.choose(one)
        await self.world.ask(one.user, "buddy ready")
        one.taking_part, one.paused = True, False

    async def choose(self, one: Someone) -> None:
        one.band = self.chance.choice(BANDS)
        await self.world.ask(one.user, "buddy set", what="age", value=one.band)
        for tag in LANGUAGES:
            if self.chance.random() < 0.4 and one.languages ^ {tag}:
                one.languages ^= {tag}
                await self.world.ask(one.user, "buddy set", what="languages", value=tag)
        one.most = self.chance.randint(1, 2)
        await self.world.ask(one.user, "buddy set", what="habits", value=f"most-{one.most}")

    async def change(self) -> None:
        one = self.someone()
        if one.taking_part:
            await self.choose(one)

    async def wait(self) -> None:
        days = self.chance.choice([0.05, 0.3, 1, 1, 3])
        await self.world.later(timedelta(days=days))

    async def answer(self) -> None:
        """Somebody answers an open question, or presses an old one again."""
        open_ = [
            each
            for meeting in self.meetings
            for each in self.people
            if not meeting.over and each.user.id in meeting.ones and each.user.id not in meeting.said
        ]
        one = self.chance.choice(open_) if open_ and self.chance.random() < 0.8 else self.someone()
        asked = [said for said in self.world.heard(one.user) if said.words.startswith("I found somebody")]
        if not asked:
            return
        said = asked[-1] if self.chance.random() < 0.9 else self.chance.choice(asked)
        yes, no = said.reply.presses
        press = yes if self.chance.random() < 0.75 else no
        before = {other.user: len(self.world.heard(other.user)) for other in self.people if other is not one}
        answer = await self.world.press(one.user, press)
        await self.world.app.settle()
        about = str(dict(yes.args)["p"])
        meeting = next((each for each in self.meetings if about in each.abouts), None)
        if meeting is None or meeting.over or meeting.met:
            return
        words = _words(answer.reply)
        if press is no and "nobody is told" in words:
            meeting.said[one.user.id] = "no"
            for other, count in before.items():
                assert len(self.world.heard(other)) == count, "a refusal was heard"
        elif press is yes and "How good" in words:
            meeting.said[one.user.id] = "yes"
            assert all(meeting.said.get(each) == "yes" for each in meeting.ones), "met without both saying yes"
            meeting.met = self.world.clock.now()
        elif press is yes and "You hear from me by" in words:
            meeting.said[one.user.id] = "yes"
            for other, count in before.items():
                assert len(self.world.heard(other)) == count, "a yes was heard"

    def mine(self, one: Someone) -> list[Meeting]:
        return [each for each in self.meetings if one.user.id in each.ones and each.met and not each.over]

    def about(self, one: Someone, meeting: Meeting) -> str:
        return meeting.abouts[meeting.ones.index(one.user.id)]

    def other(self, one: Someone, meeting: Meeting) -> Someone:
        id = next(each for each in meeting.ones if each != one.user.id)
        return next(each for each in self.people if each.user.id == id)

    async def write(self) -> None:
        """Words to a buddy, of now or of some time: they arrive exactly where they should."""
        one = self.someone()
        known = [each for each in self.meetings if one.user.id in each.ones]
        if not known:
            return
        meeting = self.chance.choice(known)
        live = meeting.met is not None and meeting.over is None
        other = self.other(one, meeting)
        words = f"words {self.turns}"
        before = {each.user: len(self.world.heard(each.user)) for each in self.people if each is not one}
        about = self.about(one, meeting)
        if one.user.platform == "own":
            await self.world.say(one.user, words, about)
        else:
            answer = await self.world.ask(one.user, "buddy talk", p=about)
            talks = "From now on" in _words(answer.reply)
            assert talks is live, "the talk mode is not what the pair is"
            await self.world.say(one.user, words)
            await self.world.ask(one.user, "buddy quiet")
        await self.world.app.settle()
        for each in self.people:
            if each is one:
                continue
            got = [said for said in self.world.heard(each.user)[before[each.user] :] if words in said.words]
            assert len(got) == (1 if live and each is other else 0), f"{words} reached {len(got)} times"
            assert all(said.reply.speaker is not None for said in got)

    async def end(self) -> None:
        one = self.someone()
        for meeting in self.mine(one)[:1]:
            await self.world.ask(one.user, "buddy ended", p=self.about(one, meeting))
            self.over(meeting)

    async def block(self) -> None:
        one = self.someone()
        for meeting in self.mine(one)[:1]:
            self.blocked.add(frozenset(meeting.ones))
            if self.chance.random() < 0.5:
                # Something is on its way at that very moment.
                other = self.other(one, meeting)
                if other.user.platform == "own":
                    await self.world.say(other.user, "too late", self.about(other, meeting))
            await self.world.ask(one.user, "buddy blocked", p=self.about(one, meeting))
            self.over(meeting)
            await self.world.app.settle()
            assert not any("too late" in said.words for said in self.world.heard(one.user)), "heard after a block"

    async def report(self) -> None:
        one = self.someone()
        for meeting in self.mine(one)[:1]:
            await self.world.ask(one.user, "buddy reported", p=self.about(one, meeting), why="harassment")
            self.held[self.other(one, meeting).user.id] = self.world.clock.now() + HELD
            self.over(meeting)

    async def erase(self) -> None:
        one = self.someone()
        before = {each.user: len(self.world.heard(each.user)) for each in self.people if each is not one}
        met = {self.other(one, each).user for each in self.mine(one)}
        await self.world.ask(one.user, "privacy erase-now")
        await self.world.app.settle()
        self.gone(one)
        for user, count in before.items():
            new = self.world.heard(user)[count:]
            assert not new or user in met, "who was only asked heard of an erasure"
        if self.chance.random() < 0.3:
            await self.world.app.dispatch.gone(
                Gone(f"g{self.turns}", PlaceRef(one.user.platform, "x"), one.user, removed=True)
            )

    async def leave(self) -> None:
        one = self.someone()
        await self.world.ask(one.user, "buddy left")
        self.gone(one)

    def gone(self, one: Someone) -> None:
        for meeting in self.meetings:
            if one.user.id in meeting.ones and not meeting.over:
                if meeting.met:
                    self.over(meeting)
                else:
                    meeting.said[one.user.id] = "no"
        one.taking_part = one.paused = False

    async def pause(self) -> None:
        one = self.someone()
        if one.taking_part:
            await self.world.ask(one.user, "buddy pause", span=self.chance.choice(["1-week", "open"]))
            one.paused = True

    async def come_back(self) -> None:
        one = self.someone()
        if one.taking_part:
            await self.world.ask(one.user, "buddy resume")
            one.paused = False

    async def link_nothing(self) -> None:
        """A restart, in the midst of it all."""
        await self.world.restart()

    def over(self, meeting: Meeting) -> None:
        meeting.over = self.world.clock.now()

    # --- what was promised ---

    async def look(self) -> None:
        """Read what is new, and hold it to the promises."""
        questions: dict[str, list[tuple[Someone, str, datetime]]] = {}
        async with self.world.app.house.db.transaction() as tx:
            rows = await tx.all(
                "SELECT s.about, s.pair, b.state FROM buddy_sides s JOIN buddy_pairs b ON b.id = s.pair"
            )
        state = {row["about"]: row["state"] for row in rows}
        pair_of = {row["about"]: row["pair"] for row in rows}
        for one in self.people:
            heard = self.world.heard(one.user)
            for said in heard[one.read :]:
                if said.words.startswith("I found somebody"):
                    about = str(dict(said.reply.presses[0].args)["p"])
                    if about in pair_of:
                        questions.setdefault(pair_of[about], []).append((one, about, said.at))
                elif said.words.startswith("It did not come about"):
                    self.told_of_nothing(one, said)
            one.read = len(heard)
        for asked in questions.values():
            assert len(asked) == 2, "only one of two was asked"
            self.new_meeting(*asked)
        for meeting in self.meetings:
            if meeting.over is None and all(state.get(about) in (None, "over") for about in meeting.abouts):
                self.over(meeting)

    def told_of_nothing(self, one: Someone, said: Said) -> None:
        """Whoever hears that it did not come about said yes, and hears it when the time is over, not before."""
        waited = [
            each
            for each in self.meetings
            if one.user.id in each.ones and each.said.get(one.user.id) == "yes" and each.met is None
        ]
        assert waited, "told of a pairing that they never agreed to"
        first = min(waited, key=lambda each: each.asked)
        assert said.at - first.asked >= timedelta(hours=72), "told before the time was over"
        first.said[one.user.id] = "told"

    def new_meeting(self, first: tuple[Someone, str, datetime], second: tuple[Someone, str, datetime]) -> None:
        (one, his, now), (other, hers, _now) = first, second
        both = frozenset({one.user.id, other.user.id})
        assert len(both) == 2
        assert both not in self.blocked, "two were brought together after a block"
        assert (one.band == "under-18") is (other.band == "under-18"), "adults and minors were mixed"
        assert one.languages & other.languages, "without a language in common"
        for each in (one, other):
            assert each.taking_part, f"{each.user.id} takes no part"
            assert self.held.get(each.user.id, now) <= now, "somebody was paired whom nobody has looked at"
            assert len(self.mine(each)) < max(each.most, 1), "more buddies than wanted"
        for meeting in self.meetings:
            if frozenset(meeting.ones) == both:
                assert meeting.over is not None, "the same two twice at once"
                assert now - meeting.over >= AGAIN_AFTER - timedelta(days=5), "the same two again too soon"
        self.meetings.append(Meeting((one.user.id, other.user.id), (his, hers), now))


def _words(reply) -> str:
    return Said(None, None, reply, None).words  # type: ignore[arg-type]


async def run(folder, seed: int, steps: int) -> Model:
    world = await World(folder, {"buddies": {"rounds": "daily", "minors": True, "most": 3}}, NEEDED).open()
    model = Model(world, seed)
    try:
        while world.number < steps:
            await model.step()
    except AssertionError as error:
        raise AssertionError(f"seed {seed}, step {world.number}: {error}") from error
    finally:
        await world.close()
    return model


@pytest.mark.parametrize("seed", range(CI_STEPS // A_WORLD))
async def test_nobody_meets_whom_they_must_not(tmp_path, seed):
    model = await run(tmp_path, seed, A_WORLD)
    assert len(model.meetings) > 10 and sum(each.met is not None for each in model.meetings) > 4, model.counts


@pytest.mark.slow
async def test_nobody_meets_whom_they_must_not_for_a_long_time(tmp_path):
    steps, begin = int(os.environ.get("STEPS", "1000000")), int(os.environ.get("SEED", "1000"))
    done: Counter[str] = Counter()
    for number in range(steps // A_WORLD):
        folder = tmp_path / str(number)
        model = await run(folder, begin + number, A_WORLD)
        shutil.rmtree(folder)
        done.update(model.counts)
        done.update(
            steps=model.world.number, asked=len(model.meetings), met=sum(bool(one.met) for one in model.meetings)
        )
        print(dict(done), flush=True)
