"""Clause 7.4: what a person is told, through which channel, and when."""
