"""Rendering loses no word, whatever is said fits its event, and nothing that a person wrote becomes markup."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from adapters.matrix.covered import with_covers
from adapters.matrix.declare import descriptions, state_key
from adapters.matrix.pieces import ROOM_FOR, SPACE
from adapters.matrix.read import Reader, left, sign
from adapters.matrix.render import CHOOSE_IN_ROOM, Renderer, clean
from bot.talk.command import Command
from bot.talk.model import UserRef
from bot.talk.parse import Found, arguments, find
from bot.talk.reply import (
    Attachment,
    Code,
    Link,
    Mention,
    Picture,
    Quote,
    Reply,
    Speaker,
    Spoiler,
    Strong,
    Verbatim,
    para,
    say,
    spoiler,
)
from bot.talk.text import _
from bot.words import Catalogues
from commands import FEATURES
from tests.local.harbour import COMMANDS
from tests.local.test_render import PROBES, own, replies, said

WORDS = Catalogues()
WORDS_ALT = _("Yes")
ALLOWED = {"h4", "p", "br", "ul", "ol", "li", "strong", "em", "code", "blockquote", "a", "span"}
"""Of what the specification lets clients show."""
ME = "@handrail:example.org"


def renderer(language: str = "en", **more: Any) -> Renderer:
    return Renderer(WORDS, language, lambda user: "Ana" if user.id == "d.ana" else user.id, **more)


class Page(HTMLParser):
    """What a client makes of the HTML: its words, its elements, its links."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words = ""
        self.elements: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.seen = ""
        """The words that are shown before anything is pressed."""
        self._covered = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        assert all(name in ("href", "data-mx-profile-fallback", "data-mx-spoiler") for name, _value in attrs)
        self._covered += tag == "span"
        if tag == "br":
            self.words += "\n"
        else:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self._covered -= tag == "span"

    def handle_data(self, data: str) -> None:
        self.words += data
        self.seen += "" if self._covered else data


def _long(length: int) -> Verbatim:
    return Verbatim("ü" * length)


def told(reply: Reply) -> list[str]:
    from bot.talk.reply import inlines

    words = [word.removeprefix("@") for one in inlines(reply) for word in _said(one)]
    return [word for word in words if word.strip()]


def _said(inline: Any) -> list[str]:
    from adapters.local.rows import Side

    if isinstance(inline, Link) and inline.url.startswith("tel:"):
        return said(inline.label, Side.MATRIX)
    return said(inline, Side.MATRIX)


@given(replies)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_no_word_is_lost(reply: Reply) -> None:
    parts = renderer().render(reply)
    text = "\n\n".join(part.text for part in parts if part.file is None)
    pages = [Page(part.html) for part in parts if part.file is None]
    files = [f"{part.file.alt} {part.file.name}" for part in parts if part.file is not None]
    shown = "".join(page.words for page in pages)
    links = [link for page in pages for link in page.links]
    for word in told(reply):
        squeezed = text.replace("\n> ", "\n")
        assert word in squeezed or word in text or any(word in file for file in files), word
        lines = word.splitlines() or [word]
        assert all(line in shown or line in links or any(line in one for one in files) for line in lines), word
    for page in pages:
        assert set(page.elements) <= ALLOWED and not page.open
        assert all(link.split(":")[0] in ("https", "http", "mailto") for link in page.links)


@pytest.mark.parametrize("probe", PROBES)
def test_a_persons_words_stay_words(probe: str) -> None:
    (part,) = renderer().render(say(probe, para(Link("https://example.org", Verbatim(probe)))))
    page = Page(part.html)
    assert page.words.count(probe) == 2 and page.elements.count("a") == 1 and "script" not in page.elements
    assert part.mentions == ()


covered = st.lists(
    st.one_of(own.map(Verbatim), own.map(Code), own.map(Verbatim).map(Strong), st.integers(1, 9_000).map(_long)),
    min_size=1,
    max_size=3,
)


