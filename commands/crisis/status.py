"""How the rules do: which are in force, who wrote and reviewed them, alerts a day, each rule's measured precision.

Counts only. It asks nobody and tells nothing of a person.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.kit import Ask, Kit
from bot.state.counts import counted
from bot.state.database import Transaction
from bot.state.jobs import Job
from bot.talk.command import command
from bot.talk.model import Role
from bot.talk.reply import Block, Heading, Reply, Strong, Typed, Verbatim, bullets, facts, para
from bot.talk.text import Text, _
from commands.crisis import alerts, learning, reader, tables
from commands.crisis.keeping import rulebook
from commands.crisis.rulebook import RuleBook
from commands.crisis.tuning import told

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
LOOK = timedelta(seconds=5)
"""How often a changed rules file is noticed."""
DIGEST_HOUR = 9


@command("safety status", allow=Role.MODERATOR, effects=False)
async def safety_status(ask: Ask, kit: Kit) -> Reply:
    """The rules in force, who wrote and reviewed them, alerts a day, and how often each rule was right."""
    book, today = rulebook(kit.config), kit.now.date()
    async with kit.transaction() as tx:
        month = await counted(tx, today - MONTH, "crisis.")
        week = await counted(tx, today - WEEK, "crisis.")
        waiting = await tx.one("SELECT COUNT(*) AS n FROM crisis_cases WHERE state = 'queued'")
        taught = await reader.status_line(kit, tx)
        called = await tx.one("SELECT COUNT(*) AS n FROM crisis_cases WHERE state IN ('open', 'taken')")
    out: list[Block] = [Heading(_("Rules in force")), *_packs(book)]
    if book.problems:
        out.append(para(Strong(_("The file has mistakes, so the last good rules are in force:"))))
        out.append(bullets([Verbatim(problem) for problem in book.problems[:5]]))
    out += [
        Heading(_("Cases")),
        facts(*_load(week, int(called["n"] if called else 0), int(waiting["n"] if waiting else 0))),
    ]
    out += [*_precision(month), *taught]
    shadow = Counter(_under(month, "crisis.shadow.")) + book.shadow
    if shadow:
        out.append(Heading(_("In shadow, the last 30 days")))
        out.append(bullets([_("{rule}: {n}", rule=rule, n=n) for rule, n in shadow.most_common(10)]))
    return Reply(tuple(out))


def _packs(book: RuleBook) -> list[Block]:
    lines: list[Text] = []
    for code, file in book.engine.files.items():
        n = len(file.rules)
        if not code:
            lines.append(_("Your own: {n} rule.", "Your own: {n} rules.", n=n))
            continue
        lines.append(
            _(
                "{pack}: {n} rule. Written by: {author}. Reviewed: {reviewed}.",
                "{pack}: {n} rules. Written by: {author}. Reviewed: {reviewed}.",
                n=n,
                pack=code,
                author=file.author.rstrip(".") or "?",
                reviewed=file.reviewed.rstrip(".") or "?",
            )
        )
    return [bullets(list(lines))]


def _load(week: dict[str, int], called: int, waiting: int) -> list[tuple[Text, Text]]:
    alerts_week = week.get("crisis.alerts", 0)
    return [
        (_("alerts a day, the last week"), _("{n}", n=round(alerts_week / 7, 1))),
        (_("called now"), _("{n}", n=called)),
        (_("on the quiet list"), _("{n}", n=waiting)),
    ]


def _precision(month: dict[str, int]) -> list[Block]:
    """Of what moderators judged: how often each rule was right. What was hard to say counts in neither."""
    right, wrong = _under(month, "crisis.verdict.right."), _under(month, "crisis.verdict.false.")
    judged = sorted({*right, *wrong}, key=lambda rule: -(right.get(rule, 0) + wrong.get(rule, 0)))
    lines = []
    for rule in judged[:15]:
        good, all_ = right.get(rule, 0), right.get(rule, 0) + wrong.get(rule, 0)
        if all_ > 0:
            lines.append(_("{rule}: right {good} of {n}", rule=rule, good=good, n=all_))
    if not lines:
        return [para(_("No verdicts yet: closing cases says how often a rule is right."), " ", Typed("alerts"))]
    return [Heading(_("How often a rule was right, the last 30 days")), bullets(list(lines))]


def _under(counts: dict[str, int], prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): n for name, n in counts.items() if name.startswith(prefix)}


# --- by themselves ---------------------------------------------------------------------------------------------------


async def started(kit: Kit, tx: Transaction) -> None:
    """Put in force what verdicts taught, tell moderators at once where their file could not be loaded at the start, and
    plan the daily digest."""
    book = rulebook(kit.config)
    await learning.sync(kit, tx)
    if book.problems:
        await alerts.tell_all(kit, tx, list(told(None, book).blocks), key=f"rules:{book.stamp}")
    if await kit.jobs.get(tx, "crisis.digest") is None:
        await kit.jobs.put(tx, "crisis.digest", _next_digest(kit), key="crisis.digest")


async def watch(kit: Kit) -> None:
    """For as long as the bot runs: notice a rules file that changed."""
    while True:
        await look(kit)
        await kit.house.clock.sleep_until(kit.now + LOOK)


async def look(kit: Kit) -> None:
    """Load a file that changed, and tell moderators what came of it. The last good rules stay where it has mistakes."""
    book = rulebook(kit.config)
    if book.path is None or not book.outdated:
        return
    change = await asyncio.to_thread(book.reload)
    if change is None or change:
        async with kit.transaction() as tx:
            await alerts.tell_all(kit, tx, list(told(change, book).blocks), key=f"rules:{book.stamp}")
            await learning.sync(kit, tx)


async def digest(job: Job, kit: Kit) -> None:
    """Once a day, if there is something: what rules in shadow would have done, and what waits on the quiet list."""
    async with kit.transaction() as tx:
        await kit.jobs.put(tx, "crisis.digest", _next_digest(kit), key="crisis.digest")
        yesterday: date = kit.now.date() - timedelta(days=1)
        shadow = Counter(_under(await counted(tx, yesterday, "crisis.shadow."), "crisis.shadow."))
        waiting = await tables.cases_in(tx, ("queued",), 100)
        out: list[Block] = []
        if shadow:
            out.append(para(Strong(_("In shadow since yesterday: counted, nobody was answered"))))
            out.append(bullets([_("{rule}: {n}", rule=rule, n=n) for rule, n in shadow.most_common(10)]))
        if waiting:
            n = len(waiting)
            quiet = _("{n} message waits on the quiet list.", "{n} messages wait on the quiet list.", n=n)
            out.append(para(quiet, " ", Typed("alerts")))
        if out:
            await alerts.tell_all(kit, tx, out, key=f"digest:{kit.now.date()}")


def _next_digest(kit: Kit) -> datetime:
    """The next nine in the morning, as the community's clock has it."""
    local = kit.now.astimezone(ZoneInfo(kit.config.community.zone))
    due = local.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return due if due > local else due + timedelta(days=1)
