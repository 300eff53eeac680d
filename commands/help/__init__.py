"""What the bot can do: by topic and by role, read from the declarations themselves."""

from __future__ import annotations

from typing import Annotated

from bot.kit import Ask, Kit
from bot.talk import parse
from bot.talk.command import Arg, Command, command
from bot.talk.errors import Mistake
from bot.talk.feature import Feature
from bot.talk.model import Role
from bot.talk.reply import Block, Bullets, Heading, Paragraph, Reply, Typed, Verbatim, bullets, para
from bot.talk.text import Text, _, listing


def _open_to(one: Command, role: Role) -> bool:
    return not one.hidden and one.allow <= role


@command("help", effects=False, always=True, examples=("help checkin",))
async def help_(
    ask: Ask,
    kit: Kit,
    topic: Annotated[str | None, Arg(_("A command or a topic"), rest=True, words=False, most=60)] = None,
) -> Reply:
    """What I can do, and how to ask for it."""
    if topic is None:
        return _all(ask, kit)
    wanted = topic.strip().lstrip(kit.config.prefix + "/").casefold()
    exact = [one for one in kit.catalogue.commands if _open_to(one, ask.role) and wanted == one.name]
    if exact:
        return _one(kit, exact[0], ask.role)
    for feature in kit.catalogue.features:
        titles = {
            feature.name.casefold(),
            feature.title.id.casefold(),
            kit.words.say(feature.title, ask.language).casefold(),
        }
        if wanted in titles:
            return Reply((Heading(feature.title), para(feature.about), _lines(feature, ask.role)))
    found = parse.find(wanted, [one for one in kit.catalogue.commands if _open_to(one, ask.role)])
    if isinstance(found, parse.Found):
        return _one(kit, found.command, ask.role)
    near = found.close or found.group
    if near:
        raise Mistake(_("I know no “{topic}”. Did you mean {near}?", topic=wanted, near=listing(near)), "topic")
    raise Mistake(_("I know no “{topic}”. Leave it out to see everything.", topic=wanted), "topic")


def _all(ask: Ask, kit: Kit) -> Reply:
    blocks: list[Block] = [
        para(_("If you need someone now:"), " ", Typed("crisis")),
    ]
    for feature in kit.catalogue.features:
        if any(_open_to(one, ask.role) for one in feature.commands):
            blocks += [Heading(feature.title), _lines(feature, ask.role)]
    blocks.append(para(_("More about one of them:"), " ", Typed("help", "checkin")))
    return Reply(tuple(blocks))


def _lines(feature: Feature, role: Role) -> Bullets:
    return bullets(
        [Paragraph((Typed(one.name), Verbatim(" — "), one.about)) for one in feature.commands if _open_to(one, role)]
    )


def _one(kit: Kit, one: Command, role: Role) -> Reply:
    blocks: list[Block] = [Paragraph((Typed(one.name, parse.usage(one)),)), para(one.about)]
    if one.more is not None:
        blocks.append(para(one.more))
    if one.shown:
        blocks.append(bullets([_param(param.name, param.arg.about, param.required) for param in one.shown]))
    if one.examples:
        lines = [Paragraph((Typed(one.name, example.removeprefix(one.name).strip()),)) for example in one.examples]
        blocks += [para(_("For example:")), bullets(lines)]
    inside = [
        other for other in kit.catalogue.commands if other.name.startswith(one.name + " ") and _open_to(other, role)
    ]
    if inside:
        lines = [Paragraph((Typed(other.name), Verbatim(" — "), other.about)) for other in inside]
        blocks += [para(_("It also has:")), bullets(lines)]
    return Reply(tuple(blocks))


def _param(name: str, about: Text, required: bool) -> Paragraph:
    parts = (Verbatim(f"{name}: "), about)
    return Paragraph(parts if required else (*parts, Verbatim(" "), _("(if you like)")))


FEATURE = Feature(
    name="help",
    title=_("Help"),
    about=_("What I can do, and how to ask for it."),
    commands=(help_,),
)
