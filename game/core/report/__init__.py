"""The debrief for people: HTML, Markdown and plain terminal lines, all from the same Debrief."""
