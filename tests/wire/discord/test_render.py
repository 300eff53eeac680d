"""Rendering for Discord loses no word, breaks none of its limits, and lets no words of a person become markup."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.discord import layout
from adapters.discord.choices import MENU, Button
from adapters.discord.markdown import escape
from adapters.discord.render import pieces, render, texts
from bot.talk.model import UserRef
from bot.talk.press import Press, Tone, unpack
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
    Speaker,
    Spoiler,
    Strong,
    Typed,
    Verbatim,
    inlines,
    para,
    say,
)
from bot.talk.text import Local, Text, _
from bot.words import Catalogues
from tests.contract.markdown import plain
from tests.wire.discord import rules

WORDS = Catalogues()
V2 = 1 << 15
PROBES = [
    "@everyone <@123456789012345678> <#1> </x:1> <t:1:R> <:a:1>",
    "**bold** __under__ ~~gone~~ ||hidden|| `code` ```block```",
    "# heading\n- item\n> quote\n1. one\n-# small\n+ plus",
    "[label](https://example.org/a_b) https://example.org/a_b*c",
    "\\ \\\\ \\* ¯\\_(ツ)_/¯",
    "`a``b```c",
    "line\nbreak\n\nand more",
    "\u202egnp.exe",
]
own = st.text(min_size=1, max_size=30) | st.sampled_from(PROBES)
long = st.integers(1, 3).map(lambda times: ("word " * 400 + "end.\n") * times)
said_texts = st.sampled_from(
    [_("Yes"), _("{n} day", "{n} days", n=3), _("Which day"), _("Hello {name}.", name="*Ana* @here <b>")]
)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(
    lambda at: Moment(Local(at.replace(tzinfo=UTC), "Europe/Berlin"))
)
simple = st.one_of(
    said_texts,
    (own | long).map(Verbatim),
    own.map(Code),
    st.builds(Typed, st.sampled_from(["mood", "wave"]), st.sampled_from(["", "level=4", "[note …]"])),
    st.builds(Mention, st.builds(UserRef, st.just("discord"), st.sampled_from(["123456789012345678", "ana"]))),
    moments,
)
inline = st.one_of(
    simple,
    simple.map(Strong),
    st.lists(simple | simple.map(Strong), max_size=3).map(lambda parts: Spoiler(tuple(parts))),
    st.builds(Link, st.sampled_from(["https://example.org/a", "tel:112", "javascript:alert(1)"]), simple),
)
paragraphs = st.lists(inline, min_size=1, max_size=4).map(lambda parts: Paragraph(tuple(parts)))
several = st.lists(paragraphs, min_size=1, max_size=3).map(tuple)
names = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12).map(lambda name: name + ".txt")
blocks = st.one_of(
    inline.map(Heading),
    paragraphs,
    several.map(Bullets),
    several.map(Quote),
    st.lists(st.tuples(inline, paragraphs), min_size=1, max_size=3).map(lambda rows: Facts(tuple(rows))),
    st.builds(Picture, st.sampled_from([b"\x89PNG\r\n", b"GIF8", b"x"]), names, said_texts),
    st.builds(Attachment, st.binary(max_size=5), names, st.just("text/plain")),
)
presses = st.builds(
    lambda label, tone, form, level: Press(label, "mood", tone=tone, form=form, level=level),
    said_texts,
    st.sampled_from(list(Tone)),
    st.booleans(),
    st.integers(1, 50),
)
replies = st.builds(
    lambda blocks, presses, speaker: Reply(tuple(blocks), tuple(presses), speaker=speaker),
    st.lists(blocks, max_size=12),
    st.lists(presses, max_size=40),
    st.none() | st.just(Speaker("Grey *Heron*", "6a8caf")),
)


def paths(command: str) -> tuple[str, int | None]:
    return (f"{command} now", 5) if command == "mood" else (command, None)


def pages(reply: Reply, more: tuple[Button, ...] = ()):
    return render(reply, WORDS, "en", paths, more)


def squeezed(text: str) -> str:
    """Without what layout may change: blanks, line starts, zero-width joints."""
    return re.sub(r"[\s\u200b•…]+", "", text)


def said(one: Any) -> list[str]:
    match one:
        case Text():
            return [WORDS.say(one, "en")]
        case Verbatim(text) | Code(text):
            return [text]
        case Typed(command, rest):
            return ["/" + paths(command)[0], rest]
        case Mention(user):
            return ["@" + user.id]
        case Moment(when):
            return [f"t:{int(when.at.timestamp())}:f"]
        case Strong(inner):
            return said(inner)
        case Spoiler(parts):
            return [word for part in parts for word in said(part)]
        case Link(url, label):
            return [*said(label), url]
    raise AssertionError(one)


@settings(max_examples=100, deadline=None)
@given(replies)
def test_no_word_is_lost_and_no_limit_is_broken(reply):
    made = pages(reply)
    shown = ""
    for page in made:
        body = {"flags": V2, "components": page.components, "allowed_mentions": {"parse": [], "users": page.mentions}}
        files = {one.name: one.data for one in page.files}
        assert rules.new_message(body, files) == []
        assert all(0 < len(text) <= 4000 for text in texts(page.components))
        assert len(files) == len(page.files) <= 10
        assert all(re.fullmatch(r"[A-Za-z0-9._-]{1,70}", name) for name in files)
        everything = list(rules.walk(page.components))
        used = [one["file"]["url"] for one in everything if one["type"] == 13]
        used += [item["media"]["url"] for one in everything if one["type"] == 12 for item in one["items"]]
        assert sorted(used) == sorted(f"attachment://{name}" for name in files)
        assert all(len(one["custom_id"]) <= 100 for one in everything if "custom_id" in one)
        options = [option for one in everything for option in one.get("options", ())]
        shown += squeezed("\n".join(plain(text) for text in texts(page.components)))
        shown += squeezed("".join(one.get("label", "") for one in everything))
        shown += squeezed("".join(option["label"] for option in options))
        shown += squeezed("".join(i.get("description", "") for one in everything for i in one.get("items", ())))
        shown += squeezed("".join(files))
    for one in inlines(reply):
        for part in said(one):
            assert squeezed(part) in shown or squeezed(part).replace("_", "") in shown, part


@given(own)
def test_what_a_person_wrote_is_shown_as_it_is(text):
    assert plain(escape(text)) == text


def uncovered(text: str) -> str:
    """What of a line Discord shows at once: it reads escapes and code first, and ends a spoiler at the next two bars,
    whatever stands before them."""
    return re.sub(r"(?P<kept>\\.|(?<!`)(`+)(?!`).*?(?<!`)\2(?!`))|\|\|.+?\|\|", lambda found: found["kept"] or "", text)


covered = st.lists(
    st.one_of(own.map(Verbatim), own.map(Code), own.map(Verbatim).map(Strong), long.map(Verbatim)),
    min_size=1,
    max_size=4,
)


@settings(max_examples=100, deadline=None)
@given(covered, st.sampled_from(["", "before | ", "`code`"]))
@example([Code("a||b"), Verbatim("|"), Code("|" * 5)], "")
@example([Code("x" * 9000), Verbatim("||" * 3000)], "before")
def test_what_is_covered_stays_covered(parts, before):
    for block in (para(before, Spoiler(tuple(parts))), Quote((para(before, Spoiler(tuple(parts))),))):
        shown = "\n".join(text for page in pages(say(block)) for text in texts(page.components))
        seen = squeezed("".join(uncovered(line) for line in shown.split("\n")))
        assert seen.strip(">") == squeezed(escape(before)), seen[:200]


def test_a_spoiler_within_another_is_part_of_it():
    (page,) = pages(say(para(Spoiler((Verbatim("a "), Spoiler((Verbatim("b"),)), Verbatim(" c"))))))
    assert page.text == "||a b c||"


@given(own)
def test_nothing_in_it_can_ping_or_call(text):
    shown = escape(text)
    for url in re.findall(r"https?://[^\s<>\[\]()\\`*|]+", shown):
        shown = shown.replace(url, "")
    assert not re.search(r"(?<!\\)(?:\\\\)*[@<]", shown)


def test_only_who_is_meant_is_pinged():
    ana = UserRef("discord", "123456789012345678")
    (page,) = pages(say(para(Mention(ana), " said <@999999999999999999> @everyone")))
    assert page.mentions == (f"<@{ana.id}>",)
    (page,) = pages(say(para(Mention(ana, role=True), " is called")))
    assert page.mentions == (f"<@&{ana.id}>",)
    assert layout.pings(page).to_dict() == {"parse": [], "roles": [int(ana.id)], "users": []}


def test_a_long_reply_is_split_between_blocks():
    reply = say(*(f"{number} " + "word " * 300 for number in range(9)), presses=(Press(_("Yes"), "wave"),))
    made = pages(reply)
    assert len(made) == 5
    starts = [texts(page.components)[0].split()[0] for page in made]
    assert starts == ["0", "2", "4", "6", "8"]
    assert [bool([one for one in page.components if one["type"] == 1]) for page in made] == [False] * 4 + [True]


def test_many_choices_become_a_menu_that_carries_them():
    choices = tuple(Press(_("{n} day", "{n} days", n=n), "mood", level=n) for n in range(1, 31))
    (page,) = pages(say("Which?", presses=choices))
    menus = [row["components"][0] for row in page.components if row["type"] == 1]
    assert [menu["custom_id"] for menu in menus] == [f"{MENU}0", f"{MENU}1"]
    assert [len(menu["options"]) for menu in menus] == [25, 5]
    carried = unpack(menus[1]["options"][-1]["value"])
    assert carried is not None and dict(carried.args) == {"level": 30}


def test_a_pseudonym_speaks_in_its_colour():
    (page,) = pages(
        Reply((para("Good morning."),), (Press(_("Yes"), "wave"),), speaker=Speaker("Grey Heron", "6a8caf"))
    )
    frame, row = page.components
    assert frame["type"] == 17 and frame["accent_color"] == 0x6A8CAF
    assert texts([frame]) == ["**Grey Heron**", "Good morning."] and row["type"] == 1


def test_a_label_that_is_too_long_is_read_whole_above():
    name = "a very long name of something " * 5
    (page,) = pages(say("Choose:", presses=(Press(_("Hello {name}.", name=name), "wave"),)))
    assert name.strip() in " ".join(texts(page.components))
    button = page.components[-1]["components"][0]
    assert len(button["label"]) == 80 and button["label"].endswith("…")


def test_code_goes_on_as_code():
    for text in (
        "```\n" + "# line\n" * 900 + "```",
        "before " * 500 + "`" + "code " * 100 + "`",
        "`" + "x" * 9000 + "`",
    ):
        made = pieces(text, 3900)
        assert all(len(one) <= 3900 for one in made)
        assert squeezed("".join(plain(one) for one in made)) == squeezed(text.replace("`", ""))


@pytest.mark.parametrize("sign", ["\\", "word ", "a", "\n", "\\*"])
def test_pieces_hold_everything(sign):
    text = sign * 5000
    made = pieces(text, 3900)
    assert all(len(one) <= 3900 for one in made)
    assert squeezed("".join(made)) == squeezed(text)
    if "\\" in sign:
        assert all((len(one) - len(one.rstrip("\\"))) % 2 == 0 for one in made)


def test_an_empty_reply_is_still_a_message():
    (page,) = pages(Reply())
    assert rules.new_message({"flags": V2, "components": page.components}, {}) == []
