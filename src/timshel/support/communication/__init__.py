"""Clause 7.4: messages to people and their way out."""
