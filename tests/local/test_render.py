"""Rendering loses no word in either style, and nothing that a person wrote becomes anything but text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.local.declare import Reader, fields, offers
from adapters.local.render import Renderer, person_wrote, plain
from adapters.local.rows import Account, Side
from bot.talk.command import Command
from bot.talk.inwords import in_words, line
from bot.talk.model import Role, UserRef
from bot.talk.parse import arguments, find
from bot.talk.press import Press, Tone
from bot.talk.reply import (
    Attachment,
    Bullets,
    Code,
    Facts,
    Heading,
    Link,
    Mention,
    Moment,
    Paragraph,
    Picture,
    Quote,
    Reply,
    Spoiler,
    Strong,
    Typed,
    Verbatim,
    say,
)
from bot.talk.text import Local, Text, _
from bot.words import Catalogues
from tests.local.harbour import COMMANDS, mood

WORDS = Catalogues()
SIDES = list(Side)
PROBES = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "</textarea><svg/onload=alert(1)>",
    "**bold** `code` [a](javascript:alert(1)) @everyone",
    "&lt;b&gt; &#60;",
    "\u202egnp.exe",
    "line\nbreak",
]
own = st.text(min_size=1, max_size=20) | st.sampled_from(PROBES)
texts = st.sampled_from(
    [_("Yes"), _("{n} day", "{n} days", n=3), _("Which day"), _("Hello {name}.", name="<b>Ana</b>")]
)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(
    lambda at: Moment(Local(at.replace(tzinfo=UTC), "Europe/Berlin"))
)
simple = st.one_of(
    texts,
    own.map(Verbatim),
    own.map(Code),
    st.builds(Typed, st.sampled_from(["mood", "wave"]), st.sampled_from(["", "level=4", "[note …]"])),
    st.builds(Mention, st.builds(UserRef, st.just("local"), st.sampled_from(["d.ana", "d.nobody"]))),
    moments,
)
inlines = st.one_of(
    simple,
    simple.map(Strong),
    st.lists(simple | simple.map(Strong), max_size=3).map(lambda parts: Spoiler(tuple(parts))),
    st.builds(
        Link, st.sampled_from(["https://example.org/a", "tel:112", "javascript:alert(1)", "data:text/html,x"]), simple
    ),
)
paragraphs = st.lists(inlines, min_size=1, max_size=4).map(lambda parts: Paragraph(tuple(parts)))
several = st.lists(paragraphs, min_size=1, max_size=3).map(tuple)
names = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12).map(lambda name: name + ".txt")
blocks = st.one_of(
    inlines.map(Heading),
    paragraphs,
    several.map(Bullets),
    several.map(Quote),
    st.lists(st.tuples(inlines, paragraphs), min_size=1, max_size=3).map(lambda rows: Facts(tuple(rows))),
    st.builds(Picture, st.just(b"\x89PNG\r\n"), names, texts),
    st.builds(Attachment, st.binary(max_size=5), names, st.just("text/plain")),
)
presses = st.builds(
    lambda label, tone, form, level: Press(label, "mood", tone=tone, form=form, level=level),
    texts,
    st.sampled_from(list(Tone)),
    st.booleans(),
    st.integers(1, 5),
)
replies = st.builds(
    lambda blocks, presses: Reply(tuple(blocks), tuple(presses)),
    st.lists(blocks, max_size=5),
    st.lists(presses, max_size=4),
)


def renderer(side: Side, language: str = "en") -> Renderer:
    known = {"d.ana": "Ana"}
    return Renderer(side, WORDS, language, lambda user: known.get(user.id, user.id), lambda name: name)


def said(inline: Any, side: Side) -> list[str]:
    """What must be read of an inline value."""
    match inline:
        case Text():
            return [WORDS.say(inline, "en")]
        case Verbatim(text) | Code(text):
            return [text]
        case Typed(command, rest):
            return [f"{'/' if side is Side.DISCORD else '!'}{command} {rest}".strip()]
        case Mention(user):
            return ["@Ana" if user.id == "d.ana" else "@d.nobody"]
        case Moment(when):
            return [WORDS.value(when, "en")]
        case Strong(inner):
            return said(inner, side)
        case Spoiler(parts):
            return [word for part in parts for word in said(part, side)]
        case Link(url, label):
            return [*said(label, side), url]
        case _:
            raise AssertionError(inline)


def everything(reply: Reply, side: Side) -> Iterator[str]:
    from bot.talk.reply import inlines as all_of

    for inline in all_of(reply):
        yield from said(inline, side)
    for block in reply.blocks:
        if isinstance(block, Picture | Attachment):
            yield block.name


def shown_strings(data: Any) -> Iterator[str]:
    """What the page puts before a reader: the leaves that it makes text nodes of."""
    match data:
        case dict():
            for key, value in data.items():
                if isinstance(value, str) and key in ("text", "label", "name", "alt", "url", "hint", "line"):
                    yield value
                elif not isinstance(value, str):
                    yield from shown_strings(value)
        case list() | tuple():
            for value in data:
                yield from shown_strings(value)


@given(replies, st.sampled_from(SIDES))
def test_no_word_is_lost(reply: Reply, side: Side) -> None:
    rendered = renderer(side).render(reply)
    on_page = list(shown_strings(rendered.body))
    labels = [press["label"] for press in rendered.body["presses"]]
    squeezed = rendered.text.replace("\n> ", "\n")
    for word in everything(reply, side):
        assert any(word in one for one in on_page), word
        assert word in squeezed or word in labels or word in rendered.text, word


@given(replies, st.sampled_from(SIDES))
def test_what_is_kept_comes_back_as_it_was(reply: Reply, side: Side) -> None:
    body = renderer(side).render(reply).body
    assert json.loads(json.dumps(body)) == body


@given(replies)
def test_as_on_matrix_each_choice_has_its_number_and_a_line_that_does_the_same(reply: Reply) -> None:
    rendered = renderer(Side.MATRIX).render(reply)
    for number, (press, shown) in enumerate(zip(reply.presses, rendered.body["presses"], strict=True), 1):
        assert shown["number"] == number
        found = find(shown["line"].removeprefix("!"), COMMANDS)
        assert arguments(found.command, found.rest, lambda text: text.id) == dict(press.args)
        assert f"{number}. {shown['label']} ({shown['line']})" in rendered.text


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("probe", PROBES)
def test_a_persons_words_stay_one_piece_of_text(side: Side, probe: str) -> None:
    """The page makes text nodes of these leaves, so a probe that comes through whole, in a leaf for words, is inert."""
    body = renderer(side).render(say(probe, Strong(Verbatim(probe)), Heading(_("Hello {name}.", name=probe)))).body
    first, second, third = body["blocks"]
    assert first["inline"] == [{"kind": "words", "text": probe}]
    assert second["inline"] == [{"kind": "strong", "inline": [{"kind": "words", "text": probe}]}]
    assert third["inline"] == [{"kind": "text", "text": f"Hello {probe}."}]
    assert person_wrote(probe)["blocks"][0]["inline"] == [{"kind": "words", "text": probe}]


@pytest.mark.parametrize(
    ("url", "follow"),
    [
        ("https://example.org", True),
        ("tel:+49301234", True),
        ("sms:741741", True),
        ("JavaScript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,<script>", False),
        ("//example.org", False),
        ("file:///etc/passwd", False),
        ("http://[broken", False),
    ],
)
def test_only_known_kinds_of_address_can_be_followed(url: str, follow: bool) -> None:
    rendered = renderer(Side.DISCORD).render(say(Link(url, Verbatim("here"))))
    assert rendered.body["blocks"][0]["inline"][0]["follow"] is follow
    assert rendered.text == f"here ({url})"


def test_covered_words_are_a_leaf_of_their_own() -> None:
    rendered = renderer(Side.DISCORD).render(say(Paragraph((Verbatim("see "), Spoiler((Verbatim("a || b"),))))))
    (block,) = rendered.body["blocks"]
    assert block["inline"][1] == {"kind": "spoiler", "inline": [{"kind": "words", "text": "a || b"}]}
    assert rendered.text == "see ||a || b||"


def test_a_picture_is_what_its_bytes_say() -> None:
    reply = say(Picture(b"<svg onload=alert(1)>", "chart.png", _("Yes")), Picture(b"\x89PNG..", "b.png", _("Yes")))
    assert [file.media_type for file in renderer(Side.DISCORD).render(reply).files] == [
        "application/octet-stream",
        "image/png",
    ]


def test_a_reply_in_plain_words() -> None:
    reply = say(
        Heading(_("Yes")),
        Bullets((Paragraph((Verbatim("a"),)), Paragraph((Verbatim("b"),)))),
        Quote((Paragraph((Verbatim("one\ntwo"),)),)),
        Facts(((Verbatim("mood"), Paragraph((Verbatim("4"),))),)),
        presses=[Press(_("Once more"), "mood", level=4)],
    )
    as_discord = renderer(Side.DISCORD).render(reply)
    assert as_discord.text == "Yes\n\n• a\n• b\n\n> one\n> two\n\nmood: 4"
    assert [plain(block) for block in as_discord.body["blocks"]] == as_discord.text.split("\n\n")
    as_matrix = renderer(Side.MATRIX, "de").render(reply)
    assert as_matrix.text.split("\n\n")[-1].startswith("1. Once more (!mood level=4)\n")


# --- declarations ----------------------------------------------------------------------------------------------------


def reader() -> Reader:
    return Reader(WORDS, "en", [Account("d.ana", "Ana", "en", Role.MEMBER)])


def test_what_is_offered_is_what_the_account_may_use() -> None:
    member = offers(COMMANDS, Account("d.ana", "Ana", "en", Role.MEMBER), reader())
    assert [(offer.name, offer.form, offer.menu) for offer in member] == [
        ("/mood", True, None),
        ("/wave", False, "Wave back"),
    ]
    moderator = offers(COMMANDS, Account("d.mira", "Mira", "en", Role.MODERATOR), reader())
    assert [offer.name for offer in moderator] == ["/lock", "/mood", "/wave"]
    wave = member[1]
    assert [(field.name, field.kind, [option.value for option in field.options]) for field in wave.fields] == [
        ("to", "person", ["d.ana"]),
        ("zone", "suggest", []),
    ]


def test_fields_are_filled_with_what_is_known() -> None:
    filled = fields(mood.shown, {"level": 4, "note": None, "other": 1}, reader())
    assert [(field.name, field.value, field.most) for field in filled] == [("level", "4", None), ("note", "", 40)]


notes = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs", "Cf")), min_size=1, max_size=9)


@given(st.integers(1, 5), st.lists(notes, min_size=1, max_size=4).map(" ".join))
def test_the_line_that_is_offered_gives_the_same_arguments(level: int, note: str) -> None:
    typed = line(mood, {"level": level, "note": note})
    found = find(f"{typed.command} {typed.rest}", COMMANDS)
    assert arguments(found.command, found.rest, lambda text: text.id) == {"level": level, "note": note}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.name)
def test_words_ask_for_every_argument(command: Command) -> None:
    text = renderer(Side.MATRIX).render(in_words(command, {})).text
    assert WORDS.say(command.about, "en") in text
    for param in command.shown:
        assert param.name in text and WORDS.say(param.arg.about, "en") in text
