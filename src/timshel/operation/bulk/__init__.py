"""Clause 8.1: one deed done to many pieces of work, with what came of each and the way back."""
