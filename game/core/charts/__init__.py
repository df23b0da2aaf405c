"""Charts as SVG text, each a pure function of its data, with a title, a description and a table of the same figures."""
