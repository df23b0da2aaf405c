"""Round two: what follow-ups cost, what they change of a run, and what they were worth."""