@given(covered, st.sampled_from(["before ", ""]), st.booleans())
@example([Verbatim("🙂" * 4_000)], "before ", True)
@example([Verbatim("two words"), Verbatim("ü" * 3_655)], "before ", False)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_is_covered_is_not_shown_at_once(parts: list[Any], before: str, quoted: bool) -> None:
    paragraph = para(before, Spoiler(tuple(parts)))
    words = "".join(part.inner.text if isinstance(part, Strong) else part.text for part in parts)
    made = renderer().render(say(Quote((paragraph,)) if quoted else paragraph, "after"))
    for part in made:
        shown = Page(part.html).seen
        assert shown.replace("after", "").replace("before ", "") in ("", words if not words.strip() else "")
        first = part.text.partition(SPACE)[0].replace("> ", "")
        assert first.startswith(("before [hidden 1]", "[hidden 1]", "after")) or not words.strip()
        assert len(json.dumps([part.text, part.html])) < ROOM_FOR + 500
    behind = "".join(part.text.partition(SPACE)[2].replace("[hidden 1] ", "") for part in made)
    assert words.replace("\n", "") in behind.replace("\n", "") or not words.strip()


def test_a_notification_shows_no_covered_words() -> None:
    (part,) = renderer("de").render(say(para("a ", spoiler("b"), " c ", spoiler("d", spoiler("e")))))
    assert part.text == f"a [verdeckt 1] c [verdeckt 2]{SPACE}[verdeckt 1] b\n[verdeckt 2] de"
    assert part.html == "<p>a <span data-mx-spoiler>b</span> c <span data-mx-spoiler>de</span></p>"


def test_only_a_mention_means_somebody() -> None:
    (part,) = renderer().render(say(para(Mention(UserRef("matrix", "@ana:example.org")), " @ben:example.org @room")))
    assert part.mentions == ("@ana:example.org",)


@given(st.lists(st.text(max_size=9_000), max_size=12), st.booleans())
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_every_message_fits_its_event(texts: list[str], spoken: bool) -> None:
    speaker = Speaker("Heron", "336699") if spoken else None
    parts = renderer().render(Reply(say(*texts).blocks, speaker=speaker))
    for part in parts:
        content = {"body": part.text, "formatted_body": part.html}
        assert len(json.dumps(content)) < ROOM_FOR + 500
    joined = "".join(part.text.removeprefix("Heron: ") for part in parts)
    assert joined.replace("\n", "") == "".join(texts).replace("\n", "")


def test_a_file_says_in_words_what_it_shows() -> None:
    reply = say("look", Picture(b"<svg>", "a.png", WORDS_ALT), Attachment(b"x", "b.txt", "text/plain"))
    first, picture, file = renderer().render(reply)
    assert first.text == "look"
    assert picture.file is not None and not picture.file.picture and picture.file.alt == "Yes"
    assert file.file is not None and file.file.name == "b.txt"


def test_where_many_talk_a_number_is_a_reply() -> None:
    from bot.talk.press import Press

    reply = say("x", presses=[Press(WORDS_ALT, "mood", level=4)])
    assert renderer(common=True).render(reply)[0].text.endswith(CHOOSE_IN_ROOM.id)


def test_names_can_not_hide_or_turn_text() -> None:
    assert clean("\u202eana\u200b\n ben\x07") == "ana ben"


# --- reading ----------------------------------------------------------------------------------------------------

