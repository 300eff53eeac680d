"""The second reader beside the rules: whether it is asked, how closely it looks, and one verdict of both.

What may follow is `reader.policy`'s. It finds no rules and knows no person; safe to call from any thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import replace
from math import inf

from safety.fired import Fired
from safety.reader.encoder.encoder import Encoder
from safety.reader.learning import moved
from safety.reader.model import Model, Reading, Thresholds, Weighed, asked
from safety.reader.policy import FAINT, Mode, Policy, decide, in_force, least, lowers, may_speak
from safety.verdict import NOTHING, About, Level, Verdict

FAINTLY = asked(FAINT)
FEW = 2
"""Words of which the reader can't tell that nothing is there: “help” stays watched."""
Repaired = Callable[[], Iterable[str]]
"""A text as the rules repaired its words, where they did."""


class Beside:
    """A model, a policy in force, and an encoder for a closer look where there is one."""

    def __init__(self, model: Model, policy: Policy, encoder: Encoder | None = None) -> None:
        self._model = model
        self._encoder = encoder if policy.closer else None
        self._usual = model.thresholds if self._encoder is None else self._encoder.thresholds
        self._agree(policy)

    def _agree(self, policy: Policy) -> None:
        """Put a policy in force. `_least`: what a text must sound like for anything to follow, where a rule speaks and
        where none does; `_asked`: how loud it must be for the reader to speak alone; `_drops`: whether what only nets
        watch is dropped. A text that the reader would queue alone is never faint."""
        self._policy = policy
        self._everywhere = not policy.channels and policy.mode is not Mode.OFF
        self._least = least(policy, self._usual)
        if self._encoder is not None:
            self._least = (0.0, min(self._least[1], self._encoder.look))
        self._asked = asked(self._least[1])
        self._drops = self._least[1] >= FAINT

    @property
    def learns(self) -> bool:
        """Whether the community wants verdicts to move its thresholds."""
        return self._policy.learn

    @property
    def thresholds(self) -> Thresholds:
        """As they are in force."""
        return in_force(self._policy, self._usual)

    def stepped(self, step: int) -> Beside:
        """The same with thresholds moved by so many steps."""
        to, out = moved(self.thresholds, step), copy(self)
        out._agree(replace(self._policy, queue=to.queue, concern=to.concern, lift=to.lift))
        return out

    def loud(self, text: str, pieces: Sequence[str], channel: str) -> float | None:
        """How loud it may find a text at the most (`Model.bound`); None where it says nothing of it."""
        if not (self._everywhere or may_speak(NOTHING, self._policy, channel)):
            return None
        return self._model.bound(text, pieces)

    def speaks_alone(self, loud: float | None) -> bool:
        """Whether anything may follow where no rule says anything."""
        return loud is not None and loud >= self._asked

    def drops(self, text: str, words: int, loud: float | None, *, surely: bool) -> bool:
        """Whether what only wide nets may watch in a text is not worth looking for, so faint it is to the reader.
        `surely`: as far as `loud` tells; else it reads."""
        if loud is None or not self._drops or words <= FEW:
            return False
        if surely:
            return loud < FAINTLY
        reading = self._model.read(text, FAINT if loud == inf else 0.0)
        return reading.read and reading.most < FAINT

    def both(
        self,
        text: str,
        ruled: Verdict,
        fired: Sequence[Fired],
        channel: str,
        ours: Callable[[Fired], bool],
        repaired: Repaired,
        *,
        whole: bool = False,
    ) -> tuple[Verdict, Reading | None]:
        """One verdict, and what it made of the text; None where it has nothing to say here. `ours`: whether the
        community wrote a rule or chose its level. `whole`: the reading is wanted for itself."""
        if not may_speak(ruled, self._policy, channel):
            return ruled, None
        loud = [one for one in fired if one.level is ruled.level and one.level > Level.NONE]
        explicit = any(one.rule.explicit for one in fired if one.level > Level.NONE)
        firm = explicit or any(ours(one) for one in loud)
        net = ruled.level is Level.WATCH and not firm and all(one.rule.level is Level.WATCH for one in loud)
        net = net and len(text.split()) > FEW
        reading = self._model.read(text, 0.0 if whole else self._least[0 if fired else 1])
        faint = net and reading.read and reading.most < FAINT
        named = explicit or any(one.own or one.rule.given for one in loud)
        fixed = (
            ruled.level is Level.CONCERN and (firm or not lowers(ruled)) and (named or ruled.about is not About.SELF)
        )
        if not faint and (whole or not fixed):
            reading = self._closer(text, reading, bool(ruled))
        if lowers(ruled) and ruled.level is Level.CONCERN and reading.read and reading.most < self.thresholds.doubt:
            # Of words that hide or were mistyped it can't say that there is nothing in them.
            others = [self._closer(other, self._model.read(other), False) for other in repaired()]
            reading = max([reading, *others], key=lambda one: one.most)
        both = decide(
            ruled,
            reading,
            self._policy,
            self._usual,
            channel=channel,
            explicit=firm,
            named=named,
            net=net,
        )
        return both, reading

    def _closer(self, text: str, reading: Reading, ruled: bool) -> Reading:
        """A closer look, where it is worth one."""
        if self._encoder is None or not (ruled or reading.most >= self._encoder.look):
            return reading
        return self._encoder.read(text, reading)

    def weighed(self, text: str) -> tuple[Weighed, ...]:
        """The pieces of a text that weighed most."""
        return tuple(self._model.explain(text))
