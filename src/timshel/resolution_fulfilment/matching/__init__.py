"""Clause 8.6.1: what was reported before, and what may help without reporting at all."""
