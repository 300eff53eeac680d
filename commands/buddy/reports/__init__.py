"""Reports of a buddy: from two presses to a decision by people, with evidence that two moderators open together."""
