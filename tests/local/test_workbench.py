"""The workbench in a real browser, as a moderator uses it: mistakes at their line, a message tried, samples compared,
the file saved. Set SHOTS to a folder and every step leaves a picture there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from adapters.local.gate import Gate
from bot.words import Catalogues
from commands.crisis.keeping import helplines
from commands.crisis.workbench import Bench, application
from tests.contract.town import config_for
from tests.local.test_journey import shot
from tests.local.test_page import ARGUMENTS, CHROMIUM, browser_test

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
OWN = """\
version: 1
rules:
  - id: last-train
    topic: suicide
    level: urgent
    phrases: ["(take|catch) the last train"]
    examples:
      match: ["i will take the last train"]
      ignore: ["when does the last train leave"]
"""


@dataclass
class Workshop:
    page: Page
    path: Path
    saves: list[str]


@pytest.fixture
async def workshop(tmp_path: Path) -> AsyncIterator[Workshop]:
    path = tmp_path / "rules.yaml"
    saves: list[str] = []

    async def saved() -> None:
        saves.append(path.read_text())

    config = config_for(tmp_path, "local")
    bench = Bench(path, ["en"], helplines(config), Catalogues())
    gate = await Gate.listen(application(bench, lambda: NOW, saved))
    wrong: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": 1360, "height": 900}, color_scheme="light")
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(gate.url)
        await expect(page.locator("#status")).to_contain_text("1 rule")
        yield Workshop(page, path, saves)
        await browser.close()
    await gate.close()
    assert wrong == []


@browser_test
@pytest.mark.browser
async def test_a_rule_is_written_tried_compared_and_saved(workshop: Workshop) -> None:
    page = workshop.page
    text = page.locator("#text")

    # A mistake is marked at its line, with what would be right; a press goes there; nothing can be saved.
    await text.fill(OWN.replace("topic: suicide", "topic: suicid"))
    mistake = page.locator("#mistakes button")
    await expect(mistake).to_have_count(1)
    await expect(mistake).to_contain_text("did you mean “suicide”?")
    await expect(page.locator(".gutter .wrong")).to_have_text("4")
    await expect(page.locator("#save")).to_be_disabled()
    await shot(page, "bench-1-mistake")
    await mistake.click()
    assert await text.evaluate("field => field.value.slice(0, field.selectionStart).split('\\n').length") == 4

    # An example that fails is a mistake too.
    await text.fill(OWN.replace("i will take the last train", "i will walk home"))
    await expect(mistake).to_have_count(1)
    await expect(page.locator("#save")).to_be_disabled()

    await text.fill(OWN)
    await expect(page.locator("#status")).to_contain_text("1 rule, 2 examples right, not saved yet")

    # A message: the words, the reasons, and what its author would read, in their language and country.
    await page.locator("#message").fill("we take the last train home")
    tried = page.locator("#tried")
    await expect(tried.locator("mark")).to_have_text("take the last train")
    await expect(tried.locator(".level").first).to_have_text("urgent")
    await expect(tried.locator(".why code")).to_have_text(["last-train"])
    await page.locator("#country").select_option("GB")
    await expect(tried.locator(".sent")).to_contain_text("116 123")
    await expect(tried.locator(".sent")).to_contain_text("the moderators are alerted")
    await shot(page, "bench-2-tried")
    await page.locator("#language").select_option("de")
    await expect(tried.locator(".sent")).to_contain_text("Ich bin ein Programm")
    await page.locator("#message").fill("the soup was great")
    await expect(tried.locator(".level").first).to_have_text("nothing")

    # Samples beside the rules in force: nothing is saved yet, so the new rule is a change.
    await page.locator("#samples").fill("i'll catch the last train\nwhich train is it\ngood morning")
    await page.locator("#compare").click()
    await expect(page.locator("#counted")).to_contain_text("3 messages, 1 seen. Newly or more: 1.")
    await expect(page.locator(".change")).to_have_count(1)
    await shot(page, "bench-3-compared")

    await page.locator("#save").click()
    await expect(page.locator("#status")).to_contain_text("Saved")
    assert workshop.path.read_text() == OWN
    assert workshop.saves == [OWN]
    await expect(page.locator("#counted")).to_contain_text("Newly or more: 0.")
    await page.set_viewport_size({"width": 390, "height": 840})
    await page.emulate_media(color_scheme="dark")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await shot(page, "bench-4-phone")


@browser_test
@pytest.mark.browser
async def test_another_s_work_is_not_overwritten_and_markup_is_words(workshop: Workshop) -> None:
    page = workshop.page
    await page.locator("#text").fill(OWN)
    workshop.path.write_text("version: 1\n")
    await expect(page.locator("#save")).to_be_enabled()
    await page.locator("#save").click()
    await expect(page.locator("#status")).to_contain_text("Somebody else saved this file meanwhile")
    assert workshop.path.read_text() == "version: 1\n"
    assert await page.locator("#text").input_value() == OWN
    await page.locator("#message").fill("<img src=x onerror=alert(1)> i take the last train")
    await expect(page.locator("#tried .read")).to_have_text("<img src=x onerror=alert(1)> i take the last train")
    assert await page.locator("#tried img").count() == 0
