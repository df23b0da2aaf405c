"""The director conducts one run: pure decisions (`answer`, `due`), and a monitor that carries them out."""
