"""Clause 8.1: what a process asks of a team, as work beside all other work."""
