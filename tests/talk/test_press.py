"""Presses survive being packed, and refuse what must not be in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.talk.errors import DeclarationError
from bot.talk.press import LIMIT, Press, pack, unpack
from bot.talk.text import _

LABEL = _("Yes")
name = st.from_regex(r"[a-z][a-z_]{0,9}", fullmatch=True).filter(
    lambda one: one not in ("label", "command", "tone", "form")
)
value = st.one_of(
    st.integers(-(10**9), 10**9), st.booleans(), st.from_regex(r"[A-Za-z0-9_.:/+-]{0,20}", fullmatch=True)
)


@given(st.dictionaries(name, value, max_size=3), st.booleans())
def test_a_press_is_the_same_after_packing(args, form):
    try:
        press = Press(LABEL, "checkin answer", form=form, **args)
    except DeclarationError as refused:
        assert str(LIMIT) in str(refused)
        return
    packed = pack(press)
    assert len(packed) <= LIMIT
    pressed = unpack(packed)
    assert pressed is not None
    assert (pressed.command, dict(pressed.args), pressed.form) == ("checkin answer", args, form)
    assert {key: type(one) for key, one in pressed.args.items()} == {key: type(one) for key, one in args.items()}


@pytest.mark.parametrize("text", ["slept badly", "a|b", "ünï", "x=y", "!1", "#5", "a" * 65])
def test_free_text_is_refused(text):
    with pytest.raises(DeclarationError):
        Press(LABEL, "checkin", note=text)


@given(st.text(max_size=120))
def test_what_is_not_ours_is_not_read(text):
    pressed = unpack(text)
    if pressed is not None:
        assert text.startswith("1|")


@pytest.mark.parametrize("text", ["", "1|", "2|checkin", "1|Checkin", "1|a b c d", "1|a|b", "1|a|b=1|b=2", "1|a|b=#x"])
def test_damaged_presses_are_nothing(text):
    assert unpack(text) is None
