"""Which copy belongs to which message, whatever happens in which order: decided once, and never twice the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.proxied import FEW, HELD, MOST, Proxied
from bot.state.clock import ManualClock
from bot.talk.model import PlaceRef

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PLACE = PlaceRef("discord", "7")
TAGS = st.sampled_from([("", ""), ("A:", ""), ("A: ", ""), ("[", "]"), ("", " -b"), ("b\n", "")])
LIKE = st.sampled_from(["hi", "hi hi", "ok", "so tired", "so  tired of it"])
UNLIKE = ("one fish", "red bird", "old moon", "wet stone", "tall tree")
PROXIED, DELETED, LEFT = "proxied", "deleted by its author", "left standing"


class Channel:
    """Events by increasing ids, as a gateway brings them; and what was decided."""

    def __init__(self) -> None:
        self.clock = ManualClock(START)
        self.proxied = Proxied(self.clock, self.decided)
        self.stands: dict[int, int | None] = {}
        self.id = 0
        self.copies: dict[int, str] = {}

    def decided(self, message: int, channel: int, place: PlaceRef, copy: int | None) -> None:
        assert place == PLACE and message not in self.stands, "decided twice"
        self.stands[message] = copy

    def say(self, text: str) -> int:
        self.id += 1
        self.proxied.said(self.id, 7, text)
        return self.id

    def repeat(self, text: str) -> int:
        self.id += 1
        self.copies[self.id] = text
        self.proxied.repeated(self.id, 7, text, PLACE)
        return self.id

    def delete(self, id: int) -> None:
        self.proxied.deleted(id, 7, PLACE)


@st.composite
def afternoons(draw, words):
    """(who, what happens) in some order in which each message comes before its copy and its deletion."""
    said = draw(st.lists(st.tuples(words, TAGS, st.sampled_from([PROXIED, DELETED, LEFT])), min_size=1, max_size=5))
    events = [(who, what) for who in range(len(said)) for what in ("say", "copy", "delete")]
    order = draw(st.permutations(events))
    seen, out = set(), []
    for who, what in order:
        if what == "say" or who in seen:
            out.append((who, what))
        else:
            out += [(who, "say"), (who, what)]
        seen.add(who)
    return said, list(dict.fromkeys(out))


def play(afternoon) -> tuple[Channel, dict[int, int], dict[int, int]]:
    said, events = afternoon
    channel, originals, copies = Channel(), {}, {}
    channel.repeat("a webhook speaks here")
    for who, what in events:
        words, (before, after), fate = said[who]
        if what == "say":
            originals[who] = channel.say(before + words + after)
        elif what == "copy" and fate == PROXIED:
            copies[who] = channel.repeat(words)
        elif what == "delete" and fate != LEFT:
            channel.delete(originals[who])
    channel.proxied.end()
    return channel, originals, copies


@given(afternoons(LIKE))
def test_each_deletion_is_decided_once_and_no_copy_stands_for_two(afternoon):
    channel, originals, copies = play(afternoon)
    said, _events = afternoon
    gone = {originals[who] for who, (_words, _tags, fate) in enumerate(said) if fate != LEFT}
    assert set(channel.stands) == gone
    used = [copy for copy in channel.stands.values() if copy is not None]
    assert len(used) == len(set(used)) and set(used) <= set(copies.values())
    texts = {originals[who]: before + words + after for who, (words, (before, after), _fate) in enumerate(said)}
    for message, copy in channel.stands.items():
        assert copy is None or " ".join(channel.copies[copy].split()) in " ".join(texts[message].split())


@given(st.data())
def test_words_of_their_own_are_always_found(data):
    afternoon = data.draw(
        afternoons(st.sampled_from(UNLIKE)).filter(lambda one: len({w for w, *_ in one[0]}) == len(one[0]))
    )
    channel, originals, copies = play(afternoon)
    for who, (_words, _tags, fate) in enumerate(afternoon[0]):
        if fate != LEFT:
            assert channel.stands[originals[who]] == copies.get(who)


def test_it_is_bounded_and_what_waits_is_not_lost_by_that():
    channel = Channel()
    channel.repeat("a webhook speaks here")
    for number in range(MOST):
        channel.delete(channel.say(f"message {number}"))
        channel.say("and one that stands")
        channel.repeat("and something of a webhook's own")
    held = channel.proxied
    assert len(held._said) <= MOST and max(len(held._copies), len(held._held)) <= FEW
    assert len(channel.stands) >= MOST - FEW
    held.end()
    assert len(channel.stands) == MOST and not any(channel.stands.values())


async def test_what_waits_is_decided_after_a_moment():
    channel = Channel()
    channel.repeat("a webhook speaks here")
    channel.delete(channel.say("hello"))
    held = channel.proxied
    held._forget(channel.clock.now() + HELD - timedelta(milliseconds=1))
    assert channel.stands == {}
    held._forget(channel.clock.now() + HELD)
    assert list(channel.stands.values()) == [None]


def test_what_has_no_words_stands_for_nobody():
    channel = Channel()
    said = channel.say("A: hello")
    channel.repeat("\n")
    channel.repeat("")
    channel.delete(said)
    channel.proxied.end()
    assert channel.stands == {said: None}
