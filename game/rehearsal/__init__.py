"""Plays each exercise by machine and proves that it teaches what it says: `danceoff verify`."""
