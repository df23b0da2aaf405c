"""A dance-off: teams that live through the same incident at the same moment, and what a facilitator can do about it."""
