"""Clause 6: planning."""
