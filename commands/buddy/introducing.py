"""Two who both said yes meet: what they share, how to begin and to stop, who can see what; a week later, how it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.database import Transaction
from bot.state.jobs import Job
from bot.talk.command import Arg, Choice, command
from bot.talk.press import Press, Tone
from bot.talk.reply import Block, Heading, Quote, Reply, Typed, Verbatim, bullets, para, say
from bot.talk.text import Text, _
from commands.buddy import voices
from commands.buddy.profile import PACES, Profile, label, why
from commands.buddy.tables import pairs, profiles
from commands.buddy.tables.pairs import Pair, Side
from commands.buddy.whom import PAIR

WEEK = timedelta(days=7)
OPENERS = (
    _("“What made you say yes to this?”"),
    _("“How has this week been for you?”"),
    _("“What would be good to talk about, and what would rather not?”"),
)


async def introduce(kit: Kit, tx: Transaction, pair: Pair, sides: tuple[Side, Side]) -> None:
    """Both said yes: the pair begins."""
    await pairs.meet(tx, pair.id, kit.now)
    await kit.jobs.cancel(tx, f"expire:{pair.id}")
    await kit.jobs.put(tx, "buddy.week", kit.now + WEEK, {"pair": pair.id}, key=f"week:{pair.id}")
    for side, other in (sides, sides[::-1]):
        profile, theirs = await profiles.profile(kit, tx, side.person), await profiles.profile(kit, tx, other.person)
        if profile is None or theirs is None:
            continue
        have = await pairs.of(tx, side.person, pairs.MET)
        await profiles.met(tx, side.person, len(have) < profile.most, kit.now)
        user = await voices.account(kit, tx, side.person)
        rooms = user is not None and voices.has_rooms(kit, user)
        reply = await _introduction(kit, side, other, theirs, rooms)
        await voices.tell_side(kit, tx, side, reply, key=f"buddy:met:{pair.id}:{side.side}")


async def _introduction(kit: Kit, side: Side, other: Side, theirs: Profile, rooms: bool) -> Reply:
    common = await pairs.why(kit, side)
    blocks: list[Block] = [
        Heading(_("This is {name}.", name=other.name)),
        para(why(common), " ", _("For {name}, you are {you}.", name=other.name, you=side.name)),
    ]
    more = [label(topic) for topic in theirs.shown if topic not in common.get("topics", ())]
    if more:
        blocks.append(para(_("{name} also knows these:", name=other.name)))
        blocks.append(bullets(more))
    if theirs.bio:
        blocks.append(para(_("{name} says:", name=other.name)))
        blocks.append(Quote((para(Verbatim(theirs.bio)),)))
    blocks += [
        para(_("{name} would like to write {often}.", name=other.name, often=PACES[theirs.pace])),
        para(_("If you don't know how to begin:")),
        bullets(OPENERS),
        para(_("Listening helps more than advice. You may both give and receive, and nobody has to solve anything.")),
        para(_how(rooms)),
        para(
            _("To end it, block or report, at any time and without a reason:"),
            " ",
            Typed("buddy end"),
            Verbatim(", "),
            Typed("buddy block"),
            Verbatim(", "),
            Typed("buddy report"),
        ),
        para(
            _(
                "Moderators don't see what you write. It is kept for 7 days, sealed; after a report two of them "
                "can read it, "
                "and that is recorded. Where something sounds like danger to a life, they are told, without your name."
            )
        ),
    ]
    return Reply(
        tuple(blocks),
        (
            Press(_("Write to {name}", name=other.name), "buddy talk", tone=Tone.MAIN, p=side.about),
            Press(_("End it"), "buddy end", p=side.about),
            Press(_("Report"), "buddy report", p=side.about),
        ),
    )


def _how(rooms: bool) -> Text:
    if rooms:
        return _("Whatever you write in this room goes to your buddy, but for lines that begin with a command's sign.")
    return _(
        "Answer one of their messages and it goes to them; or choose to write to them, and everything does for a while."
    )


# --- after a week --------------------------------------------------------------------------------------------------

ANSWERS: dict[str, Text] = {
    "yes": _("Yes, it is good"),
    "so-so": _("Not sure"),
    "no": _("No"),
    "wrong": _("Something is wrong"),
}


async def week(job: Job, kit: Kit) -> None:
    """A week after they met: each is asked alone."""
    async with kit.transaction() as tx:
        pair = await pairs.pair(tx, str(job.payload["pair"]))
        if pair is None or pair.state != pairs.MET:
            return
        for side in await pairs.both(tx, pair.id):
            other = await pairs.other(tx, side)
            if other is None:
                continue
            presses = [Press(said, "buddy works", p=side.about, answer=one) for one, said in ANSWERS.items()]
            question = say(
                _(
                    "You have known {name} for a week. Is this working for you? Only I read the answer.",
                    name=other.name,
                ),
                presses=presses,
            )
            await voices.tell(kit, tx, side.person, question, key=f"buddy:week:{pair.id}:{side.side}")


@command("buddy works", hidden=True, effects=False)
async def works(
    ask: Ask,
    kit: Kit,
    p: Annotated[str, PAIR],
    answer: Annotated[str, Arg(_("How it is"), choices=tuple(Choice(one, said) for one, said in ANSWERS.items()))],
) -> Reply:
    """Say whether it works. The answer is not kept."""
    match answer:
        case "yes":
            return say(
                _("How good. If you like, tell your buddy."),
                presses=[Press(_("Say thank you"), "buddy thanks", p=p)],
                replaces=True,
            )
        case "wrong":
            return say(
                _("I'm sorry. You owe nobody a reason, and you don't have to stay."),
                presses=[
                    Press(_("Report it"), "buddy report", tone=Tone.MAIN, p=p),
                    Press(_("End it, and never meet again"), "buddy blocked", tone=Tone.DANGER, p=p),
                    Press(_("Someone to talk to"), "crisis"),
                ],
                replaces=True,
            )
        case _:
            return say(
                _("Thank you for saying so. It is all right to go on, and all right to end it without a reason."),
                presses=[
                    Press(_("Go on for now"), "buddy kept"),
                    Press(_("End it"), "buddy ended", tone=Tone.DANGER, p=p),
                ],
                replaces=True,
            )
