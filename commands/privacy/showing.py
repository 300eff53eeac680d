"""`/privacy`: what is kept and why, for how long, who can read it; and what the person agreed to."""

from __future__ import annotations

from bot.kit import Ask, Kit
from bot.talk.command import command
from bot.talk.press import Press, Tone
from bot.talk.reply import Block, Heading, Reply, Strong, facts, para
from bot.talk.text import Text, _, listing


@command("privacy", inside="show", effects=False)
async def privacy(ask: Ask, kit: Kit) -> Reply:
    """What I keep about you and why, and your switches for it.

    You can download everything, take any yes back, or erase it all. Nobody has to be asked.
    """
    blocks: list[Block] = [Heading(_("What I keep about you"))]
    if ask.person is None:
        blocks.append(para(_("Nothing. You never said yes to anything, so there is nothing here.")))
        blocks.append(para(_("This is what I would keep, each only after your yes:")))
    for feature in kit.catalogue.features:
        for stored in feature.stored:
            why = _(
                "{why} Kept {kept}. Read by {who}.",
                why=stored.why,
                kept=stored.kept,
                who=stored.read_by,
            )
            blocks.append(facts((Strong(stored.what), para(why))))
    blocks += [
        para(_("What you write in channels is never stored. My logs hold no names and no words of yours.")),
        para(
            _("Copies that the platform itself made of messages are outside my reach; it has its own rules for them.")
        ),
    ]
    if ask.person is not None:
        on = listing(purpose.title for purpose in kit.catalogue.purposes if purpose.id in ask.agreed)
        blocks.append(para(_("You said yes to: {purposes}.", purposes=on if on.items else _("nothing at the moment"))))
    return Reply(tuple(blocks), _presses(kit, ask))


def _presses(kit: Kit, ask: Ask) -> tuple[Press, ...]:
    if ask.person is None:
        return (Press(_("Begin"), "start", tone=Tone.MAIN),)
    off = [
        Press(_switch(purpose.title), "start withdraw", purpose=purpose.id)
        for purpose in kit.catalogue.purposes
        if purpose.id in ask.agreed
    ]
    return (
        *off,
        Press(_("Download everything"), "privacy export"),
        Press(_("Erase everything"), "privacy erase", tone=Tone.DANGER),
    )


def _switch(title: Text) -> Text:
    return _("Turn off: {purpose}", purpose=title)
