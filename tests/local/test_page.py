"""The page in a real browser: nothing that was written runs, the keyboard reaches everything, a phone has room."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from adapters.local import LocalPlatform, PageServer
from bot.talk.model import PlaceRef, UserRef
from bot.talk.press import Press
from bot.talk.reply import Code, Link, Strong, Verbatim, facts, para, say, spoiler
from bot.talk.text import _
from bot.words import Catalogues
from tests.local.harbour import Harbour, serving
from tests.local.test_render import PROBES

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
STYLE = Path("adapters/local/page/page.css")
expect.set_options(timeout=20_000)  # a busy machine may be slow; what is awaited is a sight, never a time
browser_test = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed here")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
]


class Town:
    """The community, its server, and pages in a browser that must stay without an error."""

    def __init__(self, harbour: Harbour, server: PageServer, browser: Browser) -> None:
        self.harbour = harbour
        self.server = server
        self.browser = browser
        self.wrong: list[str] = []

    async def open(self, at: str = "", *, width: int = 1280, scheme: str = "light") -> Page:
        view = {"width": width, "height": 800}
        page = await self.browser.new_page(viewport=view, color_scheme=scheme, locale="en-GB")  # type: ignore[arg-type]
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda message: self.wrong.append(message.text) if message.type == "error" else None)
        page.on("dialog", lambda dialog: self.wrong.append(f"dialog {dialog.message}"))
        page.on(
            "request",
            lambda request: None if request.url.startswith(self.server.url) else self.wrong.append(request.url),
        )
        await page.goto(f"{self.server.url}#{at}")
        await expect(page.locator(".person").first).to_be_visible()
        return page


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    harbour = Harbour()

    async def advance(by: timedelta) -> None:
        await harbour.clock.advance(by)

    harbour.platform = LocalPlatform(harbour.ports, harbour.store, advance=advance)
    server = await PageServer.start(harbour.platform)
    async with serving(harbour.platform, harbour.bot), async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        made = Town(harbour, server, browser)
        yield made
        await browser.close()
        await server.close()
    harbour.store.close()
    assert made.wrong == []


def side(page: Page, name: str) -> Locator:
    return page.locator(f".side-{name}")


@browser_test
@pytest.mark.browser
async def test_nothing_that_somebody_wrote_runs_or_becomes_markup(town: Town) -> None:
    platform = town.harbour.platform
    person = platform.people.add_person("<b onclick=x>Noor", "en")
    for probe in PROBES:
        for name in ("d", "m"):
            await platform.say(f"{name}.{person}", f"{name}.general", probe)
        reply = say(probe, Strong(Verbatim(probe)), facts((probe, probe)), Link("javascript:alert(1)", Verbatim(probe)))
        for place in ("d.general", "m.general"):
            await platform.send(PlaceRef("local", place), reply, key=f"{place}{probe}", language="en")
    page = await town.open("ana/d.general/m.general")
    for name in ("d", "m"):
        shown = side(page, name).locator(".message")
        await expect(shown).to_have_count(2 * len(PROBES))
        assert await shown.locator("script, svg[onload], [onerror], [onclick], a[href^=javascript]").count() == 0
        said = await shown.locator(".said").all_inner_texts()
        for probe in PROBES:
            assert any(probe.replace("\u202e", "") in text.replace("\u202e", "") for text in said)
        await expect(side(page, name).locator(".from b").first).to_have_text("<b onclick=x>Noor")
    assert await page.evaluate("document.scripts.length") == 1


@browser_test
@pytest.mark.browser
async def test_covered_words_are_shown_when_they_are_pressed(town: Town) -> None:
    platform = town.harbour.platform
    covered = say(para("It was ", spoiler("a bad night", Code("link")), "."))
    first = await platform.send(PlaceRef("local", "d.general"), covered, key="1", language="en")
    answer = replace(say("I read it."), answers=first)
    await platform.send(PlaceRef("local", "d.general"), answer, key="2", language="en")
    page = await town.open("ana/d.general/m.general")
    message = side(page, "d").locator(".message").first
    words = message.get_by_text("a bad night")
    await expect(words).to_be_hidden()
    await expect(side(page, "d").locator(".quoted")).to_have_text("Handrail It was ▒▒▒.")
    button = message.get_by_role("button", name="Show hidden words")
    await button.press("Enter")
    await expect(words).to_be_visible()
    await message.get_by_role("button", name="Hide").click()
    await expect(words).to_be_hidden()


@browser_test
@pytest.mark.browser
async def test_a_command_with_its_options_by_the_keyboard_alone(town: Town) -> None:
    page = await town.open()
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await side(page, "d").locator("textarea").focus()
    await page.keyboard.type("/")
    await expect(side(page, "d").get_by_role("option")).to_have_count(2)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(side(page, "d").locator(".chosen b")).to_have_text("/wave")
    # Both options are offered behind the text field; the second one proposes what fits.
    await side(page, "d").get_by_role("button", name="zone").press("Enter")
    await page.keyboard.type("lis")
    await expect(side(page, "d").get_by_role("option")).to_have_text(["Europe/Lisbon"])
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(side(page, "d").locator(".via")).to_have_text("Ana used /wave")
    assert town.harbour.bot.invoked[0].args == {"zone": "Europe/Lisbon"}
    await page.keyboard.type("/wa")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Escape")
    await expect(side(page, "d").locator("textarea")).to_be_focused()
    await page.keyboard.type("two")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("lines")
    await page.keyboard.press("Enter")
    await expect(side(page, "d").locator(".message").last.locator(".said")).to_have_text("two\nlines")


@browser_test
@pytest.mark.browser
async def test_a_form_its_mistake_and_its_way_back(town: Town) -> None:
    page = await town.open()
    await side(page, "d").locator("textarea").focus()
    await page.keyboard.type("/mood ")
    await page.keyboard.press("Enter")
    form = page.get_by_role("dialog")
    await expect(form.locator("select")).to_be_focused()
    await page.keyboard.press("Enter")
    await form.locator("textarea").fill("x" * 30)
    await form.get_by_role("button", name="Send").click()
    await expect(form.locator("select")).to_have_attribute("aria-invalid", "true")
    await form.locator("select").select_option("4")
    # Longer than there is room for, as no page of ours would let through.
    await form.locator("textarea").evaluate("(area) => { area.maxLength = 999; area.value = 'y'.repeat(60); }")
    await form.get_by_role("button", name="Send").click()
    await expect(form).to_have_count(0)
    await side(page, "d").get_by_role("button", name="Fix it").click()
    await expect(form.locator("textarea")).to_have_value("y" * 60)
    await expect(form.locator("select")).to_have_value("4")
    await form.locator("textarea").fill("short")
    await form.get_by_role("button", name="Send").click()
    await expect(side(page, "d").locator(".message").last).to_contain_text("Noted: 4.")
    await expect(side(page, "d").locator(".message").last).to_contain_text("Only you can see this")
    await side(page, "d").get_by_role("button", name="Once more").last.click()
    await expect(form).to_be_visible()
    await page.reload()
    await expect(form.locator("select")).to_be_focused()
    async with page.expect_response(re.compile("/api/cancel$")):
        await page.keyboard.press("Escape")
    await expect(form).to_have_count(0)
    assert town.harbour.platform.form("d.ana") is None


@browser_test
@pytest.mark.browser
async def test_what_happens_is_seen_without_reloading(town: Town) -> None:
    platform = town.harbour.platform
    page = await town.open("ana/d.general/m.general")
    ask = say("How are you?", presses=[Press(_("Good"), "mood", level=4), Press(_("Bad"), "mood", level=1)])
    await platform.send(UserRef("local", "m.ana"), ask, key="k", language="en")
    door = side(page, "m").locator(".door", has_text="Handrail")
    await expect(door.get_by_label("1 unread message")).to_be_visible()
    await expect(page).to_have_title("(1) Harbour")
    await door.press("Enter")
    await expect(side(page, "m").locator(".choices li")).to_have_count(2)
    assert await side(page, "m").locator(".said button").count() == 0
    await expect(page).to_have_title("Harbour")
    await side(page, "m").locator("textarea").fill("1")
    await page.keyboard.press("Enter")
    await expect(side(page, "m").locator(".message").last).to_contain_text("Noted: 4.")
    ben = (await platform.say("d.ben", "d.general", "hello")).message or ""
    await expect(side(page, "d").locator(".message")).to_have_text(re.compile("hello"))
    await platform.edit_message("d.ben", ben, "hello all")
    await expect(side(page, "d").locator(".message")).to_have_text(re.compile("edited.*hello all", re.DOTALL))
    await platform.delete_message("d.ben", ben)
    await expect(side(page, "d").locator(".message")).to_have_count(0)
    before = await page.locator("#now").inner_text()
    await page.get_by_role("button", name="+1 week").click()
    await expect(page.locator("#said")).to_contain_text("It is now")
    assert await page.locator("#now").inner_text() != before


@browser_test
@pytest.mark.browser
async def test_a_message_can_be_answered_changed_and_taken_back(town: Town) -> None:
    page = await town.open("mira/d.mods/m.mods")
    await expect(side(page, "d").locator(".empty")).to_contain_text("Only moderators")
    for name in ("d", "m"):
        here = side(page, name)
        await here.locator("textarea").fill("helo")
        await page.keyboard.press("Enter")
        await expect(here.locator(".message")).to_have_count(1)
        await here.locator(".message").hover()
        await here.locator(".dots").press("Enter")
        await page.keyboard.press("ArrowDown")
        if name == "d":
            await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await here.locator("textarea").fill("hello")
        await page.keyboard.press("Enter")
        await expect(here.locator(".said")).to_have_text("hello")
        await here.locator(".dots").press("Enter")
        await page.get_by_role("menuitem", name="Reply").press("Enter")
        await page.keyboard.type("and hello back")
        await page.keyboard.press("Enter")
        await expect(here.locator(".quoted")).to_contain_text("Mira hello")
        await here.locator(".dots").first.press("Enter")
        await page.get_by_role("menuitem", name="Delete").press("Enter")
        await expect(here.locator(".quoted")).to_contain_text("a message that is gone")
        await expect(here.locator(".message")).to_have_count(1 if name == "d" else 2)


@browser_test
@pytest.mark.browser
async def test_everybody_can_be_played_in_their_language(town: Town) -> None:
    page = await town.open()
    await page.get_by_role("radio", name=re.compile("Ana")).focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await expect(side(page, "d").locator("h2")).to_have_text("Wie auf Discord")
    await expect(page.get_by_role("radio", name=re.compile("Ben"))).to_be_focused()
    await page.locator("#add").click()
    await page.get_by_role("dialog").get_by_label("Name").fill("Noor")
    await page.get_by_role("dialog").get_by_label("Sprache").select_option("en")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("radio", name=re.compile("Noor"))).to_be_checked()
    await page.locator("#about").click()
    await page.get_by_role("dialog").get_by_label("As on Discord").uncheck()
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await expect(side(page, "d").locator(".away")).to_be_visible()
    await page.get_by_role("button", name="Come back").click()
    await expect(side(page, "d").locator(".composer")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("radio", name=re.compile("Noor"))).to_be_checked()


@browser_test
@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 375, 768, 1280])
async def test_there_is_room_for_everything_and_everything_has_a_name(town: Town, width: int, scheme: str) -> None:
    platform = town.harbour.platform
    long = "a" * 90
    ask = say(long, facts((long, long)), presses=[Press(_("Good"), "mood", level=4)])
    for place in ("d.general", "m.general"):
        await platform.send(PlaceRef("local", place), ask, key=place, language="en")
    await platform.say("m.ana", "m.general", long)
    page = await town.open("olu/d.general/m.general", width=width, scheme=scheme)
    for name in ("d", "m"):
        if width <= 900:
            await page.locator(f"#tab-{name}").click()
        await expect(side(page, name).locator(".composer")).to_be_in_viewport()
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert await side(page, name).locator(".log").evaluate("log => log.scrollWidth - log.clientWidth") <= 0
    nameless = (
        "[...document.querySelectorAll('button, input, select, textarea, a')].filter(e => e.checkVisibility() && "
    )
    nameless += "!(e.ariaLabel || e.textContent.trim() || e.labels?.length)).map(e => e.outerHTML)"
    assert await page.evaluate(nameless) == []


@browser_test
@pytest.mark.browser
async def test_a_bot_that_is_away_is_said_and_what_was_written_waits(town: Town) -> None:
    made = Harbour()
    server = await PageServer.start(made.platform)
    town.server, first = server, town.server
    page = await town.open()
    await expect(page.locator("#banner")).to_contain_text("not running")
    await side(page, "d").locator("textarea").fill("hello")
    await page.keyboard.press("Enter")
    await expect(side(page, "d").locator(".message")).to_have_count(1)
    async with serving(made.platform, made.bot):
        await expect(page.locator("#banner")).to_be_hidden()
        assert [one.text for one in made.bot.heard] == ["hello"]
    await page.close()
    await server.close()
    town.server = first


# --- colours ---------------------------------------------------------------------------------------------------------


def palettes() -> list[dict[str, str]]:
    """The colours of the light and of the dark scheme, by name."""
    style = STYLE.read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:2]
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in blocks)
    return [light, {**light, **dark}]


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2, from 1 to 21."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


TEXT = [
    *((ink, on) for ink in ("ink", "soft") for on in ("ground", "panel", "rail", "raise", "bubble")),
    *((side, on) for side in ("sea", "dusk") for on in ("panel", "raise", f"{side}-tint")),
    ("sea-ink", "sea"),
    ("dusk-ink", "dusk"),
    ("ink", "sea-tint"),
    ("ink", "dusk-tint"),
    ("danger", "raise"),
    ("danger-ink", "danger"),
    ("ink", "sand"),
    ("sand-ink", "sand"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "on"), TEXT)
def test_text_can_be_read(ink: str, on: str, scheme: str) -> None:
    palette = palettes()[scheme == "dark"]
    assert contrast(palette[ink], palette[on]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_of_fields_can_be_seen(scheme: str) -> None:
    palette = palettes()[scheme == "dark"]
    assert contrast(palette["edge"], palette["panel"]) >= 3


def test_every_language_says_everything() -> None:
    text = Path("adapters/local/page/words.js").read_text(encoding="utf-8")
    said = {
        tag.strip('"'): {name.strip('"') for name in re.findall(r'[{,\n]\s*("?[\w:-]+"?): ', "\n" + part)}
        for tag, part in re.findall(r'^  ("?[\w-]+"?): {\n(.*?)^  },$', text, re.DOTALL | re.MULTILINE)
    }
    assert set(said) == set(Catalogues().languages)
    used = set()
    for path in STYLE.parent.iterdir():
        if path.suffix in (".js", ".html"):
            used |= set(re.findall(r'\bt\("([\w:-]+)"', path.read_text(encoding="utf-8")))
            used |= set(re.findall(r'data-(?:say|label)="(\w+)"', path.read_text(encoding="utf-8")))
    assert len(used) > 30 and used <= said["en"]
    for tag, known in said.items():
        assert said["en"] <= known, f"{tag} lacks {said['en'] - known}"
