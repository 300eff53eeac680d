"""Replies come back from bytes as they were, and nothing else comes back."""

import json
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.talk.codec import Unreadable, decode, decode_target, encode, encode_target
from bot.talk.model import PlaceRef, UserRef
from bot.talk.press import Press, Tone
from bot.talk.reply import (
    AskForm,
    Attachment,
    Code,
    Heading,
    Link,
    Mention,
    Moment,
    Picture,
    Quote,
    Reply,
    Strong,
    Typed,
    bullets,
    facts,
    para,
    spoiler,
)
from bot.talk.text import Country, Language, Local, Zone, _, listing, p_

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)

plain = st.one_of(
    st.text(max_size=30), st.integers(), st.floats(allow_nan=False), st.just(NOW), st.just(date(2026, 1, 2))
)
text = st.builds(
    lambda one, args: _(one, **{f"a{i}": arg for i, arg in enumerate(args)}), st.text(), st.lists(plain, max_size=3)
)
inline = st.one_of(
    text,
    st.text(max_size=30),
    st.builds(lambda one: Strong(one), text),
    st.builds(lambda parts: spoiler(*parts), st.lists(text | st.text(max_size=30), max_size=2)),
    st.builds(Code, st.text(max_size=20)),
    st.just(Typed("checkin", "4")),
    st.builds(lambda one: Link("https://example.org", one), text),
    st.just(Mention(UserRef("discord", "1"))),
    st.just(Moment(Local(NOW, "Europe/Berlin", "time"))),
)
paragraph = st.builds(lambda parts: para(*parts), st.lists(inline, max_size=4))
block = st.one_of(
    paragraph,
    st.builds(Heading, text),
    st.builds(bullets, st.lists(paragraph, max_size=3)),
    st.builds(lambda parts: Quote(tuple(parts)), st.lists(paragraph, max_size=2)),
    st.builds(lambda name, what: facts((name, what)), text, paragraph),
    st.builds(lambda data, alt: Picture(data, "a.png", alt), st.binary(max_size=20), text),
    st.builds(lambda data: Attachment(data, "a.json", "application/json"), st.binary(max_size=20)),
)
press = st.builds(
    lambda label, mood: Press(label, "checkin", tone=Tone.MAIN, form=True, mood=mood), text, st.integers(1, 5)
)
replies = st.builds(
    lambda blocks, presses, replaces: Reply(
        tuple(blocks), tuple(presses), replaces, reopens=AskForm("checkin", (("mood", 3),))
    ),
    st.lists(block, max_size=4),
    st.lists(press, max_size=3),
    st.booleans(),
)


@given(replies)
def test_a_reply_comes_back_as_it_was(reply):
    assert decode(encode(reply)) == reply


def test_every_kind_of_value_comes_back():
    values = (
        _("a"),
        Zone("Europe/Berlin"),
        Country("DE"),
        Language("pt-BR"),
        listing(["a", _("b")]),
        time(8),
        p_("mood", "low"),
    )
    reply = Reply((para(_("x", one=values[0], **{f"v{i}": one for i, one in enumerate(values)})),))
    assert decode(encode(reply)) == reply


@pytest.mark.parametrize("target", [UserRef("discord", "1"), PlaceRef("matrix", "!a:b", "$t")])
def test_a_target_comes_back(target):
    assert decode_target(encode_target(target)) == target


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"[1]",
        b"[2,null]",
        b'[1,["Popen","ls"]]',
        b'[1,["UserRef","a"]]',
        b"\xff",
        b'[1,["Reply",1,2,3,4,5,6,7,8,9,10]]',
    ],
)
def test_what_is_no_reply_is_refused(data):
    with pytest.raises(Unreadable):
        decode(data)


@given(st.binary(max_size=60))
def test_no_bytes_do_anything_else(data):
    try:
        decode(data)
    except Unreadable:
        return
    assert json.loads(data)[0] == 1
