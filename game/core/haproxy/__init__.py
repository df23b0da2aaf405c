"""HAProxy's configuration by meaning.

tokens -> configuration (parse) -> statement, canonical (one normal form) -> difference (what changed) -> risk, surgical.
`allowed` with policy/ tells whether HAProxy may be shown a configuration at all. Ask it before anything else.
"""
