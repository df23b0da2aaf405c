"""The API over one run: commands, pages and bots all speak it. Flask, on loopback, with a token."""
