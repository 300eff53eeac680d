"""Two people who met, as the buddies' dialogues begin."""

from __future__ import annotations

import re
from datetime import timedelta

from commands.buddy.schedule import next_round

DAY = timedelta(days=1)


async def joined(town, name, side=None, *, topics=("grief",), age="25 to 34", **kwargs):
    """Somebody who said yes to buddies and chose what is needed."""
    someone = await town.person(name, **({"side": side} if side else {}), **kwargs)
    await someone.ask("start")
    await someone.ask("start agree", purpose="buddies")
    await someone.hears("That is on now")
    await someone.ask("buddy join", direct=True)
    await someone.hears("What you chose", "Still needed", private=True)
    await someone.press("What have you lived through?")
    for topic in topics:
        await someone.press(topic)
    await someone.press("Back")
    await someone.press("How old are you?")
    await someone.press(age)
    await someone.press("Back")
    await someone.hears("That is enough to begin")
    await someone.press("I'm ready")
    await someone.hears("You are in")
    return someone


async def a_round(town):
    """Let time pass until a round was made."""
    due = next_round(town.app.house.config, town.clock.now())
    await town.later(due - town.clock.now() + timedelta(seconds=1))


async def met(town, one, other):
    """Both were asked, said yes, and read their introduction; the names they have for each other."""
    await a_round(town)
    names = []
    for someone in (one, other):
        await someone.hears("I found somebody who may fit")
        await someone.press("Yes, I'd like to")
        await someone.hears("Thank you" if someone is one else "How good")
    for someone in (one, other):
        heard = await someone.hears("This is ", "Moderators don't see")
        found = re.search(r"This is (.+?)\.", heard.text)
        assert found
        names.append(found[1])
    return names[0], names[1]


def newest(someone, text):
    """The newest message of the bot's with these words, as its reader sees it."""
    return next(one for one in reversed(someone._seen()) if text in one.text)


def room_of(someone, name=None):
    """Where somebody writes to their buddy: the pair's own room, else their direct messages."""
    places = [one for one in someone.town.store.places() if one.owner == someone.account and one.about]
    if name is not None:
        places = [one for one in places if one.name == name]
    return places[-1].id if places else someone.dm


async def writes(someone, text, name=None):
    """Write to the buddy, by the platform's own way."""
    room = room_of(someone, name)
    if room == someone.dm:
        last = next(one for one in reversed(someone._seen()) if one.speaker)
        accepted = await someone.town.platform.say(someone.account, room, text, last.id)
    else:
        accepted = await someone.town.platform.say(someone.account, room, text)
    assert not accepted.failed
    await someone.town.settle()
    return accepted.message
