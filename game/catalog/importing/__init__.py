"""Somebody's two haproxy.cfg versions -> a draft exercise: what differs, what of it our stack can show, what to tell."""
