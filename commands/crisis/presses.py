"""What a person can do with what they were offered: open it, say it was not about them, ask for a moderator.

Whose it is decides a keyed hash, never who holds the button.
"""

from __future__ import annotations

import logging
from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.audit import Audit
from bot.state.database import Transaction
from bot.talk.command import Arg, command
from bot.talk.press import Press, Tone
from bot.talk.reply import Reply, Typed, para, say
from bot.talk.text import _
from commands.crisis import alerts, care, ladder, signals, tables
from commands.crisis.keeping import helplines, rulebook
from commands.crisis.members import FEW, country_of
from commands.crisis.plan import moderators_places, told, told_asked
from commands.crisis.recording import call, call_plainly, line_over
from commands.crisis.signals import Signal
from commands.crisis.tables import Case
from safety import About, Level, Topic, Verdict

log = logging.getLogger("handrail.crisis")

_ID = Arg(_("Which message"), words=False, hidden=True)


@command("crisis open", hidden=True, effects=False, always=True)
async def opened(
    ask: Ask,
    kit: Kit,
    s: Annotated[str, Arg(_("Which message"), words=False)],
    by: Annotated[str, Arg(_("Whose"), words=False)],
    level: Annotated[int, Arg(_("Level"), ge=0, le=3)] = 3,
    topic: Annotated[str, Arg(_("Topic"), words=False, hidden=True)] = "suicide",
    about: Annotated[str, Arg(_("About whom"), words=False, hidden=True)] = "self",
) -> Reply:
    """Open what is meant for you alone."""
    country, labelled = country_of(ask, kit)
    verdict = _verdict(level, topic, about)
    found = helplines(kit.config).find(country, ask.language, verdict.topic.value, kit.now, FEW)
    if not ladder.is_theirs(kit, ask.author, s, by):
        return care.for_anybody(found, labelled=labelled, language=ask.language)
    said = told(kit.config, alerted=verdict.level >= Level.URGENT, now=kit.now)
    rule = ""
    try:
        async with kit.transaction() as tx:
            seen = await signals.signal(kit, tx, s)
            rule = seen.rules[0] if seen and seen.rules else ""
            case = await signals.arrived(tx, s, "opened")
            await line_over(kit, tx, s)
            if case is not None:
                await alerts.refresh_if_called(kit, tx, case)
    except Exception:
        log.exception("an opened offer could not be noted")
        await _take_away(ask, kit)
    wording = rulebook(kit.config).wording(Verdict(rules=(rule,)), ask.language) if rule else None
    return care.full(verdict, found, care.Reader(ask.language, labelled, said, s, wording))


def _verdict(level: int, topic: str, about: str) -> Verdict:
    """What a press says; whatever was tampered with is the usual."""
    topics, abouts = {one.value: one for one in Topic}, {one.value: one for one in About}
    return Verdict(Level(level), topics.get(topic, Topic.SUICIDE), abouts.get(about, About.SELF))


async def _take_away(ask: Ask, kit: Kit) -> None:
    """Without a database the short line goes right now."""
    platform = kit.house.platforms.get(ask.place.platform)
    if platform is not None and ask.pressed is not None:
        try:
            await platform.delete(ask.pressed)
        except Exception:
            log.exception("a short line could not be taken away", extra={"platform": platform.name})


@command("crisis not-me", hidden=True)
async def not_me(ask: Ask, kit: Kit, s: Annotated[str, _ID] = "") -> Reply:
    """Say that it was not about you."""
    async with kit.transaction() as tx:
        one = await _own_case(kit, tx, ask, s)
        if one is not None:
            await tables.change(tx, one.id, not_me=1)
            actor = await Audit(kit.house.vault).actor(tx, ask.author)
            await Audit(kit.house.vault).note(tx, actor, "not-me", tables.case_key(one.id))
            await alerts.refresh_if_called(kit, tx, one.id)
    return say(
        _("Thank you for saying so, and sorry for the mix-up. If it was about somebody you know, this may help:"),
        presses=(
            Press(_("I worry about somebody"), "worried", tone=Tone.MAIN),
            Press(_("Don't offer me this again"), "crisis no-more"),
        ),
    )


@command("crisis tell", hidden=True, always=True)
async def tell(ask: Ask, kit: Kit, s: Annotated[str, _ID] = "") -> Reply:
    """Ask for a moderator: a person here."""
    if not moderators_places(kit.config):
        return say(
            _("This community has not told me where its moderators are. Please write to one of them yourself."),
            para(_("Meanwhile people are there for you here:"), " ", Typed("crisis")),
        )
    try:
        await _call_for(ask, kit, s)
    except Exception:
        log.exception("asking for a moderator without the database")
        await call_plainly(kit, ask.author, key=ask.key)
    return say(
        told_asked(kit.config, kit.now),
        para(_("They see your name and, if you wrote in a channel, where. What you write to me privately stays here.")),
        presses=(Press(_("Someone to talk to"), "crisis"),),
    )


async def _call_for(ask: Ask, kit: Kit, s: str) -> None:
    """Join what the person wrote before, where a press leads there; else a case of its own."""
    async with kit.transaction() as tx:
        one = await _own_case(kit, tx, ask, s)
        if one is None:
            author, person = tables.lookup(kit, ask.author), ask.person.id if ask.person else None
            one = await tables.case_of(tx, author) or await tables.add_case(
                kit, tx, author, person, Level.NONE, Topic.NONE, About.SELF
            )
        if not one.asked:
            await _ask(kit, tx, ask, one)


async def _ask(kit: Kit, tx: Transaction, ask: Ask, one: Case) -> None:
    """Put into the case who asks, and call the moderators whatever its level."""
    part = await tables.private_part(kit, tx, one.id)
    who = {**part, "who": [ask.author.platform, ask.author.id]}
    await tables.set_private_part(kit, tx, one.id, who)
    await tables.change(tx, one.id, asked=1, seen=tx.now_ms)
    audit = Audit(kit.house.vault)
    await audit.note(tx, await audit.actor(tx, ask.author), "asked", tables.case_key(one.id))
    await signals.add_signal(
        kit,
        tx,
        Signal(
            signals.signal_id(ask.key),
            one.id,
            kit.now,
            Level.NONE,
            Topic.NONE,
            About.SELF,
            (),
            "asked",
            "none",
            False,
            None,
        ),
    )
    await call(kit, tx, one.id, urgent=True)


async def _own_case(kit: Kit, tx: Transaction, ask: Ask, s: str) -> Case | None:
    """The case behind a press, where it is the presser's own and not over."""
    seen = await signals.signal(kit, tx, s) if s else None
    one = await tables.case(tx, seen.case) if seen else None
    return one if one is not None and not one.over and one.author == tables.lookup(kit, ask.author) else None
