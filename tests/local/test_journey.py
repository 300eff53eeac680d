"""`handrail demo` in a real browser, from opting in to erasing: what a newcomer does in the first quarter of an hour.

Set SHOTS to a folder and every step leaves a picture there.
"""

from __future__ import annotations

import os
import re
import sys
from asyncio import create_subprocess_exec, subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from tests.local.test_page import ARGUMENTS, CHROMIUM, browser_test, side

SHOTS = os.environ.get("SHOTS")


async def shot(page: Page, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(exist_ok=True, parents=True)
        await page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    """The page of a demo that runs as its own process, as somebody who typed the command has it."""
    demo = await create_subprocess_exec(
        sys.executable, "-u", "-m", "bot", "demo", "--data", str(tmp_path), stdout=subprocess.PIPE
    )
    assert demo.stdout is not None
    url = (await demo.stdout.readline()).decode().removeprefix("Open ").strip()
    wrong: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        made = await browser.new_page(
            viewport={"width": 1360, "height": 900}, locale="en-GB", accept_downloads=True, color_scheme="light"
        )
        made.on("pageerror", lambda error: wrong.append(str(error)))
        await made.goto(url)
        await expect(made.locator(".person").first).to_be_visible()
        yield made
        await browser.close()
    demo.terminate()
    assert await demo.wait() == 0
    assert wrong == []


def last(page: Page, name: str) -> Locator:
    return side(page, name).locator(".message").last


async def press(page: Page, name: str, label: str) -> None:
    await side(page, name).locator(".presses").get_by_role("button", name=label, exact=True).last.click()


async def type_line(page: Page, name: str, line: str) -> None:
    await side(page, name).locator("textarea").fill(line)
    await side(page, name).locator("textarea").press("Enter")


async def slash(page: Page, line: str) -> None:
    """A slash command without options, chosen from the list that the typed letters leave."""
    box = side(page, "d").locator("textarea")
    await box.fill("")
    await box.press_sequentially(f"/{line}")
    await side(page, "d").get_by_role("option").first.wait_for()
    await box.press("Enter")
    if await side(page, "d").locator(".chosen").count():
        await page.keyboard.press("Enter")


@browser_test
@pytest.mark.browser
async def test_from_opting_in_to_erasing(page: Page) -> None:
    discord, matrix = side(page, "d"), side(page, "m")
    await slash(page, "start")
    await expect(last(page, "d")).to_contain_text("I am a bot of Harbour")
    await expect(last(page, "d").locator(".only")).to_be_visible()
    await shot(page, "1-start")
    await press(page, "d", "Yes: Keep my check-ins")
    await expect(last(page, "d")).to_contain_text("That is on now: Keep my check-ins")
    await press(page, "d", "Yes: Write to me first")
    await expect(last(page, "d")).to_contain_text("That is on now: Write to me first")

    # As on Discord, a form; as on Matrix, a line.
    await slash(page, "checkin now")
    form = page.get_by_role("dialog")
    await form.get_by_label("How are you").select_option("4")
    await form.locator("textarea").fill("Slept well, walked to work. #sleep")
    await shot(page, "2-form")
    await form.locator("button.main").click()
    await expect(last(page, "d")).to_contain_text("Noted. Your mood: good.")
    await type_line(page, "m", "!start agree purpose=checkins")
    await matrix.locator('.door[data-place="m.dm.ana"]').click()
    await expect(last(page, "m")).to_contain_text("That is on now")
    await type_line(page, "m", "checkin 3 long day, quiet evening")
    await expect(last(page, "m")).to_contain_text("Noted. Your mood: so-so.")
    await shot(page, "3-both-sides")

    # A reminder, at its hour; answered by one press.
    await discord.locator("textarea").fill("")
    await discord.locator("textarea").press_sequentially("/checkin remind")
    await discord.get_by_role("option").first.wait_for()
    await page.keyboard.press("Enter")
    # The form is the bot's answer: nobody types into it before it is there.
    await expect(form.locator("input").first).to_be_focused()
    await page.keyboard.type("daily 20:00")
    # Where something is proposed, the first Enter takes it and the second sends; a second one never sends twice.
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(last(page, "d")).to_contain_text("I will remind you: every day")
    await page.locator("#steps [data-by=day]").click()
    direct = discord.locator('.door[data-place="d.dm.ana"]')
    await expect(direct).to_have_class(re.compile("new"))
    await direct.click()
    await expect(last(page, "d")).to_contain_text("How are you right now?")
    await shot(page, "4-reminded")
    await press(page, "d", "good")
    await expect(last(page, "d")).to_contain_text("Noted. Your mood: good.")

    await slash(page, "checkin history")
    await expect(last(page, "d")).to_contain_text("2 entries on 2 of 14 days")
    await shot(page, "5-history")

    await slash(page, "privacy export")
    async with page.expect_download() as loading:
        await last(page, "d").locator("a.file").first.click()
    saved = await (await loading.value).path()
    assert "Slept well, walked to work" in saved.read_text()

    await slash(page, "privacy erase")
    await expect(last(page, "d")).to_contain_text("This can't be undone")
    await shot(page, "6-erase")
    await press(page, "d", "Yes, erase everything")
    await expect(last(page, "d")).to_contain_text("It is all erased")
    await slash(page, "privacy show")
    await expect(last(page, "d")).to_contain_text("Nothing. You never said yes")
    await page.set_viewport_size({"width": 390, "height": 840})
    await shot(page, "7-phone")
    await page.emulate_media(color_scheme="dark")
    await shot(page, "8-phone-dark")