KEYS = [
    "msgtype",
    "body",
    "format",
    "formatted_body",
    "m.relates_to",
    "rel_type",
    "event_id",
    "m.in_reply_to",
    "m.new_content",
    "m.mentions",
    "user_ids",
    "filename",
    "org.matrix.msc4391.command",
    "command",
    "arguments",
    "key",
    "is_falling_back",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=8))
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_whatever_stands_in_an_event_is_read_or_left(content: dict[str, Any]) -> None:
    reader = Reader(ME, "!", COMMANDS)
    for kind in (content, {"msgtype": "m.text", "body": "x", **content}):
        found = reader.said(kind)
        if found is not None:
            assert isinstance(found.text, str)
            reader.command(found, direct=True)
            reader.number(found)
    sign(content)
    left(content, content)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a <span data-mx-spoiler>bad <b>night</b></span>, really", "a ||bad night||, really"),
        ('<p>one</p>\n<p><span data-mx-spoiler="it &gt; hurts">two<br>three</span></p>', "one\n\n||two\nthree||"),
        ("<span data-mx-spoiler>a <span data-mx-spoiler>b</span> c</span> d", "||a b c|| d"),
        ("<span data-mx-spoiler>a || b", "||a | | b||"),
        ("</span><span>a</span><span data-mx-spoiler>b</span>", "a||b||"),
        ("<mx-reply>x <span data-mx-spoiler>y</span></mx-reply><span data-mx-spoiler>z</span>", "||z||"),
        ("<i title='data-mx-spoiler'>a</i>", "a"),
        ("1 < 2 <span data-mx-spoiler>&lt;b&gt;</span>", "1 < 2 ||<b>||"),
    ],
)
def test_what_somebody_covered_is_heard_as_covered(html: str, text: str) -> None:
    content = {"msgtype": "m.text", "body": "x", "format": "org.matrix.custom.html", "formatted_body": html}
    said_so = Reader(ME, "!", COMMANDS).said(content)
    assert said_so is not None and said_so.text == text


@given(st.text("<>/span data-mx-spoiler=\"'| \n&;", max_size=200) | st.text(max_size=60))
def test_any_html_is_read(text: str) -> None:
    assert isinstance(with_covers(text + "<span data-mx-spoiler>" + text), str)


@pytest.mark.parametrize(
    "piece", ["<", "<a", '<a "', "<span data-mx-spoiler>", "</span>", "<mx-reply>", "\n", "||", "<!--"]
)
def test_long_html_is_read_in_one_pass(piece: str) -> None:
    assert with_covers("<span data-mx-spoiler>" + piece * (60_000 // len(piece))) is not None


def test_reactions_are_one_emoji() -> None:
    def reaction(key: str) -> dict[str, Any]:
        return {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$x", "key": key}}

    assert sign(reaction("❤️")) == ("$x", "❤️") and sign(reaction("1️⃣")) == ("$x", "1️⃣")
    assert sign(reaction("lol")) is None and sign(reaction("mxc://a/b")) is None and sign({}) is None


# --- declarations -----------------------------------------------------------------------------------------------

ALL = tuple(command for feature in FEATURES for command in feature.commands)


@pytest.mark.parametrize("command", [one for one in ALL if not one.hidden], ids=lambda one: one.name)
def test_a_described_command_comes_back_as_the_line_that_says_the_same(command: Command) -> None:
    content = descriptions(ALL, ME, WORDS, "en").get(state_key(command.name, ME))
    if content is None:
        assert command.allow > 0
        return
    assert len(json.dumps(content)) < 60_000
    assert [one["key"] for one in content["parameters"]] == [param.name for param in command.shown]
    given = {param.name: _example(param) for param in command.shown}
    asked = {"command": command.name, "arguments": given}
    message = {
        "msgtype": "m.text",
        "body": "whatever",
        "m.mentions": {"user_ids": [ME]},
        "org.matrix.msc4391.command": asked,
    }
    said_so = Reader(ME, "!", ALL).said(message)
    assert said_so is not None and said_so.addressed
    found = find(said_so.text.removeprefix("!"), ALL)
    assert isinstance(found, Found) and found.command is command
    read = arguments(command, found.rest, lambda text: text.id, "matrix")
    assert read == {name: _meant(command, name, value) for name, value in given.items()}


def _example(param: Any) -> Any:
    if param.arg.choices:
        return param.arg.choices[0].value
    if param.kind is bool:
        return True
    if param.kind in (int, float):
        return int(param.arg.ge or 1)
    return "@ben:example.org" if param.kind is UserRef else 'two "quoted" words'


def _meant(command: Command, name: str, value: Any) -> Any:
    param = command.param(name)
    assert param is not None
    return UserRef("matrix", value) if param.kind is UserRef else value
