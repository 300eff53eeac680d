"""What moderators' verdicts do to the reader's thresholds, where a community wants that: few small steps, from counts.

A step doubles the odds of a threshold, or halves them. Near 1, where the threshold for answering lies, that is half the
distance to 1; it means as much anywhere else, never leaves 0 to 1, and one step up and one down is where it began. It
moves only from where on the reader answers. What is urgent, what is explicit, the rules' own concern, what is seen at
all and whom a text is about are none of its business. Pure: counts in, thresholds out.
"""

from __future__ import annotations

from dataclasses import replace

from safety.reader.model import Thresholds

MOST_STEPS = 3
"""Away from what the rules file or the model says, either way."""
FEWEST = 20
"""Verdicts, before anything moves."""
MOST = 3 * FEWEST
"""Verdicts after which counting begins anew, so that old ones don't outweigh what is new."""
TOO_MANY, FEW = 0.5, 0.1
"""Shares of false alarms: above the first fewer are answered, below the second more."""


def odds_times(threshold: float, factor: float) -> float:
    """A threshold with its odds multiplied. 0 and 1, at which all and nothing is meant, stay what they are."""
    return threshold * factor / (threshold * factor + 1 - threshold)


def moved(base: Thresholds, step: int) -> Thresholds:
    """Thresholds so many steps up (fewer answers) or down. What was seen stays seen: answering never begins below the
    quiet queue and leaves it where it was; what a rule watches is never raised where the reader would doubt a rule."""
    step = max(-MOST_STEPS, min(MOST_STEPS, step))
    if not step:
        return base
    queue = min(base.queue, base.concern)
    return replace(
        base,
        queue=queue,
        concern=max(odds_times(base.concern, 2.0**step), queue),
        lift=max(odds_times(base.lift, 2.0**step), min(base.doubt, base.lift)),
    )


def next_step(base: Thresholds, step: int, right: int, false: int) -> int:
    """Where so many verdicts lead; the same step where they are too few, of two minds, or nothing would change."""
    if right + false < FEWEST:
        return step
    share = false / (right + false)
    to = step + 1 if share > TOO_MANY else step - 1 if share < FEW else step
    if abs(to) > MOST_STEPS or moved(base, to) == moved(base, step):
        return step
    return to
