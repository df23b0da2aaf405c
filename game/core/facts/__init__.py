"""The facts of a run by what they are of; `game.core.events` makes one closed union of them."""
