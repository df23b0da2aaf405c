"""The screen of a team: what happens, where to look, what to do, what to say."""
