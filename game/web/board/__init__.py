"""The board: what everybody may see of an event, for a screen of one's own and for the wall."""
