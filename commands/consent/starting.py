"""`/start`: who this is and is not, and a switch for each purpose. Agreeing is what first makes a person known."""

from __future__ import annotations

from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.database import Transaction
from bot.state.people import Person
from bot.talk.command import Arg, command
from bot.talk.errors import Mistake, NotKept
from bot.talk.feature import Purpose
from bot.talk.press import Press, Tone
from bot.talk.reply import Bullets, Heading, Paragraph, Reply, Strong, Typed, Verbatim, bullets, para, say
from bot.talk.text import Text, _

DASH = Verbatim(" — ")


@command("start", effects=False)
async def start(ask: Ask, kit: Kit) -> Reply:
    """Who I am, what I would keep, and what you say yes to.

    Nothing is kept about you before you say yes. Each thing is its own question, and a no costs nothing.
    """
    return Reply((*_who(kit), *_switches(kit, ask.agreed)), _presses(kit, ask.agreed))


@command("start agree", hidden=True)
async def agree(
    ask: Ask,
    kit: Kit,
    purpose: Annotated[str, Arg(_("What you agree to"), words=False)],
) -> Reply:
    """Say yes to one purpose."""
    known = _known(kit, purpose)
    if not kit.house.keeps(ask.place.platform, known.id):
        raise NotKept()
    async with kit.transaction() as tx:
        person = ask.person or await kit.people.join(tx, ask.author)
        await kit.people.grant(tx, person.id, known.id, known.version)
        agreed = await kit.house.agreed(tx, person.id)
    return _panel(kit, agreed, _("Thank you. That is on now: {purpose}.", purpose=known.title))


@command("start withdraw", hidden=True)
async def withdraw(
    ask: Ask,
    kit: Kit,
    purpose: Annotated[str, Arg(_("What you take back"), words=False)],
) -> Reply:
    """Take a yes back."""
    known = _known(kit, purpose)
    if ask.person is None:
        return _panel(kit, frozenset(), _("That was not on."))
    async with kit.transaction() as tx:
        await take_back(kit, tx, ask.person, known)
        agreed = await kit.house.agreed(tx, ask.person.id)
    return _panel(kit, agreed, _("That is off now: {purpose}.", purpose=known.title))


@command("start decline", hidden=True, effects=False)
async def decline(
    ask: Ask,
    kit: Kit,
    purpose: Annotated[str, Arg(_("What you decline"), words=False)] = "",
) -> Reply:
    """Say no. It costs nothing."""
    return say(
        _("That is fine. I keep nothing for it, and everything else works as before."),
        para(_("You can come back to it any time:"), " ", Typed("start")),
        replaces=True,
    )


async def take_back(kit: Kit, tx: Transaction, person: Person, purpose: Purpose) -> None:
    """Withdraw one purpose, and let every feature undo what rested on it."""
    await kit.people.withdraw(tx, person.id, purpose.id)
    for feature in kit.catalogue.features:
        if feature.withdrawn is not None:
            await feature.withdrawn(kit, tx, person, purpose.id)


def _known(kit: Kit, id: str) -> Purpose:
    known = kit.catalogue.purpose(id)
    if known is None:
        raise Mistake(_("I don't know that purpose any more. Please begin again with /start."), "purpose")
    return known


def _who(kit: Kit) -> tuple[Heading | Paragraph | Bullets, ...]:
    return (
        Heading(_("Hello. I am a bot of {community}.", community=kit.config.community.name)),
        para(
            _(
                "I help people here to support each other: notes on how you are, reminders if you want them, and "
                "helplines when a night is bad. I am a program. I am no therapist and no emergency service, and "
                "nobody watches me around the clock."
            )
        ),
        para(_("If you need someone now, no sign-up needed:"), " ", Typed("crisis")),
    )


def _switches(kit: Kit, agreed: frozenset[str]) -> tuple[Heading | Paragraph | Bullets, ...]:
    lines = [
        Paragraph((Strong(purpose.title), DASH, _on(purpose.id in agreed), Verbatim(". "), purpose.why))
        for purpose in kit.catalogue.purposes
    ]
    return (
        Heading(_("What you say yes to")),
        bullets(lines),
        para(
            _(
                "What I keep is sealed with a key of your own. Honestly: whoever owns the machine I run on could, with "
                "effort, read it. You can see, take along or erase everything yourself:"
            ),
            " ",
            Typed("privacy"),
        ),
    )


def _on(yes: bool) -> Text:
    return _("on") if yes else _("off")


def _presses(kit: Kit, agreed: frozenset[str]) -> tuple[Press, ...]:
    out = []
    for purpose in kit.catalogue.purposes:
        if purpose.id in agreed:
            out.append(Press(_("Turn off: {purpose}", purpose=purpose.title), "start withdraw", purpose=purpose.id))
        else:
            yes = _("Yes: {purpose}", purpose=purpose.title)
            out.append(Press(yes, "start agree", tone=Tone.MAIN, purpose=purpose.id))
    if "settings" in agreed:
        out.append(Press(_("Set language, country, time zone"), "settings change", form=True))
    if not agreed:
        out.append(Press(_("Nothing for now"), "start decline"))
    return tuple(out)


def _panel(kit: Kit, agreed: frozenset[str], first: Text) -> Reply:
    lines = [Paragraph((Strong(one.title), DASH, _on(one.id in agreed))) for one in kit.catalogue.purposes]
    return Reply((para(first), bullets(lines)), _presses(kit, agreed), replaces=True)
