"""The commands. This package composes: it alone knows every other part."""
