"""The debrief of a run as a page of the site."""
