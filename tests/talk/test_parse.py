"""Typed lines become arguments by the same declaration, and mistakes say what would be right."""

from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.talk.command import Arg, Choice, check_all, command
from bot.talk.errors import DeclarationError, Mistake
from bot.talk.model import UserRef
from bot.talk.parse import Found, Unknown, arguments, bind, find, usage
from bot.talk.text import _


def say(text):
    return {"low": "niedrig"}.get(text.id, text.id)


@command("checkin", inside="now", form=True)
async def checkin(
    ask,
    kit,
    mood: Annotated[int | None, Arg(_("How are you?"), ge=1, le=5)] = None,
    note: Annotated[str | None, Arg(_("Anything to add"), rest=True, long=True, most=50)] = None,
):
    """Note how you are."""


@command("checkin history")
async def history(ask, kit, days: Annotated[int, Arg(_("How many days"), ge=1, le=366)] = 14):
    """Look back."""


@command("track add")
async def track(
    ask,
    kit,
    name: Annotated[str, Arg(_("Its name"))],
    level: Annotated[str, Arg(_("How much"), choices=(Choice("low", _("low")), Choice("high", _("high"))))],
    often: Annotated[float, Arg(_("How often"))] = 1.0,
    quiet: Annotated[bool, Arg(_("Without a word"))] = False,
):
    """Add a thing to track."""


@command("avoid")
async def avoid(ask, kit, who: Annotated[UserRef, Arg(_("Whom"))]):
    """Never be paired with somebody."""


ALL = [checkin, history, track, avoid]


def read(line):
    found = find(line, ALL)
    assert isinstance(found, Found), found
    return found.command.name, arguments(found.command, found.rest, say, "matrix")


@pytest.mark.parametrize(
    ("line", "name", "args"),
    [
        ("checkin", "checkin", {}),
        ("CheckIn 4", "checkin", {"mood": 4}),
        ("checkin 4 slept badly", "checkin", {"mood": 4, "note": "slept badly"}),
        ("checkin slept badly", "checkin", {"note": "slept badly"}),
        ("checkin now 4", "checkin", {"mood": 4}),
        ("checkin mood=2 first line\nsecond  line", "checkin", {"mood": 2, "note": "first line\nsecond  line"}),
        ("checkin note=just a note", "checkin", {"note": "just a note"}),
        ("checkin history", "checkin history", {}),
        ("checkin  history   30", "checkin history", {"days": 30}),
        ('track add "hours outside" low', "track add", {"name": "hours outside", "level": "low"}),
        ("track add sleep NIEDRIG 2,5 ja", "track add", {"name": "sleep", "level": "low", "often": 2.5, "quiet": True}),
        ("track add sleep high quiet=yes", "track add", {"name": "sleep", "level": "high", "quiet": True}),
        ("avoid @ben:example.org", "avoid", {"who": UserRef("matrix", "@ben:example.org")}),
    ],
)
def test_lines(line, name, args):
    assert read(line) == (name, args)


@pytest.mark.parametrize(
    ("line", "argument", "said"),
    [
        ("checkin 9", "mood", "outside"),
        ("checkin history soon", "days", "whole number"),
        ("checkin history 2.5", "days", "whole number"),
        ("checkin history 0", "days", "outside"),
        ("track add sleep", "level", "needs"),
        ("track add sleep medium", "level", "none of the choices"),
        ("track add sleep low often", "often", "no number"),
        ("checkin history 3 4", None, "don't know what to do"),
        ("checkin " + "x" * 60, "note", "room for"),
    ],
)
def test_mistakes_name_the_argument_and_what_is_right(line, argument, said):
    found = find(line, ALL)
    with pytest.raises(Mistake) as caught:
        arguments(found.command, found.rest, say)
    assert caught.value.argument == argument
    assert said in caught.value.told.id


def test_did_you_mean():
    assert find("chekin 4", ALL) == Unknown("chekin", ("checkin",))
    assert find("track", ALL) == Unknown("track", group=("track add",))
    assert find("zzz", ALL) == Unknown("zzz")
    assert find("", ALL) == Unknown("")


def test_usage():
    assert usage(checkin) == "[mood 1–5] [note …]"
    assert usage(track) == "<name> <level low|high> [often] [quiet]"


@given(st.text(max_size=80))
def test_no_line_breaks_the_parser(line):
    found = find(line, ALL)
    if isinstance(found, Found):
        try:
            arguments(found.command, found.rest, say)
        except Mistake:
            return


@given(
    st.dictionaries(
        st.sampled_from(["mood", "note"]), st.one_of(st.none(), st.text(), st.integers(), st.booleans(), st.floats())
    )
)
def test_no_value_breaks_binding(args):
    try:
        bound = bind(checkin, args, say)
    except Mistake:
        return
    assert bound.get("mood") in (None, 1, 2, 3, 4, 5)


def declare(name="x", **arguments_):
    async def run(ask, kit):
        """Does a thing."""

    return command(name, **arguments_)(run)


@pytest.mark.parametrize("name", ["Up", "a b c d", "", "ä", "x" * 33, "a  b", "1x"])
def test_names_that_discord_refuses(name):
    with pytest.raises(DeclarationError):
        declare(name)


def test_declarations_that_discord_refuses():
    with pytest.raises(DeclarationError, match="docstring"):

        @command("x")
        async def no_doc(ask, kit): ...

    with pytest.raises(DeclarationError, match="100 is the limit"):

        @command("x")
        async def long_doc(ask, kit):
            """Too long a line for a description on that platform, which takes one hundred characters at most, and no
            more."""

    with pytest.raises(DeclarationError, match="before the optional"):

        @command("x")
        async def order(ask, kit, a: Annotated[int | None, Arg(_("a"))] = None, *, b: Annotated[int, Arg(_("b"))]):
            """Order."""

    with pytest.raises(DeclarationError, match="must be the last"):

        @command("x")
        async def rest(ask, kit, a: Annotated[str, Arg(_("a"), rest=True)], b: Annotated[str, Arg(_("b"))]):
            """Rest."""

    with pytest.raises(DeclarationError, match="can't be a"):

        @command("x")
        async def kind(ask, kit, a: Annotated[list, Arg(_("a"))]):
            """Kind."""

    with pytest.raises(DeclarationError, match="choices"):

        @command("x")
        async def choices(
            ask, kit, a: Annotated[str, Arg(_("a"), choices=tuple(Choice(str(i), _("a")) for i in range(26)))]
        ):
            """Choices."""


def test_a_group_that_is_a_command_needs_a_name_inside():
    with pytest.raises(DeclarationError, match="inside"):
        check_all([declare("a"), declare("a b")])
    with pytest.raises(DeclarationError, match="twice"):
        check_all([declare("a"), declare("a")])
    check_all(ALL)
