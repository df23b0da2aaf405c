"""The neon sign: what differs between approved, on disk and running, and has no record. Rules only; nothing here looks."""
