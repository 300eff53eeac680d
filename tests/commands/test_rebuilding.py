"""Somebody's words, rebuilt: whatever is typed, nothing of it is a person, a mention, or markup where it is read."""

from __future__ import annotations

import importlib.util
import os
import random
import re
import unicodedata
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from bot.talk.reply import Code, Paragraph, Quote, Reply, Speaker, Spoiler, Verbatim
from bot.talk.text import Text
from bot.words import Catalogues
from commands.buddy.rebuilding import LONGEST, NAME, clean, names_somebody, rebuild

WORDS = Catalogues()
CI = 20_000
PIECES = (
    "hello", "good night", "I slept badly",
    " ", "  ", "\n", "\n\n", "\t", "ana", "Ärger", "日本", "مرحبا", "🙂", "👨‍👩‍👧", "é",
    "<@123456789012345678>", "<@!123456789012345678>", "<@&99>", "<#42>", "<:smile:123456789>", "<a:x:1>", "</help:12>",
    "@everyone", "@here", "@ana", "@ana:example.org", "#room:example.org", "!room:example.org", "$event:example.org",
    "ana#1234", "＠ana", "@\u200bana", "@\u200dana", "ana@example.org", "https://matrix.to/#/@ana:example.org",
    "matrix:u/ana:example.org", "discord.gg/abc", "https://discord.com/invite/abc", "t.me/ana", "https://example.org/a?b=c",
    "www.example.org", "http://user:pass@example.org",
    "javascript:alert(1)", "**", "*", "_", "__", "~~", "||", "`", "```",
    "> ", ">>> ", "# ", "- ", "1. ", "[a](https://example.org)", "[", "]", "(", ")", "<", ">", "&", "&lt;b&gt;", "<b>",
    "</p>", "<script>", "<mx-reply>", "<font color=red>", "<a href=x>", "\\", "\\*",
    "\u202e", "\u2066", "\u200b", "\u200d",
    "\ufeff", "\x00", "\x1b", "\ud800", "\r", "\u2028", "-# small", "<t:1:R>", "<id:customize>",
    ":smile:", "@", "#", "$",
)  # fmt: skip
WHO = re.compile(
    r"@[^\s•]|<(?:[@#][!&]?\d+|a?:\w+:\d+|id:\w+|/[^<>\n]+:\d+)>|[\w.]{2,32}#\d{4}(?!\d)|matrix\.to|discord(?:app)?\.(?:com|gg)|"
    r"\bt\.me|[#!$][^\s:•]+:\w[\w-]*\.\w",
    re.IGNORECASE,
)


def made(chance: random.Random) -> str:
    parts = [chance.choice(PIECES) for _each in range(chance.randint(1, 14))]
    if chance.random() < 0.3:
        parts.append(
            "".join(chr(chance.choice((chance.randrange(32, 127), chance.randrange(0x3000)))) for _each in range(8))
        )
    return "".join(parts)


def said(blocks) -> str:
    """The plain words of the tree."""
    out = []
    for block in blocks:
        assert isinstance(block, Paragraph)
        for part in parts(block):
            assert isinstance(part, Verbatim | Code) or part == NAME, part
            out.append(part.text if isinstance(part, Verbatim | Code) else "•")
        out.append("\n\n")
    return "".join(out)


def parts(block: Paragraph):
    """Covered or not."""
    return [one for part in block.parts for one in (part.parts if isinstance(part, Spoiler) else (part,))]


def plain(text: str) -> str:
    """With a name that was left out as the sign that the tree's words have for it, and without the signs of covers."""
    return re.sub(r"\(a name\)|\[hidden \d+\]", "•", text).replace("||", "")


def check_tree(text: str) -> None:
    built = rebuild(text)
    shown = said(built.blocks)
    assert not WHO.search(shown), (text, shown)
    for sign in shown:
        kind = unicodedata.category(sign)
        assert kind not in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") or sign in "\n\t", (text, sign)
        assert kind != "Cf" or sign in "\u200c\u200d", (text, sign)
    assert len(shown) <= LONGEST + 400
    for block in built.blocks:
        for part in parts(block) if isinstance(block, Paragraph) else ():
            if isinstance(part, Verbatim):
                assert "://" not in part.text or not re.search(r"[a-z]://[^\s<>`]", part.text, re.IGNORECASE), part


