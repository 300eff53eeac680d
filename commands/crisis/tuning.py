"""Moderators and the rules: trying a text, seeing how the rules do, rehearsing over samples, loading them anew.

Nothing that is tried here is kept, and nothing of it is answered or alerted.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Annotated

from bot.kit import Ask, Kit
from bot.talk.command import Arg, command
from bot.talk.errors import Mistake
from bot.talk.model import PlaceRef, Role
from bot.talk.platform import ReadsBack
from bot.talk.reply import Block, Heading, Inline, Paragraph, Quote, Reply, Strong, Verbatim, bullets, facts, para, say
from bot.talk.text import Text, _, listing
from commands.crisis import care, learning
from commands.crisis.keeping import helplines, rulebook
from commands.crisis.members import FEW
from commands.crisis.naming import ABOUTS, LEVELS, TOPICS
from commands.crisis.rulebook import RuleBook
from safety import Level, Topic, Verdict
from safety.changes import Changes
from safety.fired import Explanation, Fired

MOST_SAMPLES = 500
MOST_READ = 200
SHOWN = 8


@command("safety test", allow=Role.MODERATOR, effects=False, form=True)
async def safety_test(
    ask: Ask,
    kit: Kit,
    text: Annotated[str, Arg(_("The text to try"), rest=True, long=True, most=4000, words=False)],
) -> Reply:
    """Try a text: which rules fire on which words, what context does, and what would be sent."""
    book = rulebook(kit.config)
    found = await asyncio.to_thread(book.engine.explain, text, channel=ask.place.id)
    out: list[Block] = [para(Strong(verdict_words(found.verdict)))]
    out += [_fired(one) for one in found.fired[:SHOWN]]
    if found.verdict.shadow:
        out.append(para(_("In shadow, counted only: {rules}.", rules=listing(found.verdict.shadow[:5]))))
    out += _would_send(kit, ask, found, book)
    return Reply(tuple(out))


def verdict_words(verdict: Verdict) -> Text:
    """What a verdict comes to, in a line."""
    if not verdict:
        return _("No rule fires, so nothing would happen.")
    return _(
        "{level}: {topic}, {about}",
        level=LEVELS[verdict.level],
        topic=TOPICS[verdict.topic],
        about=ABOUTS[verdict.about],
    )


def _fired(one: Fired) -> Paragraph:
    parts: list[Inline] = [Strong(Verbatim(one.rule.id)), Verbatim(" "), _("on “{words}”", words=one.said[:80])]
    for taken in one.taken:
        because = taken.because or taken.step
        parts += [Verbatim("; "), _("{step}: {because}", step=taken.step, because=because)]
    if one.tuned:
        parts += [Verbatim("; "), Verbatim(one.tuned)]
    left = _("dropped") if one.level is Level.NONE else LEVELS[one.level]
    return Paragraph((*parts, Verbatim(" → "), left))


def _would_send(kit: Kit, ask: Ask, found: Explanation, book: RuleBook) -> list[Block]:
    verdict = found.verdict
    if verdict.topic is Topic.HARASSMENT and verdict:
        return [para(_("Its author would be offered nothing; it would wait for you in the queue."))]
    if not care.addressed(verdict):
        return [para(_("Its author would be offered nothing.") if not verdict else _("It would be on the quiet list."))]
    country, language = kit.config.community.country, ask.language
    lines = helplines(kit.config).find(country, language, verdict.topic.value, kit.now, FEW)
    said = _("(Here it says who was told.)")
    reader = care.Reader(language, False, said, "", book.wording(verdict, language))
    shown = care.full(verdict, lines, reader)
    quoted = tuple(block for block in shown.blocks if isinstance(block, Paragraph))
    listed = [block for block in shown.blocks if not isinstance(block, Paragraph)]
    return [para(_("Its author would be offered this, privately:")), Quote(quoted[:2]), *listed, Quote(quoted[2:])]


# --- loading anew ----------------------------------------------------------------------------------------------------


@command("safety reload", allow=Role.MODERATOR, effects=False)
async def safety_reload(ask: Ask, kit: Kit) -> Reply:
    """Load the rules anew, now. With a mistake in them the last good ones stay in force."""
    book = rulebook(kit.config)
    if book.path is None:
        return say(_("No rules of your own are configured; the shipped ones are in force."))
    change = await asyncio.to_thread(book.reload)
    async with kit.transaction() as tx:
        await learning.sync(kit, tx)
    return told(change, book)


def told(change: Changes | None, book: RuleBook) -> Reply:
    """What loading came to: what changed, or every mistake at its place."""
    if change is None:
        return Reply(
            (
                para(Strong(_("The rules have mistakes, so the last good ones stay in force:"))),
                bullets([Verbatim(problem) for problem in book.problems[:10]]),
            )
        )
    n = len(book.engine.rules)
    if not change:
        return say(_("Loaded; nothing changed. {n} rule.", "Loaded; nothing changed. {n} rules.", n=n))
    changed = [f"{one.rule} ({', '.join(one.what)})" for one in change.changed]
    rows = [(_("new"), change.added), (_("changed"), (*changed, *change.other)), (_("gone"), change.removed)]
    shown = [(title, para(Verbatim(_some(ids)))) for title, ids in rows if ids]
    head = _("The rules were loaded anew: {n} rule now.", "The rules were loaded anew: {n} rules now.", n=n)
    return Reply((para(Strong(head)), facts(*shown)))


def _some(ids: Sequence[str]) -> str:
    more = f" (+{len(ids) - 20})" if len(ids) > 20 else ""
    return ", ".join(ids[:20]) + more


# --- rehearsing ------------------------------------------------------------------------------------------------------


@command("safety rehearse", allow=Role.MODERATOR, effects=False, form=True)
async def safety_rehearse(
    ask: Ask,
    kit: Kit,
    samples: Annotated[
        str | None, Arg(_("Samples, one a line; or a place below"), long=True, most=4000, words=False)
    ] = None,
    place: Annotated[str | None, Arg(_("A channel's id: its recent messages"), words=False, most=200)] = None,
) -> Reply:
    """See what the rules would make of many texts: counts only, nothing is kept."""
    if place:
        texts = await _recent(ask, kit, place)
    else:
        texts = [line for line in (samples or "").splitlines() if line.strip()][:MOST_SAMPLES]
    if not texts:
        raise Mistake(_("Paste some samples, one a line, or name a channel."), "samples")
    engine = rulebook(kit.config).engine
    verdicts = await asyncio.to_thread(lambda: [engine.assess(text, channel=place or "") for text in texts])
    levels = Counter(verdict.level for verdict in verdicts)
    rules = Counter(rule for verdict in verdicts if verdict.level >= Level.WATCH for rule in verdict.rules)
    shadow = Counter(rule for verdict in verdicts for rule in verdict.shadow)
    rows = [(LEVELS[level], para(_("{n}", n=levels[level]))) for level in (Level.URGENT, Level.CONCERN, Level.WATCH)]
    out: list[Block] = [
        para(
            _(
                "{n} text was read; nothing of it is kept.",
                "{n} texts were read; nothing of them is kept.",
                n=len(texts),
            )
        ),
        facts(*rows),
    ]
    if rules:
        out += [Heading(_("By rule")), bullets([_("{rule}: {n}", rule=rule, n=n) for rule, n in rules.most_common(10)])]
    if shadow:
        out += [
            Heading(_("In shadow")),
            bullets([_("{rule}: {n}", rule=one, n=n) for one, n in shadow.most_common(10)]),
        ]
    if not place:
        lines = [number for number, verdict in enumerate(verdicts, 1) if verdict.level >= Level.CONCERN][:20]
        if lines:
            out.append(para(_("Answered would be lines {lines}.", lines=listing(lines))))
    return Reply(tuple(out))


async def _recent(ask: Ask, kit: Kit, place: str) -> list[str]:
    """The latest messages of a channel that the moderator may read too."""
    platform = kit.house.platforms.get(ask.place.platform)
    if not isinstance(platform, ReadsBack):
        raise Mistake(_("I can't look back into channels here. Paste some samples instead."), "place")
    where = PlaceRef(ask.place.platform, place.strip().lstrip("<#").rstrip(">"))
    texts = await platform.recent(where, MOST_READ, reader=ask.author)
    if texts is None:
        raise Mistake(_("I know no channel “{place}” that you and I can both read.", place=place[:40]), "place")
    return list(texts)
