"""Clause 8.5: changes, transitions and releases."""
