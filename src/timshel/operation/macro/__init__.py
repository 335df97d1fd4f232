"""Clause 8.1: deeds with a name, replies to begin with, and pieces of text."""
