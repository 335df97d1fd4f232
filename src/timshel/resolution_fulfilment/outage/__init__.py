"""Clause 8.6.1: what is known to be out of order, told to everybody before they report it again."""
