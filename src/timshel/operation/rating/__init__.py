"""Clause 8.1: what those who asked think of what was done, and what came of their word."""
