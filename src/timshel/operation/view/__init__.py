"""Clause 8.1: saved views: which work is looked at, in which order and shape."""
