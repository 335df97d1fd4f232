"""Clause 8.1: one deed done to many pieces of work, watched, tried again and taken back."""
