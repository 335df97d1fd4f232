"""Clause 10: improvement."""