# --- through the renderers of each platform ----------------------------------------------------------------------


def reply_of(text: str) -> Reply:
    return Reply(rebuild(text).blocks, speaker=Speaker("Quiet Otter", "4f7cac"))


def leaves(inline):
    return [one for part in inline for one in (part["inline"] if part["kind"] == "spoiler" else (part,))]


def local(side: str) -> Callable[[str], None]:
    from adapters.local.render import Renderer
    from adapters.local.rows import Side

    renderer = Renderer(Side(side), WORDS, "en", lambda user: "NAMED", lambda command: command)

    def check(text: str) -> None:
        rendered = renderer.render(reply_of(text))
        kinds = {part["kind"] for block in rendered.body["blocks"] for part in leaves(block["inline"])}
        assert kinds <= {"words", "code", "text"}, kinds
        assert not rendered.files and not rendered.body["presses"] and not WHO.search(plain(rendered.text)), (
            rendered.text
        )

    return check


def discord(_side: str) -> Callable[[str], None]:
    """What is left after what is escaped and what is code is plain: nothing of it can format or ping."""
    render = pytest.importorskip("adapters.discord.render", reason="Discord's adapter is not here")

    def check(text: str) -> None:
        for page in render.render(reply_of(text), WORDS, "en", lambda command: (command, None)):
            assert page.mentions == () and not page.files
            for shown in render.texts(page.components):
                if shown == "**Quiet Otter**":
                    continue
                bare = re.sub(r"\\.|``? [^\n]*? ``|`[^`\n]+`", "x", shown, flags=re.DOTALL)
                bare = re.sub(r"\|\|(.+?)\|\|", r"\1", bare.replace("\u200b", ""))
                assert not re.search(r"[*_~`|<>@\[\]]", bare), (text, shown)
                assert not re.search(r"^\s*(?:#{1,3}|>|[-+]|\d+\.)\s", bare, re.MULTILINE), (text, shown)
                assert not re.search(r"https?://", bare), (text, shown)

    return check


def matrix(_side: str) -> Callable[[str], None]:
    """As HTML it holds only what we meant, and says the same as the plain words."""
    render = pytest.importorskip("adapters.matrix.render", reason="Matrix's adapter is not here")
    space = pytest.importorskip("adapters.matrix.pieces").SPACE

    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.tags: set[str] = set()
            self.text: list[str] = []
            self.covered: list[str] = []
            self.covers = False

        def handle_starttag(self, tag, attrs):
            self.tags.add(tag)
            ours = "data-mx-spoiler" if tag == "span" else "data-mx-profile-fallback"
            assert all(name == ours for name, _value in attrs), (tag, attrs)
            if tag == "span":
                self.covers = True
                self.covered.append(f"[hidden {len(self.covered) + 1}]")
                self.text.append(self.covered[-1])

        def handle_endtag(self, tag):
            self.covers = self.covers and tag != "span"

        def handle_data(self, data):
            if self.covers:
                self.covered[-1] += data
            else:
                self.text.append(data)

    def check(text: str) -> None:
        for part in render.Renderer(WORDS, "en", lambda user: "NAMED").render(reply_of(text)):
            assert part.file is None and part.mentions == ()
            reader = Reader()
            reader.feed(part.html)
            reader.close()
            assert reader.tags <= {"p", "br", "code", "strong", "span"}, (text, reader.tags)
            shown, _space, behind = part.text.partition(space)
            for words, same in ((reader.text, shown), (reader.covered, behind)):
                assert re.sub(r"\s", "", "".join(words)) == re.sub(r"\s", "", same), (text, part)
            assert not WHO.search(plain(part.text)), (text, part.text)

    return check


RENDERERS = {
    "local-discord": (local, "d"),
    "local-matrix": (local, "m"),
    "discord": (discord, ""),
    "matrix": (matrix, ""),
}


