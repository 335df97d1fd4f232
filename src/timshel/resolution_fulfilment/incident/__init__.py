"""Clause 8.6.1: something is broken, for whom, since when, and how it came to work again."""
