"""Subscribing to report cards, sending those that are due, saying what is done about a breach."""