@pytest.mark.parametrize("name", RENDERERS)
def test_twenty_thousand_made_up_messages_name_nobody_and_format_nothing(name):
    maker, side = RENDERERS[name]
    check, chance = maker(side), random.Random(name)
    for _each in range(CI):
        text = made(chance)
        check_tree(text)
        check(text)


@pytest.mark.slow
@pytest.mark.parametrize("name", RENDERERS)
def test_a_million_made_up_messages(name):
    maker, side = RENDERERS[name]
    check, chance = maker(side), random.Random()
    for _each in range(int(os.environ.get("FUZZ", "1000000"))):
        text = made(chance)
        check_tree(text)
        check(text)


# --- by hand -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("hello there", "hello there"),
        ("ask <@123456789012345678> about it", "ask • about it"),
        ("I am @ana:example.org", "I am •"),
        ("see https://example.org/" + "a" * 70 + "@example.org now", "see • now"),
        ("in $```x:example.org", "in •"),
        ("mail ana@example.org please", "mail • please"),
        ("add me: ana#1234!", "add me: •!"),
        ("see https://example.org/a", "see https://example.org/a"),
        ("call 116 123, they help", "call 116 123, they help"),
        ("meet @ five", "meet @ five"),
        ("5 > 3 & *not* bold", "5 > 3 & *not* bold"),
        ("a\u202eb\u200bc", "abc"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("one\n\ntwo", "one\n\ntwo"),
        ("#grief is a topic", "#grief is a topic"),
        ("it was 10:30 !important", "it was 10:30 !important"),
        ("a || b", "a || b"),
        ("||||", "||||"),
        ("|| ||", "|| ||"),
    ],
)
def test_what_becomes_of_it(typed, shown):
    assert said(rebuild(typed).blocks).strip() == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("it was ||a bad night|| here", ["it was ", ["a bad night"], " here"]),
        ("||a||||b||", [["ab"]]),
        ("||one\n\ntwo|| three", [["one"], ["two"], " three"]),
        ("||ask @ana|| now", [["ask ", NAME], " now"]),
        ("@||ana||:example.org", [[NAME]]),
        ("see https://example||.org/a||", ["see ", ["https://example.org/a"]]),
        ("|||a||", ["|", ["a"]]),
        ("||not closed", ["||not closed"]),
    ],
)
def test_what_was_covered_stays_covered(typed, shown):
    def told(part):
        return [told(one) for one in part.parts] if isinstance(part, Spoiler) else getattr(part, "text", part)

    assert [told(part) for block in rebuild(typed).blocks for part in block.parts] == shown


def test_a_cover_that_is_cut_still_covers():
    built = rebuild("||" + "x" * (LONGEST + 5) + "||")
    (block,) = built.blocks
    assert built.cut and isinstance(block.parts[0], Spoiler) and len(block.parts) == 1


def test_links_are_shown_as_typed_and_never_followed():
    (block,) = rebuild("look https://example.org/x and www.example.org").blocks
    assert isinstance(block, Paragraph)
    assert [part.text for part in block.parts if isinstance(part, Code)] == ["https://example.org/x", "www.example.org"]
    (block,) = rebuild("a bare https:// or http://\\x").blocks
    assert isinstance(block, Paragraph)
    assert [part.text for part in block.parts if isinstance(part, Code)] == ["https://", "http://\\x"]


def test_long_words_are_cut_and_said_so():
    built = rebuild("x" * (LONGEST + 1))
    assert built.cut and len(said(built.blocks).strip()) == LONGEST


def test_a_bio_names_nobody():
    assert not names_somebody("I like the sea, 2 cats and long walks at 5.30")
    for text in ("@ana", "www.example.org", "0151 234 567", "ana@example.org", "find me: ana#1234"):
        assert names_somebody(text), text


def test_the_tree_is_small():
    assert importlib.util.find_spec("commands.buddy.rebuilding") is not None
    assert clean("  a  ") == "a" and rebuild("   ").blocks == ()
    assert not any(isinstance(block, Quote) for block in rebuild("> quoted").blocks)
    assert isinstance(NAME, Text)
