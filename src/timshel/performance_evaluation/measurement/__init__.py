"""Clause 9.1: each measure is defined once, and every figure is the length of a list."""
