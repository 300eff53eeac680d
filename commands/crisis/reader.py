"""Moderators and what verdicts taught the second reader: seeing it, taking it back, switching it off and on.

All of it is numbers of the whole community. The rules file has the last word: it alone lets verdicts move anything.
"""

from __future__ import annotations

from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.audit import Audit
from bot.state.database import Transaction
from bot.talk.command import Arg, command
from bot.talk.model import Role
from bot.talk.press import Press
from bot.talk.reply import Block, Heading, Paragraph, Reply, Verbatim, facts, para, say
from bot.talk.text import Local, Text, _
from commands.crisis import alerts, learning
from commands.crisis.keeping import rulebook
from commands.crisis.learning import Learned, hundredths, stop
from safety.reader.learning import FEWEST, MOST_STEPS, moved
from safety.reader.model import Thresholds

ASKED_FOR = _("To let verdicts move it a little, write “learn: true” under “reader:” in your rules file.")


@command("safety reader", inside="show", allow=Role.MODERATOR, effects=False)
async def safety_reader(ask: Ask, kit: Kit) -> Reply:
    """From where on the second reader answers, and what your verdicts moved."""
    set_to = rulebook(kit.config).written.thresholds
    if set_to is None:
        return say(_("The second reader is off here; the rules work alone."))
    async with kit.transaction() as tx:
        found = await _fitting(kit, tx)
    step = found.taught.step if found else 0
    out: list[Block] = [Heading(_("The second reader")), line(kit, found), _thresholds(set_to, moved(set_to, step))]
    if found is None:
        return Reply((*out, para(ASKED_FOR)))
    if not found.off:
        out += [
            facts((_("verdicts so far"), _("{good} right, {bad} false alarms", good=found.good, bad=found.bad))),
            para(
                _(
                    "Counted are closed cases that the second reader alone answered. From {n} verdicts on it may move "
                    "by a step, at most {most} either way.",
                    n=FEWEST,
                    most=MOST_STEPS,
                )
            ),
        ]
    return Reply(tuple(out), _presses(found))


def _thresholds(set_to: Thresholds, now: Thresholds) -> Block:
    rows = (
        (_("it answers from"), set_to.concern, now.concern),
        (_("where a rule watches, from"), set_to.lift, now.lift),
    )
    return facts(
        *(
            (title, _("{now} of 100 (set: {before})", now=hundredths(after), before=hundredths(before)))
            for title, before, after in rows
        )
    )


def _presses(found: Learned) -> tuple[Press, ...]:
    back = (Press(_("All as set again"), "safety reader reset"),) if found.taught.step else ()
    return (*back, Press(_("Learn again"), "safety reader on") if found.off else stop())


def line(kit: Kit, found: Learned | None) -> Paragraph:
    """What verdicts moved, when and how many there were, in a line or two."""
    if found is None:
        return para(_("The second reader answers as it is set; verdicts move nothing."))
    if found.off:
        return para(
            _("The second reader answers as it is set; learning from verdicts was switched off."), *_last(kit, found)
        )
    n = abs(found.taught.step)
    if n == 0:
        return para(_("The second reader answers as it is set; it learns from verdicts."), *_last(kit, found))
    if found.taught.step > 0:
        said = _(
            "Verdicts made the second reader answer less readily, by {n} step of {most}.",
            "Verdicts made the second reader answer less readily, by {n} steps of {most}.",
            n=n,
            most=MOST_STEPS,
        )
    else:
        said = _(
            "Verdicts made the second reader answer more readily, by {n} step of {most}.",
            "Verdicts made the second reader answer more readily, by {n} steps of {most}.",
            n=n,
            most=MOST_STEPS,
        )
    return para(said, *_last(kit, found))


def _last(kit: Kit, found: Learned) -> tuple[Verbatim | Text, ...]:
    if found.moved is None:
        return ()
    when = Local(found.moved, kit.config.community.zone)
    if found.way:
        return Verbatim(" "), _("It moved last {when}, after {all} verdicts.", when=when, all=found.verdicts)
    return Verbatim(" "), _("A moderator changed it last {when}.", when=when)


async def status_line(kit: Kit, tx: Transaction) -> list[Block]:
    """For `safety status`: a line, where there is a second reader at all."""
    if rulebook(kit.config).written.thresholds is None:
        return []
    return [line(kit, await _fitting(kit, tx))]


async def _fitting(kit: Kit, tx: Transaction) -> Learned | None:
    """What was learned for the thresholds as they are set now; None where nothing is to be learned."""
    found, base = await learning.learned(tx), learning.base(kit)
    return found if found is not None and base is not None and found.taught.fits(base) else None


# --- changing it -----------------------------------------------------------------------------------------------------


@command("safety reader reset", allow=Role.MODERATOR)
async def reader_reset(ask: Ask, kit: Kit) -> Reply:
    """Have the second reader answer as it is set again. It goes on learning."""
    async with kit.transaction() as tx:
        found = await learning.sync(kit, tx)
        if found is None:
            return say(ASKED_FOR)
        if not found.taught.step:
            return say(_("It answers as it is set already."), presses=_presses(found))
        said = _("The second reader answers as it is set again; a moderator took back what verdicts had moved.")
        return await _changed(ask, kit, tx, found, 0, "reader-reset", said, off=found.off)


@command("safety reader back", hidden=True, allow=Role.MODERATOR)
async def reader_back(ask: Ask, kit: Kit, move: Annotated[int, Arg(_("Which change"))]) -> Reply:
    """Take back one change that verdicts made."""
    async with kit.transaction() as tx:
        found = await learning.sync(kit, tx)
        if found is None:
            return say(ASKED_FOR)
        if found.move != move or not found.way:
            return say(_("That was changed since."), line(kit, found), presses=_presses(found))
        said = _("A moderator took the second reader's last step back.")
        return await _changed(ask, kit, tx, found, found.taught.step - found.way, "reader-back", said, off=found.off)


@command("safety reader off", allow=Role.MODERATOR)
async def reader_off(ask: Ask, kit: Kit) -> Reply:
    """Let verdicts move the second reader no more, and take back what they moved."""
    async with kit.transaction() as tx:
        found = await learning.sync(kit, tx)
        if found is None:
            return say(ASKED_FOR)
        if found.off:
            return say(_("That is off already."), presses=_presses(found))
        said = _("The second reader answers as it is set, and verdicts move it no more: a moderator switched that off.")
        return await _changed(ask, kit, tx, found, 0, "reader-off", said, off=True)


@command("safety reader on", allow=Role.MODERATOR)
async def reader_on(ask: Ask, kit: Kit) -> Reply:
    """Let verdicts move the second reader again, beginning anew."""
    async with kit.transaction() as tx:
        found = await learning.sync(kit, tx)
        if found is None:
            return say(ASKED_FOR)
        if not found.off:
            return say(_("It learns already."), presses=_presses(found))
        said = _("Verdicts may move the second reader again; a moderator switched that on.")
        return await _changed(ask, kit, tx, found, 0, "reader-on", said, off=False)


async def _changed(
    ask: Ask, kit: Kit, tx: Transaction, found: Learned, to: int, did: str, said: Text, *, off: bool
) -> Reply:
    """Do it, tell the other moderators, and answer with how it stands and the way back."""
    actor = await Audit(kit.house.vault).actor(tx, ask.author)
    await learning.take_back(kit, tx, found, actor, to, did, off=off)
    await alerts.tell_all(kit, tx, [para(said)], key=f"reader:{found.move + 1}")
    now = await learning.learned(tx)
    assert now is not None
    return say(line(kit, now), presses=_presses(now))
